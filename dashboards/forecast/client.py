"""What the page of forecasts asks beside the newest one: earlier issues, what came true, limits, and holidays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import streamlit as st

import falaj_client as api
from citycore.clock import CITY_ZONE
from citycore.language import Language
from citycore.limits.model import Limit
from dashboards.client import LIMITS, failures, hub, listed, shown_url
from dashboards.exceedance import Odds, odds_of
from dashboards.limits import OF_A_VALUE
from dashboards.model import Forecast, Hour, Name, forecast_of, hour_of
from dashboards.period import Period
from dashboards.soon import Soon, soon_of

#: What people do not work on; the other kinds of the calendar last for weeks.
HOLIDAY = "holiday"
#: Of which the API takes questions about the calendar.
YEARS = range(1970, 2100)


@dataclass(frozen=True, slots=True)
class Holiday:
    """Local days, both included; ``is_sure`` is False for what is estimated."""

    first: date
    last: date
    name: Name
    is_sure: bool


@st.cache_resource(ttl=LIMITS.registry_ttl_seconds, max_entries=LIMITS.cache_entries_max, show_spinner=False)
def issued_by(datastream: int, moment: datetime) -> Forecast | None:
    """The newest forecast that was issued by an instant, None if there was none yet."""
    with failures():
        found = hub().forecast(datastream=datastream, issued_by=moment)
        return None if found is None else forecast_of(found)


@st.cache_resource(ttl=LIMITS.registry_ttl_seconds, max_entries=4, show_spinner=False)
def skills() -> dict[int, float]:
    """By how much each newest forecast beats its baseline, by datastream; those without a test are not in it."""
    found = listed(lambda one: one, hub().forecasts())
    return {one.datastream: one.skill for one in found if one.skill is not None}


@st.cache_resource(ttl=LIMITS.history_ttl_seconds, max_entries=LIMITS.cache_entries_max, show_spinner=False)
def skill(datastream: int) -> list[api.ForecastSkill]:
    return listed(lambda one: one, hub().forecast_skill(datastream=datastream))


@st.cache_resource(ttl=LIMITS.registry_ttl_seconds, max_entries=LIMITS.cache_entries_max, show_spinner=False)
def exceedance(datastream: int, table: str) -> list[Odds]:
    """How probably the hours of the newest forecast exceed the limits of a table; empty for the API's own choice."""
    asked = hub().forecast_exceedance(datastream=datastream, limits=table or None)
    return [one for one in listed(odds_of, asked) if one is not None]


@st.cache_data(ttl=LIMITS.registry_ttl_seconds, max_entries=LIMITS.cache_entries_max, show_spinner=False)
def nowcast(datastream: int) -> Soon | None:
    """The next hours by the quarter; None where the datastream is not nowcast."""
    return next(iter(listed(soon_of, hub().nowcasts(datastream=datastream))), None)


@st.cache_data(ttl=LIMITS.registry_ttl_seconds, max_entries=LIMITS.cache_entries_max, show_spinner=False)
def quarters(datastream: int, start: datetime, end: datetime) -> list[Hour]:
    """The means of quarters of an hour that begin in ``[start, end)``."""
    return listed(hour_of, _quarters(datastream, start, end))


def _quarters(datastream: int, start: datetime, end: datetime) -> api.Listing[api.Statistics]:
    return hub().statistics(datastream=datastream, bucket="PT15M", start=start, end=end)


def nowcast_url(datastream: int) -> str:
    return shown_url(hub().nowcasts(datastream=datastream).url)


def quarters_url(datastream: int, start: datetime, end: datetime) -> str:
    return shown_url(_quarters(datastream, start, end).url)


def holidays(period: Period) -> list[Holiday]:
    """Those of Oman that lie in a period, at least in part; none of years that the calendar does not know."""
    if period.start.year < YEARS.start or period.end.year >= YEARS.stop:
        return []
    first, last = (moment.astimezone(CITY_ZONE).date() for moment in (period.start, period.end))
    years = range(first.year, min(last.year, first.year + LIMITS.period_days_max // 365) + 1)
    known = [one for year in years for one in _holidays(year)]
    return [one for one in dict.fromkeys(known) if one.first <= last and first <= one.last]


@st.cache_resource(ttl=LIMITS.history_ttl_seconds, max_entries=LIMITS.cache_entries_max, show_spinner=False)
def _holidays(year: int) -> list[Holiday]:
    found = listed(lambda one: one, hub().calendar_days(year=year, kind=HOLIDAY))
    return [Holiday(one.first_date, one.last_date, one.name, one.confirmed) for one in found]


def tables_for(observed_property: str, limits: Iterable[Limit]) -> Mapping[str, Mapping[Language, str]]:
    """The tables that limit a value of the property itself, with their names; hours are judged by no other."""
    return {
        one.origin.code: one.origin.name
        for one in limits
        if one.observed_property == observed_property and one.averaging in OF_A_VALUE
    }


def skill_url(datastream: int) -> str:
    return shown_url(hub().forecast_skill(datastream=datastream).url)


def exceedance_url(datastream: int, table: str) -> str:
    return shown_url(hub().forecast_exceedance(datastream=datastream, limits=table or None).url)


def issued_by_url(datastream: int, moment: datetime) -> str:
    return shown_url(hub().url(api.forecast_questions.forecast(datastream=datastream, issued_by=moment)))
