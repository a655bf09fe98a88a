"""As what a password is looked up: without case, accents, blanks and marks, letters for the digits that stand for them, and
without the digits and marks at its ends. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Final

from citycore.normalisation import normalise_text

#: What is left of a password must have so many letters to be looked up; of fewer nearly everything is a word.
LETTERS_MIN: Final = 4
#: So many digits and marks at an end may be part of the word, as in ``$unshine`` and ``footba11``; those beyond are cut.
_ENDS_MAX: Final = 2
_LEET: Final = "4@31!|0€5$7+89("
#: One sign stands for two letters.
_MEANT: Final = (
    str.maketrans(_LEET, "aaeiiioesstt" + "bgc"),
    str.maketrans(_LEET, "aaellloesstt" + "bgc"),
)


def folded(text: str) -> str:
    """Letters without case and accents, digits of all scripts as Western ones, no blanks."""
    return normalise_text(text).replace(" ", "")


def bare(text: str) -> str:
    """Its letters and digits."""
    return "".join(letter for letter in text if letter.isalnum())


def core(text: str) -> str:
    """What is left without digits and marks at the ends, "" of nothing else."""
    return text[_head(text) : len(text) - _tail(text)]


def spelled(text: str) -> tuple[str, ...]:
    """As it stands, and with letters instead of the signs that are commonly written for them."""
    return tuple(dict.fromkeys(bare(one) for one in (text, *map(text.translate, _MEANT))))


def is_word(text: str) -> bool:
    """Whether it has letters enough to be looked up as a word."""
    return sum(map(str.isalpha, text)) >= LETTERS_MIN


def looked_up(text: str) -> Iterator[str]:
    """All as what a password is looked up, each once; the first is the whole of it."""
    known: set[str] = set()
    whole = folded(text)
    for one in _forms(whole):
        if one not in known:
            known.add(one)
            yield one


def _forms(whole: str) -> Iterator[str]:
    yield bare(whole)
    for once in dict.fromkeys((whole, *map(_once, spelled(whole)))):
        yield bare(once)
        for start, end in product(_cuts(_head(once)), _cuts(_tail(once))):
            inside = once[start : len(once) - end]
            # With fewer letters of its own it is no word that somebody has written with other signs, but chance.
            if 2 * sum(map(str.isalpha, inside)) >= len(inside):
                yield from filter(is_word, map(_once, spelled(inside)))


def _cuts(run: int) -> range:
    """How many signs of a run at an end are cut: all of them, or all but a few."""
    return range(max(0, run - _ENDS_MAX), run + 1)


def _once(text: str) -> str:
    """What is written twice or more, once."""
    size = (text + text).find(text, 1)
    return text[:size] if 0 < size < len(text) else text


def _head(text: str) -> int:
    return next((place for place, letter in enumerate(text) if letter.isalpha()), len(text))


def _tail(text: str) -> int:
    return _head(text[::-1]) if any(map(str.isalpha, text)) else 0
