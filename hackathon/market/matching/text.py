"""Texts in Arabic and English made comparable word by word, and BM25 over them, in whole numbers.

Words are stemmed (``citycore.stemming``), and words that mean one thing in this field, in either language, become
one term (``words.toml``). Source of the ranking: Robertson and Zaragoza, "The probabilistic relevance framework:
BM25 and beyond" (2009).
"""

from __future__ import annotations

import math
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from citycore.language import DEFAULT_LANGUAGE, LANGUAGES, Language
from citycore.stemming import normalise_word, silent_words, stem, words_of
from hackathon.market.matching.model import Texts
from hackathon.market.matching.settings import MatchingSettings

IntArray: TypeAlias = NDArray[np.int64]
#: What words become: a stem, or a meaning of ``words.toml`` with "=" before it.
Term: TypeAlias = str

#: How much a text says each term, in thousandths.
Said: TypeAlias = Mapping[Term, int]

#: A share of 1, in whole numbers.
WHOLE: Final = 10_000
_SCALE: Final = 1_000
#: BM25: how soon a repeated word says no more, and how much a long text is held against it.
_SATURATION, _LENGTH = 1.2, 0.5

#: What stands around a word and is not shown with it.
_AROUND = ".,;:!?()[]{}\"'،؛؟«»…–—"


def terms(text: str, settings: MatchingSettings) -> list[tuple[Term, str]]:
    """Each word that says something: its term, and itself as it was written."""
    return [found for written in text.split()[: settings.words_max] for found in _terms(written)]


@lru_cache(maxsize=50_000)
def _terms(written: str) -> tuple[tuple[Term, str], ...]:
    """The terms of what stands between two spaces, such as the two of "air/noise"."""
    return tuple(_read(written))


def _read(written: str) -> Iterator[tuple[Term, str]]:
    silent, meanings = silent_words(), _meanings()
    words = words_of(written)
    for word in words:
        stemmed = stem(word)
        if word not in silent and stemmed not in silent:
            yield meanings.get(stemmed, stemmed), written.strip(_AROUND) if len(words) == 1 else word


@cache
def _meanings() -> dict[str, Term]:
    """Stems with a meaning of their own."""
    table = tomllib.loads((files(__package__) / "words.toml").read_text("utf-8"))
    meanings: dict[str, Term] = {}
    for meaning, words in table["meanings"].items():
        for word in words:
            # A word under two meanings would tie them together.
            if meanings.setdefault(stem(normalise_word(word)), f"={meaning}") != f"={meaning}":
                raise ValueError(f"words.toml has {word} under two meanings")
    return meanings


