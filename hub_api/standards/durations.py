"""Durations as ISO 8601 writes them, where a standard has such, and the instants that they lead to. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

MONTHS_OF_YEAR = 12
_DURATION = re.compile(
    r"P(?=.)(?:(\d{1,6})W|(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,6})D)?"
    r"(?:T(?=.)(?:(\d{1,7})H)?(?:(\d{1,8})M)?(?:(\d{1,9}(?:\.\d{1,6})?)S)?)?)",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Duration:
    """Months of the calendar and a time."""

    months: int = 0
    time: timedelta = timedelta(0)

    @property
    def is_nothing(self) -> bool:
        return not self.months and not self.time

    def after(self, start: datetime, times: int = 1) -> datetime | None:
        """So many of them later, None beyond all time. Months are counted from the start, so that its day does not wander."""
        try:
            months = start.year * MONTHS_OF_YEAR + start.month - 1 + self.months * times
            year, month = divmod(months, MONTHS_OF_YEAR)
            moved = _in_month(start, year, month + 1) if self.months else start
            return moved + self.time * times
        except (OverflowError, ValueError):
            return None


def read_duration(text: str) -> Duration | None:
    """None for anything that is no duration, or too long a one."""
    found = _DURATION.fullmatch(text)
    if found is None:
        return None
    weeks, years, months, days, hours, minutes = (int(one or 0) for one in found.groups()[:6])
    seconds = float(found[7] or 0)
    try:
        time = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        return None
    return Duration(years * MONTHS_OF_YEAR + months, time)


def _in_month(start: datetime, year: int, month: int) -> datetime:
    """The same day of another month, or its last one."""
    first = start.replace(year=year, month=month, day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return min(first + timedelta(days=start.day - 1), following - timedelta(days=1))
