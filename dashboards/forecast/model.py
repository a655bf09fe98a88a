"""What comes next? One series with its forecast, and the claims of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import inf

import falaj_client as api
from citycore.errors import FalajError
from citycore.intervals import HOUR, floor_hour
from citycore.language import Language
from citycore.model import SourceKind
from dashboards import client
from dashboards.answers import Claim, Value
from dashboards.charts import Drawn
from dashboards.city import City
from dashboards.exceedance import JudgedForecast, judged
from dashboards.forecast import client as own
from dashboards.forecast import nowcast, past
from dashboards.model import Datastream, Forecast, Source
from dashboards.period import Period
from dashboards.row import Offer, View
from dashboards.rules import forecast_series, live_sources
from dashboards.settings import dashboard_settings
from dashboards.state import State
from dashboards.time_line import Concern, Noted, noted

LIMITS = dashboard_settings()
#: Traffic first: its week is what everybody knows.
PROPERTY_PREFERRED = "vehicle_flow"
FIRST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Shown:
    """A series with its forecast; ``stream`` is None where the hub has no series to show."""

    stream: Datastream | None = None
    source: Source | None = None
    forecast: Forecast | None = None
    drawn: JudgedForecast | None = None
    period: Period | None = None
    #: What was said a week before this forecast, and what came.
    past: past.Past | None = None
    skill: Sequence[api.ForecastSkill] = ()
    #: The next hours by the quarter, where they are nowcast.
    near: nowcast.Near | None = None
    holidays: Sequence[own.Holiday] = ()
    #: What officers wrote about it; None where that could not be read.
    noted: Noted | None = None
    #: Tables whose limits can judge this series, by code.
    tables: Mapping[str, Mapping[Language, str]] = field(default_factory=dict)
    calls: Sequence[str] = ()

    @property
    def kind(self) -> SourceKind:
        """Where it comes from: simulated beats what its source says."""
        if self.stream is not None and self.stream.simulated:
            return SourceKind.SIMULATED
        return SourceKind.DEVICE if self.source is None else self.source.kind


def offer(city: City, state: State) -> Offer:
    """Every series that has a forecast, or would have; the city's own before recordings."""
    known = series_in(city, state)
    properties = sorted({one.observed_property for one in known})
    live = live_sources(city.sources)
    own = sorted({one.observed_property for one in known if one.source in live}) or properties
    return Offer(
        {code: [one.thing for one in known if one.observed_property == code] for code in properties},
        PROPERTY_PREFERRED if PROPERTY_PREFERRED in own else next(iter(own), ""),
    )


def series_in(city: City, state: State) -> list[Datastream]:
    """Of a place, what stands there; of the whole city, recordings too. What has most to say stands first."""
    live = live_sources(city.sources)
    alarmed = {(one.thing, one.observed_property) for one in client.open_alerts()}
    known = telling_first(forecast_series(client.datastreams(), live), live, alarmed, own.skills())
    here = {one.code for one in city.things_in(state.place)}
    return [one for one in known if not state.place or one.thing in here]


def telling_first(
    known: Sequence[Datastream],
    live: frozenset[str],
    alarmed: Collection[tuple[str, str | None]],
    skills: Mapping[int, float],
) -> list[Datastream]:
    """The city before recordings, forecasts before none; then what an alert is open of, then what beats its baseline most."""

    def rank(one: Datastream) -> tuple[bool, bool, bool, float, str]:
        skill = skills.get(one.number, -inf)
        is_alarmed = (one.thing, one.observed_property) in alarmed
        return one.source not in live, not one.has_forecast, not is_alarmed, -skill, one.thing

    return sorted(known, key=rank)


def load(view: View) -> Shown:
    found = (
        one
        for one in series_in(view.city, view.state)
        if (one.observed_property, one.thing) == (view.observed_property, view.thing)
    )
    one = next(found, None)
    if one is None:
        return Shown()
    forecast = client.forecast(one.number)
    period = window(forecast, view)
    hours = client.hours(one.number, period.start, period.end)
    table = view.state.chosen("limits")
    odds = own.exceedance(one.number, table) if forecast else []
    drawn = judged(Drawn(hours, forecast, forecast.unit if forecast else one.unit), odds)
    calls = [client.forecast_url(one.number), client.hours_url(one.number, period.start, period.end)]
    calls += [own.exceedance_url(one.number, table)] if drawn.odds else []
    source = view.city.source(one.source)
    # A recording has the holidays of its own country, which nobody here knows.
    is_here = source is None or source.kind is not SourceKind.RECORDED
    end = max([period.end, *(step.phenomenon_time for step in (forecast.steps if forecast else ()))])
    return Shown(
        stream=one,
        source=source,
        forecast=forecast,
        drawn=drawn,
        period=period,
        past=None if forecast is None else past.load(one.number, forecast),
        skill=own.skill(one.number) if forecast else (),
        near=nowcast.load(one.number, view.now) if is_here else None,
        holidays=own.holidays(Period(period.start, end)) if is_here else (),
        noted=_noted(one, Period(period.start, end)),
        tables=own.tables_for(one.observed_property, client.known_limits().limits),
        calls=calls,
    )


def _noted(one: Datastream, period: Period) -> Noted | None:
    try:
        concern = Concern(one.place or "", one.thing, one.observed_property)
        return noted(concern, period.start, period.end)
    except FalajError:  # the forecast stands without
        return None


def window(forecast: Forecast | None, view: View) -> Period:
    """The observed hours to draw: own dates, or so many days before the forecast's start and what came true since."""
    state = view.state
    if state.dates is not None or forecast is None:
        return view.period
    days = timedelta(days=state.days)
    start = max(forecast.origin - FIRST, days) - days + FIRST
    reach = timedelta(hours=min(forecast.horizon_hours, LIMITS.forecast_hours_max))
    # Of differences, since either sum may lie beyond the calendar.
    ahead = max(timedelta(), min(reach, floor_hour(view.now) + HOUR - forecast.origin))
    return Period(start, forecast.origin + ahead)


def claims_of(shown: Shown, view: View) -> list[Claim]:
    """How far the median goes, and when; or that there is no forecast yet."""
    one, forecast = shown.stream, shown.forecast
    if one is None:
        return [Claim("forecast.none_here")]
    if forecast is None or not forecast.steps:
        return [Claim("forecast.not_yet", {"thing": one.thing_name})]
    ordered = sorted(forecast.steps, key=lambda step: step.median)
    named = view.city.property(one.observed_property)
    claim = Claim(
        "forecast.range",
        {
            "thing": one.thing_name,
            "property": named.name if named else "none",
            "low": Value(ordered[0].median, forecast.unit),
            "high": Value(ordered[-1].median, forecast.unit),
            "peak": ordered[-1].phenomenon_time,
        },
    )
    return [claim, *past.claims_of(shown.past)]
