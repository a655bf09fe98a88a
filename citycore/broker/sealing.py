"""Secrets of credentials that wait for the broker: kept so that only the broker's administrator can read them.

The hub keeps digests. A secret that the broker has not heard of yet has to be told later, so until then it stands in the
store, added bit by bit to as many bits that are made of the administrator's password and the user's name. Nobody is
called so twice, so no bits serve twice; whoever reads the store alone would have to guess that password, at the price of scrypt
for each guess.
"""

from __future__ import annotations

import hashlib
from hmac import compare_digest

from citycore.broker.connecting import administrator
from citycore.broker.security import Signature
from citycore.settings import BrokerSettings

#: What scrypt costs: 16 MiB and some hundredths of a second.
_SCRYPT_COST, _SCRYPT_BLOCK = 2**14, 8


def digest_of_secret(secret: str) -> bytes:
    """What the store keeps of every secret."""
    return hashlib.sha256(secret.encode()).digest()


def seal(broker: BrokerSettings, signature: Signature) -> bytes | None:
    """The secret as it may stand in the store; None where the hub has no administrator at the broker."""
    secret = signature.secret.encode()
    bits = _bits(broker, signature.username, len(secret))
    return None if bits is None else _added(secret, bits)


def unseal(broker: BrokerSettings, username: str, sealed: bytes, digest: bytes) -> Signature | None:
    """What was sealed; None where the administrator has another password since."""
    bits = _bits(broker, username, len(sealed))
    if bits is None:
        return None
    secret = _added(sealed, bits).decode("utf-8", "replace")
    return Signature(username, secret) if compare_digest(digest_of_secret(secret), digest) else None


def _bits(broker: BrokerSettings, username: str, count: int) -> bytes | None:
    admin = administrator(broker)
    if admin is None or admin.password is None:
        return None
    password = admin.password.get_secret_value().encode()
    return hashlib.scrypt(password, salt=username.encode(), n=_SCRYPT_COST, r=_SCRYPT_BLOCK, p=1, dklen=count)


def _added(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
