"""Ambassadors as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from casework.governorates.model import Governorate
from casework.people.model import Names
from citycore.language import Language


class PaperKind(StrEnum):
    """What has to be gone through before somebody speaks for the programme."""

    TRAINING = "training"
    CONDUCT = "conduct"


@dataclass(frozen=True, slots=True)
class Paper:
    """The training, or the code of conduct, in one of its versions; Markdown."""

    kind: PaperKind
    version: int
    text_ar: str
    text_en: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class NextPaper:
    """What a paper says in its next version."""

    kind: PaperKind
    text_ar: str
    text_en: str


@dataclass(frozen=True, slots=True)
class Application:
    """What somebody writes who wants to become one; ``language`` is that of the motivation."""

    governorate: Governorate
    motivation: str
    language: Language


@dataclass(frozen=True, slots=True)
class Profile:
    """What everybody sees of an ambassador who wants to be seen; ``is_listed`` is the consent to it."""

    is_listed: bool
    biography_ar: str = ""
    biography_en: str = ""


@dataclass(frozen=True, slots=True)
class Ambassador:
    """``person_id`` stays when the account is erased; the name does not."""

    ambassador_id: UUID
    person_id: UUID
    names: Names
    application: Application
    profile: Profile
    state: str
    state_reason: str | None
    version: int
    state_changed_at: datetime
    applied_at: datetime
    term: int
    term_starts_at: datetime | None
    term_ends_at: datetime | None
    last_active_at: datetime | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the public directory."""

    ambassador_id: UUID
    names: Names
    governorate: Governorate
    biography_ar: str
    biography_en: str
    is_emeritus: bool


@dataclass(frozen=True, slots=True)
class PublicTerm:
    """Somebody of the directory, and the term that began last."""

    listed: Listed
    term: int
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """What the guards look at: the newest papers, whether the actor is the ambassador, and reports that
    nobody has looked at.
    """

    is_own: bool
    is_trained: bool
    has_signed: bool
    reports_waiting: int
