"""What counts: which values belong to a place, which are silent, and how many stations that makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from citycore.model import Quality, SourceKind
from citycore.wire import LOCATION
from dashboards.model import Datastream, Latest, Place, Source, Thing
from dashboards.settings import DashboardSettings

#: Flags whose values are shown as flagged and never counted in.
UNUSABLE = frozenset({Quality.BAD, Quality.MISSING})


class Condition(StrEnum):
    """How a value stands: usable and fresh, too old, flagged bad, or never reported."""

    FRESH = "fresh"
    SILENT = "silent"
    FLAGGED = "flagged"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Silence:
    """How many registered things have no fresh value at all."""

    silent: int
    total: int


def condition(row: Latest, now: datetime, limits: DashboardSettings) -> Condition:
    """Silent beats flagged: a value that is too old says nothing, good or bad."""
    interval = row.interval_seconds or limits.interval_seconds_default
    if now - row.phenomenon_time > timedelta(seconds=limits.silent_intervals * interval):
        return Condition.SILENT
    return Condition.FLAGGED if row.quality in UNUSABLE or row.result is None else Condition.FRESH


def covered_places(chosen: str, places: Iterable[Place]) -> frozenset[str]:
    """A place and the places inside it, as codes; empty, the whole city, for none or one unknown."""
    known = list(places)
    if chosen not in {place.code for place in known}:
        return frozenset()
    codes = {chosen}
    while grown := {place.code for place in known if place.parent in codes} - codes:
        codes |= grown
    return frozenset(codes)


def live_sources(sources: Iterable[Source]) -> frozenset[str]:
    """Sources that speak now. A recording is history: its values are not the city's state."""
    return frozenset(source.code for source in sources if source.kind is not SourceKind.RECORDED)


def forecast_series(known: Iterable[Datastream], live: frozenset[str]) -> list[Datastream]:
    """What the forecast page offers, what it opens on first: the city before recordings, forecasts before none.

    A series of the city stands there without a forecast, too, where its property is forecast elsewhere: the page
    must not open on somebody else's recording only because that came in first.
    """
    every = list(known)
    forecast = {one.observed_property for one in every if one.has_forecast}
    offered = (
        one for one in every if one.has_forecast or (one.source in live and one.observed_property in forecast)
    )
    return sorted(offered, key=lambda one: (one.source not in live, not one.has_forecast, one.thing))


def things_within(things: Iterable[Thing], codes: frozenset[str], sources: frozenset[str]) -> list[Thing]:
    return [one for one in things if one.source in sources and (not codes or one.place in codes)]


def latest_of(rows: Iterable[Latest], things: Iterable[Thing]) -> list[Latest]:
    wanted = {thing.code for thing in things}
    return [row for row in rows if row.thing in wanted]


def silence(
    things: Sequence[Thing], rows: Iterable[Latest], now: datetime, limits: DashboardSettings
) -> Silence:
    """A thing is silent when none of its datastreams has a fresh value, heard of before or not."""
    heard = {row.thing for row in rows if condition(row, now, limits) is not Condition.SILENT}
    return Silence(sum(thing.code not in heard for thing in things), len(things))


def positions(rows: Iterable[Latest]) -> Mapping[str, tuple[float, float]]:
    """Where moving things are, by thing: their newest reported position."""
    return {
        row.thing: row.result
        for row in rows
        if row.observed_property == LOCATION and isinstance(row.result, tuple)
    }


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing's newest value of one observed property, or that there is none yet.

    ``position`` is (longitude, latitude): the reported one for what moves, else where it stands.
    """

    thing: Thing
    latest: Latest | None
    condition: Condition
    position: tuple[float, float] | None


def readings(
    things: Iterable[Thing],
    rows: Sequence[Latest],
    observed_property: str,
    now: datetime,
    limits: DashboardSettings,
) -> list[Reading]:
    """A reading for every thing that observes the property, in the order of their codes."""
    moving = positions(rows)
    by_thing = {row.thing: row for row in rows if row.observed_property == observed_property}
    return [
        _reading(thing, by_thing.get(thing.code), moving.get(thing.code), now, limits)
        for thing in sorted(things, key=lambda one: one.code)
        if observed_property in thing.observed_properties
    ]


def _reading(
    thing: Thing,
    row: Latest | None,
    moved_to: tuple[float, float] | None,
    now: datetime,
    limits: DashboardSettings,
) -> Reading:
    stands = Condition.NEVER if row is None else condition(row, now, limits)
    return Reading(thing, row, stands, moved_to or thing.position)
