"""How probable it is that hours of a forecast exceed limits. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from citycore.alerts.rules import QUANTILES, exceedance
from citycore.clock import CITY_ZONE
from citycore.gases import celsius_of
from citycore.limits.model import Averaging, Band, Limit, LimitTable
from citycore.limits.rules import bounds_of, converter, holds, limits_of
from citycore.units import Conversion

#: What every value of a forecast is a mean of; a day's mean does not follow from the quantiles of its hours.
AVERAGING: Averaging = "PT1H"
#: The bounds of a value, in the order of :data:`QUANTILES`.
BOUNDS = ("lower_95", "lower_80", "lower_50", "median", "upper_50", "upper_80", "upper_95")
#: Of the three, the outer two are all that can be said of a limit beyond the outermost quantiles.
Relation = Literal["about", "at_most", "at_least"]
#: Why there is no probability: the limit is of another period, of another quantity, or the value is not finite.
NotJudged = Literal["averaging", "unit", "value"]
#: Hours, each with its bounds in the unit of the datastream; None is what is not finite.
Hours = Sequence[tuple[datetime, Sequence[float | None]]]
_DIGITS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Odds:
    """What is said of one hour and one band of a limit; without hour and band, of the limit as a whole.

    ``bound`` is that below the band, ``threshold`` the same in the unit of the datastream.
    """

    limit: Limit
    band: Band | None = None
    moment: datetime | None = None
    bound: float | None = None
    threshold: float | None = None
    probability: float | None = None
    relation: Relation | None = None
    not_judged: NotJudged | None = None
    conversion: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """``convention`` is what the datastream's mass of a gas was made of its amount by, where that is known."""

    observed_property: str
    unit: str
    convention: str | None
    issued_at: datetime
    hours: Hours


def odds_of(table: LimitTable, series: Series, at: datetime | None = None) -> list[Odds]:
    """Hour by hour, then the limits that hours cannot be judged by.

    Limits count that hold ``at`` an instant; without it, those that hold on the day of each hour.
    """
    limits = limits_of([table], series.observed_property)
    judged = list(_judged(limits, series, at))
    day = (at or series.issued_at).astimezone(CITY_ZONE)
    return [*judged, *_left_out(limits, series, day)]


def _judged(limits: Iterable[Limit], series: Series, at: datetime | None) -> Iterator[Odds]:
    hourly = [
        (limit, convert)
        for limit in limits
        if limit.averaging == AVERAGING and (convert := _to(limit, series))
    ]
    for moment, bounds in series.hours:
        day = (at or moment).astimezone(CITY_ZONE)
        for limit, convert in hourly:
            if holds(limit, day):
                yield from _hour(limit, convert, moment, bounds)


def _hour(
    limit: Limit, convert: Conversion, moment: datetime, bounds: Sequence[float | None]
) -> Iterator[Odds]:
    converted = [convert(bound) for bound in bounds if bound is not None]
    is_whole = len(converted) == len(QUANTILES) and all(map(math.isfinite, converted))
    for band, bound, edge in bounds_of(limit):
        probability, relation = probability_above(converted, edge) if is_whole else (None, None)
        yield Odds(
            limit=limit,
            band=band,
            moment=moment,
            bound=bound,
            threshold=(bound - convert.shift) / convert.factor,
            probability=probability,
            relation=relation,
            not_judged=None if is_whole else "value",
            conversion=convert.convention,
        )


def probability_above(bounds: Sequence[float], edge: float) -> tuple[float, Relation]:
    """How probable a value above ``edge`` is, and whether that is all that the quantiles allow to say."""
    probability = exceedance(sorted(bounds), edge, None)
    if probability < QUANTILES[0]:
        return QUANTILES[0], "at_most"
    if probability > QUANTILES[-1]:
        return QUANTILES[-1], "at_least"
    return round(probability, _DIGITS), "about"


def _left_out(limits: Iterable[Limit], series: Series, day: datetime) -> Iterator[Odds]:
    for limit in limits:
        if holds(limit, day) and limit.averaging != AVERAGING:
            yield Odds(limit=limit, not_judged="averaging")
        elif holds(limit, day) and _to(limit, series) is None:
            yield Odds(limit=limit, not_judged="unit")


def _to(limit: Limit, series: Series) -> Conversion | None:
    return converter(series.unit, limit, celsius_of(series.convention))


def hours_of(values: Iterable[Mapping[str, object]]) -> Hours:
    """Of the values of a forecast as they are answered."""
    return [
        (_moment(value["phenomenon_time"]), [_number(value[name]) for name in BOUNDS]) for value in values
    ]


def _moment(value: object) -> datetime:
    assert isinstance(value, datetime)
    return value


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else None
