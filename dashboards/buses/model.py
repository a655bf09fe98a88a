"""Adherence of buses to their schedule by line and hour of the day, and the claims about it. Pure but for :func:`load`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Self

import falaj_client as api
from citycore.clock import CITY_ZONE, day_end, day_start
from citycore.errors import FalajError
from dashboards.answers import Claim, Counted, Field, Share
from dashboards.buses import client as own
from dashboards.buses.announced import holding
from dashboards.model import Name
from dashboards.row import View

#: A line is called the worst, and an hour of the day is drawn, only with at least so many stops seen.
OBSERVED_MIN = 20
#: Whole service days before today, and as many before these.
WEEK = 7
Line = tuple[str, str]
Bounds = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Adherence:
    """Adherence to the schedule: sums over scheduled stops, so that a line counts by the stops that were seen of it."""

    scheduled: int = 0
    observed: int = 0
    cancelled: int = 0
    trips: int = 0
    trips_seen: int = 0
    on_time: float = 0.0
    early: float = 0.0
    late: float = 0.0
    lateness_seconds: float = 0.0

    @classmethod
    def of(cls, rows: Iterable[api.TransportPerformance]) -> Self:
        every = list(rows)

        def weighed(number: Callable[[api.TransportPerformance], float | None]) -> float:
            return sum((number(one) or 0.0) * one.observed_count for one in every)

        return cls(
            scheduled=sum(one.scheduled_count for one in every),
            observed=sum(one.observed_count for one in every),
            cancelled=sum(one.cancelled_count for one in every),
            trips=sum(one.trip_count for one in every),
            trips_seen=sum(one.trip_count - one.missed_trip_count for one in every),
            on_time=weighed(lambda one: one.on_time_share),
            early=weighed(lambda one: one.early_share),
            late=weighed(lambda one: one.late_share),
            lateness_seconds=weighed(lambda one: one.mean_lateness_seconds),
        )

    def share(self, count: float) -> float | None:
        """The share of a count among the stops that were seen; None where none was seen."""
        return count / self.observed if self.observed else None

    @property
    def on_time_share(self) -> float | None:
        return self.share(self.on_time)

    @property
    def observed_share(self) -> float | None:
        return self.observed / self.scheduled if self.scheduled else None

    @property
    def mean_lateness_seconds(self) -> float | None:
        return self.share(self.lateness_seconds)


@dataclass(frozen=True, slots=True)
class Spans:
    """Today as far as it has gone, the whole days before it, and as many before these."""

    today: Adherence
    week: Adherence
    before: Adherence

    @property
    def shown(self) -> Adherence:
        """The week; today while the week has nothing."""
        return self.week if self.week.scheduled else self.today


@dataclass(frozen=True, slots=True)
class Buses:
    """``lines`` are those of a schedule or of the figures, the worst first; ``hours`` those of the day in Muscat.

    ``is_week`` says whether lines and hours are those of the week, or of today while there is nothing before.
    ``ended`` is the last day of a schedule that is over, by source.
    """

    every: Spans
    lines: Mapping[Line, Spans]
    names: Mapping[Line, Name]
    hours: Mapping[int, Adherence]
    is_week: bool
    #: What counted as on time, at most so early and so late in seconds, the newest first; None where it is not stated.
    bounds: Sequence[Bounds | None]
    #: Service days of the week on which any bus was seen.
    days_seen: int
    has_schedule: bool
    ended: Mapping[str, date]
    simulated: bool
    #: What operators announce and what holds now; None where it could not be read.
    announced: Sequence[api.TransportServiceAlert] | None = ()


@dataclass(frozen=True, slots=True)
class Days:
    """Midnights in Muscat between the service days that are read: those of the week before, of the week and of today."""

    before: datetime
    week: datetime
    today: datetime
    end: datetime


def days_of(now: datetime) -> Days:
    today = now.astimezone(CITY_ZONE).date()

    def back(days: int) -> datetime:
        return day_start(today - timedelta(days=days), CITY_ZONE)

    return Days(back(2 * WEEK), back(WEEK), back(0), day_end(today, CITY_ZONE))


def load(view: View) -> Buses:
    days = days_of(view.now)
    routes, rows = own.routes(), own.performance("P1D", days.before, days.end)
    start, end = hours_window(rows, view.now)
    found = buses_of(routes, rows, own.performance("PT1H", start, end), view.now)
    return replace(found, announced=_announced(view.now))


def _announced(now: datetime) -> list[api.TransportServiceAlert] | None:
    """What does not answer is said; the page stands without it."""
    try:
        return holding(own.service_alerts(), now)
    except FalajError:
        return None


def hours_window(rows: Iterable[api.TransportPerformance], now: datetime) -> tuple[datetime, datetime]:
    """The hours that are drawn: of the week, or of today while the week has nothing."""
    days, today = days_of(now), now.astimezone(CITY_ZONE).date()
    is_week = any(today - timedelta(days=WEEK) <= one.service_date < today for one in rows)
    return (days.week, days.today) if is_week else (days.today, days.end)


def buses_of(
    routes: Sequence[api.TransportRoute],
    days: Sequence[api.TransportPerformance],
    hours: Sequence[api.TransportPerformance],
    now: datetime,
) -> Buses:
    today = now.astimezone(CITY_ZONE).date()
    by_line: dict[Line, list[api.TransportPerformance]] = {(one.source, one.route): [] for one in routes}
    names = {(one.source, one.route): line_name(one.route, one.short_name, one.name) for one in routes}
    for row in days:
        line = (row.source, row.route)
        by_line.setdefault(line, []).append(row)
        names.setdefault(line, line_name(row.route, row.short_name, row.name))
    by_hour: dict[int, list[api.TransportPerformance]] = {}
    for row in hours:
        by_hour.setdefault(row.start.astimezone(CITY_ZONE).hour, []).append(row)
    every = spans_of(days, today)
    lines = {line: spans_of(rows, today) for line, rows in by_line.items()}
    last = {one.source: max(x.valid_until for x in routes if x.source == one.source) for one in routes}
    return Buses(
        every=every,
        lines=dict(sorted(lines.items(), key=lambda pair: (_rank(pair[1].shown), pair[0]))),
        names=names,
        hours={hour: Adherence.of(rows) for hour, rows in sorted(by_hour.items())},
        is_week=every.week.scheduled > 0,
        bounds=bounds_of(days),
        days_seen=len(
            {
                row.service_date
                for row in days
                if row.observed_count and 1 <= (today - row.service_date).days <= WEEK
            }
        ),
        has_schedule=bool(routes),
        ended={source: day for source, day in last.items() if day < today},
        simulated=any(one.simulated for one in routes) or any(one.simulated for one in days),
    )


def bounds_of(days: Iterable[api.TransportPerformance]) -> list[Bounds | None]:
    newest_first = sorted(
        (one for one in days if one.observed_count), key=lambda one: one.start, reverse=True
    )
    return list(dict.fromkeys(_bounds(one) for one in newest_first))


def _bounds(one: api.TransportPerformance) -> Bounds | None:
    early, late = one.early_seconds_max, one.late_seconds_max
    return None if early is None or late is None else (early, late)


def line_name(route: str, short: str | None, name: api.Name | None) -> Name:
    """As a stop has it: the number, and where it goes."""
    number = short or route
    if name is None:
        return Name(number, number)
    return Name(
        *(text if number in text.split() else f"{number} {text}".strip() for text in (name.en, name.ar))
    )


def spans_of(rows: Sequence[api.TransportPerformance], today: date) -> Spans:
    def between(first: int, last: int) -> Adherence:
        return Adherence.of(one for one in rows if first <= (today - one.service_date).days <= last)

    return Spans(between(0, 0), between(1, WEEK), between(WEEK + 1, 2 * WEEK))


def _rank(adherence: Adherence) -> tuple[bool, float]:
    """The least on time first; of what nothing was seen last."""
    share = adherence.on_time_share
    return share is None, 0.0 if share is None else share


def claims_of(data: Buses) -> list[Claim]:
    """How much is on time today and in the week, how that was the week before, and the worst line."""
    every = data.every
    if not data.has_schedule and not every.shown.scheduled:
        return [Claim("buses.no_schedule")]
    if not (every.today.observed or every.week.observed):
        return [Claim("buses.unseen_at_all" if every.shown.scheduled else "buses.nothing_due")]
    return [*_today(every.today), *_week(every), *_worst(data)]


def _today(today: Adherence) -> list[Claim]:
    if (share := today.on_time_share) is not None:
        return [Claim("buses.today", {"share": Share(share)})]
    return [Claim("buses.today_unseen" if today.scheduled else "buses.today_nothing_due")]


def _week(every: Spans) -> list[Claim]:
    """The week, and by how many points of a hundred it differs from the one before."""
    share, before = every.week.on_time_share, every.before.on_time_share
    if share is None:
        return [Claim("buses.week_unseen")]
    claims = [Claim("buses.week", {"share": Share(share)})]
    if before is None:
        return [*claims, Claim("buses.before_unknown")]
    points = round(share * 100) - round(before * 100)
    if points == 0:
        return [*claims, Claim("buses.before_same")]
    fields: dict[str, Field] = {"points": Counted("buses.points", abs(points)), "share": Share(before)}
    return [*claims, Claim("buses.more_than_before" if points > 0 else "buses.fewer_than_before", fields)]


def _worst(data: Buses) -> list[Claim]:
    """The line least on time, where there are several of which enough was seen."""
    known = [
        (line, share)
        for line, spans in data.lines.items()
        if spans.shown.observed >= OBSERVED_MIN and (share := spans.shown.on_time_share) is not None
    ]
    if len(known) < 2:
        return []
    line, share = min(known, key=lambda pair: pair[1])
    key = "buses.worst" if data.is_week else "buses.worst_today"
    return [Claim(key, {"line": data.names[line], "share": Share(share)})]


def unseen(data: Buses) -> list[Line]:
    """Lines with a schedule in the days shown, of which no bus was seen."""
    return [line for line, one in data.lines.items() if one.shown.scheduled and not one.shown.observed]
