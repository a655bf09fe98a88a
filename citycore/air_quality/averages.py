"""Means over hours that say how much there was, and NowCast."""

from __future__ import annotations

import math
from collections.abc import Sequence

from citycore.air_quality.model import Average, Hour

#: The rule of three quarters: of an hour's values, of eight hours six, of a day eighteen.
COVERAGE_MIN = 0.75
NOWCAST_HOURS = 12
#: Of the newest three hours of NowCast so many have to be there.
NOWCAST_NEWEST, NOWCAST_NEWEST_MIN = 3, 2
NOWCAST_WEIGHT_MIN = 0.5


def valid_mean(hour: Hour | None) -> float | None:
    """The mean of an hour that has three quarters of what is expected; without an expectation whatever there is counts."""
    if hour is None or hour.mean is None or hour.usable_count < COVERAGE_MIN * (hour.expected_count or 0):
        return None
    return hour.mean


def coverage_of(hour: Hour | None) -> float:
    """Of the values that were expected, at most 1."""
    if hour is None or hour.mean is None:
        return 0.0
    return min(1.0, hour.usable_count / hour.expected_count) if hour.expected_count else 1.0


def one_hour(hours: Sequence[Hour | None]) -> Average:
    """The newest hour alone."""
    return Average(valid_mean(hours[-1]), coverage_of(hours[-1]))


def mean(hours: Sequence[Hour | None], count: int) -> Average:
    """Of the newest ``count`` hours. ``OverflowError`` if they have no finite sum."""
    there = [value for value in map(valid_mean, hours[-count:]) if value is not None]
    is_enough = len(there) >= COVERAGE_MIN * count
    return Average(math.fsum(there) / len(there) if is_enough else None, len(there) / count)


def nowcast(hours: Sequence[Hour | None]) -> Average:
    """The NowCast of particles from the newest twelve hours (US EPA).

    An hour that is i hours old weighs w to the power of i, with w the least of the hours divided by the greatest, but at
    least one half. ``OverflowError`` if there is no finite sum.
    """
    newest_first = [valid_mean(hour) for hour in reversed(hours[-NOWCAST_HOURS:])]
    there = [(age, value) for age, value in enumerate(newest_first) if value is not None]
    coverage = len(there) / NOWCAST_HOURS
    if sum(age < NOWCAST_NEWEST for age, _ in there) < NOWCAST_NEWEST_MIN:
        return Average(None, coverage)
    least, greatest = (pick(value for _, value in there) for pick in (min, max))
    weight = max(NOWCAST_WEIGHT_MIN, least / greatest) if greatest > 0 else 1.0
    weights = [weight**age for age, _ in there]
    weighed = math.fsum(share * value for share, (_, value) in zip(weights, there, strict=True))
    return Average(weighed / math.fsum(weights), coverage)
