"""Which things and datastreams a few words mean; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from citycore.stemming import stem, words_of
from hub_api.city.text_search.model import Found, Texts

Key = TypeVar("Key", int, str)
#: More words than these say nothing that the first do not.
WORDS_MAX = 12


def find(texts: Texts, question: str) -> Found:
    """Every word has to be somewhere: as it is written, or without the article and the ending that inflection gave it."""
    words = list(dict.fromkeys(words_of(question)))[:WORDS_MAX]
    if not words:
        return Found([], [])
    by_thing = [_having(texts.things, word) for word in words]
    by_property = [_having(texts.properties, word) for word in words]
    each = list(zip(by_thing, by_property, strict=True))
    datastreams = [
        number
        for number, thing, observed in texts.datastreams
        if all(thing in things or observed in properties for things, properties in each)
    ]
    observing: dict[int, set[str]] = {}
    for _, thing, observed in texts.datastreams:
        observing.setdefault(thing, set()).add(observed)
    nothing: set[str] = set()
    found = [
        thing
        for thing in texts.things
        if all(
            thing in things or not properties.isdisjoint(observing.get(thing, nothing))
            for things, properties in each
        )
    ]
    return Found(found, datastreams)


def _having(texts: Mapping[Key, str], word: str) -> set[Key]:
    bare = stem(word)
    return {key for key, text in texts.items() if word in text or bare in text}
