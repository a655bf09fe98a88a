"""Instants as people read them: in the city's time, without a midnight that could be of two days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from zoneinfo import ZoneInfo

from citycore.clock import CITY_ZONE
from citycore.language import Language, catalogue, date_text, isolate

#: As ``datetime.weekday()`` counts.
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Label:
    """A text of a package that is not yet in a language."""

    package: str
    key: str

    def text(self, language: Language) -> str:
        return catalogue(self.package).text(self.key, language)


@dataclass(frozen=True, slots=True)
class Span:
    """The dates that a field may have: later than ``after``, or from ``first`` to ``last``, of which one may be None."""

    after: date | None = None
    first: date | None = None
    last: date | None = None

    def text(self, language: Language) -> str:
        """Such as "a date after 24 November 2026"; instants are told with their time."""
        told = {
            name: instant_text(day, language) if isinstance(day, datetime) else day_text(day, language)
            for name in ("after", "first", "last")
            if (day := getattr(self, name)) is not None
        }
        return catalogue("casework.workflow").text(f"span.{'_'.join(told)}", language, **told)


class Labelled(StrEnum):
    """Codes whose labels stand in a table of a package's texts: ``class Side(Labelled, package=PACKAGE, table="side")``."""

    _texts: ClassVar[tuple[str, str]]

    def __init_subclass__(cls, *, package: str, table: str) -> None:
        cls._texts = package, table

    @property
    def label(self) -> Label:
        package, table = self._texts
        return Label(package, f"{table}.{self.value}")

    @classmethod
    def choices(cls, language: Language) -> list[tuple[str, str]]:
        """All of them, to choose from."""
        return [(str(one), one.label.text(language)) for one in cls]


def instant_text(instant: datetime, language: Language, zone: ZoneInfo = CITY_ZONE) -> str:
    """Weekday, date, time and zone, such as "Tuesday 24 November 2026, 8:00 (Muscat time)".

    An interval that ends at 0:00 ends, to people, with the day before: midnight is the end of that day.
    """
    local = instant.astimezone(zone)
    is_midnight = (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)
    day = local - timedelta(days=1) if is_midnight else local
    hour = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    texts = catalogue("casework.workflow")
    return texts.text(
        "instant.midnight" if is_midnight else "instant.text",
        language,
        weekday=texts.text(f"instant.{_WEEKDAYS[day.weekday()]}", language),
        day=day.day,
        month=catalogue("citycore").text(f"month.{day.month}", language),
        year=day.year,
        time=isolate(hour) if language == "ar" else hour,
        zone=_zone_text(zone, language),
    )


def day_text(day: date, language: Language) -> str:
    """A day, or that of an instant in the city: "24 November 2026"."""
    local = day.astimezone(CITY_ZONE) if isinstance(day, datetime) else day
    return date_text(local, language)


def _zone_text(zone: ZoneInfo, language: Language) -> str:
    if zone.key == CITY_ZONE.key:
        return catalogue("casework.workflow").text("instant.city_time", language)
    return isolate(zone.key) if language == "ar" else zone.key
