"""Time as a value that is passed in: code that decides by the clock can be tested at any instant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]

#: Instants as whole numbers, as batches and the archive have them, are microseconds since this one.
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
#: Days, rush hours and weekends are those of the city. Oman keeps UTC+4 all year.
CITY_ZONE = ZoneInfo("Asia/Muscat")
#: Friday and Saturday, as ``datetime.weekday()`` counts.
WEEKEND_DAYS = frozenset({4, 5})


def microseconds_of(moment: datetime) -> int:
    """Since 1970."""
    return (moment - EPOCH) // MICROSECOND


def moment_at(microseconds: int) -> datetime:
    """So many microseconds since 1970; ``OverflowError`` beyond the calendar."""
    return EPOCH + microseconds * MICROSECOND


def day_start(local_date: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day, also where clocks skip its midnight or midnight comes twice."""
    return datetime.combine(local_date, time.min, zone).astimezone(UTC)


def day_end(local_date: date, zone: ZoneInfo) -> datetime:
    """The instant at which a local day is over: the first one of the day after it."""
    return day_start(local_date + timedelta(days=1), zone)


def month_later(at: datetime, zone: ZoneInfo) -> datetime:
    """The same local day and hour of the next month, or its last day."""
    local = at.astimezone(zone)
    first = (local.replace(day=1) + timedelta(days=32)).replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(local.day, last.day))


def system_clock() -> datetime:
    """The current instant, aware, UTC."""
    return datetime.now(UTC)
