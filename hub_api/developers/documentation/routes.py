"""``/docs``, ``/openapi.json``, ``/asyncapi.json`` and ``/problems/…``; nothing here loads anything from elsewhere."""

from __future__ import annotations

import orjson
from fastapi import APIRouter, Request, Response

from citycore.language import Language
from hub_api.developers.documentation.examples import Names, example_names
from hub_api.developers.documentation.openapi import Json, base_document, describe
from hub_api.developers.documentation.page import shown_operations, shown_problems, shown_rules
from hub_api.developers.documentation.problems import DOCUMENTED
from hub_api.developers.documentation.topics import FORMAT_FILES, format_file, topics_document
from hub_api.serving.answers import JSON_OPTIONS, cache_for, json_answer
from hub_api.serving.errors import UnknownName
from hub_api.serving.hub import Hub, HubHere
from hub_api.serving.pages.finished import PLACE, finished_answer
from hub_api.serving.pages.layout import HTML, base_url, page, page_fields, render
from hub_api.serving.parameters import Name, NoParameters
from hub_api.serving.texts import TEXTS, language_of
from hub_api.standards.catalogue.routes import catalogue_of
from hub_api.standards.catalogue.schema_org import block, catalogue_itself

router = APIRouter(include_in_schema=False)


@router.get("/openapi.json")
async def openapi(request: Request, hub: HubHere, _: NoParameters) -> Response:
    language, names = language_of(request), await example_names(hub)

    def make() -> str:
        return orjson.dumps(_document(request, hub, language, names), option=JSON_OPTIONS).decode()

    copy = await hub.finished.copy(("openapi", language, frozenset(names.items())), "", make)
    headers = {"Cache-Control": cache_for(hub.settings.registry_cache_seconds)}
    return finished_answer(request, copy, "application/json", headers)


@router.get("/asyncapi.json")
async def asyncapi(request: Request, hub: HubHere, _: NoParameters) -> Response:
    document = topics_document(base_url(request), hub.settings.broker_url)
    return json_answer(document, cache_seconds=hub.settings.registry_cache_seconds)


@router.get("/docs/native-format.md")
@router.get("/docs/native-format.schema.json")
async def native_format(request: Request, hub: HubHere, _: NoParameters) -> Response:
    name = request.url.path.rpartition("/")[2]
    headers = {"Cache-Control": cache_for(hub.settings.registry_cache_seconds)}
    return Response(format_file(name), media_type=FORMAT_FILES[name], headers=headers)


@router.get("/docs")
async def docs(request: Request, hub: HubHere, _: NoParameters) -> Response:
    catalogue = await catalogue_of(request)
    language, names = language_of(request), await example_names(hub)

    def make() -> str:
        document = _document(request, hub, language, names)
        return render(
            request,
            "developers/documentation/page.html",
            language,
            title=TEXTS.text("docs.title", language),
            here="reference",
            linked_data=block(catalogue_itself(catalogue.empty(PLACE), language)),
            base_url=PLACE,
            description=document["info"]["description"],
            rules=shown_rules(language),
            operations=list(shown_operations(document, language)),
            problems=shown_problems(language),
        )

    key = ("docs", language, frozenset(names.items()))
    copy = await hub.finished.copy(key, base_url(request), make)
    fields = page_fields(language, hub.settings.registry_cache_seconds)
    return finished_answer(request, copy, HTML, fields)


@router.get("/problems/{code}")
async def problem(request: Request, hub: HubHere, code: Name, _: NoParameters) -> Response:
    slug = code.replace("-", "_")
    if slug not in DOCUMENTED:
        raise UnknownName("problem", code, [known.replace("_", "-") for known in DOCUMENTED])
    language = language_of(request)
    return page(
        request,
        "developers/documentation/problem.html",
        title=TEXTS.text(f"problem.{slug}.title", language),
        code=slug,
        cache_seconds=hub.settings.registry_cache_seconds,
        detail=TEXTS.text(f"problem.{slug}.detail", language),
    )


def _document(request: Request, hub: Hub, language: Language, names: Names) -> Json:
    return describe(base_document(request.app), language, names, hub.settings)
