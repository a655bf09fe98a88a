"""Lines over a period, from roll-ups: which buckets, what they say of a thing or a place, and what days lie above a limit. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import fmean
from typing import Literal, NamedTuple, get_args

from citycore.clock import CITY_ZONE, day_end, day_start
from citycore.limits.model import Limit
from dashboards.explore.settings import explore_settings
from dashboards.limits import OF_MEANS, level
from dashboards.model import Name
from dashboards.period import BACK, Comparison, Period

SETTINGS = explore_settings()
Bucket = Literal["PT1H", "P1D", "P1M"]
BUCKETS: tuple[Bucket, ...] = get_args(Bucket)
#: The length of each; a month has at least so much, so that a period never has more buckets than are counted.
LENGTHS = {"PT1H": timedelta(hours=1), "P1D": timedelta(days=1), "P1M": timedelta(days=28)}
#: Means of a day are held against limits of a day.
OF_A_DAY = frozenset({"PT24H", "P1D"})


class Row(NamedTuple):
    """What is kept of a roll-up: an answer has thousands. ``mean`` is None without usable values."""

    thing: str
    bucket_start: datetime
    mean: float | None
    completeness: float | None


@dataclass(frozen=True, slots=True)
class Subject:
    """What a line is of: one thing, or the mean of the things of a place. ``place`` is empty for the whole city."""

    name: Name
    things: frozenset[str]
    place: str = ""
    datastream: int | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """A bucket that begins at ``time``; ``mean`` is None without usable values."""

    time: datetime
    mean: float | None


@dataclass(frozen=True, slots=True)
class Line:
    """``points`` keep their own times; ``back`` says of which earlier period they are, None for the one chosen."""

    subject: Subject
    points: Sequence[Point]
    back: Comparison | None = None

    @property
    def means(self) -> list[float]:
        return [one.mean for one in self.points if one.mean is not None]

    @property
    def mean(self) -> float | None:
        means = self.means
        return fmean(means) if means else None

    def shifted(self, one: Point) -> datetime:
        """When a point stands on the axis of the chosen period."""
        return one.time if self.back is None else one.time + BACK[self.back]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A thing or a place over the period. ``coverage`` is from 0 to 1, None where nobody knows how much there should be."""

    code: str
    name: Name
    mean: float
    coverage: float | None
    days_above: int | None
    day_count: int
    thing_count: int


def bucket_for(period: Period, per_bucket: int, rows_max: int) -> Bucket:
    """The shortest bucket with which there are no more rows than wanted, with so many rows ``per_bucket``; else months."""
    span = period.end - period.start
    fitting = (one for one in BUCKETS if span / LENGTHS[one] * per_bucket <= rows_max)
    return next(fitting, "P1M")


def bucket_count(period: Period, bucket: Bucket, now: datetime) -> int:
    """How many whole buckets begin in the period and are over by now, at least one. Days and months are local."""
    until = min(period.end, now)
    if bucket == "PT1H":
        return max(1, int((until - period.start) / LENGTHS[bucket]))
    first, last = (at.astimezone(CITY_ZONE).date() for at in (period.start, until))
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    begun = [day for day in days if period.start <= day_start(day, CITY_ZONE) < until]
    if bucket == "P1D":
        return max(1, sum(day_end(day, CITY_ZONE) <= until for day in begun))
    return max(1, sum(day.day == 1 and _month_end(day) <= until for day in begun))


def _month_end(first: date) -> datetime:
    """When the month that begins on a day is over."""
    after = (first + timedelta(days=31)).replace(day=1)
    return day_start(after, CITY_ZONE)


def points_of(rows: Iterable[Row], things: frozenset[str] | None = None) -> list[Point]:
    """The mean of each bucket over the things, oldest first; of one datastream alone for None."""
    found: dict[datetime, list[float]] = defaultdict(list)
    for row in rows:
        if things is None or row.thing in things:
            here = found[row.bucket_start]
            if row.mean is not None:
                here.append(row.mean)
    return [Point(time, fmean(means) if means else None) for time, means in sorted(found.items())]


def days_of(points: Sequence[Point], bucket: Bucket) -> dict[date, float]:
    """The mean of each local day with enough of its hours; nothing of months."""
    found: dict[date, list[float]] = defaultdict(list)
    for one in points:
        if one.mean is not None and bucket != "P1M":
            found[one.time.astimezone(CITY_ZONE).date()].append(one.mean)
    least = SETTINGS.day_hours_min if bucket == "PT1H" else 1
    return {day: fmean(means) for day, means in found.items() if len(means) >= least}


def day_limit(limits: Iterable[Limit]) -> Limit | None:
    """The one that a mean of a day is held against."""
    return next((one for one in limits if one.averaging in OF_A_DAY and one.statistic in OF_MEANS), None)


def days_above(days: Mapping[date, float], unit: str, limit: Limit) -> int:
    """How many days lie above the best level of the limit."""
    best = limit.bands[0].level.rank
    levels = [level(mean, unit, limit) for mean in days.values()]
    return sum(one is not None and one.rank > best for one in levels)


@dataclass(frozen=True, slots=True)
class Scale:
    """What a ranking is measured by: buckets, of which so many are ``expected`` of each thing, and the limit of a day in a unit."""

    bucket: Bucket
    expected: int
    limit: Limit | None
    unit: str


def ranking(
    rows: Sequence[Row], groups: Mapping[str, tuple[Name, frozenset[str]]], scale: Scale
) -> list[Ranked]:
    """The groups of things by their mean, the highest first; a group is one thing, or those of a place."""
    by_thing: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_thing[row.thing].append(row)
    found = []
    for code, (name, things) in groups.items():
        here = [row for thing in things for row in by_thing.get(thing, ())]
        points = points_of(here)
        means = [one.mean for one in points if one.mean is not None]
        if means:
            days = days_of(points, scale.bucket)
            above = None if scale.limit is None else days_above(days, scale.unit, scale.limit)
            found.append(
                Ranked(
                    code,
                    name,
                    fmean(means),
                    coverage(here, scale.expected * len(things)),
                    above,
                    len(days),
                    len(things),
                )
            )
    return sorted(found, key=lambda one: (-one.mean, one.code))


def coverage(rows: Iterable[Row], expected: int) -> float | None:
    """Which part of the expected values is there: buckets count as complete as they are, those that lack not at all."""
    if not expected:
        return None
    parts = (1.0 if one.completeness is None else one.completeness for one in rows if one.mean is not None)
    return min(1.0, sum(parts) / expected)
