"""``/docs``, ``/openapi.json`` and ``/problems/…``; nothing here loads anything from elsewhere."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.responses import HTMLResponse, RedirectResponse

from citycore.language import Language
from hub_api.answers import json_answer
from hub_api.documentation.examples import example_names
from hub_api.documentation.openapi import Json, base_document, describe
from hub_api.documentation.page import docs_page, problem_page
from hub_api.errors import UnknownName
from hub_api.hub import Hub, HubHere
from hub_api.parameters import Name, NoParameters
from hub_api.problems import CODES
from hub_api.texts import language_of

router = APIRouter(include_in_schema=False)
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Vary": "Accept-Language",
}


@router.get("/")
async def root(_: NoParameters) -> Response:
    return RedirectResponse("/docs")


@router.get("/openapi.json")
async def openapi(request: Request, hub: HubHere, _: NoParameters) -> Response:
    document = await _document(request, hub, language_of(request))
    return json_answer(document, cache_seconds=hub.settings.registry_cache_seconds)


@router.get("/docs")
async def docs(request: Request, hub: HubHere, _: NoParameters) -> Response:
    language = language_of(request)
    document = await _document(request, hub, language)
    return HTMLResponse(docs_page(document, language, str(request.base_url)), headers=HEADERS)


@router.get("/problems/{code}")
async def problem(request: Request, code: Name, _: NoParameters) -> Response:
    slug = code.replace("-", "_")
    if slug not in CODES:
        raise UnknownName("problem", code, [known.replace("_", "-") for known in CODES])
    return HTMLResponse(problem_page(slug, language_of(request)), headers=HEADERS)


async def _document(request: Request, hub: Hub, language: Language) -> Json:
    names = await example_names(hub.database)
    return describe(base_document(request.app), language, names, hub.settings)
