"""Ideas, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from casework.governorates.model import Governorate
from casework.moderation.model import Rule
from casework.people.model import Names
from casework.supports.model import Support
from citycore.language import Language

PACKAGE: Final = "participation.ideas"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewIdea:
    """``byline`` is how its author wants to be called, "" for nothing; ``email`` where to write to, told to nobody."""

    title: str
    body: str
    governorate: Governorate | None = None
    byline: str = ""
    email: str = ""
    session_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Idea:
    """Who wrote it is no part of it. ``alike`` is how many other ideas have the same text."""

    idea_id: UUID
    state: str
    state_reason: str | None
    version: int
    state_changed_at: datetime
    created_at: datetime
    admitted_at: datetime | None
    said: NewIdea
    language: Language
    main_id: UUID | None
    rule: Rule | None
    support: Support
    alike: int
    admit_due_at: datetime | None

    @property
    def titles(self) -> Names:
        """As it was written, in its own language."""
        return Names(self.said.title, None) if self.language == "ar" else Names(None, self.said.title)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of ideas is limited to; ``states`` None are those that everybody sees, ``named`` None all."""

    words: str = ""
    session_id: UUID | None = None
    governorate: str | None = None
    states: tuple[str, ...] | None = None
    is_by_support: bool = False
    named: tuple[UUID, ...] | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the guards look at; ``is_own`` and ``has_decided`` are about who acts."""

    is_own: bool
    has_decided: bool
    has_decision: bool
