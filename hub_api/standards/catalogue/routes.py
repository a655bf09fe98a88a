"""``/catalog``: what there is, as a page, DCAT-AP 3, Croissant and Data Package."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Depends, Request, Response
from starlette.exceptions import HTTPException

from hub_api.city.status.words import duration, written_time
from hub_api.serving.answers import JSON_OPTIONS, cache_for
from hub_api.serving.hub import HubHere
from hub_api.serving.pages.layout import base_url, page
from hub_api.serving.parameters import NoParameters
from hub_api.serving.texts import language_of
from hub_api.serving.validators import is_known, not_modified, weak_etag
from hub_api.standards.catalogue.croissant import croissant
from hub_api.standards.catalogue.datapackage import data_package
from hub_api.standards.catalogue.dcat import catalogue_graph, dataset_graph
from hub_api.standards.catalogue.forms import MEDIA_TYPES, Form, accepted_form
from hub_api.standards.catalogue.graph import Node, json_ld, turtle
from hub_api.standards.catalogue.model import Shelf
from hub_api.standards.catalogue.rules import ways
from hub_api.standards.catalogue.schema_org import block, data_catalogue, dataset_of
from hub_api.standards.catalogue.schemas import DatasetPath, FormQuery, PageQuery
from hub_api.standards.catalogue.service import Catalogue
from hub_api.standards.catalogue.texts import SAID, description_of, name_of, observed_names, provider_of
from hub_api.standards.catalogue.vocabulary import FORMAT_NAMES

router = APIRouter()
#: Paths that end with the form, as harvesters of other catalogues ask.
EXTENSIONS: Final[Mapping[str, Form]] = {"ttl": "turtle", "jsonld": "jsonld", "html": "html"}


class LinkedData(Response):
    """For the documentation."""

    media_type = MEDIA_TYPES["jsonld"]


LINKED: Mapping[str, Any] = {MEDIA_TYPES["jsonld"]: {"schema": {"type": "object"}}}
FORMS: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            **LINKED,
            **{MEDIA_TYPES[form]: {"schema": {"type": "string"}} for form in ("turtle", "html")},
        }
    }
}


async def catalogue_of(request: Request) -> Catalogue:
    catalogue: Catalogue = request.app.state.catalogue
    return catalogue


CatalogueHere = Annotated[Catalogue, Depends(catalogue_of)]


@router.get("/catalog", operation_id="catalogue", response_class=LinkedData, responses=FORMS)
@router.get("/catalog.{extension}", include_in_schema=False)
async def show_catalogue(
    request: Request, hub: HubHere, catalogue: CatalogueHere, query: PageQuery
) -> Response:
    form = _form(request, query.f)
    shelf = await catalogue.page(hub, base_url(request), query.after)
    if form == "html":
        return _page(request, hub, shelf, "page", data_catalogue)
    return await _described(request, hub, shelf, form, catalogue_graph)


@router.get(
    "/catalog/{dataset}", operation_id="catalogued_dataset", response_class=LinkedData, responses=FORMS
)
async def show_dataset(
    request: Request, hub: HubHere, catalogue: CatalogueHere, dataset: DatasetPath, query: FormQuery
) -> Response:
    form = _form(request, query.f)
    shelf = await catalogue.one(hub, base_url(request), dataset)
    if form == "html":
        return _page(request, hub, shelf, "dataset", dataset_of)
    return await _described(request, hub, shelf, form, dataset_graph)


@router.get(
    "/catalog/{dataset}/croissant.json",
    operation_id="croissant",
    response_class=LinkedData,
    responses={200: {"content": LINKED}},
)
async def show_croissant(
    request: Request, hub: HubHere, catalogue: CatalogueHere, dataset: DatasetPath, _: NoParameters
) -> Response:
    shelf = await catalogue.one(hub, base_url(request), dataset)
    return await _document(request, hub, shelf, "application/ld+json", lambda: _json(croissant(shelf)))


@router.get(
    "/catalog/{dataset}/datapackage.json",
    operation_id="data_package",
    responses={200: {"content": {"application/json": {"schema": {"type": "object"}}}}},
)
async def show_data_package(
    request: Request, hub: HubHere, catalogue: CatalogueHere, dataset: DatasetPath, _: NoParameters
) -> Response:
    shelf = await catalogue.one(hub, base_url(request), dataset)
    return await _document(request, hub, shelf, "application/json", lambda: _json(data_package(shelf)))


def _form(request: Request, f: Form | None) -> Form:
    extension = request.path_params.get("extension")
    if extension is None:
        return f or accepted_form(request.headers.get("accept", ""))
    if extension not in EXTENSIONS:
        raise HTTPException(404)
    return EXTENSIONS[extension]


async def _described(
    request: Request, hub: HubHere, shelf: Shelf, form: Form, graph: Callable[[Shelf], list[Node]]
) -> Response:
    def write() -> bytes:
        return turtle(graph(shelf)).encode() if form == "turtle" else _json(json_ld(graph(shelf)))

    return await _document(request, hub, shelf, MEDIA_TYPES[form], write)


async def _document(
    request: Request, hub: HubHere, shelf: Shelf, media_type: str, write: Callable[[], bytes]
) -> Response:
    """Written only for who does not have it yet."""
    path = request.url.path
    fields = {
        "ETag": weak_etag(media_type, path, repr(shelf)),
        "Cache-Control": cache_for(hub.settings.live_cache_seconds),
        "Vary": "Accept, Accept-Language",
        "Link": f'<{shelf.path}?f=html>; rel="alternate"; type="text/html", '
        '</.well-known/api-catalog>; rel="api-catalog"',
    }
    if is_known(request, fields["ETag"]):
        return not_modified(fields)
    # Off the event loop: a page with many files takes a tenth of a second.
    return Response(await asyncio.to_thread(write), media_type=media_type, headers=fields)


def _json(content: Mapping[str, Any]) -> bytes:
    return orjson.dumps(content, option=JSON_OPTIONS | orjson.OPT_INDENT_2)


def _page(
    request: Request,
    hub: HubHere,
    shelf: Shelf,
    template: str,
    linked: Callable[[Shelf, Any], dict[str, Any]],
) -> Response:
    language = language_of(request)
    title = (
        name_of(shelf.entries[0].dataset)[language]
        if template == "dataset"
        else SAID.text("page.title", language)
    )
    return page(
        request,
        f"standards/catalogue/{template}.html",
        title=title,
        here="catalogue",
        cache_seconds=hub.settings.live_cache_seconds,
        headers={"Vary": "Accept, Accept-Language"},
        linked_data=block(linked(shelf, language)),
        shelf=shelf,
        say=partial(_said, language),
        name_of=name_of,
        description_of=description_of,
        provider_of=provider_of,
        observed=lambda dataset: SAID.text("catalogue.comma", language).join(
            observed_names(dataset, language)
        ),
        ways=lambda entry: [way for way in ways(shelf.hub, entry.dataset, entry.files) if way.file is None],
        format_name=lambda name: FORMAT_NAMES.get(name, name),
        duration=partial(duration, language),
        local=partial(written_time, language),
    )


def _said(language: Any, key: str, **fields: object) -> str:
    return SAID.text(key, language, **fields)
