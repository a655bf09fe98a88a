"""What a browser is asked of a passkey, and whether its answer holds (WebAuthn Level 3, 7.1 and 7.2). Pure.

``fido2`` decodes and checks: type, origin, challenge, host, presence, verification of the user, signature.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from casework.second_factor.errors import PasskeyRefused, PasskeysAway
from casework.second_factor.model import Passkey

Read = TypeVar("Read")
CHALLENGE_BYTES: Final = 32
#: What may go wrong in what anybody may have sent; none of it quotes the input.
_UNREADABLE: Final = (ValueError, KeyError, TypeError, AttributeError, IndexError, AssertionError)


class Made(NamedTuple):
    """A passkey as its device has made it; ``public_key`` is COSE."""

    credential_id: bytes
    public_key: bytes
    signed_count: int


class Signed(NamedTuple):
    """Which passkey has signed, and how often its device says that it did."""

    passkey: Passkey
    signed_count: int


@dataclass(frozen=True, slots=True)
class Place:
    """For which pages passkeys are: those of the portal, and of no other host, port or scheme."""

    origin: str
    host: str

    @classmethod
    def of(cls, portal_url: str) -> Place | None:
        """None where browsers know no passkeys: without https, and on a bare address."""
        parts = urlsplit(portal_url)
        host = parts.hostname or ""
        is_safe = parts.scheme == "https" or host == "localhost" or host.endswith(".localhost")
        return (
            cls(f"{parts.scheme}://{parts.netloc}", host)
            if host and is_safe and not _is_address(host)
            else None
        )

    @classmethod
    def required(cls, portal_url: str) -> Place:
        """:class:`PasskeysAway`."""
        found = cls.of(portal_url)
        if found is None:
            raise PasskeysAway
        return found


def asked_to_make(
    place: Place, challenge: bytes, person_id: UUID, account: str, known: Sequence[Passkey]
) -> dict[str, Any]:
    """What the browser's ``credentials.create`` is given, as JSON."""
    from fido2.webauthn import PublicKeyCredentialUserEntity, ResidentKeyRequirement

    user = PublicKeyCredentialUserEntity(name=account, id=person_id.bytes, display_name=account)
    options, _ = _server(place).register_begin(
        user,
        _descriptors(known),
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=_required(),
        challenge=challenge,
    )
    return dict(options)


def asked_to_sign(place: Place, challenge: bytes, known: Sequence[Passkey]) -> dict[str, Any]:
    """What the browser's ``credentials.get`` is given, as JSON."""
    options, _ = _server(place).authenticate_begin(
        _descriptors(known), user_verification=_required(), challenge=challenge
    )
    return dict(options)


def read_made(place: Place, challenge: bytes, answer: str) -> Made:
    """The passkey that was made; :class:`PasskeyRefused`."""

    def read(sent: Mapping[str, Any]) -> Made:
        data = _server(place).register_complete(_state(challenge), sent)
        credential = data.credential_data
        if credential is None:
            raise ValueError("no credential")
        from fido2 import cbor

        return Made(credential.credential_id, cbor.encode(credential.public_key), data.counter)

    return _reading(read, answer)


def read_signed(place: Place, challenge: bytes, known: Sequence[Passkey], answer: str) -> Signed:
    """Which of these has signed the challenge; :class:`PasskeyRefused`, also of one that may have been copied."""

    def read(sent: Mapping[str, Any]) -> Signed:
        from fido2.webauthn import AuthenticationResponse

        found = _server(place).authenticate_complete(_state(challenge), _credentials(known), sent)
        count = AuthenticationResponse.from_dict(sent).response.authenticator_data.counter
        passkey = next(one for one in known if one.credential_id == found.credential_id)
        # Level 3, 7.2, step 22: it must grow, unless the device does not count at all.
        if (count or passkey.signed_count) and count <= passkey.signed_count:
            raise ValueError("counter")
        return Signed(passkey, count)

    return _reading(read, answer)


def _reading(read: Callable[[Mapping[str, Any]], Read], answer: str) -> Read:
    try:
        sent = json.loads(answer)
        if not isinstance(sent, dict):
            raise PasskeyRefused
        return read(sent)
    except _UNREADABLE:
        raise PasskeyRefused from None  # its cause would quote what was sent


def _server(place: Place) -> Any:
    from fido2.server import Fido2Server
    from fido2.webauthn import AttestationConveyancePreference, PublicKeyCredentialRpEntity

    return Fido2Server(
        PublicKeyCredentialRpEntity(name="Falaj", id=place.host),
        attestation=AttestationConveyancePreference.NONE,
        verify_origin=lambda origin: origin == place.origin,
    )


def _required() -> Any:
    from fido2.webauthn import UserVerificationRequirement

    return UserVerificationRequirement.REQUIRED


def _state(challenge: bytes) -> dict[str, Any]:
    from fido2.utils import websafe_encode

    return {"challenge": websafe_encode(challenge), "user_verification": _required()}


def _descriptors(known: Sequence[Passkey]) -> Any:
    from fido2.webauthn import PublicKeyCredentialDescriptor, PublicKeyCredentialType

    return [
        PublicKeyCredentialDescriptor(type=PublicKeyCredentialType.PUBLIC_KEY, id=one.credential_id)
        for one in known
    ]


def _credentials(known: Sequence[Passkey]) -> Any:
    from fido2.webauthn import AttestedCredentialData

    unknown_device = bytes(16)
    return [AttestedCredentialData.create(unknown_device, one.credential_id, _key(one)) for one in known]


def _key(passkey: Passkey) -> Any:
    from fido2 import cbor
    from fido2.cose import CoseKey

    stored: Any = cbor.decode(passkey.public_key)
    return CoseKey.parse(stored)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
