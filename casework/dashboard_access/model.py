"""What the dashboards ask for, and what they get, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Self
from uuid import UUID

from casework.people.model import Names
from citycore.language import Language


class Wrong(StrEnum):
    """What the dashboards are told where they get nothing (RFC 6749, 4.1.2.1 and 5.2; OpenID Connect Core, 3.1.2.6)."""

    INVALID_REQUEST = "invalid_request"
    UNSUPPORTED_RESPONSE_TYPE = "unsupported_response_type"
    INVALID_SCOPE = "invalid_scope"
    LOGIN_REQUIRED = "login_required"
    CONSENT_REQUIRED = "consent_required"
    ACCESS_DENIED = "access_denied"
    INVALID_CLIENT = "invalid_client"
    INVALID_GRANT = "invalid_grant"
    UNSUPPORTED_GRANT_TYPE = "unsupported_grant_type"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the browser brings from the dashboards; empty is what it does not bring."""

    client_id: str
    redirect_uri: str
    response_type: str
    scope: str
    state: str
    nonce: str
    code_challenge: str
    code_challenge_method: str
    prompt: str

    @classmethod
    def of(cls, told: Mapping[str, str]) -> Self:
        return cls(**{name: told.get(name, "") for name in cls.__dataclass_fields__})


@dataclass(frozen=True, slots=True)
class Redemption:
    """What the dashboards bring for a token."""

    code: str
    redirect_uri: str
    code_verifier: str


class Code(NamedTuple):
    """A code as it is stored; ``token_id`` is what it was exchanged for."""

    person_id: UUID
    session_id: UUID
    nonce: str | None
    code_challenge: str | None
    expires_at: datetime
    token_id: UUID | None


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whom a token speaks for, and the codes of the roles that count with it."""

    person_id: UUID
    names: Names
    language: Language
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What the dashboards get: a token, and signed who it is."""

    token: str = field(repr=False)
    id_token: str = field(repr=False)
    scope: str
    expires_in: int
