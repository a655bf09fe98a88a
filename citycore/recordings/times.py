"""The time of a row: from one column or several, in any order of day and month, in a zone whose clocks change. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

#: What becomes of an hour that occurs twice. ``order``: the first row of a thing with that time is the first hour, the
#: next one the second; a time that occurs once may be either, and is marked as suspect.
Ambiguous = Literal["order", "first", "last", "refuse"]
#: Of a time that is told in columns of its own, the largest first.
PARTS = ("year", "month", "day", "hour", "minute", "second")
_DIRECTIVES = {
    "%Y": r"(?P<year>\d{4})",
    "%y": r"(?P<short_year>\d{2})",
    "%m": r"(?P<month>\d{1,2})",
    "%d": r"(?P<day>\d{1,2})",
    "%H": r"(?P<hour>\d{1,2})",
    "%I": r"(?P<half_hour>\d{1,2})",
    "%M": r"(?P<minute>\d{1,2})",
    "%S": r"(?P<second>\d{1,2})(?:[.,](?P<fraction>\d{1,6})\d*)?",
    "%p": r"(?P<half>[AaPp][Mm])",
    "%z": r"(?P<offset>Z|[+-]\d{2}:?\d{2})",
    "%%": "%",
}
#: From which year of a century on a year of two digits is one of the last century, as POSIX says.
_CENTURY_TURNS = 69
_NOON = 12


@dataclass(frozen=True, slots=True)
class TimeColumns:
    """Where the time of a row stands.

    ``whole`` are one or two columns that :data:`format` describes together, joined by a space; ``parts`` are columns of
    numbers by what they say. A date in ``whole`` may have its hour in ``parts``.
    """

    whole: tuple[str, ...]
    parts: dict[str, str]
    format: str | None
    zone: ZoneInfo | None
    ambiguous: Ambiguous

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.whole, *self.parts.values())


class Choice(NamedTuple):
    """Which of two hours a row of an hour that occurs twice means, and whether that is certain."""

    fold: int
    is_certain: bool


def pattern_of(written: str) -> re.Pattern[str] | None:
    """What recognises times of a format (``%d/%m/%Y %H:%M``); None if it has a directive that is not known here."""
    found = []
    for piece in re.split(r"(%.)", written):
        if piece.startswith("%") and piece not in _DIRECTIVES:
            return None
        found.append(_DIRECTIVES.get(piece) or re.escape(piece))
    try:
        return re.compile("".join(found), re.ASCII)
    except re.error:  # a directive stands twice
        return None


def reader_of(columns: TimeColumns) -> Callable[[tuple[str, ...]], datetime | None]:
    """A function from the texts of ``columns.names`` to the time they say; None where they say none."""
    count = len(columns.whole)
    names = tuple(columns.parts)
    pattern = None if columns.format is None else pattern_of(columns.format)

    def read(texts: tuple[str, ...]) -> datetime | None:
        base = None
        if count:
            text = " ".join(texts[:count])
            base = _iso(text) if pattern is None else time_by(pattern, text)
            if base is None:
                return None
        return _composed(base, names, texts[count:]) if names else base

    return lru_cache(maxsize=4096)(read)


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def time_by(pattern: re.Pattern[str], text: str) -> datetime | None:
    """The time that a text says in a form of :func:`pattern_of`; None if it says none."""
    match = pattern.fullmatch(text)
    if match is None:
        return None
    found = match.groupdict()
    year = int(found.get("year") or 0)
    if "short_year" in found:
        short = int(found["short_year"])
        year = short + (1900 if short >= _CENTURY_TURNS else 2000)
    hour = int(found.get("hour") or 0)
    if found.get("half_hour"):
        hour = int(found["half_hour"]) % _NOON + _NOON * ((found.get("half") or "am").lower() == "pm")
    # An hour of 24 is the end of its day, as ISO 8601 has it.
    days, hour = divmod(hour, 24) if hour == 24 else (0, hour)
    numbers = (year, int(found.get("month") or 1), int(found.get("day") or 1), hour)
    rest = (int(found.get("minute") or 0), int(found.get("second") or 0))
    try:
        moment = datetime(*numbers, *rest, int((found.get("fraction") or "").ljust(6, "0")))  # noqa: DTZ001
        if found.get("offset"):
            moment = moment.replace(tzinfo=datetime.strptime(found["offset"], "%z").tzinfo)
        return moment + timedelta(days=days)
    except (ValueError, OverflowError):
        return None


def _composed(base: datetime | None, names: Sequence[str], texts: Sequence[str]) -> datetime | None:
    values = {}
    for name, text in zip(names, texts, strict=True):
        number = _whole(text)
        if number is None:
            return None
        values[name] = number
    hours = values.pop("hour", 0)
    if not 0 <= hours <= 24:
        return None
    try:
        if base is None:
            base = datetime(values.pop("year"), values.pop("month", 1), values.pop("day", 1))  # noqa: DTZ001
        base = base.replace(
            minute=values.get("minute", base.minute), second=values.get("second", base.second)
        )
        return base + timedelta(hours=hours)
    except (ValueError, OverflowError):
        return None


def _whole(text: str) -> int | None:
    """A whole number, perhaps as tables write it that hold fractions elsewhere: ``7.0``."""
    match = re.fullmatch(r"(\d{1,4})(?:\.0*)?", text, re.ASCII)
    return int(match[1]) if match is not None else None


def is_twofold(local: datetime, zone: ZoneInfo) -> bool:
    """Whether a local time occurs twice."""
    first, last = (local.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return first is not None and last is not None and first > last


def is_skipped(local: datetime, zone: ZoneInfo) -> bool:
    """Whether a local time never happens."""
    first, last = (local.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return first is not None and last is not None and first < last


def instant(local: datetime, zone: ZoneInfo, fold: int = 0) -> datetime:
    return local.replace(tzinfo=zone, fold=fold).astimezone(UTC)


def choose_by_order(rows: Iterable[tuple[int, str, datetime]]) -> dict[int, Choice]:
    """Which hour each row of an hour that occurs twice means, by the row's line.

    ``rows`` are those rows alone: line, thing and local time, in the order of the file.
    """
    lines: dict[tuple[str, datetime], list[int]] = {}
    for line, thing, local in rows:
        lines.setdefault((thing, local), []).append(line)
    choices: dict[int, Choice] = {}
    for found in lines.values():
        is_pair = len(found) == 2
        for number, line in enumerate(found):
            choices[line] = Choice(min(number, 1), is_pair)
    return choices
