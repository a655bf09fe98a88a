"""``/sta/v1.1``: OGC SensorThings 1.1, reading.

Its paths and options have a grammar of their own, so the routes are plain ones: one for the root, one for all that is behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from citycore.language import Language, catalogue
from hub_api.serving.hub import Hub
from hub_api.serving.kinds import status_of
from hub_api.serving.pages.layout import base_url
from hub_api.serving.problems import Finding
from hub_api.serving.slow import slow
from hub_api.serving.texts import language_of
from hub_api.serving.turns import InTurns
from hub_api.standards.sensorthings.budget import Budget
from hub_api.standards.sensorthings.columns import dumped, quality_word
from hub_api.standards.sensorthings.conformance import CONFORMANCE, MQTT
from hub_api.standards.sensorthings.errors import (
    PACKAGE,
    NothingThere,
    OptionUnsupported,
    RequestInvalid,
    StillSearching,
)
from hub_api.standards.sensorthings.formats import WRITERS
from hub_api.standards.sensorthings.model import COLLECTIONS, ID_NAMES, ROOT
from hub_api.standards.sensorthings.mqtt.settings import MqttSettings
from hub_api.standards.sensorthings.resources import Resource, resource_of
from hub_api.standards.sensorthings.service import Collection, Reader
from hub_api.standards.sensorthings.settings import SensorThingsSettings
from hub_api.standards.sensorthings.shaping import Document
from hub_api.standards.sensorthings.syntax.options import Options, parse_query
from hub_api.standards.sensorthings.syntax.paths import parse_path

JSON = "application/json"
#: The standard knows one status for what cannot be read.
STATUS = {422: 400, 413: 400}
#: Of a page, and of an answer without one from which a client can go on.
NEXT_LINK = "@iot.nextLink"
SOON_SECONDS = 1
NO_CONTENT = 204
NOT_IMPLEMENTED = 501

router = APIRouter()


def sensorthings_shape(request: Request, finding: Finding, language: Language) -> Response:
    """How the standard's services say what went wrong."""
    unsupported = finding.code == OptionUnsupported.slug
    status = NOT_IMPLEMENTED if unsupported else STATUS.get(finding.status, finding.status)
    detail = finding.detail
    if finding.code == "method_not_allowed":  # elsewhere the hub is only read
        detail = catalogue(PACKAGE).text("nothing.wrong_method", language, method=request.method)
    onward = {name: value for name, value in finding.more.items() if name == NEXT_LINK}
    body = {"code": status, "type": "error", "message": detail, **onward}
    headers = {"Content-Language": language, "Vary": "Accept-Language", "Cache-Control": "no-store"}
    return Response(dumped(body), status, media_type=JSON, headers={**headers, **finding.headers})


@dataclass(frozen=True, slots=True)
class Counted:
    """Under which path the hub's metrics count a request; there are as many as entities."""

    path: str


def settings_of(request: Request) -> SensorThingsSettings:
    settings: SensorThingsSettings = request.app.state.sensorthings
    return settings


def root_url(request: Request) -> str:
    """Where the client reaches the service."""
    return base_url(request) + ROOT


async def show_methods(_: Request) -> Response:
    """What can be asked of any address; the paths themselves are not looked at."""
    return Response(status_code=204, headers={"Allow": "GET, HEAD, OPTIONS, POST, PATCH, PUT, DELETE"})


async def show_root(request: Request) -> Response:
    """The collections, and what the service can do."""
    root = root_url(request)
    request.scope["route"] = Counted(ROOT)
    body = {
        "value": [{"name": name, "url": f"{root}/{name}"} for name in COLLECTIONS],
        "serverSettings": _server_settings(request),
    }
    return _answer(dumped(body), JSON)


def _server_settings(request: Request) -> dict[str, object]:
    """What the service passes; of MQTT where its endpoint is, as the standard wants it by requirement class."""
    endpoint: MqttSettings = request.app.state.sensorthings_endpoint.settings
    if not request.app.state.sensorthings_endpoint.is_on:
        return {"conformance": list(CONFORMANCE)}
    where = {"endpoints": [endpoint.url or f"mqtt://{request.url.hostname}:{endpoint.port}"]}
    return {"conformance": [*CONFORMANCE, *MQTT], **dict.fromkeys(MQTT, where)}


@slow
async def show(request: Request) -> Response:
    """Whatever a path behind the root names."""
    try:
        return await _named(request)
    except StillSearching as error:
        return _onward(request, error)


def _onward(request: Request, error: StillSearching) -> Response:
    """Where a search goes on that has found nothing yet: an empty page would say that there is nothing."""
    language = language_of(request)
    headers = {"Link": f'<{error.link}>; rel="next"', "Retry-After": str(SOON_SECONDS)}
    finding = Finding(status_of(error), error.slug, error.text(language), {NEXT_LINK: error.link}, headers)
    return sensorthings_shape(request, finding, language)


