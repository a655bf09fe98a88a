"""Open Badges 3.0 credentials as VC-JWT, and the list of those that were revoked.

Sources: 1EdTech Open Badges 3.0 (data model, JWT proof), W3C Verifiable Credentials 2.0, W3C Bitstring
Status List 1.0. Pure: keys and clock are given.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from hackathon.outreach.certificates.keys import Keys
from hackathon.outreach.certificates.model import Certificate, Kind
from hackathon.outreach.certificates.wording import description, title

#: W3C's least length of a list, in bits, so that nobody is found by counting.
LIST_BITS = 131_072
#: Odd, so that it permutes the list: neighbours in time are no neighbours in it.
_STRIDE = 72_293
_CONTEXT = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
_ACHIEVEMENT_TYPES = {
    Kind.AMBASSADOR: "CommunityService",
    Kind.PARTICIPANT: "Certificate",
    Kind.TEAM_MEMBER: "Certificate",
    Kind.WINNER: "Award",
    Kind.JUDGE: "CommunityService",
}


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who signs: a DID, names, and where the portal is."""

    issuer_id: str
    name_ar: str
    name_en: str
    portal_url: str

    def page(self, short_id: str) -> str:
        """Where anybody verifies a certificate."""
        return f"{self.portal_url.rstrip('/')}/certificates/{short_id}"

    def status_list(self, number: int) -> str:
        return f"{self.portal_url.rstrip('/')}/certificates/status/{number}"


def credential(certificate: Certificate, issuer: Issuer, email: str, issued_at: datetime) -> dict[str, Any]:
    """What is signed. The address of the holder stands in it as a salted hash."""
    award = certificate.award
    body: dict[str, Any] = {
        "@context": list(_CONTEXT),
        "id": f"urn:uuid:{certificate.certificate_id}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": title(award, "en"),
        "issuer": _profile(issuer),
        "validFrom": _instant(issued_at),
        "credentialSubject": _subject(certificate, issuer, email),
        "credentialStatus": _status(certificate.number, issuer),
        "iss": issuer.issuer_id,
        "jti": f"urn:uuid:{certificate.certificate_id}",
        "nbf": int(issued_at.timestamp()),
    }
    if award.expires_at is not None:
        body |= {"validUntil": _instant(award.expires_at), "exp": int(award.expires_at.timestamp())}
    return body


def sign(body: Mapping[str, Any], keys: Keys, issuer: Issuer) -> str:
    """A compact JWS with EdDSA (RFC 8037); its ``kid`` leads to the key in the issuer's DID document."""
    header = {"alg": "EdDSA", "kid": f"{issuer.issuer_id}#{keys.signing_id}", "typ": "JWT"}
    signed = f"{_encoded(_json(header))}.{_encoded(_json(body))}"
    signature = keys.sign(signed.encode())
    return f"{signed}.{_encoded(signature)}"


def open_token(token: str, keys: Keys) -> dict[str, Any] | None:
    """What a token says, if one of our keys signed exactly that."""
    try:
        head, body, signature = token.strip().split(".")
        header = json.loads(_decoded(head))
        key_id = str(header["kid"]).rpartition("#")[2]
        if header["alg"] != "EdDSA":
            return None
        if not keys.has_signed(key_id, f"{head}.{body}".encode(), _decoded(signature)):
            return None
        said = json.loads(_decoded(body))
    except (ValueError, KeyError, TypeError):
        return None
    return said if isinstance(said, dict) else None


def status_list(number: int, revoked: Iterable[int], issuer: Issuer, at: datetime) -> dict[str, Any]:
    """The list ``number`` with a bit for each revoked certificate among ``revoked``, their numbers."""
    bits = bytearray(LIST_BITS // 8)
    for one in revoked:
        if one // LIST_BITS == number:
            place = index_of(one)
            bits[place // 8] |= 0x80 >> place % 8
    url = issuer.status_list(number)
    return {
        "@context": [_CONTEXT[0]],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer.issuer_id,
        "validFrom": _instant(at),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": "u" + _encoded(gzip.compress(bytes(bits), mtime=0)),
        },
        "iss": issuer.issuer_id,
    }


def index_of(number: int) -> int:
    """The place of a certificate in its list."""
    return number % LIST_BITS * _STRIDE % LIST_BITS


def did_document(keys: Keys, issuer: Issuer) -> dict[str, Any]:
    """What ``/.well-known/did.json`` says: every key that ever signed."""
    methods = [
        {
            "id": f"{issuer.issuer_id}#{key_id}",
            "type": "JsonWebKey",
            "controller": issuer.issuer_id,
            "publicKeyJwk": {"kty": "OKP", "crv": "Ed25519", "x": key.as_dict(private=False)["x"]},
        }
        for key_id, key in keys.known.items()
    ]
    return {
        "@context": ["https://www.w3.org/ns/did/v1"],
        "id": issuer.issuer_id,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def _profile(issuer: Issuer) -> dict[str, Any]:
    return {"id": issuer.issuer_id, "type": ["Profile"], "name": issuer.name_en, "url": issuer.portal_url}


def _subject(certificate: Certificate, issuer: Issuer, email: str) -> dict[str, Any]:
    award, names = certificate.award, certificate.names
    hashed = sha256((email + certificate.salt).encode()).hexdigest()
    identifiers = [
        {
            "type": "IdentityObject",
            "hashed": True,
            "identityHash": f"sha256${hashed}",
            "identityType": "emailAddress",
            "salt": certificate.salt,
        },
        *[
            {"type": "IdentityObject", "hashed": False, "identityHash": name, "identityType": "name"}
            for name in (names.ar, names.en)
        ],
    ]
    return {
        "type": ["AchievementSubject"],
        "identifier": identifiers,
        "achievement": {
            "id": issuer.page(certificate.short_id),
            "type": ["Achievement"],
            "achievementType": _ACHIEVEMENT_TYPES[award.kind],
            "name": title(award, "en"),
            "description": description(award, "en"),
            "criteria": {"narrative": f"{description(award, 'en')}\n\n{description(award, 'ar')}"},
        },
    }


def _status(number: int, issuer: Issuer) -> dict[str, Any]:
    url, index = issuer.status_list(number // LIST_BITS), index_of(number)
    return {
        "id": f"{url}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(index),
        "statusListCredential": url,
    }


def _instant(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
