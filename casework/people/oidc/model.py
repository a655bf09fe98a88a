"""What a provider says of itself, and of somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from casework.people.model import Address, Names
from casework.second_factor.gate import Entry

#: Signatures with a provider's key pair. Neither ``none`` nor those with a shared secret: a client
#: secret that signs could make up anybody.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
SCOPE = "openid email profile"


@dataclass(frozen=True, slots=True)
class Metadata:
    """The part of a discovery document that we use."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    #: Whether the answer names its issuer (RFC 9207).
    names_issuer: bool
    #: Whether the client secret goes into the body, for those who do not take it as basic authentication.
    secret_in_body: bool


@dataclass(frozen=True, slots=True)
class Flow:
    """A visit to a provider that has not come back."""

    issuer: str
    nonce: str
    code_verifier: str


class Expected(NamedTuple):
    """What an ID token must say: its provider, that it is for us and for this very visit, and made just now."""

    issuer: str
    client_id: str
    nonce: str
    leeway_seconds: int


class Departure(NamedTuple):
    """Where to send the browser, and the secret that it keeps in a cookie until it is back."""

    url: str
    browser_secret: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser brings back in its address, and in a cookie the secret that it left with."""

    code: str | None
    state: str | None
    browser_secret: str
    issuer: str | None = None
    error: str | None = None


class Looked(NamedTuple):
    """How a provider says that it identified somebody (OpenID Connect Core, 2; RFC 8176), and when."""

    acr: str | None
    amr: tuple[str, ...]
    auth_at: datetime | None


NOTHING_SAID = Looked(None, (), None)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is at a provider, as its signed token says."""

    issuer: str
    subject: str
    address: Address | None
    is_verified: bool
    names: Names | None
    looked: Looked = NOTHING_SAID


class Arrival(NamedTuple):
    """A session, or what waits for a second factor; None while the owner of the account has yet to agree by mail."""

    session: Entry | None
