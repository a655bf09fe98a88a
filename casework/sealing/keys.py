"""Keys of openers: a pair of X25519, whose private half people keep as groups of letters."""

from __future__ import annotations

import re
from base64 import b32decode, b32encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from casework.people.tokens import Random
from casework.sealing.errors import KeyUnreadable

KEY_BYTES: Final = 32
_CHECK_BYTES: Final = 4
_GROUP: Final = 4
#: 120 bits, as 6 groups of letters and digits: two keys of one fingerprint cannot be made.
_FINGERPRINT_BYTES: Final = 15
_LETTERS: Final = (KEY_BYTES + _CHECK_BYTES) * 8 // 5 + 1
#: Digits that the alphabet (RFC 4648) leaves out, for they are taken for letters.
_MISREAD: Final = str.maketrans("018", "OIB")


@dataclass(frozen=True, slots=True)
class KeyPair:
    """``public`` (32 bytes) is stored; ``private`` is shown to its holder once and kept nowhere."""

    public: bytes
    private: bytes = field(repr=False)


def new_pair(random: Random) -> KeyPair:
    return pair_of(random(KEY_BYTES))


def pair_of(private: bytes) -> KeyPair:
    key = X25519PrivateKey.from_private_bytes(private)
    return KeyPair(key.public_key().public_bytes_raw(), private)


def words_of(pair: KeyPair) -> str:
    """The private half as 15 groups of letters and digits: 256 bits, and 32 by which slips are noticed."""
    return _grouped(b32encode(pair.private + _check_of(pair.private)).decode().rstrip("="))


def fingerprint_of(public: bytes) -> str:
    """What people compare instead of a public key: 6 groups of letters and digits."""
    return _grouped(
        b32encode(sha256(b"falaj opener key 1 public" + public).digest()[:_FINGERPRINT_BYTES]).decode()
    )


def pair_from(words: str) -> KeyPair:
    """The pair whose private half somebody typed, in whatever case and however spaced; :class:`KeyUnreadable`."""
    letters = re.sub(r"[\s\-\u200e\u200f\u2066-\u2069]", "", words).upper().translate(_MISREAD)
    if len(letters) != _LETTERS or re.fullmatch(r"[A-Z2-7]+", letters) is None:
        raise KeyUnreadable
    try:
        raw = b32decode(letters + "=" * (-len(letters) % 8))
    except ValueError:
        raise KeyUnreadable from None
    private, check = raw[:KEY_BYTES], raw[KEY_BYTES:]
    # The last letter has bits to spare: only one spelling of a key is read.
    if check != _check_of(private) or words_of(pair_of(private)).replace("-", "") != letters:
        raise KeyUnreadable
    return pair_of(private)


def _grouped(letters: str) -> str:
    return "-".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))


def _check_of(private: bytes) -> bytes:
    return sha256(b"falaj opener key 1" + private).digest()[:_CHECK_BYTES]
