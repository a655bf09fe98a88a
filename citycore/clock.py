"""Time as a value that is passed in: code that decides by the clock can be tested at any instant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]

#: Days, rush hours and weekends are those of the city. Oman keeps UTC+4 all year.
CITY_ZONE = ZoneInfo("Asia/Muscat")
#: Friday and Saturday, as ``datetime.weekday()`` counts.
WEEKEND_DAYS = frozenset({4, 5})


def day_start(local_date: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day, also where clocks skip its midnight or midnight comes twice."""
    return datetime.combine(local_date, time.min, zone).astimezone(UTC)


def system_clock() -> datetime:
    """The current instant, aware, UTC."""
    return datetime.now(UTC)
