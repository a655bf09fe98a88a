"""Texts, numbers, units, instants and ages as people read them, in Arabic and English.

Western digits in both languages; whatever is a number, a code or an instant is isolated so
that it keeps its order inside Arabic text. Instants are shown in Asia/Muscat.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache

from citycore.clock import CITY_ZONE
from citycore.language import POP_ISOLATE, Catalogue, Language, direction, isolate
from citycore.limits.model import Limit
from citycore.units import normalise_unit

RIGHT_TO_LEFT_ISOLATE = "\u2067"
MINUTE, HOUR, DAY = 60, 3600, 86_400
#: A chart, its table and those of the next period say the same hours; so many are remembered in their words.
INSTANTS_KEPT = 8_192
#: From here on a number is written with a power of ten.
POWER_FROM = 1e12
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


#: Each page's room, in the order of the navigation. A room has what its page alone needs, and its own texts.
ROOMS = (
    "overview",
    "map",
    "explore",
    "forecast",
    "alerts",
    "buses",
    "sensors",
    "data",
    "innovation",
    "views",
)


@cache
def catalogue() -> Catalogue:
    """The texts of all pages and those of each room; ``ValueError`` where two have the same key."""
    return Catalogue("dashboards", "dashboards.report", *(f"dashboards.{room}" for room in ROOMS))


@dataclass(frozen=True, slots=True)
class Words:
    """One language's way of saying things."""

    language: Language

    @property
    def direction(self) -> str:
        return direction(self.language)

    def __call__(self, key: str, **fields: object) -> str:
        """The text of a key; KeyError if there is none."""
        return catalogue().text(key, self.language, **fields)

    def known(self, key: str, otherwise: str) -> str:
        """The text of a key that may have none, such as a code of the API's."""
        return self(key) if key in catalogue().texts[self.language] else isolate(otherwise)

    def counted(self, key: str, count: int) -> str:
        """A noun with its number: ``things.few`` and so on, by the language's plural forms."""
        return self(f"{key}.{plural(self.language, count)}", count=isolate(f"{count:,}"))

    def unit(self, code: str) -> str:
        """A UCUM unit as written for people; the code itself where there is no such text."""
        return self.known(f"unit.{normalise_unit(code)}", code)

    def value(self, number: float, unit: str) -> str:
        """A number with its unit."""
        shown, name = isolate(number_text(number)), self.unit(unit)
        return f"{shown} {name}" if name else shown

    def between(self, low: float, high: float) -> str:
        """A range of numbers."""
        return isolate(f"{number_text(low)} – {number_text(high)}")

    def code(self, text: str) -> str:
        """A code in its own order within any text."""
        return isolate(text)

    def text(self, texts: Mapping[Language, str]) -> str:
        """A text that comes in both languages, such as the name of a level."""
        return texts[self.language]

    def limit(self, limit: Limit) -> dict[str, str]:
        """Who says what a limit says, and of which mean: the fields of the texts about limits."""
        return {
            "table": self.text(limit.origin.name),
            "authority": self.text(limit.origin.authority),
            "averaging": self(f"averaging.{limit.averaging}"),
        }

    def ago(self, age: timedelta) -> str:
        """How long ago, in the largest unit that fits: "40 seconds ago"."""
        seconds = max(0, int(age.total_seconds()))
        if seconds == 0:
            return self("just_now")
        for name, size in (("day", DAY), ("hour", HOUR), ("minute", MINUTE)):
            if seconds >= (2 * DAY if name == "day" else size):
                return self("ago", span=self.counted(f"span.{name}", seconds // size))
        return self("ago", span=self.counted("span.second", seconds))

    def drawn(self, text: str) -> str:
        """A text for a chart, which has no direction of its own: kept right-to-left where it is."""
        return f"{RIGHT_TO_LEFT_ISOLATE}{text}{POP_ISOLATE}" if self.direction == "rtl" else text

    def clock(self, moment: datetime) -> str:
        """Hours and minutes in Muscat."""
        return isolate(f"{moment.astimezone(CITY_ZONE):%H:%M}")

    def date(self, moment: datetime) -> str:
        """The day in Muscat: "Tue 24 Nov 2026"."""
        local = moment.astimezone(CITY_ZONE)
        return self(
            "date",
            weekday=self(f"weekday.{local.weekday()}"),
            day=isolate(str(local.day)),
            month=self(f"month.{local.month}"),
            year=isolate(str(local.year)),
        )

    def instant(self, moment: datetime) -> str:
        """Day and time in Muscat."""
        return _instant(self, moment)


@lru_cache(maxsize=INSTANTS_KEPT)
def _instant(words: Words, moment: datetime) -> str:
    return words("instant", date=words.date(moment), clock=words.clock(moment))


def plural(language: Language, count: int) -> str:
    """The plural form a count takes, as CLDR names them."""
    if language == "en":
        return "one" if count == 1 else "other"
    if count in (0, 1, 2):
        return ("zero", "one", "two")[count]
    last = count % 100
    return "few" if 3 <= last <= 10 else "many" if last >= 11 else "other"


def number_text(number: float) -> str:
    """Three significant digits, thousands parted, a true minus: 1,234 · 56.7 · 0.25 · −3 · 1.5 × 10²⁰."""
    size = abs(number)
    if size >= POWER_FROM:
        digits, power = f"{number:.2e}".split("e+")
        return f"{digits.rstrip('0').rstrip('.')} × 10{power.translate(RAISED)}".replace("-", "−")
    decimals = 0 if size >= 100 else 1 if size >= 10 or size == 0 else 2
    text = f"{number:,.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    text = "0" if text == "-0" else text
    return text.replace("-", "−")


def percent_text(share: float) -> str:
    """A share as a whole percentage without sign of direction: 0.123 is "12 %"."""
    return isolate(f"{number_text(round(abs(share) * 100))}%")


def number_cell(number: object, words: Words) -> str:
    """A number in a table, or the dash that says there is none."""
    return isolate(number_text(number)) if isinstance(number, (int, float)) else words("none")
