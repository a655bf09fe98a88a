"""Where? What the map shows, and what its first sentence claims. Pure but for :func:`load`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import falaj_client as api
from citycore.errors import FalajError
from citycore.language import Language
from citycore.limits.model import Level
from citycore.model import Quality
from dashboards import air, client, limits, rules
from dashboards.answers import Claim, Counted, Field, Listed, Texts, Value
from dashboards.map import client as asked
from dashboards.map.hours import hour_in
from dashboards.map.settings import map_settings
from dashboards.model import Latest, Name, Place, Thing, drawable
from dashboards.row import View
from dashboards.rules import Condition, Reading
from dashboards.scene import Scene, scene_of

SETTINGS = map_settings()
LIMIT, INDEX = "limit", "index"
#: What colours districts and things: the limits of the property, or the air-quality index.
BY = (LIMIT, INDEX)


@dataclass(frozen=True, slots=True)
class Judge:
    """Whose ``levels`` are on the map, from the best to the worst."""

    name: Name
    levels: Sequence[Level]


@dataclass(frozen=True, slots=True)
class Spot:
    """A thing on the map. ``number`` is None unless it is fresh; ``level`` is None where nothing judges it."""

    reading: Reading
    number: float | None = None
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class District:
    """A place by the worst of its things; ``worst`` is None where none is fresh."""

    place: Place
    worst: Spot | None
    fresh: int
    total: int


@dataclass(frozen=True, slots=True)
class Where:
    """``hour`` is the past hour that is shown, None for now. ``code`` is the property, or ``INDEX``."""

    scene: Scene
    code: str
    unit: str
    spots: Sequence[Spot]
    districts: Sequence[District]
    judge: Judge | None
    hour: datetime | None = None
    calls: Sequence[str] = ()
    #: Keys of texts on what is not as it was asked for.
    unread: tuple[str, ...] = ()
    #: The air of the chosen district now; None of a past hour, of the whole city, and where no index judges.
    air: air.Air | None = None


def load(view: View) -> Where:
    where = _load(view)
    if not view.state.place or where.hour is not None:
        return where
    return _with_air(where, view)


def _with_air(where: Where, view: View) -> Where:
    """What does not answer is said; the map stands without it."""
    try:
        hours = client.air_quality()
    except FalajError:
        return replace(where, unread=(*where.unread, "air_quality.unavailable"))
    here = frozenset(one.code for one in view.things)
    return replace(where, air=air.worst(hours, here, where.scene.limits, view.now))


def _load(view: View) -> Where:
    scene, code = scene_of(view), view.state.chosen("hour")
    hour = hour_in(code, view.now, SETTINGS.hours_days) if code else None
    unread = (*scene.unread, *(["map.hour_gone"] if code and hour is None else []))
    if view.state.chosen("by") == INDEX:
        return _by_index(view, scene, hour, unread)
    shown = next((one for one in scene.properties if one.code == view.observed_property), None)
    if shown is None:
        return Where(scene, "", "", (), districts_of((), _drawn(view)), None, hour, (), unread)
    if hour is None:
        readings = scene.readings_of(shown.code)
        place = view.state.place if rules.covered_places(view.state.place, scene.places) else None
        calls = [client.latest_url(shown.code, place)]
    else:
        readings = readings_then(view.things, shown.code, asked.hour_of(shown.code, hour))
        calls = [asked.hour_url(shown.code, hour)]
    unit = next((one.latest.unit for one in readings if one.latest), shown.unit)
    limit = limits.for_value(scene.limits_of(shown.code, unit))
    judge = None
    if limit is not None:
        levels = {band.level.rank: band.level for band in limit.bands}
        judge = Judge(_both(limit.origin.name), [levels[rank] for rank in sorted(levels)])
    spots = [_spot(one) for one in readings]
    if limit is not None:
        spots = [replace(one, level=limits.level(one.number, unit, limit)) for one in spots]
    return Where(
        scene, shown.code, unit, spots, districts_of(spots, _drawn(view)), judge, hour, calls, unread
    )


def _by_index(view: View, scene: Scene, hour: datetime | None, unread: tuple[str, ...]) -> Where:
    oldest = (hour or view.now) - timedelta(hours=client.LIMITS.air_quality_hours_max)
    found = client.air_quality() if hour is None else asked.air_of(hour)
    table = limits.INDEX_TABLES[client.LIMITS.air_quality_index]
    known = {
        band.level.code: band.level
        for limit in scene.limits.limits
        if limit.origin.code == table
        for band in limit.bands
    }
    name = next((one.origin.name for one in scene.limits.limits if one.origin.code == table), None)
    spots = spots_by_index(view.things, [one for one in found if one.end >= oldest], known)
    levels = {one.level.rank: one.level for one in spots if one.level} | {
        one.rank: one for one in known.values()
    }
    judge = Judge(_both(name or {"en": table, "ar": table}), [levels[rank] for rank in sorted(levels)])
    calls = [asked.air_url(hour)]
    return Where(scene, INDEX, "", spots, districts_of(spots, _drawn(view)), judge, hour, calls, unread)


def _both(texts: Mapping[Language, str]) -> Name:
    return Name(en=texts["en"], ar=texts["ar"])


def spots_by_index(
    things: Iterable[Thing], hours: Iterable[api.AirQuality], known: Mapping[str, Level]
) -> list[Spot]:
    """The things that measure air, by their level. One that no table has is the worst: nobody knows how bad it is."""
    by_thing = {one.thing: one for one in hours if one.level is not None}
    spots = []
    for thing in things:
        if (hour := by_thing.get(thing.code)) is None:
            continue
        code = hour.level or ""
        level = known.get(code) or limits.level_named(code, len(known), hour.level_name, hour.colour)
        reading = Reading(thing, None, Condition.FRESH, thing.position)
        spots.append(Spot(reading, None if hour.value is None else float(hour.value), level))
    return spots


def readings_then(
    things: Iterable[Thing], observed_property: str, rows: Iterable[api.Statistics]
) -> list[Reading]:
    """A reading of every thing that observes the property: the mean of an hour, or silence. What moves has no place then."""
    by_thing = {row.thing: row for row in rows}
    readings = []
    for thing in sorted(things, key=lambda one: one.code):
        if observed_property in thing.observed_properties:
            row = by_thing.get(thing.code)
            latest = None if row is None else _latest(thing, observed_property, row)
            condition = Condition.SILENT if latest is None else Condition.FRESH
            readings.append(Reading(thing, latest, condition, thing.position))
    return readings


def _latest(thing: Thing, observed_property: str, row: api.Statistics) -> Latest | None:
    """The mean of an hour as a value; None for what is none, or cannot be drawn."""
    mean = drawable(row.mean)
    if mean is None:
        return None
    return Latest(
        datastream=row.datastream or 0,
        thing=thing.code,
        thing_name=thing.name,
        observed_property=observed_property,
        unit=row.unit or "",
        phenomenon_time=row.bucket_start,
        result=mean,
        quality=Quality.GOOD,
        simulated=thing.simulated,
        source=thing.source,
        place=thing.place,
        position=thing.position,
        interval_seconds=None,
    )


def _spot(reading: Reading) -> Spot:
    result = None if reading.latest is None else reading.latest.result
    is_number = reading.condition is Condition.FRESH and isinstance(result, (int, float))
    return Spot(reading, float(result) if is_number and isinstance(result, (int, float)) else None)


def _drawn(view: View) -> list[Place]:
    """The smallest areas: one that holds others would cover them."""
    places = view.city.places
    codes = rules.covered_places(view.state.place, places)
    holders = {one.parent for one in places}
    return [one for one in places if one.code not in holders and (not codes or one.code in codes)]


def districts_of(spots: Sequence[Spot], places: Iterable[Place]) -> list[District]:
    """Every place by the worst of what stands in it: of the worst level, and of these the highest number. The worst first."""
    found = []
    for place in places:
        here = [one for one in spots if one.reading.thing.place == place.code]
        fresh = [one for one in here if one.number is not None or one.level is not None]
        found.append(District(place, max(fresh, key=badness, default=None), len(fresh), len(here)))
    return sorted(found, key=lambda one: badness(one.worst), reverse=True)


def badness(spot: Spot | None) -> tuple[int, float]:
    """What is worse is greater."""
    if spot is None:
        return -2, 0.0
    return -1 if spot.level is None else spot.level.rank, spot.number or 0.0


def claims_of(where: Where, view: View) -> list[Claim]:
    """Where it is worst, and in how many districts worse than the best level; or where it is highest and lowest."""
    if not where.code:
        return [Claim("answer.no_sensors" if not view.things else "answer.nothing_to_show")]
    claims = _judged(where, view) or _compared(where, view)
    if where.hour is not None:
        claims.append(Claim("map.then", {"hour": where.hour}))
    return claims


def _judged(where: Where, view: View) -> list[Claim]:
    levelled = [
        (one.place.name, one.worst, one.worst.level)
        for one in where.districts
        if one.worst and one.worst.level
    ]
    if where.judge is None or not levelled:
        return []
    name, worst, level = levelled[0]
    fields: dict[str, Field] = {"place": name, "level": Texts(level.name)}
    if where.code == INDEX:
        claims = [Claim("map.air_worst", fields)]
    else:
        fields |= {"property": _name(where, view), "value": Value(worst.number or 0.0, where.unit)}
        claims = [Claim("map.worst", fields)]
    if len(levelled) == 1:
        return claims
    best = where.judge.levels[0]
    count = sum(level.rank > best.rank for *_, level in levelled)
    counted: dict[str, Field] = {"level": Texts(best.name), "table": where.judge.name}
    if count:
        counted |= {"count": Counted("map.districts", count), "total": len(levelled)}
    return [*claims, Claim("map.above" if count else "map.none_above", counted)]


def _compared(where: Where, view: View) -> list[Claim]:
    """Of what nothing judges: the highest and the lowest."""
    numbered = [(one.number, one.reading.thing.name) for one in where.spots if one.number is not None]
    ranked = sorted(numbered, key=lambda one: one[0], reverse=True)
    if where.code == INDEX:
        return [Claim("map.no_index")]
    if not ranked:
        return [Claim("map.none_fresh", {"property": _name(where, view)})]
    (high, high_name), (low, low_name) = ranked[0], ranked[-1]
    claims = [
        Claim(
            "map.highest",
            {
                "property": _name(where, view),
                "value": Value(high, where.unit),
                "places": Listed((high_name,)),
            },
        )
    ]
    if len(ranked) > 1:
        claims.append(Claim("map.lowest", {"value": Value(low, where.unit), "places": Listed((low_name,))}))
    return claims


def _name(where: Where, view: View) -> Name:
    known = view.city.property(where.code)
    assert known is not None, "what is shown is a property of the city"
    return known.name
