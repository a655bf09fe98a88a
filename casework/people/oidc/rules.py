"""Deciding about a provider's documents and tokens. Pure: what was fetched is passed in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from casework.people.addresses import parse_address
from casework.people.errors import IdentityRefused, InvalidAddress, InvalidName, ProviderUnavailable
from casework.people.model import Names
from casework.people.names import names_of
from casework.people.oidc.model import ALGORITHMS, Expected, Identity, Looked, Metadata

SUBJECT_CHARACTERS_MAX = 255
AMR_MAX = 20
#: The last second that an instant can have.
TIME_MAX = 253_402_300_799
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def read_metadata(document: Mapping[str, Any], issuer: str) -> Metadata:
    """A discovery document; :class:`ProviderUnavailable` unless it is that issuer's and usable."""
    if document.get("issuer") != issuer:
        raise ProviderUnavailable
    authorization, token, keys = (
        document.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
    )
    if not (is_safe(authorization) and is_safe(token) and is_safe(keys)):
        raise ProviderUnavailable
    # RFC 8414 names the default where the document is silent.
    methods = document.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return Metadata(
        issuer,
        str(authorization),
        str(token),
        str(keys),
        names_issuer=document.get("authorization_response_iss_parameter_supported") is True,
        secret_in_body="client_secret_basic" not in methods and "client_secret_post" in methods,
    )


def is_safe(url: object) -> bool:
    """Whether secrets may be sent there: HTTPS, or this machine."""
    if not isinstance(url, str):
        return False
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


def read_token(token: str, keys: Mapping[str, Any], expected: Expected, at: datetime) -> Mapping[str, Any]:
    """The claims of an ID token; :class:`IdentityRefused` unless its provider signed it, for us, just now
    and for this very visit. :class:`UnknownKey` if it names a key that is not among these.
    """
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet
    from joserfc.jws import JWSRegistry

    try:
        key_set = KeySet.import_key_set(_signing_keys(keys))
        _require_known_key(token, keys)
        registry = JWSRegistry(algorithms=list(ALGORITHMS))
        claims = jwt.decode(token, key_set, algorithms=list(ALGORITHMS), registry=registry).claims
        _check_claims(claims, expected, at)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise IdentityRefused(reason="token") from error
    return claims


def _instant(seconds: object) -> datetime | None:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= TIME_MAX:
        return None
    return datetime.fromtimestamp(seconds, UTC)


class UnknownKey(Exception):
    """The token was signed by a key that the provider did not have when it was last asked."""


def identity_of(claims: Mapping[str, Any], issuer: str, name_characters_max: int) -> Identity:
    """Who the claims are about. Names that could not be shown are left out; the person can write theirs."""
    subject = claims["sub"]
    if not 0 < len(subject) <= SUBJECT_CHARACTERS_MAX or not subject.isprintable():
        raise IdentityRefused(reason="token")
    try:
        address = parse_address(str(claims.get("email", "")))
    except InvalidAddress:
        address = None
    try:
        names: Names | None = names_of(str(claims.get("name", "")), name_characters_max)
    except InvalidName:
        names = None
    is_verified = claims.get("email_verified") is True
    return Identity(issuer, subject, address, is_verified, names, looked_of(claims))


def looked_of(claims: Mapping[str, Any]) -> Looked:
    """How strongly the provider looked, as far as it says so in a form that can be compared."""
    acr, amr, auth_time = claims.get("acr"), claims.get("amr"), claims.get("auth_time")
    return Looked(
        acr if isinstance(acr, str) and len(acr) <= SUBJECT_CHARACTERS_MAX else None,
        tuple(one for one in amr[:AMR_MAX] if isinstance(one, str)) if isinstance(amr, list) else (),
        _instant(auth_time),
    )


def why_not_let_in(identity: Identity, allowed_domains: Collection[str]) -> IdentityRefused | None:
    """Only a confirmed address says whose account it is."""
    if identity.address is None or not identity.is_verified:
        return IdentityRefused(reason="address")
    allowed = {domain.casefold() for domain in allowed_domains}
    if allowed and identity.address.domain not in allowed:
        return IdentityRefused(reason="domain")
    return None


def _signing_keys(keys: Mapping[str, Any]) -> Any:
    """Those that may sign, of kinds that we know; a provider may publish others besides."""
    usable = [
        key
        for key in keys.get("keys", [])
        if isinstance(key, dict) and key.get("use", "sig") == "sig" and key.get("kty") in {"RSA", "EC", "OKP"}
    ]
    return {"keys": usable}


def _require_known_key(token: str, keys: Mapping[str, Any]) -> None:
    from joserfc.jws import extract_compact

    header = extract_compact(token.encode()).protected
    named = header.get("kid")
    if named is not None and named not in {key.get("kid") for key in _signing_keys(keys)["keys"]}:
        raise UnknownKey


def _check_claims(claims: dict[str, Any], expected: Expected, at: datetime) -> None:
    from joserfc.errors import InvalidClaimError
    from joserfc.jwt import JWTClaimsRegistry

    registry = JWTClaimsRegistry(
        now=int(at.timestamp()),
        leeway=expected.leeway_seconds,
        iss={"essential": True, "value": expected.issuer},
        sub={"essential": True},
        aud={"essential": True, "value": expected.client_id},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": expected.nonce},
    )
    registry.validate(claims)
    # Not for us alone: then it must say that it was made for us (Core 3.1.3.7).
    is_shared = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if is_shared else expected.client_id) != expected.client_id:
        raise InvalidClaimError("azp")
