"""How texts become words of the index, how a question is asked of it, and what of a text is shown. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from math import log

from casework.governorates.model import Governorate
from casework.governorates.wilayats import wilayats
from casework.search.model import Asked, Entry, Findable, Known, Plan, Row
from casework.search.settings import FindSettings
from citycore.language import LANGUAGES
from citycore.stemming import is_arabic, normalise_word, silent_words, stem, words_of

_CODES = frozenset(one.value for one in Governorate)
#: Another number where an entry becomes another by what follows.
_RULES = 1
#: Before a stem of a title.
TITLE = "="
#: What a word counts in a title and in a text, and two words beside each other as they were asked for.
_TITLE_WEIGHT, _TEXT_WEIGHT, _PAIR_WEIGHT = 2.0, 1.0, 0.7
#: What a word counts that only resembles what was typed.
_ALIKE_WEIGHT = 0.7
#: Positions between two texts, so that their words are not beside each other.
_APART = 20
#: Letters that may differ, by how many letters a word has at least.
_SLIPS = ((8, 2), (4, 1))
#: Words with which people ask, and which say nothing about what they ask for.
_ASKING = (
    "كيف أين ماذا لماذا هل كم أريد ابحث أبحث أعرف عن بدون أجد please find search looking show tell know much"
)
_WORD = re.compile(r"[^\W_]+(?:['\u2019\u02bc\u0640\u064b-\u065f\u0670]+[^\W_]+)*[\u064b-\u065f]*")
_SPACES = re.compile(r"\s+")
_LETTERS_MIN = 3
#: Characters of what is shown of a text.
EXTRACT_CHARACTERS = 240


def rules_of(findable: Findable, settings: FindSettings) -> str:
    """By what entries of a kind are made: with another text all of them are made anew."""
    said = [findable.many.text(language) for language in LANGUAGES]
    return repr((_RULES, said, settings.title_words_max, settings.text_words_max, settings.word_letters_max))


def entry_of(findable: Findable, row: Row, settings: FindSettings) -> Entry:
    """What the index keeps of a thing."""
    thing = row.thing
    governorates = thing.governorates or governorates_in(" . ".join(one for one in thing.places if one))
    labels = [findable.label(code) for code in thing.codes] if findable.label else []
    said = [findable.many, *labels, *(Governorate(code).label for code in governorates if code in _CODES)]
    titles = [thing.titles.ar, thing.titles.en]
    texts = [thing.texts.ar, thing.texts.en, *thing.places]
    texts += [label.text(language) for label in said for language in LANGUAGES]
    in_titles = [_stems(text or "", settings.title_words_max, settings) for text in titles]
    in_texts = [_stems(text or "", settings.text_words_max, settings) for text in texts]
    places: dict[str, list[int]] = {}
    at = 1
    for stems, is_title in [(one, True) for one in in_titles] + [(one, False) for one in in_texts]:
        for one in stems:
            places.setdefault(one, []).append(at)
            if is_title:
                places.setdefault(f"{TITLE}{one}", []).append(at)
            at += 1
        at += _APART
    terms = " ".join(f"'{word}':{','.join(map(str, where[:20]))}" for word, where in places.items())
    shortest = min((len(set(one)) for one in in_titles if one), default=1)
    return Entry(str(thing.key), governorates, thing.at, terms, shortest, row.digest)


def stems_of(question: str, settings: FindSettings) -> list[str]:
    """Of the words of a question that say something; of all of them if none does."""
    words = words_of(question[: settings.question_characters_max])[: settings.question_words_max]
    telling = " ".join(word for word in words if word not in _asking())
    stems = _stems(telling, settings.question_words_max, settings) or [stem(word) for word in words]
    return list(dict.fromkeys(stems))


def forms_of(one: str) -> list[str]:
    """The stems that the house's light stemming gives to other numbers of the same English word: bus and buses, wadi and wadis."""
    if is_arabic(one):
        return [one]
    shorter = [one[:-1]] if one.endswith(("e", "s")) and len(one) > _LETTERS_MIN else []
    return [one, f"{one}e", f"{one}s", *shorter]


def asked_of(
    stems: Iterable[str], known: Mapping[str, int], alike: Mapping[str, Sequence[Known]]
) -> list[Asked]:
    """The words of a question as the index has them; those that it has not, nor anything like them, are left out."""
    found = []
    for one in stems:
        if forms := [form for form in forms_of(one) if form in known]:
            found.append(Asked(dict.fromkeys(forms, 1.0), sum(known[form] for form in forms)))
        elif nearest := near(one, alike.get(one, ())):
            found.append(
                Asked({word.word: _ALIKE_WEIGHT for word in nearest}, sum(word.number for word in nearest))
            )
    return found


