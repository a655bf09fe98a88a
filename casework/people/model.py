"""People as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from citycore.language import Language


class State(StrEnum):
    """What can be the case with an account; ``machine.py`` says how it changes."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    #: The person asked for erasure; until the grace period ends they may come back.
    CLOSING = "closing"
    #: Both; who comes back from here is suspended still.
    SUSPENDED_CLOSING = "suspended_closing"
    #: A key without a person behind it.
    ERASED = "erased"


class Address(NamedTuple):
    """An e-mail address: as it is written to, and the key by which it is found and unique."""

    written: str
    key: str

    @property
    def domain(self) -> str:
        return self.key.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Names:
    """A name as its person spells it, in one script or both."""

    ar: str | None
    en: str | None

    def shown(self, language: Language) -> str:
        """The name in that language's script, else in the other one."""
        wanted, other = (self.ar, self.en) if language == "ar" else (self.en, self.ar)
        return wanted or other or ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to write to; ``name`` in the script of their language where they gave it."""

    person_id: UUID
    email: str
    language: Language
    name: str


@dataclass(frozen=True, slots=True)
class Person:
    """An account. An erased one has neither address nor name."""

    person_id: UUID
    email: str | None
    names: Names
    language: Language
    state: State
    version: int
    created_at: datetime
    email_verified_at: datetime | None

    @property
    def may_sign_in(self) -> bool:
        return self.state in {State.ACTIVE, State.CLOSING}


class Purpose(StrEnum):
    """What a mailed link is for; each works once."""

    SET_PASSWORD = "set_password"  # noqa: S105 (the name of a purpose)
    LEAVE_EMAIL = "leave_email"
    TAKE_EMAIL = "take_email"
    LINK_IDENTITY = "link_identity"


class Visitor(NamedTuple):
    """Where a request comes from: its network address ("" if nobody knows) and what the browser calls itself.
    Limits count by it; of the address a session keeps only a coarse part.
    """

    address: str
    device: str


class SignUp(NamedTuple):
    """Somebody who wants an account."""

    address: Address
    names: Names
    language: Language


class Link(NamedTuple):
    """What a mailed link carries out."""

    person_id: UUID
    purpose: Purpose
    address: Address | None = None
    identity: tuple[str, str] | None = None


class Place(NamedTuple):
    """Where a page of a list ended."""

    sort: str
    object_id: UUID
