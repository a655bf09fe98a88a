"""``/.well-known/api-catalog``, ``/robots.txt``, ``/sitemap.xml`` and ``/llms.txt``."""

from __future__ import annotations

import orjson
from fastapi import APIRouter, Request, Response

from hub_api.serving.answers import cache_for
from hub_api.serving.hub import HubHere
from hub_api.serving.pages.layout import base_url
from hub_api.serving.parameters import NoParameters
from hub_api.serving.texts import language_of
from hub_api.standards.catalogue.finding import LINK_SET, api_catalogue, for_language_models, robots, sitemap
from hub_api.standards.catalogue.repository import fetch_codes
from hub_api.standards.catalogue.routes import CatalogueHere

router = APIRouter(include_in_schema=False)


@router.get("/.well-known/api-catalog")
async def show_api_catalogue(
    request: Request, hub: HubHere, catalogue: CatalogueHere, _: NoParameters
) -> Response:
    content = orjson.dumps(api_catalogue(catalogue.empty(base_url(request))), option=orjson.OPT_INDENT_2)
    return _answer(hub, content, LINK_SET, {"Link": f'<{request.url.path}>; rel="api-catalog"'})


@router.get("/robots.txt")
async def show_robots(request: Request, hub: HubHere, catalogue: CatalogueHere, _: NoParameters) -> Response:
    return _answer(hub, robots(base_url(request), catalogue.services).encode(), "text/plain")


@router.get("/sitemap.xml")
async def show_sitemap(request: Request, hub: HubHere, catalogue: CatalogueHere, _: NoParameters) -> Response:
    codes = await fetch_codes(hub.database, None, catalogue.settings.sitemap_datasets_max)
    return _answer(hub, sitemap(base_url(request), codes).encode(), "application/xml")


@router.get("/llms.txt")
async def show_text(request: Request, hub: HubHere, catalogue: CatalogueHere, _: NoParameters) -> Response:
    text = for_language_models(catalogue.empty(base_url(request)), language_of(request))
    return _answer(hub, text.encode(), "text/markdown", {"Vary": "Accept-Language"})


def _answer(hub: HubHere, content: bytes, media_type: str, fields: dict[str, str] | None = None) -> Response:
    fields = {"Cache-Control": cache_for(hub.settings.registry_cache_seconds), **(fields or {})}
    return Response(content, media_type=media_type, headers=fields)
