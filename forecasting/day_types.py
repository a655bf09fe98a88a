"""Day kinds: working days, weekends, public holidays and the days of Ramadan have daily shapes of their own.

Each country has its own weekend and its own holidays; a recording from elsewhere keeps those of its place. The dates are those
of the hub's calendar (:mod:`citycore.calendar`): what its operator keeps, on top of what a package knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from citycore.calendar import holidays
from citycore.calendar.document import shipped_ramadan
from citycore.calendar.model import DayKind, Entry
from citycore.calendar.rules import YearOfDays, school_days, year_of_days

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SPECIAL_KINDS", "DayKind", "DayTypes", "country_of", "wall_times"]
#: Where a recording is known to be of a part of a country whose zone is that of all of it.
PART_OF_ZONE: Mapping[str, str] = {"Europe/London": "GB-ENG", "Europe/Madrid": "ES-VC"}
EPOCH = date(1970, 1, 1)
#: Kinds that the ordinary week says nothing about.
SPECIAL_KINDS = (DayKind.HOLIDAY, DayKind.RAMADAN_WORKING, DayKind.RAMADAN_WEEKEND)
#: Of a place that is in no country that is known.
NOWHERE = ""


def country_of(zone: str, country: str | None = None) -> str | None:
    """The country whose calendar counts: the one that is named, else that of the zone; None is unknown."""
    return country or PART_OF_ZONE.get(zone) or holidays.country_of(zone)


@dataclass(frozen=True, slots=True)
class DayTypes:
    """The kind of each local date, by country. Can be pickled.

    ``entries`` are those of the hub's operator; without a hub Ramadan is as a hub begins with it.
    """

    entries: tuple[Entry, ...] = field(default_factory=shipped_ramadan)
    _years: dict[tuple[str, int], YearOfDays] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _schools: dict[str, dict[date, bool]] = field(default_factory=dict, init=False, repr=False, compare=False)

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
        return self._year(country, day.year).kinds[day]

    def occasion(self, day: date, country: str | None) -> str | None:
        """The name of a holiday, the same each year, so that Eid is compared with Eid."""
        name = self._year(country, day.year).occasions.get(day)
        return None if name is None else name.split(";")[0].removesuffix(" (observed)")

    def schools(self, days: NDArray[np.int64], country: str | None) -> NDArray[np.float64] | None:
        """1 for each local date (days since 1970-01-01) on which schools teach, 0 where they do not, NaN where nobody has said so.

        None where the calendar says nothing at all of the schools of a country.
        """
        name = country or NOWHERE
        if name not in self._schools:
            self._schools[name] = school_days(self.entries, name)
        known = self._schools[name]
        if not known:
            return None
        return np.array([known.get(EPOCH + timedelta(days=int(day)), np.nan) for day in days], dtype=float)

    def _year(self, country: str | None, year: int) -> YearOfDays:
        key = (country or NOWHERE, year)
        if key not in self._years:
            self._years[key] = year_of_days(self.entries, *key)
        return self._years[key]


def wall_times(start: datetime, hours: int, zone: str) -> pd.DatetimeIndex:
    """What the clocks of ``zone`` showed at each of ``hours`` UTC hours from ``start`` on, naive.

    The hour that a zone repeats in autumn occurs twice, the one it skips in spring not at all.
    """
    import pandas as pd

    return pd.date_range(start, periods=hours, freq="h").tz_convert(zone).tz_localize(None)
