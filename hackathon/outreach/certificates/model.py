"""Certificates as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from casework.governorates.model import Governorate
from casework.people.model import Names


class Kind(StrEnum):
    AMBASSADOR = "ambassador"
    PARTICIPANT = "participant"
    TEAM_MEMBER = "team_member"
    WINNER = "winner"
    JUDGE = "judge"


#: What is certified of a hackathon; all others are of ambassadors.
OF_HACKATHONS = (Kind.WINNER, Kind.TEAM_MEMBER, Kind.PARTICIPANT, Kind.JUDGE)


@dataclass(frozen=True, slots=True)
class Award:
    """What somebody is to be certified: of a kind, for something (a term, a hackathon), once.

    ``occasion`` names it in both languages; ``occurrence`` tells terms of one ambassador apart; ``minutes``
    and ``reached`` are verified figures, None where nothing is counted.
    """

    kind: Kind
    person_id: UUID
    subject_id: UUID
    occasion: Names
    starts_on: date
    ends_on: date
    occurrence: int = 1
    minutes: int | None = None
    reached: int | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewCertificate:
    """An offer; its ``short_id`` is printed, its ``salt`` keeps the name in its credential from being guessed."""

    certificate_id: UUID
    short_id: str
    salt: str
    award: Award


@dataclass(frozen=True, slots=True)
class Certificate:
    """``names`` are as the holder spelled and approved them; ``credential`` is the signed Open Badge."""

    certificate_id: UUID
    short_id: str
    award: Award
    names: Names
    state: str
    state_reason: str | None
    version: int
    state_changed_at: datetime
    number: int
    salt: str
    issued_at: datetime | None
    credential: str | None


class Standing(StrEnum):
    """What is found when somebody looks a certificate up."""

    VALID = "valid"
    TAMPERED = "tampered"
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """``certificate`` is there for those that are, or were, valid."""

    standing: Standing
    certificate: Certificate | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    is_own: bool


@dataclass(frozen=True, slots=True)
class TermDue:
    """A term of an ambassador that is not certified yet, with what was verified in it."""

    ambassador_id: UUID
    person_id: UUID
    names: Names
    governorate: Governorate
    term: int
    ends_at: datetime
    activities: int
    minutes: int
    reached: int
