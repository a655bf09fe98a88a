"""What a calendar says of days. Pure but for the package, which is as good as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from citycore.calendar import holidays
from citycore.calendar.model import DayKind, Entry, EntryKind, Key

_DAY = timedelta(days=1)
#: Within so much an announced holiday is the estimated one, moved.
_NEAR = timedelta(days=3)
#: These stand above what the package says of a day.
_OVERRULING = frozenset({EntryKind.HOLIDAY, EntryKind.WORKING})
#: Between two terms there are holidays if they are no further apart; more is a year that nobody has entered.
_BETWEEN_TERMS = timedelta(days=120)


def shipped_entries(country: str, year: int) -> list[Entry]:
    """The public holidays of the package: days that follow each other and are called the same are one entry."""
    found: list[Entry] = []
    for one in holidays.public_holidays(country, year):
        last = found[-1] if found else None
        if last is not None and last.name_en == one.name_en and last.ends_on + _DAY == one.day:
            found.pop()
        else:
            last = None
        found.append(
            Entry(
                country=country,
                kind=EntryKind.HOLIDAY,
                starts_on=one.day if last is None else last.starts_on,
                ends_on=one.day,
                name_ar=one.name_ar,
                name_en=one.name_en,
                is_confirmed=not one.is_estimated,
                source=holidays.source(),
                is_shipped=True,
            )
        )
    return found


def entries_of(own: Iterable[Entry], country: str, year: int) -> list[Entry]:
    """All that is known of days of a year, in their order; of the package only what the operator's entries leave of it.

    A confirmed holiday takes the place of one that the package estimates near it: feasts that follow the moon move by a day.
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    mine = [one for one in own if one.country == country and one.starts_on <= last and one.ends_on >= first]
    overruled = {day for one in mine if one.kind in _OVERRULING for day in one.days()}
    announced = [one.starts_on for one in mine if one.kind is EntryKind.HOLIDAY and one.is_confirmed]
    shipped = (
        part
        for one in shipped_entries(country, year)
        if one.is_confirmed or not any(abs(one.starts_on - day) <= _NEAR for day in announced)
        for part in _without(one, overruled)
    )
    return sorted([*mine, *shipped], key=lambda one: (one.starts_on, one.kind))


def _without(entry: Entry, days: set[date]) -> Iterator[Entry]:
    """The parts of an entry that are left without some days."""
    start: date | None = None
    for day in [*entry.days(), None]:
        if day is not None and day not in days:
            start = start or day
        elif start is not None:
            end = entry.ends_on if day is None else day - _DAY
            yield replace(entry, starts_on=start, ends_on=end)
            start = None


def shipped_at(own: Sequence[Entry], key: Key) -> Entry | None:
    """What of the package begins there and is not overruled."""
    known = entries_of(own, key.country, key.starts_on.year)
    return next((one for one in known if one.key == key and one.is_shipped), None)


@dataclass(frozen=True, slots=True)
class YearOfDays:
    """What kind each date of a year is, and what holidays are called in English."""

    kinds: Mapping[date, DayKind]
    occasions: Mapping[date, str]


def year_of_days(own: Iterable[Entry], country: str, year: int) -> YearOfDays:
    """A day on which people work all the same is a working day; a holiday in Ramadan is a holiday."""
    named: dict[EntryKind, dict[date, str]] = {kind: {} for kind in EntryKind}
    for one in entries_of(own, country, year):
        named[one.kind].update(dict.fromkeys(one.days(), one.name_en))
    working, ramadan = named[EntryKind.WORKING], named[EntryKind.RAMADAN]
    occasions = {day: name for day, name in named[EntryKind.HOLIDAY].items() if day not in working}

    def kind_of(day: date) -> DayKind:
        if day in occasions:
            return DayKind.HOLIDAY
        if day not in working and holidays.is_weekend(country, day):
            return DayKind.RAMADAN_WEEKEND if day in ramadan else DayKind.WEEKEND
        return DayKind.RAMADAN_WORKING if day in ramadan else DayKind.WORKING

    first = date(year, 1, 1)
    days = (first + number * _DAY for number in range((date(year, 12, 31) - first).days + 1))
    return YearOfDays({day: kind_of(day) for day in days}, occasions)


def school_days(own: Iterable[Entry], country: str) -> dict[date, bool]:
    """Whether schools teach on a day, by the operator's entries; days of which they say nothing are not in it.

    Between two terms that are not far apart there are holidays, also if nobody has entered them.
    """
    mine = [one for one in own if one.country == country]
    terms = sorted((one for one in mine if one.kind is EntryKind.SCHOOL_TERM), key=lambda one: one.starts_on)
    found: dict[date, bool] = {}
    for before, after in pairwise(terms):
        if after.starts_on - before.ends_on <= _BETWEEN_TERMS:
            free = (after.starts_on - before.ends_on).days
            found.update({before.ends_on + number * _DAY: False for number in range(1, free)})
    for kind, is_teaching in ((EntryKind.SCHOOL_TERM, True), (EntryKind.SCHOOL_HOLIDAY, False)):
        found.update({day: is_teaching for one in mine if one.kind is kind for day in one.days()})
    return found
