"""What Explore asks beside the shared lists: buckets over a period, and what happened in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import streamlit as st

import falaj_client as api
from citycore.clock import CITY_ZONE
from dashboards import time_line
from dashboards.client import LIMITS, hub, listed, shown_url
from dashboards.explore.lines import Row
from dashboards.explore.settings import explore_settings
from dashboards.model import drawable
from dashboards.period import Period

Element = TypeVar("Element")
SETTINGS = explore_settings()
#: The API's rows a page.
PAGE_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class About:
    """What happened where and when. ``thing`` is empty where a line is of a place; an empty ``place`` is the city."""

    period: Period
    observed_property: str
    place: str
    thing: str
    now: datetime


@st.cache_resource(ttl=LIMITS.history_ttl_seconds, max_entries=SETTINGS.cached_max, show_spinner=False)
def series(datastream: int, bucket: str, start: datetime, end: datetime) -> list[Row]:
    """The roll-ups of one datastream that begin in ``[start, end)``."""
    return listed(_row, _series(datastream, bucket, start, end))


@st.cache_resource(ttl=LIMITS.history_ttl_seconds, max_entries=SETTINGS.cached_max, show_spinner=False)
def rows(observed_property: str, place: str, bucket: str, start: datetime, end: datetime) -> list[Row]:
    """The roll-ups of everything that observes a property in a place; an empty place is the whole hub."""
    return listed(_row, _rows(observed_property, place, bucket, start, end))


@st.cache_resource(ttl=LIMITS.registry_ttl_seconds, max_entries=LIMITS.cache_entries_max, show_spinner=False)
def calendar(year: int) -> list[api.CalendarDays]:
    return listed(_same, hub().calendar_days(year=year))


@st.cache_resource(ttl=LIMITS.registry_ttl_seconds, max_entries=4, show_spinner=False)
def hackathons() -> list[api.Hackathon]:
    return listed(_same, hub().hackathons())


@st.cache_resource(ttl=LIMITS.registry_ttl_seconds, max_entries=4, show_spinner=False)
def decisions() -> list[api.Decision]:
    return listed(_same, hub().decisions())


@st.cache_resource(ttl=LIMITS.history_ttl_seconds, max_entries=LIMITS.cache_entries_max, show_spinner=False)
def alerts(place: str, start: datetime, end: datetime) -> list[api.Alert]:
    return listed(_same, _alerts(place, start, end))


@st.cache_resource(ttl=LIMITS.history_ttl_seconds, max_entries=LIMITS.cache_entries_max, show_spinner=False)
def anomalies(observed_property: str, place: str, start: datetime, end: datetime) -> list[api.Anomaly]:
    return listed(_same, _anomalies(observed_property, place, start, end))


def years(period: Period) -> range:
    """The local years that a period touches."""
    return range(
        period.start.astimezone(CITY_ZONE).year,
        (period.end - timedelta(microseconds=1)).astimezone(CITY_ZONE).year + 1,
    )


def mark_urls(kind: str, about: About) -> list[str]:
    """The calls behind one kind of what happened."""
    period, place = about.period, about.place
    urls = {
        "calendar": lambda: [hub().calendar_days(year=year).url for year in years(period)],
        "events": lambda: [hub().hackathons().url],
        "alerts": lambda: [_alerts(place, period.start, period.end).url],
        "decisions": lambda: [hub().decisions().url],
        "annotations": lambda: [
            time_line.noted_url(time_line.Concern(place, about.thing, about.observed_property), period)
        ],
        "anomalies": lambda: [_anomalies(about.observed_property, place, period.start, period.end).url],
    }
    return [shown_url(url) for url in urls[kind]()]


def series_url(datastream: int, bucket: str, start: datetime, end: datetime) -> str:
    return shown_url(_series(datastream, bucket, start, end).url)


def rows_url(observed_property: str, place: str, bucket: str, start: datetime, end: datetime) -> str:
    return shown_url(_rows(observed_property, place, bucket, start, end).url)


def _alerts(place: str, start: datetime, end: datetime) -> api.Listing[api.Alert]:
    return hub().alerts(place=place or None, start=start, end=end)


def _anomalies(
    observed_property: str, place: str, start: datetime, end: datetime
) -> api.Listing[api.Anomaly]:
    return hub().anomalies(observed_property=observed_property, place=place or None, start=start, end=end)


def _row(one: api.Statistics) -> Row:
    return Row(one.thing or "", one.bucket_start, drawable(one.mean), one.completeness)


def _same(element: Element) -> Element:
    return element


def _series(datastream: int, bucket: str, start: datetime, end: datetime) -> api.Listing[api.Statistics]:
    return hub().statistics(datastream=datastream, bucket=bucket, start=start, end=end)


def _rows(
    observed_property: str, place: str, bucket: str, start: datetime, end: datetime
) -> api.Listing[api.Statistics]:
    return hub().statistics(
        observed_property=observed_property,
        place=place or None,
        bucket=bucket,
        start=start,
        end=end,
        limit=PAGE_ROWS,
    )
