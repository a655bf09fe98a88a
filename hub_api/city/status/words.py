"""Ages and instants as people read them."""

from __future__ import annotations

from datetime import datetime

from citycore.clock import CITY_ZONE
from citycore.language import Language, date_text, translate
from hub_api.serving.texts import TEXTS

UNITS = (("days", 86_400), ("hours", 3_600), ("minutes", 60))
#: A unit is used for exactly one, and for so many and more, so that rounding hides little.
TIMES_MIN = 2
#: Below so many seconds their tenths are shown.
TENTHS_SECONDS_MAX = 10


def duration(language: Language, seconds: float) -> str:
    """Says ``0.3 s``, ``90 s``, ``12 min``, ``5 h``, ``3 d``, in Arabic in whole words; what lies ahead of the clock is now."""
    passed = max(0.0, seconds)
    for name, length in UNITS:
        if passed == length or passed >= TIMES_MIN * length:
            return TEXTS.text(f"status.unit.{name}", language, number=round(passed / length))
    tenths = round(passed, 1)
    shown = tenths if tenths < TENTHS_SECONDS_MAX and not tenths.is_integer() else round(passed)
    return TEXTS.text("status.unit.seconds", language, number=shown)


def written_time(language: Language, moment: datetime) -> str:
    """Writes the date and the city's wall clock in words, as ``2 December 2026, 13:49:58 Muscat time``."""
    local = moment.astimezone(CITY_ZONE)
    date = date_text(local, language)
    return translate("instant.clock_time", language, date=date, clock=f"{local:%H:%M:%S}")


def local_time(moment: datetime) -> str:
    """Gives the city's wall clock for a column of a table."""
    return f"{moment.astimezone(CITY_ZONE):%Y-%m-%d %H:%M:%S} (UTC+4)"


def number(value: float) -> str:
    return f"{value:g}"
