"""``/v1/admin/registry``: the registry as one document, read, tried and made true, for administrators with a key."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Query, Request, Response

from citycore.registry.document import SourceEntry, read_text, write_yaml
from citycore.registry.errors import DocumentInvalid, SourceNotFound
from citycore.registry.service import Changes, Keeper, apply, describe
from citycore.store.connections import Connection
from citycore.store.described import stored_properties
from citycore.vocabulary import ObservedProperty, nearest
from hub_api.operations.admin.access import ADMINISTRATOR
from hub_api.serving.answers import json_answer
from hub_api.serving.errors import MessageTooLarge
from hub_api.serving.hub import HubHere
from hub_api.serving.ingest import Ingest
from hub_api.serving.parameters import AnyQuery, Name, NoParameters
from hub_api.serving.registry import Registry

router = APIRouter(prefix="/v1/admin", include_in_schema=False, dependencies=[ADMINISTRATOR])
YAML = "application/yaml"


class ReadParameters(AnyQuery):
    """All of it, or one source; as JSON or YAML."""

    source: Name | None = None
    f: Literal["json", "yaml"] = "json"


class ApplyParameters(AnyQuery):
    """``dry_run`` only looks whether the document could be true."""

    dry_run: bool = False


class PropertyParameters(AnyQuery):
    """A name to which codes of observed properties are to be near."""

    near: Name


class Question(msgspec.Struct, forbid_unknown_fields=True):
    """A message to try: ``topic`` is whole, ``payload`` is base64."""

    source: SourceEntry
    topic: str
    payload: str


@router.get("/registry")
async def read_registry(request: Request, query: Annotated[ReadParameters, Query()]) -> Response:
    registry: Registry = request.app.state.registry
    found = await registry.run(lambda connection: describe(connection, query.source))
    if query.source is not None and not found.sources:
        raise SourceNotFound(source=query.source)
    if query.f == "yaml":
        return Response(write_yaml(found), media_type=YAML, headers={"Cache-Control": "no-store"})
    return json_answer(msgspec.to_builtins(found), cache_seconds=0)


@router.post("/registry")
async def write_registry(
    request: Request, hub: HubHere, query: Annotated[ApplyParameters, Query()]
) -> Response:
    registry: Registry = request.app.state.registry
    text = (await _body(request, hub.settings.registry_bytes_max)).decode("utf-8", "replace")
    ingest: Ingest = request.app.state.ingest
    keeper = Keeper(decoders=[each.code for each in await ingest.formats()])

    def work(connection: Connection) -> Changes:
        return apply(connection, read_text(text), hub.clock(), keeper, is_trial=query.dry_run)

    changes = await registry.run(work)
    content = {
        "data": {"described": changes.described, "new": +changes.new, "dry_run": query.dry_run},
        "meta": {"as_of": hub.clock()},
    }
    return json_answer(content, cache_seconds=0)


@router.post("/sources/try")
async def try_message(request: Request, hub: HubHere, _: NoParameters) -> Response:
    """What a message would become; ``proposal`` is a document for ``POST /v1/admin/registry``."""
    body = await _body(request, hub.settings.registry_bytes_max)
    try:
        question = msgspec.json.decode(body, type=Question)
        payload = b64decode(question.payload, validate=True)
    except (msgspec.DecodeError, NotBase64) as error:
        reason, _found, where = str(error).partition(" - at `")
        raise DocumentInvalid(where=where.strip("`").removeprefix("$."), reason=reason) from error
    ingest: Ingest = request.app.state.ingest
    answer = await ingest.try_(question.source, question.topic, payload)
    return json_answer({"data": answer}, cache_seconds=0)


@router.get("/properties")
async def near_properties(request: Request, query: Annotated[PropertyParameters, Query()]) -> Response:
    """The observed properties that a name most likely means, best first."""
    registry: Registry = request.app.state.registry
    known = await registry.run(stored_properties)
    found = [_element(known[code]) for code in nearest(query.near, known)]
    return json_answer({"data": found}, cache_seconds=0)


def _element(known: ObservedProperty) -> dict[str, Any]:
    return {
        "observed_property": known.code,
        "name": {"en": known.name_en, "ar": known.name_ar},
        "sector": known.sector,
        "unit": known.unit,
        "result_type": known.result_type,
        "aliases": list(known.aliases),
    }


async def _body(request: Request, bytes_max: int) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > bytes_max:
            raise MessageTooLarge(maximum=bytes_max)
    return bytes(body)
