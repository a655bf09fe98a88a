"""What notes are about: a program suggests, a person names and decides.

Words are stemmed and weighed by how rare they are (TF-IDF). Clusters are suggested by factorisation (NMF); a person
names themes and codes a few notes of each; every other note goes to the nearest theme, or to none where nothing is
near. How often that is right is printed with it, as a table against notes that were coded by hand. Sources: D. Lee and
H. Seung, "Learning the parts of objects by non-negative matrix factorization" (1999); E.-H. Han and G. Karypis,
"Centroid-based document classification" (2000).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import hypot, log
from typing import Any, Self, TypeAlias

import numpy as np

from casework.statistics.agreement import nominal_alpha
from casework.statistics.errors import TooMuchAtOnce
from casework.statistics.model import FloatArray, IntArray
from casework.statistics.settings import StatisticsSettings
from citycore.stemming import terms

#: A row a note and a column a term, each row of length 1 or 0.
Vectors: TypeAlias = Any
_ROUNDS = 200
_TINY = 1e-9


class Vocabulary:
    """The terms of a collection of notes, weighed by how rare they are in it."""

    def __init__(self, texts: Sequence[str], settings: StatisticsSettings) -> None:
        if len(texts) > settings.notes_max:
            raise TooMuchAtOnce(limit=settings.notes_max)
        self._words_max = settings.note_words_max
        found = Counter(term for text in texts for term in set(terms(text, self._words_max)))
        self.terms = sorted(found)
        self._place_of = {term: place for place, term in enumerate(self.terms)}
        counts = np.array([found[term] for term in self.terms], np.float64)
        self._rarity: list[float] = (np.log((1 + len(texts)) / (1 + counts)) + 1).tolist()

    def vectors(self, texts: Sequence[str]) -> Vectors:
        from scipy.sparse import csr_array

        rows, columns, weights = [], [], []
        for row, text in enumerate(texts):
            counts = Counter(terms(text, self._words_max))
            known = [
                (self._place_of[term], times) for term, times in counts.items() if term in self._place_of
            ]
            weighed = [(1 + log(times)) * self._rarity[place] for place, times in known]
            length = hypot(*weighed)
            rows += [row] * len(known)
            columns += [place for place, _ in known]
            weights += [weight / length for weight in weighed]
        return csr_array((weights, (rows, columns)), shape=(len(texts), len(self.terms)), dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Suggestion:
    """A cluster that somebody may name: its most telling terms, and the notes that are most of it first."""

    terms: tuple[str, ...]
    notes: tuple[int, ...]


def suggest_themes(
    texts: Sequence[str], count: int, seed: int, settings: StatisticsSettings, terms_shown: int = 8
) -> tuple[Suggestion, ...]:
    """The same clusters for the same notes and seed; each note is in one, those without known words in none."""
    vocabulary = Vocabulary(texts, settings)
    notes = vocabulary.vectors(texts)
    of_notes, of_terms = _factors(notes, count, seed)
    cluster_of = of_notes.argmax(axis=1)
    has_words = np.asarray(notes.sum(axis=1)).ravel() > 0
    return tuple(
        Suggestion(
            tuple(vocabulary.terms[place] for place in np.argsort(-of_terms[cluster])[:terms_shown]),
            tuple(
                int(note)
                for note in np.argsort(-of_notes[:, cluster], kind="stable")
                if cluster_of[note] == cluster and has_words[note]
            ),
        )
        for cluster in range(count)
    )


def _factors(notes: Vectors, count: int, seed: int) -> tuple[FloatArray, FloatArray]:
    """Two non-negative matrices whose product is near the notes, by multiplicative updates."""
    chance = np.random.default_rng(seed)
    of_notes: FloatArray = chance.random((notes.shape[0], count)) + _TINY
    of_terms: FloatArray = chance.random((count, notes.shape[1])) + _TINY
    for _ in range(_ROUNDS):
        of_terms = of_terms * (notes.T @ of_notes).T / (of_notes.T @ of_notes @ of_terms + _TINY)
        of_notes = of_notes * (notes @ of_terms.T) / (of_notes @ (of_terms @ of_terms.T) + _TINY)
    lengths = np.sqrt((of_terms**2).sum(axis=1)) + _TINY
    return of_notes * lengths, of_terms / lengths[:, None]


@dataclass(frozen=True, slots=True)
class Coding:
    """``theme`` None: like none of them. ``likeness`` is that of the nearest theme, from 0 to 1."""

    theme: str | None
    likeness: float


class ThemeCoder:
    """Gives notes the theme that they are most like."""

    def __init__(
        self, vocabulary: Vocabulary, centres: Mapping[str, FloatArray], likeness_min: float
    ) -> None:
        self._vocabulary = vocabulary
        self._likeness_min = likeness_min
        self.themes = tuple(sorted(centres))
        self._centres = [centres[theme] for theme in self.themes]

    @classmethod
    def learn(
        cls, coded: Mapping[str, Sequence[str]], others: Sequence[str], settings: StatisticsSettings
    ) -> Self:
        """``coded`` are notes by theme, coded by people; ``others`` only say how rare words are. Themes of too few
        notes are left out.
        """
        vocabulary = Vocabulary([*(text for texts in coded.values() for text in texts), *others], settings)
        centres = {}
        for theme, texts in coded.items():
            if len(texts) >= settings.theme_notes_min:
                centre = np.asarray(vocabulary.vectors(texts).sum(axis=0)).ravel()
                centres[theme] = centre / (np.sqrt((centre**2).sum()) + _TINY)
        return cls(vocabulary, centres, settings.theme_likeness_min)

    def code(self, texts: Sequence[str]) -> list[Coding]:
        if not self.themes:
            return [Coding(None, 0.0) for _ in texts]
        likeness = np.asarray(self._vocabulary.vectors(texts) @ np.array(self._centres).T)
        return [
            Coding(self.themes[place] if row[place] >= self._likeness_min else None, float(row[place]))
            for row, place in zip(likeness, likeness.argmax(axis=1), strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Note:
    """``by_person`` is what somebody decided, also that it has no theme; then no program changes it."""

    text: str
    suggested: str | None = None
    by_person: str | None = None
    is_by_person: bool = False

    @property
    def theme(self) -> str | None:
        return self.by_person if self.is_by_person else self.suggested

    def decided(self, theme: str | None) -> Note:
        return Note(self.text, self.suggested, theme, is_by_person=True)


def code_again(notes: Sequence[Note], coder: ThemeCoder) -> list[Note]:
    """What the program suggests now; what people decided stays."""
    codings = coder.code([note.text for note in notes])
    return [
        Note(note.text, coding.theme, note.by_person, is_by_person=note.is_by_person)
        for note, coding in zip(notes, codings, strict=True)
    ]


def notes_to_check(count: int, share: float, seed: int) -> IntArray:
    """Which notes people code by hand for a release, drawn by the seed."""
    size = min(count, max(1, round(count * share))) if count else 0
    return np.sort(np.random.default_rng(seed).choice(count, size, replace=False)).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often notes that people gave a theme (row) got each from the program (column); the last is no theme."""

    themes: tuple[str | None, ...]
    counts: tuple[tuple[int, ...], ...]
    right: int
    checked: int
    alpha: float | None

    @property
    def accuracy(self) -> float:
        return self.right / self.checked if self.checked else 0.0


def confusion(by_hand: Sequence[str | None], by_program: Sequence[str | None]) -> Confusion:
    """``alpha`` is Krippendorff's, of people and program as two coders."""
    pairs = list(zip(by_hand, by_program, strict=True))
    named: Iterable[str] = {theme for pair in pairs for theme in pair if theme is not None}
    themes: tuple[str | None, ...] = (*sorted(named), None)
    counts = Counter(pairs)
    return Confusion(
        themes=themes,
        counts=tuple(tuple(counts[row, column] for column in themes) for row in themes),
        right=sum(hand == program for hand, program in pairs),
        checked=len(pairs),
        alpha=nominal_alpha(pairs),
    )
