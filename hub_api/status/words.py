"""Ages and instants as people read them."""

from __future__ import annotations

from datetime import datetime

from citycore.clock import CITY_ZONE
from citycore.language import Language
from hub_api.texts import TEXTS

#: From which number of seconds on which unit is used.
UNITS = (("days", 86_400), ("hours", 3_600), ("minutes", 60), ("seconds", 1))
#: A unit is used for twice its length and more, so that rounding hides little.
TIMES_MIN = 2


def duration(language: Language, seconds: float) -> str:
    """``90 s``, ``12 min``, ``5 h``, ``3 d``; what lies ahead of the clock is now."""
    passed = max(0.0, seconds)
    name, length = next((unit for unit in UNITS if passed >= TIMES_MIN * unit[1]), UNITS[-1])
    return TEXTS.text(f"status.unit.{name}", language, number=f"{passed / length:,.0f}")


def local_time(moment: datetime) -> str:
    """The city's wall clock."""
    return f"{moment.astimezone(CITY_ZONE):%Y-%m-%d %H:%M:%S} (UTC+4)"


def number(value: float) -> str:
    return f"{value:g}"
