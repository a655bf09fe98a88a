"""How long it is until an instant, in words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from citycore.language import Language

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Countdown(NamedTuple):
    """So many days, hours or minutes, in a grammatical number of the language."""

    unit: str
    number: int
    form: str


def countdown(instant: datetime, now: datetime, language: Language) -> Countdown | None:
    """How long until an instant, in whole units of the largest kind that fits; None if it has come."""
    left = instant - now
    if left <= timedelta(0):
        return None
    unit, size = (
        ("days", DAY)
        if left >= DAY
        else ("hours", HOUR)
        if left >= HOUR
        else ("minutes", timedelta(minutes=1))
    )
    number = max(1, left // size)
    return Countdown(unit, number, plural_form(number, language))


def plural_form(number: int, language: Language) -> str:
    """one, two, few, many or other, as CLDR counts whole numbers above zero."""
    if number == 1:
        return "one"
    if language == "en":
        return "other"
    if number == 2:
        return "two"
    rest = number % 100
    return "few" if 3 <= rest <= 10 else "many" if rest >= 11 else "other"
