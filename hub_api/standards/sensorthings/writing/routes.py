"""``/sta/v1.1``: OGC SensorThings 1.1, writing: POST, PATCH, PUT, DELETE, ``CreateObservations`` and ``$batch``."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import APIRouter, HTTPException, Request, Response

from citycore.errors import FalajError
from citycore.store.connections import Connection
from hub_api.serving.hub import Hub
from hub_api.serving.texts import language_of
from hub_api.serving.turns import InTurns
from hub_api.standards.sensorthings.model import ROOT
from hub_api.standards.sensorthings.resources import resource_of
from hub_api.standards.sensorthings.routes import JSON, root_url, settings_of
from hub_api.standards.sensorthings.service import Reader
from hub_api.standards.sensorthings.syntax.options import Options
from hub_api.standards.sensorthings.syntax.paths import parse_path
from hub_api.standards.sensorthings.writing import repository
from hub_api.standards.sensorthings.writing.access import writer_of
from hub_api.standards.sensorthings.writing.addresses import Address, address_of
from hub_api.standards.sensorthings.writing.batch.routes import answer_batch
from hub_api.standards.sensorthings.writing.bodies import body_of
from hub_api.standards.sensorthings.writing.data_array import (
    Known,
    answer,
    check_rows,
    datastreams_of,
    features_of,
    read_blocks,
    silent_of,
)
from hub_api.standards.sensorthings.writing.features import observable
from hub_api.standards.sensorthings.writing.observations import OPEN
from hub_api.standards.sensorthings.writing.rules import parse_json, read_json
from hub_api.standards.sensorthings.writing.service import GROUP, Writing
from hub_api.standards.sensorthings.writing.times import microseconds

router = APIRouter()
CREATED, METHOD_NOT_ALLOWED, OK = 201, 405, 200
PATCH_TYPE = "application/json-patch+json"
#: What a row of observations is called in the array of answers where it is not stored.
_FRESH = {"Cache-Control": "no-store"}


def writing_of(request: Request) -> Writing:
    writing: Writing = request.app.state.sensorthings_writing
    return writing


async def post(request: Request) -> Response:
    """Make an entity, rows of observations, or all that a batch asks for."""
    path = str(request.path_params["path"]).strip("/")
    if path == "$batch":
        return await answer_batch(request, writing_of(request))
    if path == "CreateObservations":
        return await create_observations(request)
    writer = await writer_of(request)
    address = await _address(request, path)
    if address.id is not None:
        raise HTTPException(METHOD_NOT_ALLOWED)
    writing = writing_of(request)
    content = read_json(await body_of(request, writing.settings.body_bytes_max))
    id_ = await writing.create(writer, address, content)
    return await _answer(request, address, id_, CREATED)


async def patch(request: Request) -> Response:
    """Change what is given of an entity: as JSON, or as a JSON Patch."""
    return await _change(request, is_whole=False)


async def put(request: Request) -> Response:
    """Replace all properties of an entity."""
    return await _change(request, is_whole=True)


async def _change(request: Request, *, is_whole: bool) -> Response:
    writer = await writer_of(request)
    address = await _entity(request)
    writing = writing_of(request)
    await writing.check_owned(writer, address)
    content = read_json(await body_of(request, writing.settings.body_bytes_max))
    is_patch = request.headers.get("content-type", "").startswith(PATCH_TYPE)
    if isinstance(content, list) is not is_patch or (is_patch and is_whole):
        content = None  # an entity is an object
    id_ = await writing.change(writer, address, content, is_whole=is_whole)
    return await _answer(request, address, id_, OK)


async def delete(request: Request) -> Response:
    """Delete an entity, with what cannot be without it."""
    writer = await writer_of(request)
    await writing_of(request).delete(writer, await _entity(request))
    return Response(None, OK, headers=_FRESH)


async def _entity(request: Request) -> Address:
    address = await _address(request, str(request.path_params["path"]).strip("/"))
    if address.id is None:
        raise HTTPException(METHOD_NOT_ALLOWED)
    return address


async def _address(request: Request, path: str) -> Address:
    settings = settings_of(request)
    segments = parse_path(path, settings)
    hub: Hub = request.app.state.hub
    reader = Reader(hub, settings, root_url(request), path, hub.clock())
    address = await address_of(resource_of(segments), reader.id_at) if segments else None
    if address is None:
        raise HTTPException(METHOD_NOT_ALLOWED)
    return address


async def _answer(request: Request, address: Address, id_: str, status: int) -> Response:
    """The entity as GET gives it, and where that is."""
    key = f"'{id_}'" if address.entity.name == "Observation" else id_
    path = f"{address.entity.collection}({key})"
    link = f"{root_url(request)}/{path}"
    headers = {**_FRESH, "Location": link}
    if "return=minimal" in request.headers.get("prefer", ""):
        return Response(None, status, headers={**headers, "Preference-Applied": "return=minimal"})
    if GROUP.get() is not None:  # what a group makes nobody else sees before its end
        is_elsewhere = status == CREATED or id_ != address.id
        return Response(None, status, headers=headers if is_elsewhere else _FRESH)
    hub: Hub = request.app.state.hub
    settings = settings_of(request)
    reader = Reader(hub, settings, root_url(request), path, hub.clock())
    found = await reader.entity(resource_of(parse_path(path, settings)), Options())
    return Response(found.entities[0], status, media_type=JSON, headers=headers)


async def create_observations(request: Request) -> Response:
    """Rows for several datastreams; of each its address or ``error``. With ``outcomes=true`` also what stands against each."""
    writer = await writer_of(request)
    writing = writing_of(request)
    blocks = read_blocks(
        parse_json(await body_of(request, writing.settings.rows_bytes_max)), writing.settings
    )
    now = microseconds(writing.clock())

    def work(connection: Connection) -> Known:
        streams = repository.streams(connection, datastreams_of(blocks))
        found = observable(connection, writer, streams, silent_of(blocks))
        features = {
            each for each in features_of(blocks) if repository.is_any(connection, "is_feature", id=each)
        }
        return Known(writer, found.streams, features, now, found.nowhere)

    known = await writing.run(work)
    rows = check_rows(blocks, known)
    rows.columns.is_device = writer.thing_id is not None
    await writing.outlet.settle(rows.columns, known.streams)
    others = await writing.outlet.send_columns(rows.columns)
    if not OPEN.isdisjoint(others.values()):
        for number, row in (await writing.outlet.placed(rows.columns, others)).items():
            rows.columns.times[number] = row.time
    told = answer(rows, others, root_url(request))
    if request.query_params.get("outcomes") == "true":
        faults = [_fault(request, place, error) for place, error in sorted(rows.faults.items())]
        told = b'{"value":%b,"errors":%b}' % (told, orjson.dumps(faults))
    return InTurns([told], CREATED, media_type=JSON, headers=_FRESH)


def _fault(request: Request, place: int, error: FalajError) -> dict[str, Any]:
    return {
        "row": place,
        "code": getattr(error, "reason", error.slug),
        "message": error.text(language_of(request)),
    }


for _method, _handler in (("POST", post), ("PATCH", patch), ("PUT", put), ("DELETE", delete)):
    router.add_route(f"{ROOT}/{{path:path}}", _handler, methods=[_method], include_in_schema=False)
