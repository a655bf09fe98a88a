"""Names as their people spell them: tidied, never rewritten."""

from __future__ import annotations

import unicodedata

from casework.people.errors import InvalidName
from casework.people.model import Names
from citycore.normalisation import mixes_scripts, turns_letters

_ARABIC = "ARABIC"


def parse_names(ar: str | None, en: str | None, characters_max: int) -> Names:
    """Both spellings, or one; :class:`InvalidName`."""
    names = Names(_tidy(ar, characters_max), _tidy(en, characters_max))
    if names.ar is None and names.en is None:
        raise InvalidName(reason="missing")
    return names


def parse_public_names(ar: str | None, en: str | None, characters_max: int) -> Names:
    """Names of an organisation; :class:`InvalidName` also for a word of several scripts, by which one name passes for another."""
    names = parse_names(ar, en, characters_max)
    if any(mixes_scripts(text) for text in (names.ar, names.en) if text):
        raise InvalidName(reason="scripts")
    return names


def names_of(text: str, characters_max: int) -> Names:
    """One spelling, put where its script belongs."""
    is_arabic = any(unicodedata.name(letter, "").startswith(_ARABIC) for letter in text)
    return parse_names(text if is_arabic else None, None if is_arabic else text, characters_max)


def _tidy(text: str | None, characters_max: int) -> str | None:
    tidy = " ".join(unicodedata.normalize("NFC", text or "").split())
    if not tidy:
        return None
    if turns_letters(tidy):
        raise InvalidName(reason="characters")
    if len(tidy) > characters_max:
        raise InvalidName(reason="long")
    if not any(letter.isalpha() for letter in tidy):
        raise InvalidName(reason="letters")
    return tidy
