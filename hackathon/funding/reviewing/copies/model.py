"""Copies of applications as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from casework.attachments.model import StoredFile


@dataclass(frozen=True, slots=True)
class Listed:
    """What of an application can be read by reviewers at all; ``answers`` by the codes of the form's fields.

    ``amount_minor`` is in minor units of the call's currency.
    """

    title: str = ""
    summary: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    amount_minor: int | None = None


@dataclass(frozen=True, slots=True)
class CopiedFile:
    """A file that reviewers may have. ``name`` is ours in a blind call; its bytes lie under ``digest``."""

    place: int
    file_id: UUID
    name: str
    media_type: str
    size_bytes: int
    digest: str


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy as the programme works on it; reviewers read it once ``is_released``."""

    copy_id: UUID
    call_id: UUID
    application_id: UUID
    round: int
    number: int
    code: str
    version: int
    is_blind: bool
    content: Listed
    is_released: bool
    files: tuple[CopiedFile, ...] = ()


class Source(NamedTuple):
    """A file of what was handed in that is to be passed on with a copy, as the copy was then, and where it lies."""

    copy: Copy
    file: StoredFile
    path: Path


@dataclass(frozen=True, slots=True)
class ReviewCopy:
    """A copy as reviewers read it: nothing else of an application reaches them.

    ``applicants`` are people and ``organisation_id`` is on whose behalf, where the call is not blind; else empty.
    """

    copy_id: UUID
    call_id: UUID
    round: int
    code: str
    is_blind: bool
    content: Listed
    applicants: tuple[UUID, ...]
    organisation_id: UUID | None
    files: tuple[CopiedFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """An application in review and its copy, if there is one, for the programme."""

    application_id: UUID
    reference: str
    title: str
    copy_id: UUID | None
    code: str
    is_released: bool
