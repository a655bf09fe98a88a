"""Hours of pollutants, and what an index makes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from citycore.limits.model import Averaging, Grade

#: ``nowcast`` weighs the last twelve hours by how much they differ; it is not the mean of a day.
Method = Literal["nowcast", "mean"]
#: What was averaged over: one hour, eight, twelve (NowCast) or 24.
Span = Literal["PT1H", "PT8H", "PT12H", "PT24H"]
HOURS: Mapping[Span, int] = {"PT1H": 1, "PT8H": 8, "PT12H": 12, "PT24H": 24}
#: No index looks back further than so many hours.
HOURS_MAX = 24


class Index(StrEnum):
    """Whose index: of the US EPA, of the European Environment Agency, or the guidelines of WHO."""

    US = "us"
    EU = "eu"
    WHO = "who"


@dataclass(frozen=True, slots=True)
class Hour:
    """The roll-up of one hour: ``usable_count`` values went into the mean, ``expected_count`` None where nothing is expected."""

    mean: float | None
    usable_count: int
    expected_count: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The last 24 hours of a pollutant, the newest last; None for an hour without any value.

    ``made_at_celsius`` is the temperature at which ingest made mass of amount, where it did.
    """

    observed_property: str
    unit: str
    made_at_celsius: int | None
    hours: Sequence[Hour | None]


@dataclass(frozen=True, slots=True)
class Average:
    """``value`` is None with too little to go by; ``coverage`` is how much there was, from 0 to 1."""

    value: float | None
    coverage: float


@dataclass(frozen=True, slots=True)
class Measure:
    """What an index looks at: a pollutant, what it is averaged over and how, and by which limit it is judged."""

    observed_property: str
    span: Span
    method: Method
    averaging: Averaging


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one measure comes to. ``concentration`` is in ``unit``, that of the limit; it and ``grade`` are None with too little to go by."""

    measure: Measure
    unit: str
    concentration: float | None
    grade: Grade | None
    coverage: float
    #: What the conversion of a gas rests on.
    conversion: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AirQuality:
    """One hour of one thing by one index; ``worst`` is the part that decides, None if no part has enough to go by."""

    index: Index
    worst: Part | None
    parts: tuple[Part, ...]