async def _named(request: Request) -> Response:
    settings = settings_of(request)
    hub: Hub = request.app.state.hub
    path: str = request.path_params["path"]
    if not path.strip("/"):
        return await show_root(request)
    resource = resource_of(parse_path(path, settings))
    request.scope["route"] = Counted(f"{ROOT}/{resource.entity.collection}")
    options = parse_query(request.url.query, settings)
    reader = Reader(hub, settings, root_url(request), path, hub.clock(), request.app.state.sensorthings_older)
    if resource.tail:
        return await _property(reader, resource, options)
    if resource.ending is not None:
        return await _ending(reader, resource, options)
    if resource.is_collection:
        page = await reader.collection(resource, options)
        return await _written(page, options, reader)
    return await _entity(reader, resource, options)


async def _ending(reader: Reader, resource: Resource, options: Options) -> Response:
    if resource.ending == "count":
        return _answer(str(await reader.count(resource, options)).encode(), "text/plain; charset=utf-8")
    return await _references(reader, resource, options)


async def _written(page: Collection, options: Options, reader: Reader) -> Response:
    parts, media_type = await WRITERS[options.result_format](page, Budget(reader.settings))
    return _answer(parts, media_type)


async def _entity(reader: Reader, resource: Resource, options: Options) -> Response:
    _check_single(options)
    found = await reader.entity(resource, options)
    if options.result_format in ("GeoJSON", "CSV"):
        return await _written(found, options, reader)
    return _answer(found.entities[0], JSON)


async def _references(reader: Reader, resource: Resource, options: Options) -> Response:
    """Only where the entities are."""
    for name in ("select", "expand"):
        if getattr(options, name):
            raise RequestInvalid(f"${name}", "not_with_ref")
    only = Options(
        filter=options.filter,
        select=(("@iot.selfLink",),),
        order=options.order,
        top=options.top,
        skip=options.skip,
        after=options.after,
        count=options.count,
        written=options.written,
    )
    if not resource.is_collection:
        found = await reader.entity(resource, Options(select=(("@iot.selfLink",),)))
        return _answer(found.entities[0], JSON)
    return await _written(await reader.collection(resource, only), only, reader)


async def _property(reader: Reader, resource: Resource, options: Options) -> Response:
    """One property of an entity, or what is within it; with ``$value`` as it is, without an object around it."""
    if options.written:
        raise RequestInvalid(options.written[0][0], "not_of_property")
    name, *within = resource.tail
    selected = "@iot.id" if name in ID_NAMES else name
    found = await reader.entity(resource, Options(select=((selected,),)))
    value: Any = found.documents[0].get(selected)
    for key in within:
        value = _inner(value, key, resource)
    if value is None:
        return Response(None, NO_CONTENT, headers=_fresh())
    if resource.ending == "value":
        if name == "resultQuality" and not within:
            value = quality_word(value)
        if isinstance(value, str):
            return _answer(value.encode(), "text/plain; charset=utf-8")
        body = dumped(value)
        is_plain = not isinstance(value, (dict, list))
        text = body.strip(b'"') if is_plain else body
        return _answer(text, "text/plain; charset=utf-8" if is_plain else JSON)
    # As it stands in the path, ``coordinates[0]`` included.
    written = reader.path.strip("/").rpartition("/")[2]
    document: Document = {written: value}
    return _answer(dumped(document), JSON)


def _inner(value: Any, key: str, resource: Resource) -> Any:
    if isinstance(value, dict) and key in value:
        return value[key]
    if isinstance(value, list) and key.isascii() and key.isdigit() and int(key) < len(value):
        return value[int(key)]
    raise NothingThere("nothing_within", piece=key, path="/".join(resource.tail))


def _check_single(options: Options) -> None:
    """What has no meaning for a single entity, and would be taken for an answer to it."""
    for name, value in (
        ("$filter", options.filter),
        ("$orderby", options.order or None),
        ("$top", options.top),
        ("$skip", options.skip),
        ("$skiptoken", options.after),
        ("$count", options.count),
    ):
        if value is not None:
            raise RequestInvalid(name, "not_of_entity")
    if options.result_format == "dataArray":
        raise RequestInvalid("$resultFormat", "only_observations")


def _fresh() -> dict[str, str]:
    """Whoever writes reads what was written."""
    return {"Cache-Control": "no-cache"}


def _answer(body: bytes | list[bytes], media_type: str, headers: dict[str, str] | None = None) -> Response:
    parts = [body] if isinstance(body, bytes) else body
    return InTurns(parts, media_type=media_type, headers={**_fresh(), **(headers or {})})


router.add_route(ROOT, show_root, methods=["GET"], include_in_schema=False)
router.add_route(ROOT, show_methods, methods=["OPTIONS"], include_in_schema=False)
router.add_route(f"{ROOT}/{{path:path}}", show_methods, methods=["OPTIONS"], include_in_schema=False)
router.add_route(f"{ROOT}/{{path:path}}", show, methods=["GET"], include_in_schema=False)