class TextIndex:
    """What offerings say. Words weigh what they weigh among all the texts that the index was built from."""

    def __init__(
        self,
        documents: Mapping[Language, Sequence[Said]],
        rarity: Mapping[Term, int],
        settings: MatchingSettings,
    ) -> None:
        self._documents = documents
        self._rarity = rarity
        self._settings = settings
        self._size = len(documents[DEFAULT_LANGUAGE])
        listed = documents if self._size != 1 else {}
        self._postings = {language: _postings(rows) for language, rows in listed.items()}

    @classmethod
    def of(cls, texts: Sequence[Texts], settings: MatchingSettings) -> TextIndex:
        counts = {language: [_counted(one, language, settings) for one in texts] for language in LANGUAGES}
        either = [set[Term]().union(*documents) for documents in zip(*counts.values(), strict=True)]
        saturated = {language: _saturated(documents) for language, documents in counts.items()}
        return cls(saturated, _rarity(either), settings)

    def only(self, row: int) -> TextIndex:
        """The index of one text, in which words weigh what they weigh among all."""
        alone = {language: [rows[row]] for language, rows in self._documents.items()}
        return TextIndex(alone, self._rarity, self._settings)

    def shares(self, asked: Texts) -> IntArray:
        """How much of what is asked each text says, 0 to ``WHOLE``; in the languages in which both say most.

        A text that is there in one language only loses nothing by it.
        """
        if self._size == 1:
            return np.array([self._share(asked)], dtype=np.int64)
        best = np.zeros(self._size, dtype=np.int64)
        for weights in self._asked(asked):
            full = sum(weights.values()) * _SCALE * self._settings.text_full_percent
            for language in LANGUAGES:
                said = np.zeros(self._size, dtype=np.int64)
                for term, weight in weights.items():
                    if (posting := self._postings[language].get(term)) is not None:
                        said[posting[0]] += weight * posting[1]
                best = np.maximum(best, said * (100 * WHOLE) // full)
        return np.minimum(best, WHOLE)

    def _share(self, asked: Texts) -> int:
        """The same of an only text: arrays of one element take longer than numbers."""
        best = 0
        for weights in self._asked(asked):
            full = sum(weights.values()) * _SCALE * self._settings.text_full_percent
            for (document,) in self._documents.values():
                said = sum(weight * document.get(term, 0) for term, weight in weights.items())
                best = max(best, said * (100 * WHOLE) // full)
        return min(best, WHOLE)

    def words(self, asked: Texts, row: int) -> list[str]:
        """The words of what is asked that a text has as well, a full reason at most in each language of what is
        asked, those that weigh most first.
        """
        found: list[str] = []
        for language, weights in zip(LANGUAGES, self._asked_by_language(asked), strict=True):
            spoken = dict(reversed(_words(asked, language, self._settings)))
            said = max(
                (rows[row] for rows in self._documents.values()),
                key=lambda document: sum(weights[term] * document.get(term, 0) for term in weights),
            )
            common = [term for term in weights if term in said]
            common.sort(key=lambda term: (-weights[term] * said[term], spoken[term]))
            found += [spoken[term] for term in common[: self._settings.words_shown_max]]
        return found

    def _asked(self, asked: Texts) -> Iterator[dict[Term, int]]:
        """The terms of what is asked with their weights, language by language; those that no offering says weigh nothing."""
        return (weights for weights in self._asked_by_language(asked) if weights)

    def _asked_by_language(self, asked: Texts) -> list[dict[Term, int]]:
        return [
            {
                term: self._rarity[term] * (self._settings.title_factor if term in titled else 1)
                for term, _ in _words(asked, language, self._settings)
                if term in self._rarity
            }
            for language in LANGUAGES
            for titled in [{term for term, _ in terms(asked.title(language), self._settings)}]
        ]


def _words(texts: Texts, language: Language, settings: MatchingSettings) -> list[tuple[Term, str]]:
    return [*terms(texts.title(language), settings), *terms(texts.body(language), settings)]


def _counted(texts: Texts, language: Language, settings: MatchingSettings) -> Counter[Term]:
    counts = Counter(term for term, _ in terms(texts.body(language), settings))
    for term, _ in terms(texts.title(language), settings):
        counts[term] += settings.title_factor
    return counts


def _rarity(documents: Sequence[set[Term]]) -> dict[Term, int]:
    """The inverse document frequency of BM25, in thousandths; above zero."""
    total = len(documents)
    found = Counter(term for document in documents for term in document)
    return {
        term: max(1, round(_SCALE * math.log(1 + (total - count + 0.5) / (count + 0.5))))
        for term, count in found.items()
    }


def _saturated(counts: Sequence[Counter[Term]]) -> list[Said]:
    lengths = [count.total() for count in counts if count]
    usual = sum(lengths) / len(lengths) if lengths else 1.0
    return [{term: _said(times, count.total() / usual) for term, times in count.items()} for count in counts]


def _said(times: int, length: float) -> int:
    return round(_SCALE * times / (times + _SATURATION * (1 - _LENGTH + _LENGTH * length)))


def _postings(documents: Iterable[Said]) -> dict[Term, tuple[IntArray, IntArray]]:
    """For each term the rows that have it and how much they say it."""
    found: dict[Term, list[tuple[int, int]]] = {}
    for row, document in enumerate(documents):
        for term, said in document.items():
            found.setdefault(term, []).append((row, said))
    return {
        term: (rows, said)
        for term, pairs in found.items()
        for rows, said in [np.array(pairs, dtype=np.int64).T]
    }
