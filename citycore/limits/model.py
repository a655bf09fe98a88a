"""Tables of limits, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from citycore.language import Language

#: What a value was averaged over: ``PT24H`` are the last 24 hours, ``P1D`` is a local day.
Averaging = Literal["PT10M", "PT15M", "PT1H", "PT8H", "PT24H", "P1D", "P1M", "P6M", "P1Y"]
#: What of these averages is compared; ``peak_season`` is the mean of daily maxima in the six months with most ozone.
Statistic = Literal["mean", "daily_maximum", "percentile_98", "percentile_99", "peak_season"]
#: Whom advice is for.
Group = Literal["general", "sensitive", "children", "outdoor_workers"]
Texts = Mapping[Language, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """``rank`` is 0 for the best of its table; ``colour`` is ``#rrggbb``, to be told apart by everybody from the others."""

    code: str
    rank: int
    colour: str
    name: Texts
    advice: Mapping[Group, Texts]


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Values of a level: from ``low`` (None: everything below the next bound) to ``high``, which belongs to it (None: without end).

    ``index`` is what an index runs through from ``low`` to ``high``; None where it has no number.
    """

    level: Level
    low: float | None
    high: float | None
    index: tuple[int, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Who says so, and where."""

    code: str
    name: Texts
    authority: Texts
    reference: str
    url: str | None
    is_shipped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What one table says of one property and averaging period.

    Bounds are in ``unit`` (UCUM). ``reference_celsius`` is the temperature at which amounts of a gas are mass per volume.
    A value is cut down to a multiple of ``step`` first, if there is one. It holds from ``since`` until before ``until``.
    """

    origin: Origin
    observed_property: str
    averaging: Averaging
    statistic: Statistic
    unit: str
    reference_celsius: int | None
    step: float | None
    exceedances_per_year: int | None
    since: date | None
    until: date | None
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitTable:
    """All that one authority says in one text; ``levels`` from the best to the worst."""

    origin: Origin
    levels: tuple[Level, ...]
    limits: tuple[Limit, ...]
    #: The document, as it was written.
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """What a limit says of a value: its level, and its index where the limit has one.

    ``value`` is what was compared, in the unit of the limit. ``is_beyond`` where an index ends below the value.
    """

    level: Level
    value: float
    index: int | None
    is_beyond: bool
