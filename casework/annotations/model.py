"""Annotations, as values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from casework.access.model import Role
from casework.people.model import Names
from casework.workflow.wording import Label

PACKAGE: Final = "casework.annotations"


class Kind(StrEnum):
    """What went on."""

    WORKS = "works"
    EVENT = "event"
    INCIDENT = "incident"
    #: Something about the sensor itself: it was cleaned, moved, covered.
    SENSOR = "sensor"
    OTHER = "other"

    @property
    def label(self) -> Label:
        return Label(PACKAGE, f"kind.{self.value}")


@dataclass(frozen=True, slots=True)
class Span:
    """From ``starts_at`` until, not including, ``ends_at``, which is None for what happened at one instant.

    Whole days begin and end at midnights of the city.
    """

    starts_at: datetime
    ends_at: datetime | None = None
    is_whole_days: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What is written. Texts are "" where a language has none; what it is about are codes of the registry, "" for none."""

    kind: Kind
    title_ar: str = ""
    title_en: str = ""
    text_ar: str = ""
    text_en: str = ""
    place: str = ""
    thing: str = ""
    observed_property: str = ""
    span: Span

    def subjects(self) -> Iterator[tuple[str, str]]:
        """What it is about: kind, as the catalogue of the city names it, and code."""
        for kind in ("place", "thing", "observed_property"):
            if code := getattr(self, kind):
                yield kind, code


@dataclass(frozen=True, slots=True)
class Annotation:
    """``role`` and ``organisation`` are those of whoever wrote it, who is not named."""

    annotation_id: UUID
    state: str
    state_reason: str | None
    version: int
    created_at: datetime
    changed_at: datetime
    author_role: Role
    organisation: Names | None
    note: Note


@dataclass(frozen=True, slots=True)
class Facts:
    """Nothing stands against a step but who takes it."""
