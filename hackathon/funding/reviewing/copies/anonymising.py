"""Names and addresses taken out of a text. Pure.

It is a help to whoever looks at the copy, and no promise: a text can say in many ways whose it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Final

from casework.people.addresses import is_public_mail
from citycore.normalisation import normalise_text

#: What stands for whatever was taken out; always as long, since a length would tell something.
HIDDEN: Final = "▮▮▮"
#: Words of a name that are shorter than this are no name by themselves: "bin", "al", "بن", "ال".
_NAME_LETTERS_MIN: Final = 3
#: The single words of an organisation's name that are taken out wherever they stand are at least so long.
_WORD_LETTERS_MIN: Final = 4
#: Particles of names, normalised.
_PARTICLES: Final = frozenset(
    {"bin", "bint", "ibn", "abu", "umm", "ابن", "بنت", "ابو", "عبد", "abd", "abdul", "the"}
)
#: What Arabic writes together with the word behind it: and, by, for, like, so, the.
_PREFIXES: Final = re.compile("(?:[وف]?(?:[بلكس]?ال|لل|[بلك])?|[وف])")
_MAIL: Final = re.compile(
    r"[^\s<>()\[\],;:@\"']+@[^\s<>()\[\],;:@\"']+\.[^\s<>()\[\],;:@\"']+[^\s<>()\[\],;:@\"'.؟?!]"
)
_LINK: Final = re.compile(r"(?:\b[a-z][a-z0-9+.-]*://|\bwww\.)[^\s<>\"'«»)]+", re.IGNORECASE)
#: A handle in social networks.
_HANDLE: Final = re.compile(r"(?<![\w.])@[\w.]{3,}")
#: Digits as people write the number of a telephone: eight or more, in groups.
_PHONE: Final = re.compile(r"(?<![\w.,%])(?:\+|00)?\(?\d(?:[\s().\-–/]{0,2}\d){7,14}(?![\w%])")
_OMANI: Final = re.compile(r"[279]\d{7}")
_DATE: Final = re.compile(r"\d{4}[-./]\d{1,2}[-./]\d{1,2}")
_WORD: Final = re.compile(
    r"[^\W_]+(?:[\u0640\u064b-\u065f\u0670'\u2019\u200b-\u200f\u202a-\u202e\u2066-\u2069]+[^\W_]+)*"
)


@dataclass(frozen=True, slots=True)
class Identities:
    """Whoever applies, as they are known: names of people, addresses, and names of their organisations."""

    people: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()


def anonymise(text: str, identities: Identities) -> str:
    """The text without these names in any spelling that search takes for the same, and without any address,
    link, or number of a telephone, whosever it is.
    """
    bare = text
    for pattern in (_MAIL, _LINK, _HANDLE):
        bare = pattern.sub(HIDDEN, bare)
    bare = _PHONE.sub(lambda match: HIDDEN if _is_phone(match[0]) else match[0], bare)
    for domain in _domains(identities.addresses):
        bare = re.sub(
            rf"(?<![\w.-])(?:[\w-]+\.)*{re.escape(domain)}(?![\w-])", HIDDEN, bare, flags=re.IGNORECASE
        )
    return _without(bare, _phrases(identities))


def _is_phone(text: str) -> bool:
    """Eight digits of an Omani number, or any with the sign or the zeros of another country."""
    digits = normalise_text(text).replace(" ", "")
    bare = re.sub(r"\D", "", digits)
    if text.lstrip("(").startswith(("+", "00", "٠٠")) or bare.startswith("968"):
        return True
    return _OMANI.fullmatch(bare) is not None and _DATE.fullmatch(text) is None


def _domains(addresses: Iterable[str]) -> list[str]:
    """Of the addresses, those that belong to somebody: everybody has one at a public service."""
    found = {address.rpartition("@")[2].casefold() for address in addresses if "@" in address}
    return sorted((one for one in found if "." in one and not is_public_mail(one)), key=len, reverse=True)


def _phrases(identities: Identities) -> frozenset[tuple[str, ...]]:
    """What is looked for, as normalised words; longer ones are tried first."""
    found: set[tuple[str, ...]] = set()
    for name in identities.people:
        words = _words_of(name)
        found |= {
            tuple(words),
            *pairwise(words),
            ("".join(words),),
            *(("".join(pair),) for pair in pairwise(words)),
        }
        found |= {(word,) for word in words if len(word) >= _NAME_LETTERS_MIN and word not in _PARTICLES}
    for name in identities.organisations:
        words = _words_of(name)
        telling = [word for word in words if word not in _general() and len(word) > 1]
        found |= {tuple(words), tuple(telling)}
        found |= {(word,) for word in telling if len(word) >= _WORD_LETTERS_MIN}
        if len(initials := "".join(word[0] for word in words)) >= _NAME_LETTERS_MIN and initials.isascii():
            found.add((initials,))
    for address in identities.addresses:
        local = normalise_text(address.partition("@")[0])
        found.add(tuple(local.split()))
    found |= {(word.removeprefix("ال"),) for (word,) in (one for one in found if len(one) == 1)}
    return frozenset(phrase for phrase in found if any(len(word) >= _NAME_LETTERS_MIN for word in phrase))


def _words_of(name: str) -> list[str]:
    return [normalised for match in _WORD.finditer(name) for normalised in normalise_text(match[0]).split()]


def _without(text: str, phrases: Collection[tuple[str, ...]]) -> str:
    if not phrases:
        return text
    words = [(match.start(), match.end(), normalise_text(match[0])) for match in _WORD.finditer(text)]
    longest = max(map(len, phrases))
    pieces, copied, place = [], 0, 0
    while place < len(words):
        length = _length_at([word for *_, word in words[place : place + longest]], phrases)
        if length == 0:
            place += 1
            continue
        pieces += [text[copied : words[place][0]], HIDDEN]
        copied = words[place + length - 1][1]
        place += length
    return "".join([*pieces, text[copied:]])


def _length_at(words: Sequence[str], phrases: Collection[tuple[str, ...]]) -> int:
    """How many words the longest phrase takes that begins here; 0 if none does."""
    for length in range(len(words), 0, -1):
        first, rest = words[0], tuple(words[1:length])
        if any((stem, *rest) in phrases for stem in _stems(first)):
            return length
    return 0


def _stems(word: str) -> Iterator[str]:
    """The word, and what is left of an Arabic one without what is written together with it; English without 's."""
    yield word
    if word.isascii():
        if word.endswith("s"):
            yield word[:-1]
        return
    for end in range(1, min(4, len(word) - _NAME_LETTERS_MIN) + 1):
        if _PREFIXES.fullmatch(word[:end]):
            yield word[end:]
            # Names with the article lose its alif behind "for".
            yield f"ال{word[end:]}"


@cache
def _general() -> frozenset[str]:
    """Words that many organisations have in their names."""
    text = (files("hackathon.funding.reviewing.copies") / "general_words.txt").read_text("utf-8")
    return frozenset(normalise_text(line) for line in text.splitlines() if not line.startswith("#"))
