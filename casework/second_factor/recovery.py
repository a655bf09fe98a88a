"""Recovery codes: 120 random bits as six groups of letters and digits. Pure."""

from __future__ import annotations

import re
from base64 import b32encode
from hashlib import sha256
from typing import Final

from casework.people.tokens import Random

#: At 112 bits or more a plain hash is enough at rest (ASVS 5.0, 6.5.2).
CODE_BYTES: Final = 15
LETTERS: Final = 24
_GROUP: Final = 4
#: Digits that the alphabet (RFC 4648) leaves out, for they are taken for letters.
_MISREAD: Final = str.maketrans("018", "OIB")


def new_code(random: Random) -> str:
    letters = b32encode(random(CODE_BYTES)).decode()
    return "-".join(letters[start : start + _GROUP] for start in range(0, LETTERS, _GROUP))


def code_digest(text: str) -> bytes:
    """What is stored and looked up: 32 bytes, however it was typed. Of what can be no code, a digest that nothing has."""
    letters = re.sub(r"[\s\-\u200e\u200f\u2066-\u2069]", "", text).upper().translate(_MISREAD)
    if len(letters) != LETTERS or re.fullmatch(r"[A-Z2-7]+", letters) is None:
        return bytes(32)
    return sha256(b"falaj recovery code 1" + letters.encode()).digest()
