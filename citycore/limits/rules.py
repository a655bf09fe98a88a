"""What limits say of values. Pure; tiles, maps, charts, alerts and forecasts all ask here."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from itertools import pairwise

from citycore.gases import GASES, ZERO_CELSIUS, convention
from citycore.limits.model import Averaging, Band, Grade, Limit, LimitTable
from citycore.units import Conversion, conversion

#: A mean of equal values differs from them by less than this part: what is a hair below a step is on it.
_HAIR_DIGITS = 10


def limits_of(
    tables: Iterable[LimitTable],
    observed_property: str,
    *,
    averaging: Averaging | None = None,
    at: date | None = None,
) -> list[Limit]:
    """What there is for a property, in the order of the tables; ``at`` leaves out what does not hold on that day."""
    return [
        limit
        for table in tables
        for limit in table.limits
        if limit.observed_property == observed_property
        and (averaging is None or limit.averaging == averaging)
        and (at is None or holds(limit, at))
    ]


def limit_for(
    table: LimitTable, observed_property: str, averaging: Averaging, at: date | None = None
) -> Limit | None:
    """The first that a table has for a property, an averaging period and a day."""
    found = limits_of([table], observed_property, averaging=averaging, at=at)
    return found[0] if found else None


def holds(limit: Limit, at: date) -> bool:
    """Whether it is in force on a day; an instant counts as its day in its own zone."""
    day = at.date() if isinstance(at, datetime) else at
    return (limit.since is None or limit.since <= day) and (limit.until is None or day < limit.until)


def level_of(value: float | None, limit: Limit, at: date | None = None) -> Grade | None:
    """The level of a value that is in the unit of the limit (:func:`converter`).

    None for what is no value (missing, not finite), for what the limit has no band for, and where it does not hold ``at`` that day.
    """
    if value is None or not math.isfinite(value) or (at is not None and not holds(limit, at)):
        return None
    compared = _cut(value, limit.step)
    for band in limit.bands:
        if band.low is not None and compared < band.low:
            return None
        if band.high is None or compared <= band.high:
            index = _index(compared, band)
            is_beyond = index is None and any(each.index for each in limit.bands)
            return Grade(level=band.level, value=compared, index=index, is_beyond=is_beyond)
    return None


def bounds_of(limit: Limit) -> list[tuple[Band, float, float]]:
    """The bands above a bound, each with that bound and the value above which a value is of the band or of a worse one.

    The second is a step above the first where values are cut down to a step before they are looked up. The first band counts
    only if it is not of the best level: where it begins, something is exceeded.
    """
    step = limit.step or 0.0
    above = [
        (band, before.high, _cut(before.high, limit.step) + step)
        for before, band in pairwise(limit.bands)
        if before.high is not None
    ]
    first = limit.bands[0]
    return (
        [(first, first.low, first.low), *above] if first.low is not None and first.level.rank > 0 else above
    )


def converter(unit: str, limit: Limit, made_at_celsius: int | None = None) -> Conversion | None:
    """How values of a datastream become those of a limit; None if its unit is of another quantity.

    ``made_at_celsius`` is the temperature at which the mass of a gas was made of its amount, where that is known; otherwise
    that of the limit counts.
    """
    celsius = limit.reference_celsius
    made_at = made_at_celsius if made_at_celsius is not None and _is_mass(unit) else celsius
    found = conversion(unit, limit.unit, limit.observed_property, made_at)
    gas = GASES.get(limit.observed_property)
    if found is None or gas is None or celsius is None or made_at is None or celsius == made_at:
        return found
    if not _is_mass(limit.unit):
        return found
    # Both are mass: as much gas fills less of a cooler cubic metre. Amounts are the same at both temperatures.
    warmer = (made_at + ZERO_CELSIUS) / (celsius + ZERO_CELSIUS)
    told = f"{convention(gas, made_at)} → {convention(gas, celsius)}"
    return Conversion(found.factor * warmer, found.shift, told)


def _is_mass(unit: str) -> bool:
    return conversion(unit, "ug/m3") is not None


def _cut(value: float, step: float | None) -> float:
    """Cut down to a multiple of the step, as decimal numbers are written."""
    if step is None:
        return value
    exact, unit = Decimal(repr(float(f"{value:.{_HAIR_DIGITS}g}"))), Decimal(repr(step))
    if exact.adjusted() - unit.adjusted() > _HAIR_DIGITS:
        return value  # so large that no step shows
    return float((exact / unit).to_integral_value(ROUND_DOWN) * unit)


def _index(value: float, band: Band) -> int | None:
    """Between two breakpoints along the line through them, rounded half up."""
    if band.index is None:
        return None
    first, last = band.index
    if band.low is None or band.high is None:
        return first
    share = (Decimal(repr(value)) - Decimal(repr(band.low))) / (
        Decimal(repr(band.high)) - Decimal(repr(band.low))
    )
    return int((share * (last - first) + first).to_integral_value(ROUND_HALF_UP))
