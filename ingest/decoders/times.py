"""Times as devices state them: RFC 3339 and its looser relatives, and counts since 1970. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from citycore.clock import EPOCH
from ingest.decoders.model import Unreadable
from ingest.decoders.native import LEAP_SECOND
from ingest.decoders.reading import UNREADABLE, shown

#: Enough for a time with nanoseconds and an offset, and for a broken one to be told apart.
_CHARACTERS_MAX = 64
#: A date alone is no instant, and Python reads weeks and days of the year that no device means.
_DATE_AND_TIME = re.compile(r"\d{4}-?\d\d-?\d\d[T t]\d\d:?\d\d", re.ASCII)
_MIDNIGHT_24 = re.compile(r"(\d{4}-\d\d-\d\d[T t])24(:00(?::00(?:\.0+)?)?)", re.ASCII)
SECONDS = 1
MILLISECONDS = 1_000
MICROSECONDS = 1_000_000


def parse_time(text: Any) -> datetime:
    """The instant that a text states, without an offset if it has none; :class:`Unreadable` otherwise.

    What is finer than a microsecond is cut off.
    """
    if type(text) is not str or len(text) > _CHARACTERS_MAX:
        raise Unreadable(UNREADABLE, f"no time: {shown(text)}")
    text = text.strip()
    try:
        if _DATE_AND_TIME.match(text) is not None:
            return datetime.fromisoformat(text.upper())
    except ValueError as error:
        if LEAP_SECOND.search(text) is not None:
            raise Unreadable("leap_second", shown(text)) from error
        if (midnight := _MIDNIGHT_24.match(text)) is not None:
            return _next_midnight(text, midnight)
    raise Unreadable(UNREADABLE, f"no time: {shown(text)}")


def parse_time_utc(text: Any) -> datetime:
    """The same where the format says that a time without an offset is UTC."""
    time = parse_time(text)
    return time if time.tzinfo is not None else time.replace(tzinfo=UTC)


def from_epoch(number: Any, per_second: int) -> datetime:
    """The instant of a count since 1970."""
    if type(number) is not int and type(number) is not float:
        raise Unreadable(UNREADABLE, f"no time: {shown(number)}")
    try:
        if type(number) is int:
            microseconds = number * (MICROSECONDS // per_second)
        else:
            microseconds = round(number * (MICROSECONDS // per_second))
        return EPOCH + timedelta(microseconds=microseconds)
    except (OverflowError, ValueError) as error:
        raise Unreadable(UNREADABLE, f"no time: {shown(number)}") from error


def interval_start(text: Any) -> datetime:
    """The beginning of ``FROM/TO``, or the instant itself."""
    return parse_time(text.partition("/")[0] if type(text) is str else text)


def _next_midnight(text: str, midnight: re.Match[str]) -> datetime:
    try:
        return datetime.fromisoformat(
            f"{midnight[1].upper()}00{midnight[2]}{text[midnight.end() :]}"
        ) + timedelta(days=1)
    except (OverflowError, ValueError) as error:
        raise Unreadable(UNREADABLE, f"no time: {shown(text)}") from error
