"""Texts in Arabic and English: look-up, direction, and numbers that keep their order.

A room keeps its texts in ``<room>/messages/en.toml`` and ``ar.toml`` with the same keys (a
test compares them) and opens them with :class:`Catalogue`.
"""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any, Literal, get_args

Language = Literal["en", "ar"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
DEFAULT_LANGUAGE: Language = "en"

#: The forms of a noun in ``[counted]``, in this order.
COUNTED_FORMS = {"ar": ("one", "two", "few", "many", "other"), "en": ("one", "other")}

LEFT_TO_RIGHT_ISOLATE = "\u2066"
POP_ISOLATE = "\u2069"


def direction(language: Language) -> Literal["ltr", "rtl"]:
    return "rtl" if language == "ar" else "ltr"


def isolate(text: str) -> str:
    """Keep a number, date, code or unit in its own left-to-right order inside Arabic text."""
    return f"{LEFT_TO_RIGHT_ISOLATE}{text}{POP_ISOLATE}"


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


def counted(number: object, noun: str, language: Language) -> str:
    """A number with the noun that agrees with it, as ``[counted]`` of the core texts has it.

    What is no whole number above zero, such as "1-200" or 1.5, takes the form of many things.
    """
    forms = catalogue("citycore").texts[language][f"counted.{noun}"].split("|")
    form = plural_form(number, language) if isinstance(number, int) else "other"
    named = dict(zip(COUNTED_FORMS[language], forms, strict=True))
    return named[form].format(n=number)


class _Agreeing(Formatter):
    """Fields of a text, of which ``{limit:#character}`` is a number and its noun."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec.startswith("#"):
            return counted(value, format_spec[1:], self.language)
        text: str = super().format_field(value, format_spec)
        return text


def _flatten(table: dict[str, object], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            flat |= _flatten(value, f"{prefix}{key}.")
        else:
            flat[prefix + key] = str(value)
    return flat


def fill(text: str, language: Language, /, **fields: object) -> str:
    """A text with its ``{fields}`` filled in, whatever they are called; ``KeyError`` if one is not there."""
    return _Agreeing(language).vformat(text, (), fields) if ":#" in text else text.format(**fields)


class Catalogue:
    """The texts of one room, ``package/messages/{en,ar}.toml``; keys are dotted.

    Several packages are read as one; ``ValueError`` where two of them have the same key.
    """

    def __init__(self, *packages: str) -> None:
        self.texts: dict[Language, dict[str, str]] = {language: {} for language in LANGUAGES}
        for package in packages:
            for language, known in self.texts.items():
                file = files(package) / "messages" / f"{language}.toml"
                own = _flatten(tomllib.loads(file.read_text("utf-8")))
                if twice := known.keys() & own.keys():
                    raise ValueError(f"{package} says {min(twice)} again")
                known.update(own)

    def text(self, key: str, language: Language, **fields: object) -> str:
        """The text of ``key`` with its ``{fields}`` filled in; KeyError if there is none."""
        return fill(self.texts[language][key], language, **fields)


@cache
def catalogue(package: str) -> Catalogue:
    """The texts of a package, read once."""
    return Catalogue(package)


def translate(key: str, language: Language, **fields: object) -> str:
    """A text of the core catalogue (errors, flags, units)."""
    return catalogue("citycore").text(key, language, **fields)


def date_text(day: date, language: Language) -> str:
    """A day with its month in words: "24 November 2026"."""
    month = translate(f"month.{day.month}", language)
    return translate("instant.date", language, day=day.day, month=month, year=day.year)
