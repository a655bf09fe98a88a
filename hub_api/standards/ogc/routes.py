"""``/ogc``: landing page, conformance, definition, collections, queryables and schemas."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from hub_api.city.status.words import local_time
from hub_api.serving.hub import Hub, HubHere
from hub_api.serving.texts import language_of
from hub_api.standards.ogc.answers import bytes_answer, chosen_format, json_answer, page_answer, text_of
from hub_api.standards.ogc.documents import (
    CONFORMANCE,
    collection_document,
    landing,
    schema_document,
)
from hub_api.standards.ogc.environmental_data import routes as environmental_data
from hub_api.standards.ogc.environmental_data.description import parameter_names
from hub_api.standards.ogc.environmental_data.service import known_stations
from hub_api.standards.ogc.features import routes as features
from hub_api.standards.ogc.features.model import COLLECTIONS, Collection
from hub_api.standards.ogc.features.routes import CollectionPath, GivenQuery, known_collection
from hub_api.standards.ogc.features.service import extent_of
from hub_api.standards.ogc.links import HTML, JSON, OPENAPI, SCHEMA, address, alternates, root_of
from hub_api.standards.ogc.openapi import openapi_document
from hub_api.standards.ogc.parameters import check_names
from hub_api.standards.ogc.state import ogc_of

router = APIRouter(include_in_schema=False)
FORMATS: Mapping[str, str] = {"json": JSON, "html": HTML}


@router.get("/ogc")
@router.get("/ogc/")
async def show_landing(request: Request, hub: HubHere, _: GivenQuery) -> Response:
    """Where everything begins."""
    check_names(dict(request.query_params), ())
    chosen, text, root = chosen_format(request, FORMATS), text_of(language_of(request)), root_of(request)
    titled = [(name, kind, text("link.landing")) for name, kind in FORMATS.items()]
    document = landing(root, text, alternates(request, chosen, titled))
    seconds = hub.settings.registry_cache_seconds
    if chosen == "html":
        return page_answer(request, "landing", document["title"], seconds, document=document, address=root)
    return json_answer(request, document, seconds)


@router.get("/ogc/conformance")
async def show_conformance(request: Request, hub: HubHere, _: GivenQuery) -> Response:
    """What this interface keeps."""
    check_names(dict(request.query_params), ())
    seconds = hub.settings.registry_cache_seconds
    if chosen_format(request, FORMATS) == "html":
        text = text_of(language_of(request))
        return page_answer(
            request,
            "list",
            text("link.conformance"),
            seconds,
            rows=[(one, "") for one in CONFORMANCE],
            intro=text("page.conformance"),
        )
    return json_answer(request, {"conformsTo": CONFORMANCE}, seconds)


@router.get("/ogc/api")
async def show_definition(request: Request, hub: HubHere, _: GivenQuery) -> Response:
    """OpenAPI 3.0, or the same as a list for people."""
    check_names(dict(request.query_params), ())
    language, ogc, seconds = language_of(request), ogc_of(request), hub.settings.registry_cache_seconds
    text, root = text_of(language), root_of(request)
    key = (language, root)
    body = ogc.documents.recall(key)
    if body is None:
        parameters = (await known_stations(hub, ogc))[1]
        document = openapi_document(root, text, ogc.settings, sorted(parameters))
        body = orjson.dumps(document)
        ogc.documents.keep(key, body, seconds)
    if chosen_format(request, {"json": OPENAPI, "html": HTML}) == "html":
        paths = orjson.loads(body)["paths"]
        rows = [(path, operations["get"]["summary"]) for path, operations in paths.items()]
        return page_answer(
            request,
            "list",
            text("link.service_doc"),
            seconds,
            rows=rows,
            intro=text("page.api", address=root),
        )
    return bytes_answer(request, body, OPENAPI, seconds)


@router.get("/ogc/collections")
async def list_collections(request: Request, hub: HubHere, _: GivenQuery) -> Response:
    """All collections."""
    check_names(dict(request.query_params), ())
    chosen, text = chosen_format(request, FORMATS), text_of(language_of(request))
    documents = [await _document(request, hub, one) for one in COLLECTIONS.values()]
    seconds = hub.settings.registry_cache_seconds
    if chosen == "html":
        return page_answer(request, "collections", text("link.collections"), seconds, collections=documents)
    titled = [(name, kind, text("link.collections")) for name, kind in FORMATS.items()]
    links = alternates(request, chosen, titled)
    return json_answer(request, {"links": links, "collections": documents}, seconds)


@router.get("/ogc/collections/{collection}")
async def show_collection(
    request: Request, hub: HubHere, collection: CollectionPath, _: GivenQuery
) -> Response:
    """One collection."""
    known = known_collection(collection)
    check_names(dict(request.query_params), ())
    chosen, text = chosen_format(request, FORMATS), text_of(language_of(request))
    document, seconds = await _document(request, hub, known), hub.settings.registry_cache_seconds
    if chosen == "html":
        queryables = schema_document("", known, text, "queryables")["properties"]
        return page_answer(
            request,
            "collection",
            document["title"],
            seconds,
            collection=document,
            period=_period(document["extent"]),
            queryables=queryables,
        )
    return json_answer(request, document, seconds)


def _period(extent: Mapping[str, Any]) -> tuple[str, str] | None:
    """From when to when, as people here read it; two dots for an open side."""
    if "temporal" not in extent:
        return None
    first, last = (
        ".." if text is None else local_time(datetime.fromisoformat(text))
        for text in extent["temporal"]["interval"][0]
    )
    return first, last


@router.get("/ogc/collections/{collection}/queryables")
async def show_queryables(
    request: Request, hub: HubHere, collection: CollectionPath, _: GivenQuery
) -> Response:
    """What a filter may name."""
    return _schema(request, hub, collection, "queryables")


@router.get("/ogc/collections/{collection}/schema")
async def show_schema(request: Request, hub: HubHere, collection: CollectionPath, _: GivenQuery) -> Response:
    """What features have."""
    return _schema(request, hub, collection, "schema")


def _schema(request: Request, hub: Hub, collection: str, kind: str) -> Response:
    known = known_collection(collection)
    check_names(dict(request.query_params), ())
    chosen_format(request, {"json": SCHEMA})
    here = address(root_of(request), "collections", known.name, kind)
    document = schema_document(here, known, text_of(language_of(request)), kind)
    return json_answer(request, document, hub.settings.registry_cache_seconds, SCHEMA)


async def _document(request: Request, hub: Hub, collection: Collection) -> dict[str, Any]:
    ogc, language = ogc_of(request), language_of(request)
    parameters: dict[str, Any] = {}
    if collection.is_observations:
        _, known = await known_stations(hub, ogc)
        parameters = parameter_names(known.values(), language)
    extent = await extent_of(hub, ogc, collection)
    return collection_document(root_of(request), collection, extent, text_of(language), parameters)


router.routes += [*environmental_data.router.routes, *features.router.routes]
