"""The key under which secrets of applications lie: made from the key of the hub, and in no database."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from casework.follow_up.keys import HubKey, code_of_key
from casework.people.tokens import Random
from casework.programme import Programme

#: What the key is for: another purpose has another key.
_PURPOSE: Final = b"falaj totp secret 1"
_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12


class Sealed(NamedTuple):
    """A sealed secret, and of which of the keys of codes its key was made."""

    sealed: bytes
    key_id: str


@dataclass(frozen=True, slots=True)
class SecretKey:
    """Seals a secret for one person and one row, so that it opens nowhere else. ``former`` are made of keys that the hub had before:
    what they have sealed opens still.
    """

    #: What the key of codes is called that it is made of.
    code: str
    key: bytes = field(repr=False)
    former: tuple[bytes, ...] = field(default=(), repr=False)

    @classmethod
    def made_for(cls, programme: Programme) -> SecretKey:
        """Of this hub; :class:`HubKeyUnusable`."""
        return cls.of(*programme.of(HubKey).secrets)

    @classmethod
    def of(cls, secret: bytes, *former: bytes) -> SecretKey:
        return cls(code_of_key(secret), _derived(secret), tuple(map(_derived, former)))

    def seal(self, secret: bytes, person_id: UUID, totp_id: UUID, random: Random) -> Sealed:
        nonce, bound = random(_NONCE_BYTES), person_id.bytes + totp_id.bytes
        return Sealed(nonce + ChaCha20Poly1305(self.key).encrypt(nonce, secret, bound), self.code)

    def open(self, sealed: bytes, person_id: UUID, totp_id: UUID) -> bytes | None:
        """None of what another key has sealed, or for another row: a hub whose key was lost."""
        nonce, content, bound = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], person_id.bytes + totp_id.bytes
        for key in (self.key, *self.former):
            with suppress(InvalidTag):
                return ChaCha20Poly1305(key).decrypt(nonce, content, bound)
        return None


def _derived(secret: bytes) -> bytes:
    return HKDF(SHA256(), _KEY_BYTES, salt=None, info=_PURPOSE).derive(secret)
