"""Text made comparable for search: what a person types finds what another person wrote.

``normalise_text`` exists twice: here, and as the SQL function ``normalise_text`` that the store's
generated columns use. A property test holds the two equal, so every step is one that both can take
in the same way whatever the server's locale: NFKD, simple lower case, one character to one
character, spaces. Sources: Unicode Standard Annex 15; the Arabic block of the Unicode character
database for hamza carriers, which NFKD takes apart.
"""

from __future__ import annotations

import re
import unicodedata

#: Accents of the Latin script, tashkeel, Quranic marks, the hamza and madda that NFKD detaches
#: from their carriers; tatweel; the hamza that stands alone; what is invisible; apostrophes.
REMOVED_RANGES = (
    "\u0300-\u036f",
    "\u0610-\u061a",
    "\u064b-\u065f",
    "\u0670",
    "\u06d6-\u06dc",
    "\u06df-\u06e4",
    "\u06e7-\u06e8",
    "\u06ea-\u06ed",
    "\u0640",
    "\u0621",
    "\u00ad",
    "\u061c",
    "\u200b-\u200f",
    "\u202a-\u202e",
    "\u2060-\u2069",
    "\ufeff",
    "'",
    "\u2018-\u201b",
    "\u02bb-\u02bf",
    "`",
)
_REMOVED = re.compile(f"[{''.join(REMOVED_RANGES)}]")

#: Control characters, and what stands for no character at all.
_UNSEEN_CATEGORIES = frozenset({"Cc", "Cs", "Co"})
#: In a name also ends of lines and of paragraphs, and what is not seen: two names with it and without it look alike.
_UNSEEN_IN_NAMES = _UNSEEN_CATEGORIES | {"Cf", "Zl", "Zp"}
#: Joiners and marks of direction that turn no letters: keyboards of Arabic and of emoji write them.
_SEEN_IN_NAMES = frozenset("\u200c\u200d\u200e\u200f\u061c")
_LINE_ENDS = frozenset("\t\n\r")
#: Marks that turn letters whatever they are. People's prose has those of other kinds where it was copied from a page.
_OVERRIDES = frozenset("\u202d\u202e")

#: Where words of a name end: at spaces, punctuation and symbols.
_BETWEEN_WORDS = frozenset("ZPS")
_LETTERS = frozenset({"Lu", "Ll", "Lt", "Lo"})

#: Letters that people use for one another, digits of both scripts.
REPLACED_FROM = "ىةٱکیۍےہھەۀۃڪς٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹"
REPLACED_TO = "يهاكيييههههه" + "ك" + "σ" + "0123456789" * 2
_REPLACED = str.maketrans(REPLACED_FROM, REPLACED_TO)

#: Whatever separates words becomes a space; runs of spaces become one.
SEPARATING_RANGES = (
    "\u0001-\u0020",
    "\u0085",
    "\u1680",
    "\u2028",
    "\u2029",
    "\u2010-\u2015",
    "\u2212",
    r"\-",
    "_",
    ".",
    ",",
    ";",
    ":",
    "/",
    "\u060c",
    "\u061b",
    "\u06d4",
    "\u00b7",
)
_SEPARATING = re.compile(f"[{''.join(SEPARATING_RANGES)}]+")


def normalise_text(text: str) -> str:
    """The text without what readers of Arabic and English overlook; normalising twice changes nothing."""
    bare = _REMOVED.sub("", unicodedata.normalize("NFKD", text))
    # One by one: lower-casing a whole text would look at neighbours (the final sigma).
    lower = "".join(map(str.lower, bare)).translate(_REPLACED)
    return _SEPARATING.sub(" ", lower).strip(" ")


def like_pattern(text: str) -> str:
    """What ``LIKE`` needs to find the normalised text anywhere."""
    escaped = re.sub(r"([\\%_])", r"\\\1", normalise_text(text))
    return f"%{escaped}%"


def turns_letters(text: str, *, is_prose: bool = False) -> bool:
    """Whether a text holds control characters or marks that turn the direction of what stands after them. In a name also
    characters that are not seen count.

    Prose has lines, and may have the marks that programs put around pieces of a page; it never overrides a direction.
    """
    return any(map(_is_unfit_for_prose if is_prose else _is_unfit_for_a_name, text))


def without_turning(text: str) -> str:
    """A name that others have sent, without what :func:`turns_letters` finds in it."""
    return "".join(letter for letter in text if not _is_unfit_for_a_name(letter))


def mixes_scripts(text: str) -> bool:
    """Whether a word of a name mixes scripts whose letters look alike, such as a Cyrillic a among Latin letters.

    Letters with a case stand in a word with those of their own script, and with Arabic ones, which nobody takes for
    them. A script is the first word of its letters' names in the Unicode character database.
    """
    apart = (
        " " if unicodedata.category(letter)[0] in _BETWEEN_WORDS else letter
        for letter in unicodedata.normalize("NFKC", text)
    )
    return any(map(_is_mixed, "".join(apart).split()))


def _is_mixed(word: str) -> bool:
    letters = [letter for letter in word if unicodedata.category(letter) in _LETTERS]
    scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in letters} - {"ARABIC"}
    return len(scripts) > 1 and any(letter.lower() != letter.upper() for letter in letters)


def _is_unfit_for_prose(letter: str) -> bool:
    return letter in _OVERRIDES or (
        unicodedata.category(letter) in _UNSEEN_CATEGORIES and letter not in _LINE_ENDS
    )


def _is_unfit_for_a_name(letter: str) -> bool:
    return unicodedata.category(letter) in _UNSEEN_IN_NAMES and letter not in _SEEN_IN_NAMES
