"""Numbers that can be said and codes that nobody guesses. Pure."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

from casework.codes.rules import ALPHABET, new_reference
from casework.follow_up.model import Followed
from casework.people.tokens import Random

#: So many letters and digits has a number besides the one that checks them, and so many has a code: 40 random bits each.
CHARACTERS: Final = 8
_GROUP: Final = 4
#: Letters that nobody is given, and what is meant by them.
_MEANT: Final = str.maketrans("OIL", "011")
#: x^5 + x^2 + 1, by which the field of 32 elements is made.
_POLYNOMIAL: Final = 0b100101
_CODE_SEAL, _PASS_SEAL = b"falaj follow-up code 1\0", b"falaj follow-up pass 1\0"
_ONCE_SEAL: Final = b"falaj follow-up once 1\0"


def new_number(random: Random, characters: int = CHARACTERS) -> str:
    """As people are given it: ``K7QM-2XRD-W``."""
    bare = new_reference(random, characters).upper()
    return grouped(bare + _check(bare))


def new_code(random: Random) -> str:
    """As people are given it: ``P4TN-8WQA``."""
    return grouped(new_reference(random, CHARACTERS).upper())


def code_of(key: bytes, once: UUID) -> str:
    """The code of what was sent once: the same for each sending of it, and as hard to guess as any."""
    return new_code(lambda size: hmac.digest(key, _ONCE_SEAL + once.bytes, sha256)[:size])


def grouped(bare: str) -> str:
    return "-".join(bare[start : start + _GROUP] for start in range(0, len(bare), _GROUP))


def read_number(text: str, characters: int = CHARACTERS) -> str | None:
    """However it was typed, as it is stored; None for what cannot be one: any wrong letter, any two that changed places."""
    bare = bare_of(text)
    if len(bare) != characters + 1 or any(letter.lower() not in ALPHABET for letter in bare):
        return None
    return bare if _check(bare[:-1]) == bare[-1] else None


def bare_of(text: str) -> str:
    """Letters and digits alone, those that are taken for others as these."""
    return "".join(letter for letter in text.upper() if letter.isalnum()).translate(_MEANT)


def code_digest(key: bytes, number: str, code: str) -> bytes:
    """What is stored of a code: whoever has the database and not the key cannot try codes."""
    return hmac.digest(key, _CODE_SEAL + f"{number}\0{bare_of(code)}".encode(), sha256)


def write_pass(key: bytes, followed: Followed, until: datetime) -> str:
    """What a browser shows instead of number and code until an instant."""
    return signed(key, _PASS_SEAL, f"{followed.kind}.{followed.object_id.hex}.{int(until.timestamp())}")


def read_pass(key: bytes, text: str, at: datetime) -> Followed | None:
    """What it stands for; None once it has ended, and for what this hub has not written."""
    body = read_signed(key, _PASS_SEAL, text)
    if body is None:
        return None
    kind, object_id, until = body.split(".")
    if at >= datetime.fromtimestamp(int(until), UTC):
        return None
    return Followed(kind, UUID(hex=object_id))


def signed(key: bytes, purpose: bytes, body: str) -> str:
    """What a browser is given to show again; a ``purpose`` ends with a zero byte and is no other's."""
    return f"{body}.{_seal(key, purpose, body)}"


def read_signed(key: bytes, purpose: bytes, text: str) -> str | None:
    """The body; None for what this hub has not signed for this purpose."""
    body, _, seal = text.rpartition(".")
    is_ours = text.isascii() and hmac.compare_digest(seal, _seal(key, purpose, body))
    return body if is_ours else None


def _seal(key: bytes, purpose: bytes, body: str) -> str:
    return urlsafe_b64encode(hmac.digest(key, purpose + body.encode(), sha256)).rstrip(b"=").decode()


def _check(bare: str) -> str:
    """A letter that fits these and no others that differ by one letter or by two neighbours that changed places.

    The sum of the letters, each times a power of an element that all others are powers of.
    """
    total = 0
    for letter in bare:
        total = _doubled(total ^ ALPHABET.index(letter.lower()))
    return ALPHABET[total].upper()


def _doubled(value: int) -> int:
    value <<= 1
    return value ^ _POLYNOMIAL if value >= len(ALPHABET) else value
