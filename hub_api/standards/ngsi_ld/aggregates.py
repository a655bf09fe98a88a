"""What is known of the values of a period, and the aggregates that follow from it (ETSI GS CIM 009, 4.5.19). Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from math import atan2, cos, degrees, fsum, isfinite, radians, sin, sqrt
from typing import Any

from hub_api.standards.ngsi_ld.entities import dataset_of, instances_of, projected
from hub_api.standards.ngsi_ld.model import Entity, Presentation
from hub_api.standards.ngsi_ld.periods import Periods
from hub_api.standards.ngsi_ld.vocabulary import RESERVED

Json = dict[str, Any]
#: What goes for texts, and for directions, whose average is that of their vectors and which have no first or last.
OF_TEXTS, OF_DIRECTIONS = (
    ("totalCount", "distinctCount", "min", "max"),
    ("totalCount", "distinctCount", "avg"),
)
#: Larger numbers cannot be squared and added; flags from here on say that a value is bad or missing.
NUMBER_MAX, BAD_QUALITY = 1e150, 4


@dataclass(frozen=True, slots=True)
class Summary:
    """Of the values of one datastream in one period. ``deviations``: the sum of the squares of their distances from the average;
    ``across`` and ``up``: the average of directions as a vector.
    """

    count: int
    total: float = 0.0
    squares: float = 0.0
    deviations: float = 0.0
    minimum: float | str | None = None
    maximum: float | str | None = None
    distinct: int | None = None
    across: float | None = None
    up: float | None = None

    def joined(self, other: Summary) -> Summary:
        """Both together (Chan, Golub, LeVeque); how many values differ is not known of both."""
        count = self.count + other.count
        apart = self.total / self.count - other.total / other.count
        return Summary(
            count,
            self.total + other.total,
            self.squares + other.squares,
            self.deviations + other.deviations + apart * apart * self.count * other.count / count,
            min(self.minimum, other.minimum),  # type: ignore[type-var]  # numbers both
            max(self.maximum, other.maximum),  # type: ignore[type-var]
        )

    @property
    def average(self) -> float:
        """Of directions that of their vectors, in degrees."""
        if self.across is not None and self.up is not None:
            return degrees(atan2(self.across, self.up)) % 360
        return self.total / self.count

    @property
    def standard_deviation(self) -> float | None:
        """That of a sample; a single value has none."""
        return sqrt(max(0.0, self.deviations) / (self.count - 1)) if self.count > 1 else None


#: What each method says of a summary; None where it has no value.
AGGREGATES: Mapping[str, Callable[[Summary], float | str | None]] = {
    "totalCount": lambda one: one.count,
    "distinctCount": lambda one: one.distinct,
    "sum": lambda one: one.total,
    "avg": lambda one: one.average,
    "min": lambda one: one.minimum,
    "max": lambda one: one.maximum,
    "stddev": lambda one: one.standard_deviation,
    "sumsq": lambda one: one.squares,
}
METHODS = tuple(AGGREGATES)


def methods_of_kind(result_type: str, *, is_circular: bool) -> tuple[str, ...]:
    """Which methods go for the values of a datastream."""
    if result_type == "category":
        return OF_TEXTS
    return OF_DIRECTIONS if is_circular else METHODS


def is_counted(value: float | str | None, quality: int) -> bool:
    """Whether a value counts: those that are bad or missing are left out, as in the hub's own buckets."""
    if value is None or quality >= BAD_QUALITY:
        return False
    return isinstance(value, str) or (isfinite(value) and abs(value) <= NUMBER_MAX)


def summaries(
    rows: Iterable[tuple[datetime, float | str]], periods: Periods, *, is_circular: bool
) -> dict[int, Summary]:
    """Of values with their instants, by the number of their period, counted from 1."""
    found: dict[int, list[float | str]] = {}
    for moment, value in rows:
        found.setdefault(bisect_right(periods.starts, moment), []).append(value)
    return {number: _summary(values, is_circular=is_circular) for number, values in found.items() if number}


def _summary(values: Sequence[float | str], *, is_circular: bool) -> Summary:
    numbers = [value for value in values if not isinstance(value, str)]
    whole = Summary(
        len(values),
        minimum=min(values),
        maximum=max(values),
        distinct=len(set(values)),
    )
    if not numbers:
        return whole
    total = fsum(numbers)
    average = total / len(numbers)
    whole = replace(
        whole,
        total=total,
        squares=fsum(number * number for number in numbers),
        deviations=fsum((number - average) ** 2 for number in numbers),
    )
    if not is_circular:
        return whole
    angles = [radians(number) for number in numbers]
    across, up = (fsum(map(turn, angles)) / len(angles) for turn in (sin, cos))
    return replace(whole, across=across, up=up)


@dataclass(frozen=True, slots=True)
class Aggregated:
    """The summaries of an entity's datastreams by their periods, and what of them is told."""

    methods: Sequence[str]
    periods: Periods
    found: Mapping[int, Mapping[int, Summary]]
    circular: frozenset[str]
    last: int | None


def aggregated_json(entity: Entity, how: Presentation, told: Aggregated) -> Json | None:
    """The entity with its aggregates; None where it has no values. Periods without values are left out: NGSI-LD has no null."""
    found: Json = {"id": entity.id, "type": entity.type}
    for code, several in groupby(entity.series, lambda one: one["observed_property"]):
        known = [one for one in several if told.found.get(one["datastream"])]
        is_default = len(known) == 1
        known = instances_of(known, how)
        if not known or code in RESERVED:
            continue
        written = [_written(one, told) for one in known]
        if is_default:
            found[code] = written[0]
        else:
            found[code] = [
                {**each, "datasetId": dataset_of(one)} for each, one in zip(written, known, strict=True)
            ]
    return projected(found, how) if len(found) > 2 else None  # id and type


def _written(series: Mapping[str, Any], told: Aggregated) -> Json:
    summed = sorted(told.found[series["datastream"]].items(), reverse=told.last is not None)[: told.last]
    is_circular = series["observed_property"] in told.circular
    allowed = methods_of_kind(series["result_type"], is_circular=is_circular)
    written: Json = {"type": "Property"}
    for method in told.methods:
        values = [
            [value, *told.periods.of(number)]
            for number, summary in (summed if method in allowed else ())
            if (value := AGGREGATES[method](summary)) is not None
        ]
        written[method] = values
    return written
