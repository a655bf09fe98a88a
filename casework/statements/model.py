"""Statements, votes on them and what is told of these, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Final
from uuid import UUID

from casework.people.model import Names
from casework.statistics.releases.model import Release

PACKAGE: Final = "casework.statements"


class Vote(IntEnum):
    DISAGREE = -1
    PASS = 0
    AGREE = 1


@dataclass(frozen=True, slots=True)
class NewStatement:
    """In both languages; ``source_id`` is that in whose words it is, None of a seed of those who ask."""

    statement_ar: str
    statement_en: str
    source_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    statement_id: UUID
    number: int
    source_id: UUID | None
    text: Names

    @property
    def is_seed(self) -> bool:
        """Written by those who ask, and marked so."""
        return self.source_id is None


@dataclass(frozen=True, slots=True)
class Voting:
    """On the statements of an object; ``seed`` is that of the order in which they are shown."""

    object_id: UUID
    seed: int
    opens_at: datetime
    closes_at: datetime
    release_id: UUID | None

    def is_open(self, at: datetime) -> bool:
        return self.opens_at <= at < self.closes_at


@dataclass(frozen=True, slots=True)
class Turn:
    """What a voter sees next, None where nothing is left; ``seen`` of ``count``."""

    statement: Statement | None
    seen: int
    count: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was released of a voting. ``shares`` are by number of a statement, group (0 is everybody) and option; None is
    hidden, and so is what is missing.
    """

    release: Release
    statement: Names
    groups: tuple[int | None, ...]
    is_too_few: bool
    shares: dict[tuple[int, int, str], float | None] = field(default_factory=dict)
    consensus: tuple[tuple[int, str, float | None], ...] = ()
