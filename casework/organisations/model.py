"""Organisations and memberships as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from casework.people.model import Names, Place


class Kind(StrEnum):
    AGENCY = "agency"
    COMPANY = "company"
    UNIVERSITY = "university"


@dataclass(frozen=True, slots=True)
class Organisation:
    """``state`` is one of its machine: only a verified one has members who speak for it."""

    organisation_id: UUID
    kind: Kind
    names: Names
    state: str
    version: int
    registered_at: datetime
    domains: tuple[str, ...]

    @property
    def is_verified(self) -> bool:
        return self.state == "verified"


@dataclass(frozen=True, slots=True)
class Membership:
    """Of a person, or of an address that was invited and that nobody has answered from."""

    membership_id: UUID
    organisation_id: UUID
    person_id: UUID | None
    email: str | None
    is_admin: bool
    state: str
    version: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Invited:
    """Whom somebody invites, and whether they are to speak for the organisation."""

    email: str
    is_admin: bool = False


@dataclass(frozen=True, slots=True)
class Search:
    """Organisations whose name has ``words``, from a place of the list on; of any state if that is None."""

    words: str = ""
    after: Place | None = None
    rows: int = 50
    state: str | None = "verified"
