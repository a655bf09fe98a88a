"""The observed properties that ship: names in two languages, UCUM units, bounds, and names that devices send.

The table ``observed_properties`` is what counts at run time: an operator adds to it and corrects it, and
:func:`citycore.store.registry.stored_properties` reads it. What ships stands in ``observed_properties/*.toml``, a file
for each sector.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files
from typing import Any, Protocol
from unicodedata import combining, normalize

import msgspec

from citycore.model import ResultType

#: How many codes are named to whoever used another name.
NEAREST_MAX = 3
#: From which likeness on (0 to 1) a name is worth being named.
LIKENESS_MIN = 0.6
#: A likeness of one word of several counts a little less than that of a whole name.
WORD_WEIGHT = 0.9
NAME_CHARACTERS_MAX = 100


class Named(Protocol):
    """What a vocabulary has."""

    @property
    def code(self) -> str: ...
    @property
    def name_en(self) -> str: ...
    @property
    def name_ar(self) -> str: ...


class Sector(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What observed properties are listed under."""

    code: str
    name_en: str
    name_ar: str


class ObservedProperty(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """What can be observed. All bounds are in ``unit``, or None where there is none."""

    code: str
    name_en: str
    name_ar: str
    sector: str
    unit: str
    #: The gross range test: a result outside is kept and flagged.
    lower_bound: float | None = None
    upper_bound: float | None = None
    #: What physics allows: a result outside is no measurement and becomes a dead letter.
    lowest_possible: float | None = None
    highest_possible: float | None = None
    is_circular: bool = False
    is_forecast: bool = False
    #: Whether the total of results over a time means something.
    is_amount: bool = False
    result_type: ResultType = "measurement"
    #: Other names under which devices send it, as :func:`normalise_name` writes them.
    aliases: tuple[str, ...] = ()
    #: Where an authority defines it.
    definition: str | None = None
    #: Tests of quality and their limits (docs/vocabulary.md).
    quality_tests: dict[str, Any] = {}


@cache
def sectors() -> dict[str, Sector]:
    """The sectors that ship, by code."""
    return {code: Sector(code=code, **row) for code, row in _shipped("sectors").items()}


@cache
def observed_properties() -> dict[str, ObservedProperty]:
    """The properties that ship, by code, in the order of their sectors."""
    return {
        code: ObservedProperty(code=code, sector=sector, **row | {"aliases": tuple(row.get("aliases", ()))})
        for sector in sectors()
        for code, row in _shipped(sector).items()
    }


def _shipped(name: str) -> dict[str, dict[str, Any]]:
    file = files("citycore") / "observed_properties" / f"{name}.toml"
    return tomllib.loads(file.read_text("utf-8"))


#: What says yes or no, and its words for no and yes.
YES_NO: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(
        (
            "alarm",
            "battery_low",
            "buzzer",
            "carbon_monoxide_alarm",
            "fire",
            "gas_alarm",
            "ignition",
            "lamp_failure",
            "lamp_state",
            "leak",
            "motion",
            "presence",
            "pump_state",
            "smoke",
            "switch_state",
            "tamper",
            "vibration",
        ),
        ("off", "on"),
    ),
    "contact": ("closed", "open"),
    "valve_state": ("closed", "open"),
}


@cache
def answers_of(code: str) -> Mapping[Any, str] | None:
    """The word of a property for each way of saying yes and no; None if it says something else."""
    words = YES_NO.get(code)
    if words is None:
        return None
    no, yes = words
    return {0: no, 1: yes, "0": no, "1": yes, "false": no, "true": yes, "False": no, "True": yes}


_BETWEEN_WORDS = re.compile(r"[\W_]+")
#: Not within pH, kWh and eCO2.
_NEW_WORD = re.compile(r"(?<=[a-z][a-z])(?=[A-Z])")


def normalise_name(text: str) -> str:
    """A name as sent in lower case with underscores: ``airTemperature``, ``PM2.5`` → ``air_temperature``, ``pm2_5``."""
    plain = "".join(mark for mark in normalize("NFKD", text[:NAME_CHARACTERS_MAX]) if not combining(mark))
    words = _BETWEEN_WORDS.sub("_", _NEW_WORD.sub("_", plain))
    return words.strip("_").lower()


def codes_by_name(known: Iterable[ObservedProperty]) -> dict[str, str]:
    """From every name that devices may send, normalised, to the code that it means; codes go before aliases."""
    properties = list(known)
    names = {alias: each.code for each in properties for alias in each.aliases}
    return names | {each.code: each.code for each in properties}


def search(words: str, known: Mapping[str, ObservedProperty]) -> tuple[tuple[str, ...], bool]:
    """The codes of which a code, an alias or a name in either language has the words; where none has, the nearest.

    Also whether they have them.
    """
    found = tuple(each.code for each in known.values() if has_words(each, words, each.aliases))
    return found or nearest(words, known), bool(found)


def has_words(entry: Named, words: str, aliases: Iterable[str] = ()) -> bool:
    """Whether a code, a name in either language or an alias has these words, however they are written."""
    wanted = normalise_name(words)
    return bool(wanted) and any(
        wanted in normalise_name(name) for name in (entry.code, entry.name_en, entry.name_ar, *aliases)
    )


def nearest(name: str, known: Mapping[str, ObservedProperty] | None = None) -> tuple[str, ...]:
    """The codes that a name most likely means, best first: by codes, aliases and names in both languages.

    ``known`` are the properties to choose from; None takes those that ship.
    """
    wanted = normalise_name(name)
    matcher = SequenceMatcher(b=wanted, autojunk=False)
    properties = (observed_properties() if known is None else known).values()
    # Of two that are alike, numbers go before texts.
    ranked = sorted(
        (-max(_likenesses(matcher, each)), each.result_type == "category", each.code) for each in properties
    )
    return tuple(code for likeness, _, code in ranked[:NEAREST_MAX] if -likeness >= LIKENESS_MIN)


def _likenesses(matcher: SequenceMatcher[str], known: ObservedProperty) -> Iterator[float]:
    names = {normalise_name(name) for name in (known.code, known.name_en, known.name_ar, *known.aliases)}
    for name in names:
        yield _likeness(matcher, name)
        for word in name.split("_"):
            yield WORD_WEIGHT * _likeness(matcher, word)


def _likeness(matcher: SequenceMatcher[str], text: str) -> float:
    """Zero where a quick look shows that it is below what is worth naming."""
    matcher.set_seq1(text)
    if matcher.real_quick_ratio() < LIKENESS_MIN or matcher.quick_ratio() < LIKENESS_MIN:
        return 0.0
    return matcher.ratio()
