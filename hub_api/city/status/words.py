"""Ages and instants as people read them."""

from __future__ import annotations

from datetime import datetime

from citycore.clock import CITY_ZONE
from citycore.language import Language
from hub_api.serving.texts import TEXTS

UNITS = (("days", 86_400), ("hours", 3_600), ("minutes", 60))
#: A unit is used for exactly one, and for so many and more, so that rounding hides little.
TIMES_MIN = 2
#: Below so many seconds their tenths are shown.
TENTHS_SECONDS_MAX = 10


def duration(language: Language, seconds: float) -> str:
    """``0.3 s``, ``90 s``, ``12 min``, ``5 h``, ``3 d``; what lies ahead of the clock is now."""
    passed = max(0.0, seconds)
    for name, length in UNITS:
        if passed == length or passed >= TIMES_MIN * length:
            return TEXTS.text(f"status.unit.{name}", language, number=f"{passed / length:,.0f}")
    shown = round(passed, 1) if passed < TENTHS_SECONDS_MAX else round(passed)
    return TEXTS.text("status.unit.seconds", language, number=number(shown))


def local_time(moment: datetime) -> str:
    """The city's wall clock."""
    return f"{moment.astimezone(CITY_ZONE):%Y-%m-%d %H:%M:%S} (UTC+4)"


def number(value: float) -> str:
    return f"{value:g}"
