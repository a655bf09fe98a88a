"""The ends of a window: instants, or local days, each of which is read as a whole day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import PlainValidator, WithJsonSchema

from citycore.clock import CITY_ZONE, day_start
from hub_api.serving.parameters import DATE, checked_date, checked_instant


def checked_moment(text: object) -> object:
    """``2026-11-27`` as a day, everything else as an instant with an offset; an error says what is wrong."""
    is_day = isinstance(text, str) and DATE.fullmatch(text) is not None
    return checked_date(text) if is_day else checked_instant(text)


def _first(text: object) -> object:
    moment = checked_moment(text)
    return window_of(moment, None, CITY_ZONE)[0] if isinstance(moment, date) else moment


def _last(text: object) -> object:
    moment = checked_moment(text)
    return window_of(None, moment, CITY_ZONE)[1] if isinstance(moment, date) else moment


_SCHEMA = WithJsonSchema({"type": "string", "anyOf": [{"format": "date-time"}, {"format": "date"}]})
#: A ``datetime`` in UTC, or a ``date`` whose zone is known later.
Moment = Annotated[datetime | date, PlainValidator(checked_moment), _SCHEMA]
#: The ends of a window, in UTC; days are those of the city. None, an open side, for days at the ends of the calendar.
WindowStart = Annotated[datetime | None, PlainValidator(_first), _SCHEMA]
WindowEnd = Annotated[datetime | None, PlainValidator(_last), _SCHEMA]


def is_day(moment: date | None) -> bool:
    return moment is not None and not isinstance(moment, datetime)


def is_turned(start: date | None, end: date | None) -> bool:
    """Whether a window holds nothing in whichever zone; days are included whole."""
    if start is None or end is None or is_day(start) != is_day(end):
        return False
    return start > end if is_day(start) else start >= end


def window_of(
    start: date | None, end: date | None, zone: ZoneInfo
) -> tuple[datetime | None, datetime | None]:
    """``[start, end)`` as instants: from the beginning of the first day to the end of the last."""
    last = end if end is None or isinstance(end, datetime) else _after(end)
    return _beginning(start, zone), _beginning(last, zone)


def _beginning(moment: date | None, zone: ZoneInfo) -> datetime | None:
    if moment is None or isinstance(moment, datetime):
        return moment
    try:
        return day_start(moment, zone)
    except OverflowError:  # the first day of all begins before the first instant that there is
        return None


def _after(day: date) -> date | None:
    """The next day; None, which leaves a window open, after the last of all."""
    return None if day == date.max else day + timedelta(days=1)
