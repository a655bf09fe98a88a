"""A calendar of working time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from casework.working_time.holidays import official_holidays
from casework.working_time.settings import WorkingTimeSettings

Part = TypeVar("Part")


class Parts(Protocol):
    """Whoever has what exists once a process, such as a programme."""

    def of(self, kind: type[Part]) -> Part: ...


@dataclass(frozen=True, slots=True)
class Calendar:
    """Offices work on ``weekdays`` (Monday is 0) from minute ``opens`` of the day until, not including, ``closes``.

    Not on a holiday of the country, nor where ``closed_on`` says so; ``open_on`` are holidays on which they work all
    the same, since feasts that follow the moon are known late.
    """

    weekdays: frozenset[int]
    opens: int
    closes: int
    closed_on: frozenset[date] = frozenset()
    open_on: frozenset[date] = frozenset()

    @classmethod
    def made_for(cls, parts: Parts) -> Calendar:
        """As the operator has set it."""
        settings = parts.of(WorkingTimeSettings)
        return cls(
            frozenset(day.number for day in settings.days),
            settings.opens.hour * 60 + settings.opens.minute,
            settings.closes.hour * 60 + settings.closes.minute,
            frozenset(settings.closed_on),
            frozenset(settings.open_on),
        )

    @property
    def day_minutes(self) -> int:
        """Of a working day."""
        return self.closes - self.opens

    def is_working_day(self, day: date) -> bool:
        if day.weekday() not in self.weekdays or day in self.closed_on:
            return False
        return day in self.open_on or day not in official_holidays(day.year)
