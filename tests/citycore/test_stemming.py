"""Stems of words in two languages. That forms of a word meet is proven in tests/hackathon/test_matching_text.py."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from citycore.stemming import normalise_word, silent_words, stem, words_of


@given(st.text())
def test_stemming_twice_changes_nothing_and_leaves_enough(text):
    for word, term in ((word, stem(word)) for word in text.lower().split()):
        assert stem(term) == term or not term.isascii()
        assert len(term) >= min(len(word), 3)


@given(st.text("ابتثجحخدذرزسشصضطظعغفقكلمنهوي", min_size=1))
def test_an_article_changes_no_stem(word):
    if len(word) >= 3:
        assert stem(f"ال{word}") == stem(word)


def test_words_are_normalised_and_the_hamza_of_water_is_kept():
    assert words_of("الماءُ، والهواءُ (في) المدرسة!") == ["الماي", "والهواي", "في", "المدرسه"]
    assert normalise_word("ماء") != normalise_word("ما")
    assert {"the", "في", "علي"} <= silent_words()
