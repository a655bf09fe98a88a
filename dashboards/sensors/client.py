"""What the hub knows of its sensors beside their values: gaps, days, flags, and what became of everything it received."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import streamlit as st

import falaj_client as api
from dashboards.client import LIMITS, failures, hub, listed, shown_url
from dashboards.sensors.settings import sensor_settings
from falaj_client.parsing import Json, parse_instant

SETTINGS = sensor_settings()


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """Messages that nobody could read or take, and that wait for a decision."""

    open_count: int
    counted_at: datetime | None


@st.cache_resource(ttl=LIMITS.history_ttl_seconds, max_entries=LIMITS.cache_entries_max, show_spinner=False)
def gaps(datastream: int, start: datetime, end: datetime) -> list[api.DatastreamGap]:
    return listed(lambda one: one, hub().gaps(datastream, start=start, end=end))


@st.cache_resource(ttl=LIMITS.history_ttl_seconds, max_entries=LIMITS.cache_entries_max, show_spinner=False)
def days(thing: str, start: datetime, end: datetime) -> list[api.Statistics]:
    """The local days of everything that a thing measures."""
    return listed(lambda one: one, hub().statistics(thing=thing, bucket="P1D", start=start, end=end))


@st.cache_resource(ttl=LIMITS.history_ttl_seconds, max_entries=LIMITS.cache_entries_max, show_spinner=False)
def flags(datastream: int, start: datetime, end: datetime) -> list[api.ObservationFlag]:
    """The oldest first, at most ``flags_max``."""
    asked = hub().flags(datastream, start=start, end=end, limit=SETTINGS.flags_max)
    return listed(lambda one: one, asked)


@st.cache_resource(ttl=LIMITS.live_ttl_seconds, max_entries=4, show_spinner=False)
def ledger() -> api.Ledger:
    with failures():
        return hub().ledger()


@st.cache_resource(ttl=LIMITS.live_ttl_seconds, max_entries=4, show_spinner=False)
def dead_letters() -> DeadLetters | None:
    """What everybody may know of them; None while the hub itself does not know."""
    question = api.questions.One(path="/v1/status", parse=_dead_letters)
    with failures():
        return hub().run(hub().core.one(question))


def _dead_letters(answer: Json) -> DeadLetters | None:
    told = answer["data"]["dead_letters"]
    if told is None:
        return None
    counted_at = told["counted_at"]
    return DeadLetters(int(told["open_count"]), None if counted_at is None else parse_instant(counted_at))


def gaps_url(datastream: int, start: datetime, end: datetime) -> str:
    return shown_url(hub().gaps(datastream, start=start, end=end).url)


def days_url(thing: str, start: datetime, end: datetime) -> str:
    return shown_url(hub().statistics(thing=thing, bucket="P1D", start=start, end=end).url)


def flags_url(datastream: int, start: datetime, end: datetime) -> str:
    return shown_url(hub().flags(datastream, start=start, end=end).url)


def ledger_urls() -> list[str]:
    client = hub()
    return [
        shown_url(client.url(api.questions.ledger())),
        shown_url(client.core.address("/v1/status", ())),
    ]
