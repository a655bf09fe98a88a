"""Responses as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from casework.people.model import Names
from hackathon.contest.judging.model import Mark
from hackathon.market.needs.model import Vendor


@dataclass(frozen=True, slots=True)
class Attached:
    """A file as it was brought, in memory and nowhere else."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answers:
    """What a vendor writes: a summary, an answer to each criterion by its code, and a price in baisa.

    Its ``repr`` says nothing, so that no log and no traceback does.
    """

    summary: str = field(default="", repr=False)
    answers: Mapping[str, str] = field(default_factory=dict, repr=False)
    price_minor: int | None = field(default=None, repr=False)
    files: tuple[Attached, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class NewResponse:
    """One without anything in it."""

    response_id: UUID
    need_id: UUID
    vendor: Vendor
    created_by: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """``digest`` is SHA-256 over the document, hexadecimal; None while nothing is handed in."""

    response_id: UUID
    need_id: UUID
    vendor_id: UUID
    organisation_id: UUID
    state: str
    state_reason: str | None
    version: int
    state_changed_at: datetime
    created_at: datetime
    created_by: UUID | None
    sealed_at: datetime | None
    digest: str | None
    company: Names


@dataclass(frozen=True, slots=True)
class ResponseFacts:
    """What the guards look at; of the need and of the vendor as they are now."""

    need_state: str
    is_sealed_need: bool
    is_verified: bool
    is_small_enough: bool
    has_content: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """For the vendor alone, once: the very document whose SHA-256 (hexadecimal) is kept.

    ``fingerprints`` are of the openers' keys that it was sealed to.
    """

    response_id: UUID
    digest: str
    sealed_at: datetime
    document: bytes = field(repr=False)
    fingerprints: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenedFile:
    number: int
    name: str
    media_type: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Content:
    """What was in a response."""

    summary: str
    answers: Mapping[str, str]
    price_minor: int
    files: tuple[OpenedFile, ...]
    document: bytes
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Marking:
    """What one evaluator thinks of one response."""

    response_id: UUID
    evaluator_id: UUID
    marks: Mapping[str, Mark]
    comment: str


@dataclass(frozen=True, slots=True)
class Ranked:
    """``place`` is shared by equals; ``by_criterion`` are mean marks, None where no evaluator gave one."""

    response_id: UUID
    place: int
    total: Decimal
    by_criterion: Mapping[str, Decimal | None]
    evaluators: int


@dataclass(frozen=True, slots=True)
class Opening:
    """What an opener's key has done: how many were opened, or that the second key is awaited."""

    is_complete: bool
    opened: int
    unreadable: int
