"""``/docs/guide``: recipes that work as they stand, with names that exist on this hub."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from hub_api.developers.client_package.service import client_wheel
from hub_api.developers.documentation.examples import example_names
from hub_api.developers.guide.markdown import guide
from hub_api.serving.hub import HubHere
from hub_api.serving.pages.finished import PLACE, finished_answer
from hub_api.serving.pages.layout import HTML, base_url, page_fields, render
from hub_api.serving.parameters import NoParameters
from hub_api.serving.texts import TEXTS, language_of
from hub_api.standards.catalogue.routes import catalogue_of
from hub_api.standards.catalogue.schema_org import block, catalogue_itself

router = APIRouter(include_in_schema=False)
#: What the recipe of bulk files names while this hub has none.
NO_BULK_FILE = "/v1/bulk/muscat-sim/2026-11-24.parquet"


@router.get("/docs/guide")
async def show_guide(request: Request, hub: HubHere, _: NoParameters) -> Response:
    catalogue = await catalogue_of(request)
    language = language_of(request)
    names = {
        "bulk_file": NO_BULK_FILE,
        **await example_names(hub),
        "hub": PLACE,
        "client_wheel": client_wheel().path,
    }

    def make() -> str:
        chosen = guide(language)
        html = Markup(chosen.filled(names))  # noqa: S704  # our own text, and names that were escaped
        return render(
            request,
            "developers/guide/page.html",
            language,
            title=TEXTS.text("guide.title", language),
            here="guide",
            linked_data=block(catalogue_itself(catalogue.empty(PLACE), language)),
            sections=chosen.sections,
            guide=html,
        )

    copy = await hub.finished.copy(("guide", language, frozenset(names.items())), base_url(request), make)
    fields = page_fields(language, hub.settings.registry_cache_seconds)
    return finished_answer(request, copy, HTML, fields)
