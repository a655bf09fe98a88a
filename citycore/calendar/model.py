"""A calendar of days, as values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, StrEnum

from citycore.language import Language

HOME = "OM"
_DAY = timedelta(days=1)


class EntryKind(StrEnum):
    """What somebody can know of days."""

    HOLIDAY = "holiday"
    #: People work all the same, though it would be a weekend or a holiday.
    WORKING = "working"
    RAMADAN = "ramadan"
    SCHOOL_TERM = "school_term"
    SCHOOL_HOLIDAY = "school_holiday"
    #: Such as a festival; no day is of another kind for it.
    OTHER = "other"


class DayKind(IntEnum):
    """What days are alike in; each date is of exactly one."""

    WORKING = 0
    WEEKEND = 1
    HOLIDAY = 2
    RAMADAN_WORKING = 3
    RAMADAN_WEEKEND = 4


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """Which entry: a country has one of a kind that begins on a day."""

    country: str
    kind: EntryKind
    starts_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """``ends_on`` is the last day. ``country`` is that of ISO 3166, with a subdivision where holidays are its own: ``AU-VIC``.

    ``is_shipped`` where it is of the package and not of the operator.
    """

    kind: EntryKind
    starts_on: date
    ends_on: date
    name_ar: str
    name_en: str
    is_confirmed: bool
    source: str
    country: str = HOME
    is_shipped: bool = False

    @property
    def key(self) -> Key:
        return Key(self.country, self.kind, self.starts_on)

    def name(self, language: Language) -> str:
        return self.name_ar if language == "ar" else self.name_en

    def covers(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on

    def days(self) -> Iterator[date]:
        for number in range((self.ends_on - self.starts_on).days + 1):
            yield self.starts_on + number * _DAY
