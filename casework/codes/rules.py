"""Codes nobody guesses, and references that say nothing. Pure."""

from __future__ import annotations

import base64
from hashlib import sha256
from typing import Final

from casework.people.tokens import Random

#: 80 random bits: nobody guesses one, and it can be read out.
_CODE_BYTES: Final = 10
_GROUP: Final = 4
#: Letters and digits that cannot be taken for each other (Crockford's base 32).
ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"


def new_code(random: Random) -> str:
    """Sixteen letters and digits in groups of four."""
    text = base64.b32encode(random(_CODE_BYTES)).decode()
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def code_digest(text: str) -> bytes:
    """What is stored of a code, however it was typed."""
    bare = "".join(letter for letter in text.upper() if letter.isalnum())
    return sha256(bare.encode()).digest()


def new_reference(random: Random, characters: int) -> str:
    """Letters and digits, five random bits each: they say nothing about what they name, or how many there are."""
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in random(characters))
