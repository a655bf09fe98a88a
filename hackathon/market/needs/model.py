"""Needs as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from casework.governorates.model import Governorate
from casework.taxonomy.model import Capability, ClientKind, Sector, Standard
from citycore.language import Language

CURRENCY = "OMR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """By what responses are weighed; ``weight`` in percent."""

    code: str
    name_ar: str
    name_en: str
    weight: Decimal
    may_be_not_applicable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What an agency writes. ``required`` are capabilities without which nothing helps, ``wished`` those that are
    welcome; ``governorate`` is None for the whole country; ``budget_minor`` is in baisa; ``languages`` are of support.
    """

    title_ar: str
    title_en: str
    problem_ar: str = ""
    problem_en: str = ""
    client_kind: ClientKind = ClientKind.MINISTRY
    sector: Sector
    required: frozenset[Capability] = frozenset()
    wished: frozenset[Capability] = frozenset()
    standards: frozenset[Standard] = frozenset()
    maturity_min: int = 1
    governorate: Governorate | None = None
    languages: frozenset[Language] = frozenset()
    budget_minor: int | None = None
    is_budget_public: bool = False
    sme_only: bool = False
    is_sealed: bool = True
    criteria: tuple[Criterion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """``intended_id`` is the response that is meant to win, told when standstill begins."""

    need_id: UUID
    code: str
    organisation_id: UUID
    state: str
    state_reason: str | None
    version: int
    state_changed_at: datetime
    created_at: datetime
    published_at: datetime | None
    description: Description
    agency_ar: str | None
    agency_en: str | None
    intended_id: UUID | None = None
    debrief_ar: str = ""
    debrief_en: str = ""
    challenge_id: UUID | None = None

    def title(self, language: Language) -> str:
        return self.description.title_ar if language == "ar" else self.description.title_en


@dataclass(frozen=True, slots=True)
class Facts:
    """What the guards of a need look at. ``keys`` counts openers with a key, ``sides`` says whom they speak for.

    ``handed_in`` counts responses that are sealed or were opened, ``waiting`` those that are still sealed.
    """

    description: Description
    planned: frozenset[str]
    keys: int
    handed_in: int
    waiting: int
    has_intended: bool


@dataclass(frozen=True, slots=True)
class Question:
    """``shown`` is how everybody reads it, None until it is answered. Who asked is not part of it."""

    question_id: UUID
    need_id: UUID
    text: str
    language: Language
    asked_at: datetime
    shown: str | None
    answer_ar: str | None
    answer_en: str | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Answer:
    """``shown`` is the question without what would tell who asked."""

    shown: str
    ar: str
    en: str


@dataclass(frozen=True, slots=True)
class Addendum:
    text_ar: str
    text_en: str
    published_at: datetime

    def text(self, language: Language) -> str:
        return self.text_ar if language == "ar" else self.text_en


class Side(StrEnum):
    """For whom somebody holds a key."""

    AGENCY = "agency"
    PROGRAMME = "programme"


@dataclass(frozen=True, slots=True)
class Opener:
    """Somebody who is to hold a key; ``public_key`` (32 bytes) is None until they made one."""

    opener_id: UUID
    need_id: UUID
    person_id: UUID
    side: Side
    public_key: bytes | None
    key_made_at: datetime | None
    opened_at: datetime | None
    name_ar: str | None = None
    name_en: str | None = None


@dataclass(frozen=True, slots=True)
class FixedKey:
    """An opener's public key (32 bytes) as the log has held it since the need was published."""

    opener_id: UUID
    person_id: UUID
    side: Side
    public_key: bytes
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What to look for among public needs; empty means all.

    ``small`` leaves those alone that vendors can ask about and answer now: all of them for a small or medium enterprise.
    """

    words: str = ""
    sector: Sector | None = None
    governorate: Governorate | None = None
    state: str | None = None
    small: bool | None = None
