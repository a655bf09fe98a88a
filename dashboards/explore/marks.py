"""What happened in a period: holidays, events, alerts, decisions, anomalies. Each kind can be switched on by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from citycore.clock import CITY_ZONE, day_end, day_start
from citycore.errors import FalajError
from dashboards.explore import client
from dashboards.explore.client import About
from dashboards.explore.settings import explore_settings
from dashboards.model import Name
from dashboards.period import Period

SETTINGS = explore_settings()
#: In the order in which they are drawn; weather is a chart of its own.
KINDS = ("calendar", "events", "alerts", "decisions", "anomalies")
WEATHER = "weather"
CHOICES = (*KINDS, WEATHER)


#: Of the calendar; terms of school are no events, and working days none of their own.
DAYS = frozenset({"holiday", "ramadan", "school_holiday", "other"})


@dataclass(frozen=True, slots=True)
class Mark:
    """``end`` is None for what happened at one instant."""

    kind: str
    start: datetime
    end: datetime | None
    name: Name


@dataclass(frozen=True, slots=True)
class Marks:
    """Oldest first. ``unread`` are the kinds that could not be read; ``left_out`` counts what is too much to draw, by kind."""

    marks: Sequence[Mark] = ()
    unread: tuple[str, ...] = ()
    left_out: int = 0
    calls: tuple[str, ...] = ()


def marks_of(kinds: Sequence[str], about: About) -> Marks:
    """What is chosen and overlaps the period. A kind that does not answer leaves the others."""
    found: list[Mark] = []
    unread, left_out, calls = [], 0, []
    for kind in KINDS:
        if kind in kinds:
            calls += client.mark_urls(kind, about)
            try:
                here = [one for one in ASKED[kind](about) if overlaps(one, about.period)]
            except FalajError:
                unread.append(kind)
                continue
            left_out += max(0, len(here) - SETTINGS.marks_max)
            found += sorted(here, key=lambda one: one.start)[-SETTINGS.marks_max :]
    return Marks(sorted(found, key=lambda one: one.start), tuple(unread), left_out, tuple(calls))


def overlaps(mark: Mark, period: Period) -> bool:
    return mark.start < period.end and (mark.end or mark.start + timedelta(microseconds=1)) > period.start


def _calendar(about: About) -> list[Mark]:
    days = [one for year in client.years(about.period) for one in client.calendar(year) if one.kind in DAYS]
    unique = {(one.kind, one.first_date, one.last_date, one.name): one for one in days}
    return [
        Mark("calendar", day_start(one.first_date, CITY_ZONE), day_end(one.last_date, CITY_ZONE), one.name)
        for one in unique.values()
    ]


def _events(_about: About) -> list[Mark]:
    found = []
    for one in client.hackathons():
        dates = [deadline.instant for deadline in one.deadlines]
        if dates:
            found.append(Mark("events", min(dates), max(dates), one.name))
    return found


def _alerts(about: About) -> list[Mark]:
    asked = client.alerts(about.place, about.period.start, about.period.end)
    return [
        Mark("alerts", one.raised_at, one.cleared_at or about.now, one.name)
        for one in asked
        if (not about.thing or one.thing == about.thing)
        and one.observed_property in {about.observed_property, None}
    ]


def _decisions(_about: About) -> list[Mark]:
    answered = [one for one in client.decisions() if one.answered_at is not None]
    return [Mark("decisions", one.answered_at, None, one.name) for one in answered if one.answered_at]


def _anomalies(about: About) -> list[Mark]:
    asked = client.anomalies(about.observed_property, about.place, about.period.start, about.period.end)
    return [
        Mark("anomalies", one.start, one.end or about.now, one.thing_name)
        for one in asked
        if not about.thing or one.thing == about.thing
    ]


ASKED: dict[str, Callable[[About], list[Mark]]] = {
    "calendar": _calendar,
    "events": _events,
    "alerts": _alerts,
    "decisions": _decisions,
    "anomalies": _anomalies,
}
