"""What was, and how does it compare? What the page shows, and what its first sentence claims. Pure but for :func:`load`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from citycore.clock import CITY_ZONE
from citycore.errors import FalajError
from citycore.limits.model import Limit
from dashboards import client as hub
from dashboards import limits
from dashboards.answers import Claim, Counted, Field, Texts, Value
from dashboards.explore import client
from dashboards.explore.asked import kinds_of, periods_of, subjects_of
from dashboards.explore.client import About
from dashboards.explore.lines import (
    Bucket,
    Line,
    Point,
    Ranked,
    Scale,
    Subject,
    bucket_count,
    bucket_for,
    day_limit,
    days_above,
    days_of,
    points_of,
    ranking,
)
from dashboards.explore.marks import WEATHER, Marks, marks_of
from dashboards.explore.settings import explore_settings
from dashboards.model import Datastream, Name
from dashboards.period import Period, earlier
from dashboards.row import View

SETTINGS = explore_settings()
#: What is drawn as weather, the first that the place observes two of.
WEATHER_PROPERTIES = ("air_temperature", "wind_speed")
PLACES, THINGS = "places", "things"
NO_MARKS = Marks()


@dataclass(frozen=True, slots=True)
class Weather:
    """One property of the weather where the first line is."""

    code: str
    unit: str
    line: Line
    calls: Sequence[str]


@dataclass(frozen=True, slots=True)
class Explored:
    """``lines`` are empty where nothing observes the property. ``before`` is the mean of the period before the one chosen."""

    lines: Sequence[Line] = ()
    unit: str = ""
    bucket: Bucket = "PT1H"
    coverage: float | None = None
    before: float | None = None
    limit: Limit | None = None
    days_above: int | None = None
    day_count: int = 0
    marks: Marks = NO_MARKS
    weather: Sequence[Weather] = ()
    simulated: bool = False
    calls: Sequence[str] = ()
    #: Keys of texts on what is not as it was asked for.
    unread: tuple[str, ...] = ()


def load(view: View) -> Explored:
    known = hub.datastreams()
    subjects = subjects_of(view, known)
    if not subjects or not any(one.things for one in subjects):
        return Explored()
    earlier_ones = periods_of(view.state)
    unread = ["explore.one_or_other"] if len(subjects) > 1 and earlier_ones else []
    backs = [None, *(earlier_ones if len(subjects) == 1 else [])][: SETTINGS.lines_max]
    count = len(subjects) * len(backs)
    most = max(len(one.things) for one in subjects)
    # As long as the chart wants it, or as the answers of the API do.
    bucket = max(
        bucket_for(view.period, count, SETTINGS.points_max),
        bucket_for(view.period, most, SETTINGS.rows_max),
        key=("PT1H", "P1D", "P1M").index,
    )
    asked = _Asked(view.observed_property, bucket, [])
    if count == 1:
        lines, before = _with_before(view, subjects[0], asked)
    else:
        before, lines = (
            None,
            [
                Line(one, asked.points(one, earlier(view.period, back) if back else view.period), back)
                for one in subjects
                for back in backs
            ],
        )
    unit = _unit(view, known)
    limit, missing = _limit(view, unit)
    days = days_of(lines[0].points, bucket) if len(subjects) == 1 else days_of(_highest(lines).points, bucket)
    kinds = kinds_of(view.state)
    of = subjects[0]
    thing = next(iter(of.things)) if of.datastream is not None else ""
    marks = marks_of(kinds, About(view.period, view.observed_property, of.place, thing, view.now))
    return Explored(
        lines=lines,
        unit=unit,
        bucket=bucket,
        coverage=next((_covered(line, bucket, view) for line in lines), None),
        before=before,
        limit=limit,
        days_above=None if limit is None or not days else days_above(days, unit, limit),
        day_count=len(days),
        marks=marks,
        weather=_weather(view, of, bucket) if WEATHER in kinds else (),
        simulated=any(one.simulated for one in known if any(one.thing in sub.things for sub in subjects)),
        calls=asked.calls,
        unread=(*unread, *missing, *(f"explore.unread_{kind}" for kind in marks.unread)),
    )


@dataclass(slots=True)
class _Asked:
    """Questions of one property with one bucket, and their addresses."""

    observed_property: str
    bucket: Bucket
    calls: list[str]

    def points(self, subject: Subject, period: Period, since: datetime | None = None) -> list[Point]:
        """Those of a period, and where ``since`` says so of the time before; the address is that of the period."""
        start = since or period.start
        if subject.datastream is not None:
            of = (subject.datastream, self.bucket)
            self.calls.append(client.series_url(*of, period.start, period.end))
            return points_of(client.series(*of, start, period.end))
        about = (self.observed_property, subject.place, self.bucket)
        self.calls.append(client.rows_url(*about, period.start, period.end))
        return points_of(client.rows(*about, start, period.end), subject.things)


def _with_before(view: View, subject: Subject, asked: _Asked) -> tuple[list[Line], float | None]:
    """A line that is compared with nothing, and the mean of the time before, as long as the period: by one question."""
    start, end = view.period.start, view.period.end
    points = asked.points(subject, view.period, start - (end - start))
    line = Line(subject, [one for one in points if one.time >= start])
    return [line], Line(subject, [one for one in points if one.time < start]).mean


def _unit(view: View, known: Sequence[Datastream]) -> str:
    things = {one.thing: one.unit for one in known if one.observed_property == view.observed_property}
    named = view.city.property(view.observed_property)
    return things.get(view.thing) or (named.unit if named else "")


def _limit(view: View, unit: str) -> tuple[Limit | None, list[str]]:
    try:
        known = hub.known_limits()
    except FalajError:
        return None, ["limits.unavailable"]
    last = (view.period.end - timedelta(microseconds=1)).astimezone(CITY_ZONE).date()
    return day_limit(limits.of_property(known, view.observed_property, unit, last)), []


def _highest(lines: Sequence[Line]) -> Line:
    return max(lines, key=lambda one: float("-inf") if one.mean is None else one.mean)


def _covered(line: Line, bucket: Bucket, view: View) -> float:
    """Which part of the buckets that are over has values."""
    return min(1.0, len(line.means) / bucket_count(view.period, bucket, view.now))


@dataclass(frozen=True, slots=True)
class Ranking:
    """Districts, or the things of a place, the highest first; ``rows`` are empty where there are less than two."""

    rows: Sequence[Ranked] = ()
    by: str = THINGS
    calls: Sequence[str] = ()


def load_ranking(data: Explored, view: View) -> Ranking:
    """The districts of the city, or the things of the place that was chosen. The longest answer of the page: asked when the rest stands."""
    if not data.lines:
        return Ranking()
    here = [one for one in view.things if view.observed_property in one.observed_properties]
    groups: dict[str, tuple[Name, frozenset[str]]] = {}
    by = THINGS
    if not view.state.place:
        for place in view.city.places:
            things = frozenset(one.code for one in here if one.place == place.code)
            if things:
                groups[place.code] = (place.name, things)
        by = PLACES if len(groups) > 1 else THINGS
    if by == THINGS:
        groups = {one.code: (one.name, frozenset([one.code])) for one in here}
    if len(groups) < 2:
        return Ranking()
    bucket = bucket_for(view.period, len(here), SETTINGS.rows_max)
    about = (view.observed_property, view.state.place, bucket, view.period.start, view.period.end)
    rows = client.rows(*about)
    expected = bucket_count(view.period, bucket, view.now)
    found = ranking(rows, groups, Scale(bucket, expected, data.limit, data.unit))
    return Ranking(found, by, [client.rows_url(*about)])


def _weather(view: View, of: Subject, bucket: Bucket) -> list[Weather]:
    """Means over the place of the first line, of what is observed there."""
    found = []
    for code in WEATHER_PROPERTIES:
        things = frozenset(
            one.code for one in view.city.things_in(of.place) if code in one.observed_properties
        )
        known = view.city.property(code)
        if things and known is not None and code != view.observed_property:
            subject = Subject(of.name, things, of.place)
            asked = _Asked(code, bucket, [])
            line = Line(subject, asked.points(subject, view.period))
            if line.means:
                found.append(Weather(code, known.unit, line, asked.calls))
    return found


def claims_of(data: Explored, view: View) -> list[Claim]:
    """The mean of the period, what it is compared with, and the days above the limit."""
    if not data.lines:
        return [Claim("answer.nothing_to_show")]
    first, named = data.lines[0], view.city.property(view.observed_property)
    name = named.name if named else "none"
    if first.back is None and len({one.subject for one in data.lines}) > 1:
        return _places(data, name)
    return [*_one(data, name), *_days(data, {})] if first.mean is not None else _one(data, name)


def _days(data: Explored, where: Mapping[str, Field]) -> list[Claim]:
    """On how many days the limit was exceeded; ``where`` names the place that is meant, where there are several."""
    if data.limit is None or data.days_above is None:
        return []
    fields: dict[str, Field] = {
        "level": Texts(data.limit.bands[0].level.name),
        "table": _table(data.limit),
        **where,
    }
    if data.days_above:
        fields |= {"count": Counted("explore.days", data.days_above), "total": data.day_count}
    key = "days_above" if data.days_above else "no_days_above"
    return [Claim(f"explore.{'place_' if where else ''}{key}", fields)]


def _table(limit: Limit) -> Name:
    return Name(en=limit.origin.name["en"], ar=limit.origin.name["ar"])


def _one(data: Explored, name: Name | str) -> list[Claim]:
    first = data.lines[0]
    if first.mean is None:
        return [Claim("explore.no_hours", {"thing": first.subject.name})]
    fields: Mapping[str, Field] = {
        "property": name,
        "thing": first.subject.name,
        "mean": Value(first.mean, data.unit),
    }
    claims = [Claim("explore.mean", fields)]
    claims += [
        Claim(f"explore.before.{line.back}", {"mean": Value(line.mean, data.unit)})
        for line in data.lines[1:]
        if line.mean is not None
    ]
    if data.before is not None:
        claims.append(Claim("explore.before.period", {"mean": Value(data.before, data.unit)}))
    return claims


def _places(data: Explored, name: Name | str) -> list[Claim]:
    """The highest and the lowest of several places; the days are those of the highest."""
    known = sorted((one for one in data.lines if one.mean is not None), key=lambda one: -(one.mean or 0.0))
    if not known:
        return [Claim("explore.no_hours_anywhere")]
    high, low = known[0], known[-1]
    claims = [
        Claim(
            "explore.highest",
            {"property": name, "place": high.subject.name, "mean": Value(high.mean or 0.0, data.unit)},
        )
    ]
    if low is not high:
        claims.append(
            Claim("explore.lowest", {"place": low.subject.name, "mean": Value(low.mean or 0.0, data.unit)})
        )
    return [*claims, *_days(data, {"place": high.subject.name})]
