"""What limits say of what the pages show: which table judges, by which averaging, and where its lines lie. Pure.

Levels belong to an averaging period. A newest value is held against bands of an hour or less, a mean of the last hours
against those of as many hours; what is limited over a longer time is drawn as a line and judges nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean
from typing import cast, get_args

import falaj_client as api
from citycore.language import Language
from citycore.limits.model import Averaging, Band, Level, Limit, Origin, Statistic
from citycore.limits.rules import converter, holds, level_of
from citycore.units import Conversion
from dashboards.settings import dashboard_settings

SETTINGS = dashboard_settings()
#: From the shortest to the longest.
AVERAGINGS: tuple[Averaging, ...] = get_args(Averaging)
#: A newest value stands for itself: it is held against nothing longer.
OF_A_VALUE = frozenset[Averaging]({"PT10M", "PT15M", "PT1H"})
#: Means of so many last hours.
OF_HOURS: dict[Averaging, int] = {"PT1H": 1, "PT8H": 8, "PT24H": 24}
#: The mean itself, also where so many of a year may lie above; maxima of a day and of a season are something else.
OF_MEANS = frozenset[Statistic]({"mean", "percentile_98", "percentile_99"})
#: Which table has the levels of an air-quality index.
INDEX_TABLES = {"us": "us_aqi_2024", "eu": "eu_aqi_2024", "who": "who_2021"}
COLOUR = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
#: Of a level whose colour is none.
NO_COLOUR = "#87949a"


@dataclass(frozen=True, slots=True)
class Known:
    """The limits that the pages can read, the first to ask first; ``left_out`` could not be read."""

    limits: tuple[Limit, ...] = ()
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """The level of ``value``, a mean in ``unit`` over the averaging of the limit."""

    level: Level
    limit: Limit
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Line:
    """Where the band of ``level`` ends, in the unit of the chart."""

    value: float
    level: Level


def known_of(asked: Iterable[api.Limit], order: Sequence[str] = SETTINGS.limit_tables) -> Known:
    """Limits in the order of their tables: those of the hub's operator, then as the setting says, then all others."""
    readable, left_out = [], 0
    for one in asked:
        try:
            readable.append(limit_of(one))
        except ValueError:
            left_out += 1
    places = {code: place for place, code in enumerate(order)}

    def rank(limit: Limit) -> tuple[bool, int, str, int]:
        origin = limit.origin
        return (
            origin.is_shipped,
            places.get(origin.code, len(places)),
            origin.code,
            AVERAGINGS.index(limit.averaging),
        )

    return Known(tuple(sorted(readable, key=rank)), left_out)


def limit_of(limit: api.Limit) -> Limit:
    """As the rules of limits take it; a ``ValueError`` for an averaging, a statistic or bands that they do not know."""
    if limit.averaging not in AVERAGINGS or limit.statistic not in get_args(Statistic):
        raise ValueError(f"{limit.averaging} {limit.statistic}")
    bounds = [bound for band in limit.bands for bound in (band.low, band.up_to) if bound is not None]
    if not limit.bands or not all(map(math.isfinite, bounds)) or bounds != sorted(bounds):
        raise ValueError("bands")
    return Limit(
        origin=Origin(
            code=limit.table,
            name=_texts(limit.table_name),
            authority=_texts(limit.authority),
            reference=limit.reference,
            url=limit.url,
            is_shipped=limit.shipped,
        ),
        observed_property=limit.observed_property,
        averaging=limit.averaging,
        statistic=cast("Statistic", limit.statistic),
        unit=limit.unit,
        reference_celsius=limit.reference_celsius,
        step=limit.step or None,
        exceedances_per_year=limit.exceedances_per_year,
        since=limit.since,
        until=limit.until,
        bands=tuple(
            Band(level=_level(band), low=band.low, high=band.up_to, index=None) for band in limit.bands
        ),
    )


def _level(band: api.LimitBand) -> Level:
    return level_named(band.level, band.rank, band.name, band.colour)


def level_named(code: str, rank: int, name: api.Name | None, colour: str | None) -> Level:
    """A level that a page can show whatever the hub says: its code for a name, grey for what is no colour."""
    shown = colour if colour is not None and COLOUR.fullmatch(colour) else NO_COLOUR
    return Level(code=code, rank=rank, colour=shown, name=_texts(name or api.Name(code, code)), advice={})


def _texts(name: api.Name) -> dict[Language, str]:
    return {"ar": name.ar, "en": name.en}


def of_property(known: Known, observed_property: str, unit: str, at: date) -> list[Limit]:
    """All that holds for a property on a day and can be compared with values of a unit, the first to ask first."""
    return [
        limit
        for limit in known.limits
        if limit.observed_property == observed_property and holds(limit, at) and converter(unit, limit)
    ]


def for_value(limits: Iterable[Limit]) -> Limit | None:
    """The one that a newest value is held against."""
    return next((one for one in limits if one.averaging in OF_A_VALUE and one.statistic in OF_MEANS), None)


def for_mean(limits: Iterable[Limit]) -> Limit | None:
    """The one that a mean of the last hours is held against."""
    return next((one for one in limits if one.averaging in OF_HOURS and one.statistic in OF_MEANS), None)


def drawn_limit(limits: Sequence[Limit]) -> Limit | None:
    """The one whose lines a chart shows: what judges its means, or else whatever comes first."""
    return for_mean(limits) or next(iter(limits), None)


def level(value: float | None, unit: str, limit: Limit) -> Level | None:
    """The level of a value in ``unit``; None where the limit says nothing of it."""
    converted = converter(unit, limit)
    grade = None if value is None or converted is None else level_of(converted(value), limit)
    return None if grade is None else grade.level


def judged(line: Sequence[float | None], unit: str, limit: Limit) -> Judged | None:
    """The level of the mean of as many last hours of ``line`` (one value an hour, the newest last) as the limit wants.

    None with less than three quarters of them, as hours of air quality are counted too.
    """
    wanted = OF_HOURS[limit.averaging]
    values = [value for value in line[-wanted:] if value is not None]
    if len(line) < wanted or len(values) < wanted * SETTINGS.limit_coverage_min:
        return None
    mean = fmean(values)
    found = level(mean, unit, limit)
    return None if found is None else Judged(found, limit, mean, unit)


def is_above(found: Judged) -> bool:
    """Whether the mean lies above what a guideline recommends or a law allows; an index says how good the air is, and of neither."""
    is_index = found.limit.origin.code in (INDEX_TABLES["us"], INDEX_TABLES["eu"])
    return not is_index and found.level.rank > min(band.level.rank for band in found.limit.bands)


def lines(limit: Limit, unit: str, values: Iterable[float]) -> list[Line]:
    """The ends of bands that lie within the range of a chart's values or near it, the lowest first."""
    shown, converted = [value for value in values if math.isfinite(value)], converter(unit, limit)
    if not shown or converted is None:
        return []
    low, high = min(shown), max(shown)
    near = max(high - low, abs(high) * SETTINGS.limit_near_share)
    ends = [(_back(band.high, converted), band.level) for band in limit.bands if band.high is not None]
    return [Line(end, of) for end, of in ends if low - near <= end <= high + near]


def _back(bound: float, converted: Conversion) -> float:
    return (bound - converted.shift) / converted.factor
