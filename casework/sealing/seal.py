"""Sealing and opening: a content key of its own for each response, split for every pair of openers.

The content is padded, then encrypted with ChaCha20-Poly1305 (RFC 8439). For each pair of openers the content
key is split by XOR with a random number, and each half is encrypted to one of the two with HPKE (RFC 9180: X25519,
HKDF-SHA256, ChaCha20-Poly1305). What it belongs to is bound into all of it, so that no piece serves elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from casework.people.tokens import Random
from casework.sealing.errors import SealBroken
from casework.sealing.keys import KeyPair

#: Two open; more than this many openers make more pairs than anybody needs.
OPENERS_MIN: Final = 2
OPENERS_MAX: Final = 5
_KEY_BYTES: Final = 32
#: The key seals one thing only, so its nonce need not differ.
_NONCE: Final = bytes(12)
_LENGTH_BYTES: Final = 8
_BLOCK_BYTES: Final = 1 << 16
_SCHEME: Final = b"falaj sealed response 1"


@dataclass(frozen=True, slots=True)
class Context:
    """What is sealed belongs to this response of this need."""

    need_id: UUID
    response_id: UUID

    def bound(self, *more: UUID) -> bytes:
        return b"".join([_SCHEME, self.need_id.bytes, self.response_id.bytes, *(one.bytes for one in more)])


@dataclass(frozen=True, slots=True)
class SealedShare:
    """``opener``'s half for the pair with ``partner``, sealed to ``opener``'s key."""

    opener: UUID
    partner: UUID
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Sealed:
    content: bytes
    shares: tuple[SealedShare, ...]


def seal(content: bytearray, context: Context, openers: Mapping[UUID, bytes], random: Random) -> Sealed:
    """``openers`` are the public keys of two to five; ``ValueError`` for any other number. The content is wiped: it was given away."""
    if not OPENERS_MIN <= len(openers) <= OPENERS_MAX:
        raise ValueError(f"{len(openers)} openers")
    key, plain = random(_KEY_BYTES), padded(content)
    try:
        encrypted = ChaCha20Poly1305(key).encrypt(_NONCE, plain, context.bound())
    finally:
        wipe(plain)
        wipe(content)
    shares: list[SealedShare] = []
    for first, second in combinations(sorted(openers), 2):
        half = random(_KEY_BYTES)
        shares.append(_sealed_share(half, context, first, second, openers))
        shares.append(_sealed_share(_xor(key, half), context, second, first, openers))
    return Sealed(encrypted, tuple(shares))


def unseal_share(share: SealedShare, context: Context, pair: KeyPair) -> bytes:
    """The half (32 bytes), which alone is a random number; :class:`SealBroken`."""
    private = X25519PrivateKey.from_private_bytes(pair.private)
    try:
        half = _suite().decrypt(share.sealed, private, context.bound(share.opener, share.partner))
    except (InvalidTag, ValueError) as error:
        raise SealBroken from error
    if len(half) != _KEY_BYTES:
        raise SealBroken
    return half


def unseal(content: bytes, context: Context, first: bytes, second: bytes) -> bytes:
    """The content, from the two halves of one pair; :class:`SealBroken`."""
    try:
        key = ChaCha20Poly1305(_xor(first, second))
        return unpadded(key.decrypt(_NONCE, content, context.bound()))
    except (InvalidTag, ValueError) as error:
        raise SealBroken from error


def wipe(content: bytearray) -> None:
    """Zeros in its place. What Python keeps as ``bytes`` or ``str`` cannot be wiped, and goes as its memory is used anew."""
    content[:] = bytes(len(content))


def padded(content: bytes | bytearray) -> bytearray:
    """With its length before it and zeros behind it, up to 64 KiB or a power of two above: the size tells little."""
    size = _LENGTH_BYTES + len(content)
    whole = max(_BLOCK_BYTES, 1 << (size - 1).bit_length())
    made = bytearray(whole)
    made[:_LENGTH_BYTES] = len(content).to_bytes(_LENGTH_BYTES)
    made[_LENGTH_BYTES:size] = content
    return made


def unpadded(padded_content: bytes) -> bytes:
    """``ValueError`` for what was not padded like that."""
    length = int.from_bytes(padded_content[:_LENGTH_BYTES])
    content = padded_content[_LENGTH_BYTES : _LENGTH_BYTES + length]
    if padded(content) != padded_content:
        raise ValueError("padding")
    return content


def _sealed_share(
    half: bytes, context: Context, opener: UUID, partner: UUID, openers: Mapping[UUID, bytes]
) -> SealedShare:
    public = X25519PublicKey.from_public_bytes(openers[opener])
    return SealedShare(opener, partner, _suite().encrypt(half, public, context.bound(opener, partner)))


def _suite() -> Suite:
    return Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


def _xor(first: bytes, second: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(first, second, strict=True))
