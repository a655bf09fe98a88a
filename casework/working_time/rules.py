"""Counting working minutes. Pure.

A minute counts as a whole or not at all: one that has begun is not counted any more. An instant that is computed here is
always within working time, so nothing that follows from it happens at night.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from casework.working_time.model import Calendar
from citycore.clock import CITY_ZONE

_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
#: Whoever asks for more days without a working day among them has none at all.
_DAYS_OFF_MAX = 400


def is_working(calendar: Calendar, at: datetime) -> bool:
    """Whether offices work at that instant; they do not at the one at which they close."""
    day, minute = _place(at)
    return calendar.opens <= minute < calendar.closes and calendar.is_working_day(day)


def due(calendar: Calendar, start: datetime, minutes: int) -> datetime:
    """The first minute of working time that so many working minutes lie before, counted from ``start``."""
    if minutes < 0:
        raise ValueError("time that is left is not negative")
    day, minute = _place(_begun(start))
    waiting, left_today, off = minutes, _ahead(calendar, day, minute), 0
    while waiting >= left_today:
        waiting -= left_today
        off = 0 if left_today else off + 1
        if off > _DAYS_OFF_MAX:
            raise ValueError("the calendar has no working days")
        day += _DAY
        minute = 0
        left_today = _ahead(calendar, day, minute)
    return _instant(day, max(minute, calendar.opens) + waiting)


def left(calendar: Calendar, at: datetime, due_at: datetime) -> int:
    """How many whole working minutes lie between; 0 once it is due."""
    day, minute = _place(_begun(at))
    last, end = _place(due_at)
    if (last, end) <= (day, minute):
        return 0
    total = _ahead(calendar, day, minute) - _ahead(calendar, last, end)
    while day < last:
        day += _DAY
        total += _ahead(calendar, day, 0)
    return total


def add(calendar: Calendar, due_at: datetime, minutes: int) -> datetime:
    """So much later: what was due then has so many working minutes more."""
    return due(calendar, due_at, minutes)


def pause(calendar: Calendar, at: datetime, due_at: datetime) -> int:
    """The clock stands still from now on: the minutes to remember."""
    return left(calendar, at, due_at)


def resume(calendar: Calendar, at: datetime, minutes_left: int) -> datetime:
    """It goes on: when it is due now."""
    return due(calendar, at, minutes_left)


def _ahead(calendar: Calendar, day: date, minute: int) -> int:
    """Working minutes of the day from that minute on."""
    if not calendar.is_working_day(day):
        return 0
    return max(0, calendar.closes - max(minute, calendar.opens))


def _begun(at: datetime) -> datetime:
    """The next whole minute, unless it is one."""
    local = at.astimezone(CITY_ZONE)
    whole = local.replace(second=0, microsecond=0)
    return whole if whole == local else whole + _MINUTE


def _place(at: datetime) -> tuple[date, int]:
    local = at.astimezone(CITY_ZONE)
    return local.date(), local.hour * 60 + local.minute


def _instant(day: date, minute: int) -> datetime:
    local = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=CITY_ZONE)
    return local.astimezone(UTC)
