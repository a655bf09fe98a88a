"""``/about``, ``/help``, ``/contact``, ``/privacy``, ``/accessibility``, ``/terms``, and whom to tell of faults of security."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from markupsafe import Markup
from starlette.exceptions import HTTPException

from citycore.store.queries import load_queries
from hub_api.serving.hub import HubHere
from hub_api.serving.operator.settings import operator
from hub_api.serving.operator.texts import PAGES, rendered, security_text, shipped
from hub_api.serving.pages.layout import base_url, page
from hub_api.serving.parameters import NoParameters
from hub_api.serving.texts import TEXTS, language_of

QUERIES = load_queries("hub_api.serving.operator")
router = APIRouter(include_in_schema=False)


async def show_text(request: Request, hub: HubHere, _: NoParameters) -> Response:
    name, language = request.url.path.strip("/"), language_of(request)
    written = await hub.database.fetch(QUERIES["written"], {"name": name, "language": language})
    text = written[0][0] if written else shipped(name, language, operator())
    return page(
        request,
        "serving/operator/page.html",
        title=TEXTS.text(f"operator.{name}", language),
        cache_seconds=int(hub.settings.registry_cache_seconds),
        # Rendered from Markdown in which HTML is text.
        body=Markup(rendered(text, language, operator())),  # noqa: S704
    )


@router.get("/.well-known/security.txt")
async def show_security(request: Request, hub: HubHere, _: NoParameters) -> Response:
    text = security_text(operator(), f"{base_url(request)}{request.url.path}", hub.clock())
    if text is None:
        raise HTTPException(404)
    fields = {"Cache-Control": f"public, max-age={int(hub.settings.registry_cache_seconds)}"}
    return Response(text, media_type="text/plain", headers=fields)


for each in PAGES:
    router.add_api_route(f"/{each}", show_text, methods=["GET"])
