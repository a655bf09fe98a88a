"""What happened in a period: holidays, events, alerts, decisions, anomalies, annotations. Each kind can be switched on by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import falaj_client as api
from citycore.clock import CITY_ZONE, day_end, day_start
from citycore.errors import FalajError
from citycore.language import LANGUAGES
from dashboards import time_line
from dashboards.explore import client
from dashboards.explore.client import About
from dashboards.explore.settings import explore_settings
from dashboards.language import Words
from dashboards.model import Name
from dashboards.period import Period

SETTINGS = explore_settings()
#: In the order in which they are drawn; weather is a chart of its own.
KINDS = ("calendar", "events", "alerts", "decisions", "anomalies", "annotations")
WEATHER, ANNOTATIONS = "weather", "annotations"
CHOICES = (*KINDS, WEATHER)


#: Of the calendar; terms of school are no events, and working days none of their own.
DAYS = frozenset({"holiday", "ramadan", "school_holiday", "other"})


@dataclass(frozen=True, slots=True)
class Mark:
    """``end`` is None for what happened at one instant. ``note`` is what is said of it besides, and as what by whom."""

    kind: str
    start: datetime
    end: datetime | None
    name: Name
    is_whole_days: bool = False
    note: Name | None = None


@dataclass(frozen=True, slots=True)
class Marks:
    """Oldest first. ``unread`` are the kinds that could not be read; ``left_out`` counts what is too much to draw, and is
    the least where it ``is_cut``.
    """

    marks: Sequence[Mark] = ()
    unread: tuple[str, ...] = ()
    left_out: int = 0
    is_cut: bool = False
    calls: tuple[str, ...] = ()


def marks_of(kinds: Sequence[str], about: About) -> Marks:
    """What is chosen and overlaps the period. A kind that does not answer leaves the others."""
    found: list[Mark] = []
    unread, left_out, is_cut, calls = [], 0, False, []
    for kind in KINDS:
        if kind in kinds:
            calls += client.mark_urls(kind, about)
            try:
                here = [one for one in ASKED[kind](about) if overlaps(one, about.period)]
            except FalajError:
                unread.append(kind)
                continue
            left_out += max(0, len(here) - SETTINGS.marks_max)
            if kind == ANNOTATIONS:
                unsaid = _noted(about)
                left_out, is_cut = left_out + unsaid.left_out, unsaid.is_cut
            found += sorted(here, key=lambda one: one.start)[-SETTINGS.marks_max :]
    return Marks(sorted(found, key=lambda one: one.start), tuple(unread), left_out, is_cut, tuple(calls))


def overlaps(mark: Mark, period: Period) -> bool:
    return mark.start < period.end and (mark.end or mark.start + timedelta(microseconds=1)) > period.start


def _calendar(about: About) -> list[Mark]:
    days = [one for year in client.years(about.period) for one in client.calendar(year) if one.kind in DAYS]
    unique = {(one.kind, one.first_date, one.last_date, one.name): one for one in days}
    return [
        Mark(
            "calendar",
            day_start(one.first_date, CITY_ZONE),
            day_end(one.last_date, CITY_ZONE),
            one.name,
            is_whole_days=True,
        )
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


def _noted(about: About) -> time_line.Noted:
    concern = time_line.Concern(about.place, about.thing, about.observed_property)
    return time_line.noted(concern, about.period.start, about.period.end)


def _annotations(about: About) -> list[Mark]:
    return [
        Mark(ANNOTATIONS, one.start, one.end, one.name, one.whole_days, _note_of(one))
        for one in _noted(about).found
    ]


def _note_of(one: api.Annotation) -> Name:
    """Its text, and as what it was written, in both languages."""
    said = {}
    for language in LANGUAGES:
        text = "" if one.text is None else f"{one.text.text(language)} · "
        said[language] = text + time_line.by_text(one, Words(language))
    return Name(en=said["en"], ar=said["ar"])


ASKED: dict[str, Callable[[About], list[Mark]]] = {
    "calendar": _calendar,
    "events": _events,
    "alerts": _alerts,
    "decisions": _decisions,
    "anomalies": _anomalies,
    ANNOTATIONS: _annotations,
}
