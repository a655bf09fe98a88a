"""How NGSI-LD answers: with its context, in the form that ``Accept`` asks for, page by page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zlib import adler32, crc32

import orjson
from fastapi import Request, Response

from hub_api.serving.answers import JSON_OPTIONS, cache_for
from hub_api.serving.errors import invalid
from hub_api.serving.hub import Hub
from hub_api.serving.pages.layout import base_url
from hub_api.serving.problems import Finding
from hub_api.serving.texts import TEXTS, language_of
from hub_api.serving.validators import is_known, not_modified, weak_etag
from hub_api.standards.ngsi_ld.rules import GEO_JSON, LD_JSON, media_type_of
from hub_api.standards.ngsi_ld.schemas import QueryParameters, SelectionParameters
from hub_api.standards.ngsi_ld.service import Entities
from hub_api.standards.ngsi_ld.shape import shape
from hub_api.standards.ngsi_ld.vocabulary import CORE_CONTEXT

CONTEXT = "/ngsi-ld/context.jsonld"
CONTEXT_RELATION = "http://www.w3.org/ns/json-ld#context"
#: Features without a context in them (6.3.7).
PLAIN_BODY = "body=json"
COUNT_FIELD = "NGSILD-Results-Count"
NOT_ACCEPTABLE = 406


def entities_of(request: Request) -> Entities:
    found: Entities = request.app.state.ngsi_ld
    return found


def context_of(request: Request) -> str:
    return f"{base_url(request)}{CONTEXT}"


def media_type_of_answer(request: Request) -> str | None:
    return media_type_of(request.headers.get("accept", "*/*"))


def answer(
    request: Request, hub: Hub, content: Any, headers: Mapping[str, str] | None = None, *, status: int = 200
) -> Response:
    """In the form that ``Accept`` asks for: with the context in the body, or named in ``Link``."""
    media_type = media_type_of_answer(request)
    if media_type is None:
        language = language_of(request)
        return shape(
            request, Finding(NOT_ACCEPTABLE, "", TEXTS.text("fault.ngsi_ld_accept", language)), language
        )
    known = dict(headers or {})
    is_apart = media_type == GEO_JSON and PLAIN_BODY in request.headers.get("prefer", "").replace(" ", "")
    if is_apart:
        known["Preference-Applied"] = PLAIN_BODY
    if media_type in {LD_JSON, GEO_JSON} and not is_apart:
        content = _with_context(content, [context_of(request), CORE_CONTEXT])
    else:
        link = f'<{context_of(request)}>; rel="{CONTEXT_RELATION}"; type="{LD_JSON}"'
        known["Link"] = ", ".join([link, *([known["Link"]] if "Link" in known else [])])
    body = orjson.dumps(content, option=JSON_OPTIONS)
    known |= {
        "ETag": weak_etag([len(body), crc32(body), adler32(body)], media_type, known),
        "Cache-Control": cache_for(hub.settings.live_cache_seconds),
        "Vary": "Accept, Prefer" if media_type == GEO_JSON else "Accept",
    }
    if status == 200 and request.method == "GET" and is_known(request, known["ETag"]):
        return not_modified(known)
    return Response(body, status, media_type=media_type, headers=known)


def _with_context(content: Any, contexts: list[str]) -> Any:
    if isinstance(content, list):
        return [{**each, "@context": contexts} for each in content]
    return {**content, "@context": contexts}


def paging(
    request: Request,
    query: SelectionParameters | QueryParameters,
    limit: int,
    count: int | None,
    *,
    has_more: bool,
) -> dict[str, str]:
    headers = {} if count is None else {COUNT_FIELD: str(count)}
    offsets = {"next": query.offset + limit} if has_more else {}
    if query.offset and limit:
        offsets["prev"] = max(0, query.offset - limit)
    links = []
    for relation, offset in offsets.items():
        url = request.url.include_query_params(limit=limit, offset=offset)
        links.append(
            f'<{url.path}?{url.query}>; rel="{relation}"; type="{media_type_of_answer(request) or LD_JSON}"'
        )
    return headers | ({"Link": ", ".join(links)} if links else {})


async def read_body(request: Request, bytes_max: int) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > bytes_max:
            raise invalid("body", "ngsi_ld_body", maximum=bytes_max)
    return bytes(body)
