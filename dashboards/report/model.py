"""What a report says of a place and a period, gathered from what the pages show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

import falaj_client as api
from citycore.errors import FalajError
from citycore.language import Language
from citycore.limits.model import Limit
from dashboards import city, client, limits, row, rules, time_line
from dashboards.alerts import model as alerts
from dashboards.answers import Claim
from dashboards.language import Words
from dashboards.model import Hour, ObservedProperty
from dashboards.overview import model as overview
from dashboards.overview.claims import claims_of as overview_claims
from dashboards.period import Period
from dashboards.report.errors import ReportRefused
from dashboards.report.settings import report_settings
from dashboards.row import View
from dashboards.sensors import model as sensors
from dashboards.state import State, checked

SETTINGS = report_settings()


@dataclass(frozen=True, slots=True)
class Report:
    """``hours`` are those of ``shown`` over the period, of ``series`` datastreams together; ``claims`` the answers of three pages."""

    claims: Sequence[Sequence[Claim]]
    overview: overview.Overview
    alerts: Sequence[api.Alert]
    raised_count: int
    silent: Sequence[sensors.Sensor]
    shown: ObservedProperty | None
    hours: Sequence[Hour]
    series: int
    limit: Limit | None
    #: What officers wrote about the place and the property; None where that could not be read.
    noted: time_line.Noted | None = None


def view_of(state: State, now: datetime) -> View:
    """What is asked for; :class:`ReportRefused` for a place or property that the hub does not know."""
    known = city.load()
    codes = ({one.code for one in rows} for rows in (known.places, known.properties, known.things))
    asked = checked(state, *codes)
    if asked.refused:
        said = ", ".join(f"{one.parameter}={one.value}" for one in asked.refused)
        raise ReportRefused(what=said)
    return row.view_of(state, Words(state.language), now, known, row.observed_here)


def gather(view: View) -> Report:
    """Everything that waits: the lists of the overview, presence, alerts of the period, and hours of one property."""
    seen, period = overview.load(view), view.period
    rows = rules.latest_of(view.city.latest, view.things)
    health = sensors.sensors_of(view.things, rows, client.presence(), view.now)
    raised = alerts.load(view)
    shown = view.city.property(view.observed_property)
    used = _series(view)
    # So many bounds, so many thresholds: of the table that judges its values, or else the first there is.
    known = seen.scene.limits_of(shown.code, shown.unit) if shown else []
    return Report(
        claims=[
            overview_claims(seen.state),
            alerts.claims_of(raised.open, view.now),
            sensors.claims_of(health),
        ],
        overview=seen,
        alerts=raised.open,
        raised_count=len(raised.raised),
        silent=sensors.shown(health, "silent"),
        shown=shown,
        hours=together([client.hours(number, period.start, period.end) for number in used], period),
        series=len(used),
        limit=limits.drawn_limit(known),
        noted=_noted(view),
    )


def _noted(view: View) -> time_line.Noted | None:
    try:
        concern = time_line.Concern(view.state.place, "", view.observed_property)
        return time_line.noted(concern, view.period.start, view.period.end)
    except FalajError:  # the report stands without
        return None


def _series(view: View) -> list[int]:
    """The datastreams of the property in the place, in the order of their numbers."""
    here = {one.code for one in view.things}
    found = (
        one.number
        for one in client.datastreams()
        if one.thing in here and one.observed_property == view.observed_property
    )
    return sorted(found)[: SETTINGS.datastreams_max]


def together(series: Sequence[Sequence[Hour]], period: Period) -> list[Hour]:
    """Of each hour in the period the median of those that have one."""
    told: dict[datetime, list[float]] = {}
    for hours in series:
        for hour in hours:
            if hour.mean is not None and period.start <= hour.bucket_start < period.end:
                told.setdefault(hour.bucket_start, []).append(hour.mean)
    return [Hour(moment, median(means)) for moment, means in sorted(told.items())]


def state_of(language: Language, place: str, observed_property: str, days: int) -> State:
    return State(language=language, place=place, observed_property=observed_property, days=days)
