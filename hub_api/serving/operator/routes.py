"""``/about``, ``/help``, ``/contact``, ``/privacy`` and ``/terms``."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from hub_api.serving.hub import HubHere
from hub_api.serving.operator.settings import operator
from hub_api.serving.operator.texts import PAGES, html_of
from hub_api.serving.pages.layout import page
from hub_api.serving.parameters import NoParameters
from hub_api.serving.texts import TEXTS, language_of

router = APIRouter(include_in_schema=False)


async def show_text(request: Request, hub: HubHere, _: NoParameters) -> Response:
    name, language = request.url.path.strip("/"), language_of(request)
    return page(
        request,
        "serving/operator/page.html",
        title=TEXTS.text(f"operator.{name}", language),
        cache_seconds=int(hub.settings.registry_cache_seconds),
        # Rendered from Markdown in which HTML is text.
        body=Markup(html_of(name, language, operator())),  # noqa: S704
    )


for each in PAGES:
    router.add_api_route(f"/{each}", show_text, methods=["GET"])
