"""Which things and datastreams a few words mean; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from citycore.stemming import stem, words_of
from hub_api.city.text_search.model import Found, Texts

NOBODY: frozenset[int] = frozenset()
Key = TypeVar("Key", int, str)
#: More words than these say nothing that the first do not.
WORDS_MAX = 12


def find(texts: Texts, question: str) -> Found:
    """Every word has to be somewhere: as it is written, or without the article and the ending that inflection gave it."""
    words = list(dict.fromkeys(words_of(question)))[:WORDS_MAX]
    if not words:
        return Found([], [])
    each = [(_having(texts.things, word), _having(texts.properties, word)) for word in words]
    found = set(texts.things)
    for things, properties in each:
        found &= things.union(*(texts.observing.get(code, NOBODY) for code in properties))
    datastreams = [
        number
        for thing in found
        for number, observed in texts.datastreams.get(thing, ())
        if all(thing in things or observed in properties for things, properties in each)
    ]
    return Found(sorted(found), sorted(datastreams))


def _having(texts: Mapping[Key, str], word: str) -> set[Key]:
    bare = stem(word)
    return {key for key, text in texts.items() if word in text or bare in text}
