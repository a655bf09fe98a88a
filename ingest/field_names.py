"""The names of fields taken apart into English words. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from citycore.vocabulary import codes_by_name, observed_properties
from ingest.field_words import IGNORED, MEANINGS, QUALIFIERS, SILENT_QUALIFIERS, SOURCES, UNIT_WORDS
from ingest.foreign_words import FOREIGN_WORDS

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_PLAIN = str.maketrans({"µ": "u", "μ": "u", "²": "2", "³": "3", "ß": "ss", "%": " pct "})
#: Units with capitals within, which are no words of their own.
_UNIT_ENDING = re.compile(r"(?<![A-Z])(?:k?Wh|kW|kVA|mV|mA|hPa|kPa|dBm|dBA|MHz|kHz|mS|uS|inHg|mmHg|Wpm2)$")
#: Of a longer name the last words: what is measured stands at its end.
WORDS_MAX = 12
#: A phase and a tariff are one word with their number.
_NUMBERED = frozenset({"l", "t"})
#: Of words that are written as one: how long the whole is, how many there are, and how short one may be.
_RUN_CHARACTERS = range(6, 41)
_RUN_WORDS_MAX = 4
_RUN_WORD_CHARACTERS_MIN = 3
#: Shorter words that stand in a run all the same.
_SHORT_WORDS = frozenset({"pv", "ac", "dc"})


@lru_cache(maxsize=8_192)
def words_of(name: str) -> tuple[str, ...]:
    """``windSpeed_kph`` → ``wind``, ``speed``, ``kph``; a number after letters is a word of its own, but for a phase and a tariff.

    Words of other languages are English ones, and ``gridvoltage`` is two.
    """
    plain = _UNIT_ENDING.sub(lambda ending: f"_{ending[0].lower()}", name.translate(_PLAIN))
    marked = unicodedata.normalize("NFKD", plain)
    plain = "".join(mark for mark in marked if not unicodedata.combining(mark))
    words: list[str] = []
    for word in (each.lower() for each in _WORD.findall(plain)):
        if word.isdigit() and len(word) == 1 and words and words[-1] in _NUMBERED:
            words[-1] += word
        else:
            words += _english(word)
    return tuple(words[-WORDS_MAX:])


def _english(word: str) -> tuple[str, ...]:
    meaning = FOREIGN_WORDS.get(word)
    if meaning is not None:
        return tuple(meaning.split("_"))
    if len(word) not in _RUN_CHARACTERS or word in _lexicon():
        return (word,)
    parts = _run(word)
    return (
        (word,)
        if parts is None
        else tuple(part for each in parts for part in FOREIGN_WORDS.get(each, each).split("_"))
    )


def _run(text: str) -> tuple[str, ...] | None:
    """The fewest known words that a text is made of; None where it is not made of known ones alone."""
    known = _lexicon()
    best: list[tuple[str, ...] | None] = [()] + [None] * len(text)
    for stop in range(1, len(text) + 1):
        for start in range(stop):
            front, word = best[start], text[start:stop]
            if front is None or len(front) == _RUN_WORDS_MAX or word not in known:
                continue
            if len(word) < _RUN_WORD_CHARACTERS_MIN and word not in _SHORT_WORDS:
                continue
            before = best[stop]
            if before is None or len(front) + 1 < len(before):
                best[stop] = (*front, word)
    return best[-1]


@cache
def _lexicon() -> frozenset[str]:
    """The words that names are made of."""
    names = {*MEANINGS, *codes_by_name(observed_properties().values()), *UNIT_WORDS, *IGNORED}
    words = {word for name in names for word in name.split("_")}
    return frozenset(words | QUALIFIERS | SILENT_QUALIFIERS | SOURCES | FOREIGN_WORDS.keys())
