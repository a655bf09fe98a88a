"""How fields have instants, and how long it is until one."""

from __future__ import annotations

from datetime import datetime, timedelta

from citycore.clock import CITY_ZONE
from citycore.language import Language, catalogue, plural_form

_UNITS = (("days", timedelta(days=1)), ("hours", timedelta(hours=1)), ("minutes", timedelta(minutes=1)))


def local(instant: datetime) -> str:
    """As a field for date and time has it, in the city's time."""
    return f"{instant.astimezone(CITY_ZONE):%Y-%m-%dT%H:%M}"


def _nights(now: datetime, instant: datetime) -> int:
    due = instant.astimezone(CITY_ZONE) - timedelta(microseconds=1)
    return (due.date() - now.astimezone(CITY_ZONE).date()).days


def countdown(instant: datetime, now: datetime, language: Language) -> str | None:
    """How long until an instant, in units of the largest kind that fits; None if it has come.

    Days are counted as on a calendar of the city, and what is due at midnight is due on the day before it.
    """
    left = instant - now
    if left <= timedelta(0):
        return None
    unit, size = next((one for one in _UNITS if left >= one[1]), _UNITS[-1])
    number = max(1, _nights(now, instant) if unit == "days" else left // size)
    key = f"countdown.{unit}.{plural_form(number, language)}"
    return catalogue("hub_api.programme.kit").text(key, language, number=number)
