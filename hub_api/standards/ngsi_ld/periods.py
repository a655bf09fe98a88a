"""Durations as aggregates take them (ETSI GS CIM 009, 4.5.19.1), and the periods that they cut a span into. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub_api.serving.errors import invalid

MONTHS_OF_YEAR = 12
QUARTER_SECONDS = 900
_DURATION = re.compile(
    r"P(?=.)(?:(\d{1,6})W|(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,6})D)?"
    r"(?:T(?=.)(?:(\d{1,7})H)?(?:(\d{1,8})M)?(?:(\d{1,9}(?:\.\d{1,6})?)S)?)?)",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Duration:
    """Months of the calendar and a time; both zero stand for the whole span."""

    months: int = 0
    time: timedelta = timedelta(0)

    @property
    def is_whole_span(self) -> bool:
        return not self.months and not self.time


@dataclass(frozen=True, slots=True)
class Periods:
    """``[starts[n], starts[n + 1])``, the last one until ``end``."""

    starts: Sequence[datetime]
    end: datetime

    @property
    def are_quarters(self) -> bool:
        """Whether each begins and ends with a quarter of an hour."""
        return all(not _into_quarter(moment) for moment in (*self.starts, self.end))

    def of(self, number: int) -> tuple[datetime, datetime]:
        """Start and end of one, counted from 1."""
        return self.starts[number - 1], self.starts[number] if number < len(self.starts) else self.end


def duration_of(text: str) -> Duration:
    """``InvalidParameters`` for anything else than ISO 8601 as the standard has it."""
    found = _DURATION.fullmatch(text)
    if found is None:
        raise invalid("aggrPeriodDuration", "ngsi_ld_duration")
    weeks, years, months, days, hours, minutes = (int(one or 0) for one in found.groups()[:6])
    seconds = float(found[7] or 0)
    try:
        time = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        raise invalid("aggrPeriodDuration", "ngsi_ld_duration") from None
    return Duration(years * MONTHS_OF_YEAR + months, time)


def periods_of(start: datetime, end: datetime, duration: Duration, most: int) -> Periods:
    """Those of ``[start, end)``, which is not empty: from its beginning on, the last one as long as there is time left."""
    if duration.is_whole_span:
        return Periods((start,), end)
    starts: list[datetime] = []
    moment: datetime | None = start
    while moment is not None and moment < end:
        if len(starts) == most:
            raise invalid("aggrPeriodDuration", "ngsi_ld_periods", maximum=most)
        starts.append(moment)
        moment = _later(start, duration, len(starts))
    return Periods(tuple(starts), end)


def _later(start: datetime, duration: Duration, times: int) -> datetime | None:
    """So many durations later, None beyond all time. Months are counted from the start, so that its day does not wander."""
    try:
        months = start.year * MONTHS_OF_YEAR + start.month - 1 + duration.months * times
        year, month = divmod(months, MONTHS_OF_YEAR)
        moved = _in_month(start, year, month + 1) if duration.months else start
        return moved + duration.time * times
    except (OverflowError, ValueError):
        return None


def _in_month(start: datetime, year: int, month: int) -> datetime:
    """The same day of another month, or its last one."""
    first = start.replace(year=year, month=month, day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return min(first + timedelta(days=start.day - 1), following - timedelta(days=1))


def _into_quarter(moment: datetime) -> float:
    return (moment.timestamp() % QUARTER_SECONDS) + moment.microsecond
