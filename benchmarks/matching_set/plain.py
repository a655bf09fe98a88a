"""What matching is measured against: plain full text, as a search box would rank.

All words of both languages of a need against all words of an offering, ranked by BM25; no facets, no
filters, no stems, no meanings.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from citycore.language import LANGUAGES
from citycore.normalisation import normalise_text
from hackathon.market.matching.model import NeedFacts, OfferingFacts, Texts

_SATURATION, _LENGTH = 1.2, 0.75


class PlainText:
    """The texts of offerings, word by word."""

    def __init__(self, offerings: Sequence[OfferingFacts]) -> None:
        self._counts = {one.offering_id: Counter(words(one.texts)) for one in offerings}
        self._usual = sum(count.total() for count in self._counts.values()) / max(len(offerings), 1)
        self._found = Counter(word for count in self._counts.values() for word in count)

    def order(self, need: NeedFacts) -> list[UUID]:
        """All offerings, best first; equals in the order of their identifiers."""
        asked = set(words(need.texts))
        return sorted(self._counts, key=lambda one: (-self._score(asked, self._counts[one]), one))

    def _score(self, asked: set[str], count: Counter[str]) -> float:
        norm = _SATURATION * (1 - _LENGTH + _LENGTH * count.total() / self._usual)
        return math.fsum(
            self._rarity(word) * count[word] * (_SATURATION + 1) / (count[word] + norm)
            for word in asked
            if word in count
        )

    def _rarity(self, word: str) -> float:
        return math.log(1 + (len(self._counts) - self._found[word] + 0.5) / (self._found[word] + 0.5))


def words(texts: Texts) -> list[str]:
    """All words, as they are found in the hub's searches."""
    return [
        word
        for language in LANGUAGES
        for text in (texts.title(language), texts.body(language))
        for word in normalise_text(text).split(" ")
        if word
    ]
