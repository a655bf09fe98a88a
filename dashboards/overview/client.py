"""What the overview asks beside the shared lists: nowcasts, of which it keeps only what it shows."""

from __future__ import annotations

from datetime import datetime, timedelta

import streamlit as st

import falaj_client as api
from dashboards.client import LIMITS, hasty_hub, hub, listed, shown_url
from dashboards.soon import Ahead, Way, ahead_of, soon_of


@st.cache_data(ttl=LIMITS.registry_ttl_seconds, max_entries=LIMITS.cache_entries_max, show_spinner=False)
def ahead(observed_property: str, way: Way, places: frozenset[str], _now: datetime) -> Ahead | None:
    """Where a property comes to most, or least, in the next hours of all that is nowcast in places (none: everywhere)."""
    found = listed(soon_of, _nowcasts(hasty_hub(), observed_property, places))
    here = [one for one in found if not places or one.place in places]
    return ahead_of(here, way, _now, timedelta(hours=LIMITS.soon_hours))


def nowcasts_url(observed_property: str, places: frozenset[str]) -> str:
    return shown_url(_nowcasts(hub(), observed_property, places).url)


def _nowcasts(asked: api.Client, observed_property: str, places: frozenset[str]) -> api.Listing[api.Nowcast]:
    """The API knows one place at a time, without those inside it."""
    place = next(iter(places)) if len(places) == 1 else None
    return asked.nowcasts(observed_property=observed_property, place=place)
