"""What the page proposes to whoever has arranged nothing yet. Pure."""

from __future__ import annotations

from dashboards.arranging import TILE, Draft, Origin, is_known, piece_of
from dashboards.city import City
from dashboards.overview.adding import AIR
from dashboards.settings import dashboard_settings
from dashboards.state import State

FIRST = dashboard_settings().property_first


def proposal(draft: Draft, city: City) -> Draft:
    """The air, the traffic and the alerts of all of the city; of what nothing here observes, nothing."""
    here = {code for thing in city.things_in("") for code in thing.observed_properties}
    figures = [f"{TILE}{code}" for code in (FIRST, "vehicle_flow") if code in here]
    pages = [("overview", f"{TILE}{AIR}"), *(("overview", one) for one in figures)]
    pages += [("overview", f"latest-{FIRST}")] if FIRST in here else []
    for page, figure in (*pages, ("alerts", "alerts-by-day")):
        pinned = {"property": FIRST} if page == "overview" else {}
        piece = piece_of(Origin(page, State(days=28), figure), pinned)
        assert is_known(piece), figure
        draft = draft if draft.is_full else draft.with_piece(piece)
    return draft