def near(typed: str, candidates: Iterable[Known]) -> list[Known]:
    """Those that differ from what was typed by no more than a slip or two, the fewest first; at most three."""
    most = next((slips for letters, slips in _SLIPS if len(typed) >= letters), 1)
    by_slips: dict[int, list[Known]] = {}
    for one in candidates:
        slips = distance(typed, one.word, most)
        if slips <= most and is_arabic(typed) == is_arabic(one.word):
            by_slips.setdefault(slips, []).append(one)
    return by_slips[min(by_slips)][:3] if by_slips else []


def distance(first: str, second: str, most: int) -> int:
    """Letters to leave out, add, change or exchange with their neighbour; ``most`` + 1 for any number above."""
    if abs(len(first) - len(second)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, letter in enumerate(first, 1):
        before, last, row = row, before, [i]
        for j, other in enumerate(second, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == second[j - 2] and first[i - 2] == other:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return min(row[-1], most + 1)


def plan_for(asked: Sequence[Asked], rows: int, settings: FindSettings) -> Plan | None:
    """How the index of so many rows is asked; None if nothing that was asked is in it.

    Rare words choose rows by themselves, those that are in many only together, so that no question weighs the whole index.
    """
    if not asked:
        return None
    rare: list[str] = []
    budget = settings.rows_weighed_max
    for one in sorted(asked, key=lambda one: one.number):
        if one.number <= budget:
            rare.append(_any(one.stems))
            budget -= one.number
    weights = [log(1 + rows / (1 + one.number)) for one in asked]
    pairs = [
        (f"({_any(one.stems)}) <-> ({_any(other.stems)})", _PAIR_WEIGHT * (weight + next_weight) / 2)
        for (one, weight), (other, next_weight) in pairwise(zip(asked, weights, strict=True))
    ]
    counted = [max(one.stems.values()) * weight for one, weight in zip(asked, weights, strict=True)]
    parts = [
        *(
            (_any(one.stems), _TEXT_WEIGHT * weight, False)
            for one, weight in zip(asked, counted, strict=True)
        ),
        *((query, weight, False) for query, weight in pairs),
        *(
            (_any(one.stems, TITLE), _TITLE_WEIGHT * weight, True)
            for one, weight in zip(asked, counted, strict=True)
        ),
    ]
    queries, each, titles = zip(*parts, strict=True)
    return Plan(
        " & ".join(f"({_any(one.stems, TITLE)})" for one in asked),
        " & ".join(f"({_any(one.stems)})" for one in asked),
        " | ".join(rare),
        queries,
        each,
        titles,
    )


def governorates_in(text: str) -> tuple[str, ...]:
    """The codes of those whose name, or a wilayat's of theirs, stands in a text."""
    padded = f" {' '.join(words_of(text))} "
    return tuple(sorted({code for name, code in _names() if f" {name} " in padded}))


def extract(text: str, stems: frozenset[str], mark: Callable[[str], str], plain: Callable[[str], str]) -> str:
    """The part of a text in which most of these stems stand, their words marked.

    ``plain`` makes a piece of the text safe for where it is shown, and ``mark`` a word that is found.
    """
    text = _SPACES.sub(" ", text).strip()
    words = [(found.start(), found.end(), _stem_of(found.group())) for found in _WORD.finditer(text)]
    hits = [(begin, one) for begin, _, one in words if one in stems]
    start = max(
        (begin for begin, _ in hits),
        key=lambda begin: (
            len({one for at, one in hits if begin <= at < begin + EXTRACT_CHARACTERS - 60}),
            -begin,
        ),
        default=0,
    )
    start = 0 if start < EXTRACT_CHARACTERS // 2 else text.rfind(" ", 0, start - 40) + 1
    end = len(text)
    if end - start > EXTRACT_CHARACTERS:
        end = max(text.rfind(" ", start, start + EXTRACT_CHARACTERS), start + EXTRACT_CHARACTERS // 2)
    pieces, last = [], start
    for begin, after, one in words:
        if begin >= start and after <= end and one in stems:
            pieces += [plain(text[last:begin]), mark(text[begin:after])]
            last = after
    pieces.append(plain(text[last:end]))
    return ("… " if start else "") + "".join(pieces) + (" …" if end < len(text) else "")


def _stems(text: str, words_max: int, settings: FindSettings) -> list[str]:
    silent = silent_words()
    return [
        stemmed[: settings.word_letters_max]
        for word in words_of(text)[:words_max]
        if word not in silent and (stemmed := stem(word)) not in silent
    ]


def _stem_of(word: str) -> str:
    return stem(normalise_word(word))


def _any(stems: Iterable[str], before: str = "") -> str:
    return " | ".join(f"'{before}{one}'" for one in stems)


@cache
def _asking() -> frozenset[str]:
    return frozenset(words_of(_ASKING))


@cache
def _names() -> tuple[tuple[str, str], ...]:
    """How governorates and wilayats are written, normalised, and the codes of the governorates."""
    named = [
        (name, one.governorate.value) for one in wilayats().values() for name in (one.name_ar, one.name_en)
    ]
    named += [(one.label.text(language), one.value) for one in Governorate for language in LANGUAGES]
    return tuple((" ".join(words_of(name)), code) for name, code in named)
