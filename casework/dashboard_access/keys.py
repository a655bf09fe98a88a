"""The key that signs who somebody is: made from the key of the hub, so that all its processes have the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from casework.follow_up.keys import HubKey
from casework.programme import Programme

ALGORITHM: Final = "ES256"
#: What the key is for: another purpose has another key.
_PURPOSE: Final = b"falaj dashboards id token 1"
#: Sixteen bytes more than the order has, so that what remains is as good as even (FIPS 186-5, A.2.1).
_BYTES: Final = 48
#: The order of P-256.
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key on P-256, as joserfc has it, and those of former keys of the hub, which sign no more."""

    key: Any = field(repr=False)
    former: tuple[SigningKey, ...] = ()

    @classmethod
    def made_for(cls, programme: Programme) -> SigningKey:
        """Of this hub; :class:`HubKeyUnusable`."""
        hub = programme.of(HubKey)
        return cls.of(hub.secret, tuple(map(cls.of, hub.former)))

    @classmethod
    def of(cls, secret: bytes, former: tuple[SigningKey, ...] = ()) -> SigningKey:
        from cryptography.hazmat.primitives import serialization as forms
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF
        from joserfc.jwk import ECKey

        derived = HKDF(SHA256(), _BYTES, salt=None, info=_PURPOSE).derive(secret)
        number = int.from_bytes(derived) % (_ORDER - 1) + 1
        pem = ec.derive_private_key(number, ec.SECP256R1()).private_bytes(
            forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.NoEncryption()
        )
        return cls(ECKey.import_key(pem), former)

    @property
    def code(self) -> str:
        """What the key is called (RFC 7638)."""
        return str(self.key.thumbprint())

    def public(self) -> dict[str, Any]:
        """The set of keys with which others verify."""
        own = {"use": "sig", "alg": ALGORITHM, "kid": self.code}
        others = [one for known in self.former for one in known.public()["keys"]]
        return {"keys": [{**self.key.as_dict(private=False), **own}, *others]}

    def sign(self, claims: Mapping[str, Any]) -> str:
        from joserfc import jwt

        return jwt.encode({"alg": ALGORITHM, "kid": self.code}, dict(claims), self.key)

    def read(self, token: str) -> Mapping[str, Any] | None:
        """The claims of what this key or a former one signed, however old; None for anything else."""
        from joserfc import jwt
        from joserfc.errors import JoseError

        try:
            return jwt.decode(token, self.key, algorithms=[ALGORITHM]).claims
        except (JoseError, ValueError, TypeError):
            return next((found for one in self.former if (found := one.read(token)) is not None), None)


def instant(at: datetime) -> int:
    """As claims have it."""
    return int(at.timestamp())
