"""``/portal/governorates``: the map as a way in. ``/portal/governorates/{governorate}``: what there is in one of them."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from casework.governorates.model import Governorate
from casework.search.settings import FindSettings
from casework.workflow.errors import NoSuchObject
from citycore.store.queries import load_queries
from hub_api.programme.casework.search.finding import count_by_governorate, newest_there
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest
from hub_api.programme.outreach.ambassadors.words import shade_of, steps_to
from hub_api.serving.hub import HubHere
from programme.registry import NOUNS

router = APIRouter(prefix="/portal", include_in_schema=False)
QUERIES = load_queries("hub_api.programme.casework.governorates")
#: In this order, also where there is none yet; the text says when there will be one and what one can do, and where.
ALWAYS: Final = {
    "need": "/needs",
    "pilot": "/pilots",
    "hackathon": "/hackathons",
    "award": "/awards",
    "decision": "/decisions",
    "session": "/dialogue",
    "idea": "/ideas",
    "ambassador": "/ambassadors",
    "offering": "/offerings",
    "dataset": "/account/sources",
}
#: After these, where there are any; of places the map is enough.
OTHERS: Final = tuple(kind for kind in NOUNS.findables if kind not in {*ALWAYS, "place"})
#: What the map counts: things that people made or decided, and neither sensors nor places.
MAPPED: Final = frozenset(ALWAYS) - {"dataset"}


@router.get("/governorates")
async def governorates(request: CurrentRequest, hub: HubHere) -> Response:
    """How much there is in each, on the map and as a table."""
    counts = await count_by_governorate(hub.database)
    sums = {
        one: sum(number for kind, number in counts.get(one.value, {}).items() if kind in MAPPED)
        for one in Governorate
    }
    steps = steps_to(max(sums.values()))
    tiles = [(one, sums[one], shade_of(sums[one], steps)) for one in Governorate]
    in_order = sorted(Governorate, key=lambda one: one.label.text(request.language))
    return render_page(
        request,
        "casework/governorates/map.html",
        title=WORDS.text("governorates.title", request.language),
        here="governorates",
        tiles=tiles,
        steps=steps,
        table=[(one, counts.get(one.value, {})) for one in in_order],
        columns=[NOUNS.findables[kind] for kind in ("need", "award", "decision", "ambassador", "thing")],
        figure="{:,}".format,
    )


@router.get("/governorates/{governorate}")
async def show(request: CurrentRequest, hub: HubHere, governorate: str) -> Response:
    """The newest of each kind, how many there are, and where the rest is."""
    if governorate not in {one.value for one in Governorate}:
        raise NoSuchObject
    here, rows = Governorate(governorate), request.office.programme.of(FindSettings).governorate_rows_max
    parts = {
        findable.kind: (findable, number, hits)
        for findable, number, hits in await newest_there(hub.database, governorate, rows)
    }
    parameters = {"governorate": governorate}
    (voices,) = await hub.database.fetch(QUERIES["voices"], parameters, is_named=True)
    (reached,) = await hub.database.fetch(QUERIES["reached"], parameters, is_named=True)
    return render_page(
        request,
        "casework/governorates/one.html",
        title=here.label.text(request.language),
        here="governorates",
        governorate=here,
        parts=[(*parts[kind], path) for kind, path in ALWAYS.items()]
        + [(*parts[kind], "") for kind in OTHERS if parts[kind][1]],
        voices=voices,
        reached=reached,
        others=Governorate.choices(request.language),
        figure="{:,}".format,
    )
