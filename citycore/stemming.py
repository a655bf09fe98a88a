"""Words of Arabic and English texts made comparable: normalised as everywhere in the hub, then stripped of what
inflection puts before and behind them.

Both strippings are light: they are repeated until nothing changes, so that a word with and without its article ends
as the same, and never leave less than three letters. Source of the idea: Larkey, Ballesteros and Connell, "Light
stemming for Arabic information retrieval" (2007).
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files

from citycore.normalisation import normalise_text

_WORD = re.compile(r"[^\W_]+")
_ARABIC = re.compile("[\u0621-\u064a]")
#: Normalising would leave two letters of the word for water, and those are another word.
_LAST_HAMZA = re.compile("ء(?![\u064b-\u065f]*[\u0621-\u064a])")
_STEM_LETTERS_MIN = 3
#: As normalised: hamza gone, ة is ه, ى is ي.
_ARABIC_ARTICLES = ("ال", "لل", "وال", "بال", "فال", "كال", "ولل", "وبال")
_ARABIC_ENDINGS = ("ها", "هم", "ات", "ون", "ين", "ان", "ه", "ي", "ا")
_ARABIC_BEGINNINGS = ("و", "ب", "ل", "ف")
#: Words whose stems are kept: most texts repeat the same few thousand.
_STEMS_KEPT = 50_000
_VOWEL = re.compile("[aeiouy]")


def words_of(text: str) -> list[str]:
    """The normalised words of a text, in their order."""
    return _WORD.findall(normalise_word(text))


def normalise_word(written: str) -> str:
    return normalise_text(_LAST_HAMZA.sub("ي", written))


@cache
def silent_words() -> frozenset[str]:
    """Normalised words that say nothing about what a text is about."""
    table = tomllib.loads((files("citycore") / "silent_words.toml").read_text("utf-8"))
    return frozenset(normalise_word(word) for words in table.values() for word in words)


def terms(text: str, words_max: int) -> list[str]:
    """The stems of the words that say something."""
    silent = silent_words()
    stems = [(word, stem(word)) for word in words_of(text)[:words_max]]
    return [stemmed for word, stemmed in stems if word not in silent and stemmed not in silent]


@lru_cache(maxsize=_STEMS_KEPT)
def stem(word: str) -> str:
    """What is left of a normalised word without article, conjunctions, prepositions and endings."""
    return _arabic_stem(word) if is_arabic(word) else _english_stem(word)


def is_arabic(word: str) -> bool:
    return _ARABIC.search(word) is not None


def _arabic_stem(word: str) -> str:
    # The article first, which is certain; then endings; then letters that are as often part of the word.
    for affixes in (_ARABIC_ARTICLES, _ARABIC_ENDINGS, _ARABIC_BEGINNINGS):
        while affix := next((one for one in affixes if _is_on(word, one)), None):
            word = word.removesuffix(affix) if affixes is _ARABIC_ENDINGS else word.removeprefix(affix)
    return word


def _is_on(word: str, affix: str) -> bool:
    is_there = word.endswith(affix) if affix in _ARABIC_ENDINGS else word.startswith(affix)
    return is_there and len(word) - len(affix) >= _STEM_LETTERS_MIN


def _english_stem(word: str) -> str:
    """Shortened until nothing can be taken away, so that "leases" and "lease" meet."""
    while (shorter := _shortened(word)) != word:
        word = shorter
    return word


def _shortened(word: str) -> str:
    word = _singular(word)
    for ending in ("ing", "ed"):
        bare = word.removesuffix(ending)
        if bare != word and len(bare) >= _STEM_LETTERS_MIN and _VOWEL.search(bare):
            word = bare[:-1] if bare[-1] == bare[-2] and bare[-1] not in "lsz" else bare
            break
    # "Care" is not "car".
    return word.removesuffix("e") if len(word) > _STEM_LETTERS_MIN + 1 else word


def _singular(word: str) -> str:
    if len(word) <= _STEM_LETTERS_MIN or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-2] if word.endswith(("xes", "ches", "shes", "sses")) else word[:-1]
