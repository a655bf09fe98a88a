"""Nowcasts as the pages show them: the next hours of one datastream by the quarter, and the worst that is near. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import falaj_client as api
from dashboards.model import Name, drawable

QUARTER = timedelta(minutes=15)
#: Nowcasts are issued each quarter; what was issued longer ago says nothing of the hours ahead.
AGE_MAX = timedelta(hours=1)
Way = Literal["highest", "lowest"]
Band = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Held:
    """Which ``share`` of the quarters that were ``seen`` since lay in the 80% band; none was where ``seen`` is 0."""

    share: float
    seen: int


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of an hour that begins at ``start``: the median and its bands, in the datastream's unit."""

    start: datetime
    median: float
    band_80: Band
    band_95: Band


@dataclass(frozen=True, slots=True)
class Soon:
    """A nowcast, with what became of earlier ones, one quarter ahead."""

    datastream: int
    thing: str
    thing_name: Name
    place: str | None
    observed_property: str
    unit: str
    simulated: bool
    #: Of a bus there is none.
    is_fixed: bool
    issued_at: datetime
    origin: datetime
    model: str
    held: Held
    quarters: tuple[Quarter, ...]

    def is_current(self, now: datetime) -> bool:
        return now - self.issued_at <= AGE_MAX

    def until(self, now: datetime, span: timedelta) -> list[Quarter]:
        """What is not over, as far as ``span``."""
        return [one for one in self.quarters if one.start + QUARTER > now and one.start < now + span]


@dataclass(frozen=True, slots=True)
class Peak:
    """The quarter in which a property is expected to be highest, or lowest, of all that are nowcast."""

    soon: Soon
    quarter: Quarter
    way: Way


@dataclass(frozen=True, slots=True)
class Ahead:
    """The peak of a property, and how the bands of all that is nowcast of it did."""

    peak: Peak
    held: Held


def soon_of(one: api.Nowcast) -> Soon:
    """Without the quarters that cannot be drawn."""
    return Soon(
        datastream=one.datastream,
        thing=one.thing,
        thing_name=Name(one.thing_name.en, one.thing_name.ar),
        place=one.place,
        observed_property=one.observed_property,
        unit=one.unit,
        simulated=one.simulated,
        is_fixed=one.location is not None,
        issued_at=one.issued_at,
        origin=one.origin,
        model=one.model,
        held=Held(0.0, 0) if one.inside_80 is None else Held(one.inside_80, one.seen_count),
        quarters=tuple(quarter for value in one.values if (quarter := _quarter(value)) is not None),
    )


def _quarter(value: api.NowcastValue) -> Quarter | None:
    given = (value.median, value.lower_80, value.upper_80, value.lower_95, value.upper_95)
    numbers = [number for one in given if (number := drawable(one)) is not None]
    if len(numbers) < len(given):
        return None
    median, low_80, high_80, low_95, high_95 = numbers
    return Quarter(value.phenomenon_time, median, (low_80, high_80), (low_95, high_95))


def ahead_of(soons: Sequence[Soon], way: Way, now: datetime, span: timedelta) -> Ahead | None:
    """The peak of current nowcasts of what stands still, the earliest where several are as high; None without any."""
    current = [one for one in soons if one.is_fixed and one.is_current(now)]
    sign = 1 if way == "highest" else -1
    found = [
        (sign * quarter.median, -quarter.start.timestamp(), one.thing, Peak(one, quarter, way))
        for one in current
        for quarter in one.until(now, span)
    ]
    if not found:
        return None
    return Ahead(max(found, key=lambda each: each[:3])[3], together([one.held for one in current]))


def together(parts: Iterable[Held]) -> Held:
    """Of several: each counts with its quarters."""
    judged = [one for one in parts if one.seen]
    seen = sum(one.seen for one in judged)
    return Held(sum(one.share * one.seen for one in judged) / seen if seen else 0.0, seen)
