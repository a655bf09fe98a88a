"""Hours and kinds of day of the city, for whole arrays of instants at once.

Instants are Unix times in seconds. Oman keeps UTC+4 all year, so local time is a shift.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from citycore.clock import WEEKEND_DAYS
from simulators.noise import Floats

DayKind = Literal["working", "friday", "saturday"]
DAY_KINDS: tuple[DayKind, ...] = ("working", "friday", "saturday")
Profile = Mapping[DayKind, Sequence[float]]

MUSCAT_OFFSET_SECONDS = 4 * 3600
DAY_SECONDS = 86_400
YEAR_DAYS = 365.2425
#: 1970-01-01 was a Thursday.
EPOCH_WEEKDAY = 3
FRIDAY = 4


@dataclass(frozen=True, slots=True)
class LocalTime:
    """Local days since 1970-01-01, and the hour of the day in [0, 24)."""

    day: NDArray[np.int64]
    hour: Floats


def local_time(seconds: Floats) -> LocalTime:
    local = seconds + MUSCAT_OFFSET_SECONDS
    day = np.floor(local / DAY_SECONDS)
    return LocalTime(day.astype(np.int64), (local - day * DAY_SECONDS) / 3600.0)


def season(seconds: Floats, warmest_day: float) -> Floats:
    """A yearly cosine in [-1, 1] whose top lies on the given day of the year."""
    day = (seconds + MUSCAT_OFFSET_SECONDS) / DAY_SECONDS
    return np.cos(2.0 * np.pi * (day - warmest_day) / YEAR_DAYS)


def at_hours(profile: Profile, seconds: Floats) -> Floats:
    """The profile (24 hourly values for each kind of day) between its hours, across midnights too."""
    table = np.array([profile[kind] for kind in DAY_KINDS], np.float64)
    local = local_time(seconds)
    hour = np.floor(local.hour).astype(np.int64)
    part = local.hour - hour
    later = hour + 1
    here = table[day_kind(local.day), hour]
    there = table[day_kind(local.day + later // 24), later % 24]
    return here * (1.0 - part) + there * part


def day_kind(days: NDArray[np.int64]) -> NDArray[np.int64]:
    """The index in ``DAY_KINDS`` of each local day; a public holiday is like a Saturday."""
    distinct, positions = np.unique(days, return_inverse=True)
    kinds = np.array([_kind_of(int(day)) for day in distinct], np.int64)
    return kinds[positions.reshape(days.shape)]


@cache
def _kind_of(day: int) -> int:
    weekday = (day + EPOCH_WEEKDAY) % 7
    if weekday == FRIDAY:
        return DAY_KINDS.index("friday")
    moment = date.fromordinal(day + date(1970, 1, 1).toordinal())
    if weekday in WEEKEND_DAYS or moment in _holidays(moment.year):
        return DAY_KINDS.index("saturday")
    return DAY_KINDS.index("working")


@cache
def _holidays(year: int) -> frozenset[date]:
    import holidays  # a second of import that only a running simulation needs

    return frozenset(holidays.country_holidays("OM", years=year))
