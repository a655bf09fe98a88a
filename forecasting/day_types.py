"""Day kinds: working days, weekends, public holidays and the days of Ramadan have daily shapes of their own.

Each country has its own weekend and its own holidays; a recording from elsewhere keeps those of its place. Oman's
dates that an operator has confirmed are laid over those of the ``holidays`` package.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from citycore.clock import CITY_ZONE, WEEKEND_DAYS

if TYPE_CHECKING:
    import pandas as pd

HOME = "OM"
WEEKEND_DAYS_ELSEWHERE = frozenset({5, 6})
#: The country of a zone whose recordings are known; the subdivision decides about some holidays.
COUNTRY_OF_ZONE: Mapping[str, str] = {
    CITY_ZONE.key: HOME,
    "Asia/Shanghai": "CN",
    "Australia/Melbourne": "AU-VIC",
    "Europe/London": "GB-ENG",
    "Europe/Madrid": "ES-VC",
    "America/Chicago": "US",
    "America/New_York": "US",
    "America/Los_Angeles": "US",
}
#: First days of Ramadan in Oman, announced or (from 2027 on) estimated; it ends the day before Eid al-Fitr.
RAMADAN_FIRST_DAYS = (
    date(2015, 6, 18),
    date(2016, 6, 7),
    date(2017, 5, 27),
    date(2018, 5, 17),
    date(2019, 5, 7),
    date(2020, 4, 25),
    date(2021, 4, 14),
    date(2022, 4, 3),
    date(2023, 3, 23),
    date(2024, 3, 12),
    date(2025, 3, 1),
    date(2026, 2, 19),
    date(2027, 2, 8),
    date(2028, 1, 28),
    date(2029, 1, 16),
)
RAMADAN_DAYS_MAX = 30
EPOCH = date(1970, 1, 1)


class DayKind(IntEnum):
    WORKING = 0
    WEEKEND = 1
    HOLIDAY = 2
    RAMADAN_WORKING = 3
    RAMADAN_WEEKEND = 4


#: Kinds that the ordinary week says nothing about.
SPECIAL_KINDS = (DayKind.HOLIDAY, DayKind.RAMADAN_WORKING, DayKind.RAMADAN_WEEKEND)


def country_of(zone: str, country: str | None = None) -> str | None:
    """The country whose calendar counts: the one that is named, else that of the zone; None is unknown."""
    return country or COUNTRY_OF_ZONE.get(zone)


@dataclass(frozen=True, slots=True)
class DayTypes:
    """The kind of each local date, by country. Can be pickled.

    ``announced`` has an operator's dates, by country: what stands there counts, whatever a package says.
    """

    announced: Mapping[str, Mapping[date, DayKind]] = field(default_factory=dict)

    def kinds(self, walls: pd.DatetimeIndex, zone: str, country: str | None = None) -> NDArray[np.int8]:
        """The kind of each naive wall time of a place, as :class:`DayKind` numbers."""
        days = walls.to_numpy().astype("datetime64[D]").astype(np.int64)
        return self.kinds_of_days(days, country_of(zone, country))

    def kinds_of_days(self, days: NDArray[np.int64], country: str | None) -> NDArray[np.int8]:
        """The kind of each local date, given as days since 1970-01-01."""
        distinct, places = np.unique(days, return_inverse=True)
        known = [self.kind(EPOCH + timedelta(days=int(day)), country) for day in distinct]
        return np.array(known, dtype=np.int8)[places]

    def kind(self, day: date, country: str | None) -> DayKind:
        announced = self.announced.get(country or "", {}).get(day)
        return _kind(day, country) if announced is None else announced

    def occasion(self, day: date, country: str | None) -> str | None:
        """The name of a holiday, the same each year, so that Eid is compared with Eid."""
        if self.kind(day, country) is not DayKind.HOLIDAY or country is None:
            return None
        return _holidays(country, day.year).get(day)


def wall_times(start: datetime, hours: int, zone: str) -> pd.DatetimeIndex:
    """What the clocks of ``zone`` showed at each of ``hours`` UTC hours from ``start`` on, naive.

    The hour that a zone repeats in autumn occurs twice, the one it skips in spring not at all.
    """
    import pandas as pd

    return pd.date_range(start, periods=hours, freq="h").tz_convert(zone).tz_localize(None)


@cache
def _kind(day: date, country: str | None) -> DayKind:
    if country is not None and day in _holidays(country, day.year):
        return DayKind.HOLIDAY
    at_home = country == HOME
    is_weekend = day.weekday() in (WEEKEND_DAYS if at_home else WEEKEND_DAYS_ELSEWHERE)
    if at_home and _is_ramadan(day):
        return DayKind.RAMADAN_WEEKEND if is_weekend else DayKind.RAMADAN_WORKING
    return DayKind.WEEKEND if is_weekend else DayKind.WORKING


def _is_ramadan(day: date) -> bool:
    began = max((first for first in RAMADAN_FIRST_DAYS if first <= day), default=None)
    if began is None or (day - began).days >= RAMADAN_DAYS_MAX:
        return False
    eid = [holiday for holiday, name in _holidays(HOME, began.year).items() if name == "Eid al-Fitr"]
    later = [holiday for holiday in eid if holiday > began]
    return not later or day < min(later)


@cache
def _holidays(country: str, year: int) -> dict[date, str]:
    """Public holidays of a country (``AU-VIC``: with those of a subdivision) with their English names."""
    import holidays

    code, _, subdivision = country.partition("-")
    try:
        known = holidays.country_holidays(code, subdiv=subdivision or None, years=[year], language="en_US")
    except NotImplementedError:
        return {}
    return {
        day: name.split(";")[0].removesuffix(" (estimated)").removesuffix(" (observed)")
        for day, name in known.items()
    }
