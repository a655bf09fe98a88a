"""Factors as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from casework.access.model import Actor
from casework.access.shown import Shown

PACKAGE: Final = "casework.second_factor"


class Need(NamedTuple):
    """A duty of somebody that does not count in this session; ``by_provider`` if only the sign-in service can help."""

    duty: str
    by_provider: bool = False


class Awake(NamedTuple):
    """Who acts, with the grants that count, and what of theirs sleeps."""

    actor: Actor
    needs: tuple[Need, ...]


class Duties(NamedTuple):
    """What somebody was named for besides roles: organisations whose sealed responses they open, applications with an award."""

    organisations: frozenset[UUID]
    applications: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody has shown one factor. ``token`` is for the browser's cookie and shown only now."""

    person_id: UUID
    token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Visit:
    """Who waits, and what they have shown so far."""

    person_id: UUID
    shown: Shown
    challenge: bytes | None


@dataclass(frozen=True, slots=True)
class TotpSecret:
    """``sealed`` opens with the key of the hub; ``last_step`` is the step whose code was used last."""

    totp_id: UUID
    person_id: UUID
    sealed: bytes = field(repr=False)
    begun_at: datetime
    confirmed_at: datetime | None
    last_step: int


@dataclass(frozen=True, slots=True)
class Passkey:
    """As it is stored; ``public_key`` is COSE."""

    passkey_id: UUID
    credential_id: bytes
    public_key: bytes
    name: str
    signed_count: int
    added_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Factors:
    """What somebody has: since when an application, which passkeys, how many recovery codes."""

    totp_at: datetime | None
    passkeys: tuple[Passkey, ...]
    recovery_codes: int

    @property
    def has_one(self) -> bool:
        """Recovery codes stand for a factor and are none by themselves."""
        return self.totp_at is not None or bool(self.passkeys)


class Setup(NamedTuple):
    """An application that is being set up: its secret as people type it, and the address that its camera reads."""

    words: str
    url: str


class Offer(NamedTuple):
    """A passkey that is being made."""

    name: str
    challenge: bytes
