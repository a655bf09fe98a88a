"""``POST /v1/ingest/SOURCE``: a message by HTTP, handed on to ingest and answered when its values are stored."""

from __future__ import annotations

from base64 import b64encode
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from citycore.dead_letters.rules import reason_text
from citycore.topics import CODE
from hub_api.city.ingest.schemas import OutcomeAnswer
from hub_api.serving.answers import json_answer
from hub_api.serving.errors import CredentialUnknown, MessageRefused, MessageTooLarge, UnknownName, invalid
from hub_api.serving.ingest import NOT_SIGNED_IN, REFUSED, TOO_LARGE, Ingest
from hub_api.serving.parameters import AnyQuery, Name
from hub_api.serving.texts import language_of

router = APIRouter()
TOPIC_CHARACTERS_MAX = 500
OCTETS = "application/octet-stream"
#: Of any format; the example is of the native one.
BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {},
            "example": {
                "phenomenon_time": "2026-01-01T08:00:00+04:00",
                "results": {"air_temperature": 21.5},
            },
        },
        # Of any type: programs that write clients know this one.
        OCTETS: {"schema": {"type": "string", "format": "binary"}},
    },
}


class MessageParameters(AnyQuery):
    """Where a device would publish it, below the namespace of its source."""

    topic: Annotated[str, Field(max_length=TOPIC_CHARACTERS_MAX, pattern=r"^[^\x00#+]*$")] = ""


@router.post(
    "/v1/ingest/{source}",
    operation_id="ingest",
    response_model=OutcomeAnswer,
    openapi_extra={"requestBody": BODY},
)
async def take_message(
    request: Request, source: Name, query: Annotated[MessageParameters, Query()]
) -> Response:
    if CODE.fullmatch(source) is None:
        raise UnknownName("source", source)
    ingest: Ingest = request.app.state.ingest
    credential = basic_of(request.headers.get("authorization", ""))
    if credential is None:
        raise CredentialUnknown
    payload = await _body(request, request.app.state.message_bytes_max)
    status, answer = await ingest.post(source, query.topic, credential, payload)
    if status == NOT_SIGNED_IN:
        raise CredentialUnknown
    if status == TOO_LARGE:
        raise MessageTooLarge(maximum=request.app.state.message_bytes_max)
    if "refused" not in answer:
        raise invalid("topic", "bad_characters")
    if status == REFUSED:
        raise MessageRefused(answer["refused"])
    language = language_of(request)
    refused = [{**each, "reason_text": reason_text(each["reason"], language)} for each in answer["refused"]]
    content: dict[str, Any] = {"data": {**answer, "refused": refused}}
    return json_answer(content, cache_seconds=0)


def basic_of(authorization: str) -> str | None:
    """The credential as HTTP Basic has it: that itself, or ``Bearer user:password``; None without any."""
    scheme, _, text = authorization.strip().partition(" ")
    if scheme.lower() == "basic":
        return f"Basic {text.strip()}"
    if scheme.lower() == "bearer" and ":" in text:
        return f"Basic {b64encode(text.strip().encode('utf-8', 'surrogatepass')).decode()}"
    return None


async def _body(request: Request, bytes_max: int) -> bytes:
    """The payload; :class:`MessageTooLarge` before more of it is in memory."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > bytes_max:
            raise MessageTooLarge(maximum=bytes_max)
    return bytes(body)
