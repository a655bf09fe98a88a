"""Themes of notes in Arabic: how often a program is right, that it says so, and that people decide."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from benchmarks.simulated.opinions import notes
from casework.statistics.errors import TooMuchAtOnce
from casework.statistics.settings import StatisticsSettings
from casework.statistics.themes import (
    Note,
    ThemeCoder,
    code_again,
    confusion,
    notes_to_check,
    suggest_themes,
    terms,
)

SETTINGS = StatisticsSettings()
LEARN, CHECKED = notes()
TEXTS = [text for _, text in CHECKED]
BY_HAND = [theme for theme, _ in CHECKED]


@pytest.fixture(scope="module")
def coder() -> ThemeCoder:
    return ThemeCoder.learn(LEARN, TEXTS, SETTINGS)


def of(theme: str | None) -> list[str]:
    return [text for own, text in CHECKED if own == theme]


def test_the_sample_is_200_notes_that_nothing_was_learnt_from():
    assert len(TEXTS) == len(set(TEXTS)) == 200
    assert not set(TEXTS) & {text for texts in LEARN.values() for text in texts}


def test_three_of_four_notes_get_the_theme_that_a_person_gave(coder):
    found = confusion(BY_HAND, [coding.theme for coding in coder.code(TEXTS)])
    assert found.accuracy >= 0.75
    assert found.alpha is not None
    assert found.alpha >= 0.7
    assert sum(map(sum, found.counts)) == found.checked == 200
    assert sum(row[place] for place, row in enumerate(found.counts)) == found.right
    assert found.themes == (*sorted(LEARN), None)


def test_notes_without_a_theme_are_given_none(coder):
    codings = coder.code([*of(None), "", "asdf qwer"])
    assert sum(coding.theme is None for coding in codings) >= 9


def test_what_a_person_decided_stays(coder):
    found = code_again([Note(text) for text in of("parks")[:3]], coder)
    assert [note.theme for note in found] == ["parks"] * 3
    changed = [found[0].decided("waste"), found[1].decided(None), found[2]]
    assert [note.theme for note in code_again(changed, coder)] == ["waste", None, "parks"]
    assert [note.suggested for note in code_again(changed, coder)] == ["parks"] * 3


def test_themes_of_too_few_notes_are_not_used():
    coder = ThemeCoder.learn({"parks": LEARN["parks"], "waste": LEARN["waste"][:3]}, TEXTS, SETTINGS)
    assert coder.themes == ("parks",)
    assert {coding.theme for coding in ThemeCoder.learn({}, TEXTS, SETTINGS).code(TEXTS)} == {None}


def test_clusters_are_suggested_by_words_and_are_mostly_of_a_theme():
    texts, themes = TEXTS[:192], BY_HAND[:192]
    suggested = suggest_themes(texts, 8, 3, SETTINGS)
    again = suggest_themes(texts, 8, 3, SETTINGS)
    assert [one.terms for one in suggested] == [one.terms for one in again]
    placed = [note for one in suggested for note in one.notes]
    assert len(placed) == len(set(placed)) >= 190
    by_chance = np.random.default_rng(1).permutation(np.array(themes)).tolist()
    # Short notes share few words: a suggestion is a beginning, which is why a person names the themes.
    assert _most_of_a_theme(suggested, themes) >= 1.4 * _most_of_a_theme(suggested, by_chance)


def _most_of_a_theme(suggested, themes):
    return sum(max(Counter(themes[note] for note in one.notes).values(), default=0) for one in suggested)


def test_what_is_checked_by_hand_is_drawn_by_the_seed():
    drawn = notes_to_check(200, 0.1, 4)
    assert len(set(drawn.tolist())) == 20
    np.testing.assert_array_equal(drawn, notes_to_check(200, 0.1, 4))
    assert [len(notes_to_check(count, 0.1, 4)) for count in (0, 1, 5)] == [0, 1, 1]


def test_limits():
    with pytest.raises(TooMuchAtOnce):
        suggest_themes(["x"] * 3, 2, 1, StatisticsSettings(notes_max=2))
    assert len(terms("حديقة " * 1_000, SETTINGS.note_words_max)) == SETTINGS.note_words_max
