"""How fields have instants, and how long it is until one."""

from __future__ import annotations

from datetime import datetime, timedelta

from citycore.clock import CITY_ZONE
from citycore.language import Language, catalogue

_UNITS = (("days", timedelta(days=1)), ("hours", timedelta(hours=1)), ("minutes", timedelta(minutes=1)))


def local(instant: datetime) -> str:
    """As a field for date and time has it, in the city's time."""
    return f"{instant.astimezone(CITY_ZONE):%Y-%m-%dT%H:%M}"


def countdown(instant: datetime, now: datetime, language: Language) -> str | None:
    """How long until an instant, in whole units of the largest kind that fits; None if it has come."""
    left = instant - now
    if left <= timedelta(0):
        return None
    unit, size = next((one for one in _UNITS if left >= one[1]), _UNITS[-1])
    number = max(1, left // size)
    key = f"countdown.{unit}.{plural_form(number, language)}"
    return catalogue("hub_api.programme.kit").text(key, language, number=number)


def plural_form(number: int, language: Language) -> str:
    """one, two, few, many or other, as CLDR counts whole numbers above zero; zero is other."""
    if number == 1:
        return "one"
    if language == "en":
        return "other"
    if number == 2:
        return "two"
    rest = number % 100
    return "few" if 3 <= rest <= 10 else "many" if rest >= 11 else "other"
