"""What the map asks beside the shared lists: one hour of everything, in one call each."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

import falaj_client as api
from citycore.intervals import HOUR
from dashboards.client import LIMITS, hub, listed, shown_url
from dashboards.map.settings import map_settings


@st.cache_resource(
    ttl=LIMITS.history_ttl_seconds, max_entries=map_settings().hours_cached_max, show_spinner=False
)
def hour_of(observed_property: str, start: datetime) -> list[api.Statistics]:
    """The roll-up of one hour of everything that observes a property."""
    return listed(lambda one: one, _hour(observed_property, start))


@st.cache_resource(
    ttl=LIMITS.history_ttl_seconds, max_entries=map_settings().hours_cached_max, show_spinner=False
)
def air_of(start: datetime) -> list[api.AirQuality]:
    """The air-quality index of every thing that was the newest when this hour ended."""
    return listed(lambda one: one, _air(start + HOUR))


def hour_url(observed_property: str, start: datetime) -> str:
    return shown_url(_hour(observed_property, start).url)


def air_url(start: datetime | None) -> str:
    return shown_url(_air(None if start is None else start + HOUR).url)


def _hour(observed_property: str, start: datetime) -> api.Listing[api.Statistics]:
    return hub().statistics(observed_property=observed_property, start=start, end=start + HOUR)


def _air(at: datetime | None) -> api.Listing[api.AirQuality]:
    return hub().air_quality(index=LIMITS.air_quality_index, at=at)
