"""Day types: working days, weekends and public holidays have daily shapes of their own.

In Oman the weekend is Friday and Saturday and the public holidays are Oman's; recordings from
elsewhere keep their own zone, the weekend there is Saturday and Sunday, and no holidays are known.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from citycore.clock import CITY_ZONE, WEEKEND_DAYS

if TYPE_CHECKING:
    import pandas as pd

WEEKEND_DAYS_ELSEWHERE = frozenset({5, 6})


class DayType(IntEnum):
    WORKING = 0
    WEEKEND = 1
    HOLIDAY = 2


def wall_times(start: datetime, hours: int, zone: str) -> pd.DatetimeIndex:
    """What the clocks of ``zone`` showed at each of ``hours`` UTC hours from ``start`` on, naive.

    The hour that a zone repeats in autumn occurs twice, the one it skips in spring not at all.
    """
    import pandas as pd

    return pd.date_range(start, periods=hours, freq="h").tz_convert(zone).tz_localize(None)


def day_types(walls: pd.DatetimeIndex, zone: str) -> NDArray[np.int8]:
    """The day type of each wall time, as :class:`DayType` numbers."""
    at_home = zone == CITY_ZONE.key
    weekend = WEEKEND_DAYS if at_home else WEEKEND_DAYS_ELSEWHERE
    days = np.asarray(walls.date)
    known = {day: _day_type(day, weekend, at_home=at_home) for day in set(days)}
    return np.array([known[day] for day in days], dtype=np.int8)


def _day_type(day: date, weekend: frozenset[int], *, at_home: bool) -> DayType:
    if at_home and day in _omani_holidays(day.year):
        return DayType.HOLIDAY
    return DayType.WEEKEND if day.weekday() in weekend else DayType.WORKING


@cache
def _omani_holidays(year: int) -> frozenset[date]:
    import holidays

    known: Iterable[date] = holidays.country_holidays("OM", years=[year])
    return frozenset(known)
