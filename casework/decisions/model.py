"""Decisions, what they stand on, and what was promised, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from casework.people.model import Names

PACKAGE: Final = "casework.decisions"


class Notice(StrEnum):
    """What everybody who was heard is told, each once."""

    ANSWERED = "answered"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What was heard, in both languages; ``governorate`` is None for what is about all of the country."""

    title_ar: str
    title_en: str
    heard_ar: str
    heard_en: str
    governorate: str | None = None

    @property
    def titles(self) -> Names:
        return Names(self.title_ar, self.title_en)


@dataclass(frozen=True, slots=True)
class Entry:
    """A new decision; ``replaces_id`` is the one that it is to drop."""

    draft: Draft
    replaces_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """A text in both languages; both are "" before it is written."""

    ar: str = ""
    en: str = ""

    @property
    def is_whole(self) -> bool:
        return bool(self.ar.strip() and self.en.strip())

    @property
    def names(self) -> Names:
        return Names(self.ar, self.en)

    @property
    def stripped(self) -> Texts:
        """Spaces alone say nothing."""
        return Texts(ar=self.ar.strip(), en=self.en.strip())


@dataclass(frozen=True, slots=True)
class Decision:
    """``outcome`` is how it was answered, whatever came afterwards; ``due_at`` when the answer is or was due."""

    decision_id: UUID
    state: str
    state_reason: str | None
    version: int
    state_changed_at: datetime
    created_at: datetime
    draft: Draft
    recommendation: Texts
    owner_id: UUID | None
    owner: Names
    answer: Texts
    reason: Texts
    outcome: str | None
    answered_at: datetime | None
    done_at: datetime | None
    due_at: datetime | None
    replaces_id: UUID | None
    replaced_by: UUID | None
    disputed_at: datetime | None

    def is_overdue(self, at: datetime) -> bool:
        """No answer, although it was due."""
        return self.answered_at is None and self.due_at is not None and self.due_at <= at

    def days(self, start: datetime | None, end: datetime | None) -> int | None:
        """Whole days between two of its instants, if both have come."""
        return None if start is None or end is None else (end - start).days


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an organisation promises to do until the end of a day."""

    owner_id: UUID
    due_on: date
    text_ar: str
    text_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why it can be said that it is done: where everybody can see it, and what is to be seen there."""

    link: str
    note_ar: str
    note_en: str


@dataclass(frozen=True, slots=True)
class Action:
    action_id: UUID
    decision_id: UUID
    state: str
    state_reason: str | None
    version: int
    state_changed_at: datetime
    plan: Plan
    owner: Names
    evidence: Evidence
    claimed_at: datetime | None
    verified_at: datetime | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the guards of a decision look at; ``is_own`` and what follows are about who acts."""

    grounds: int
    has_recommendation: bool
    has_owner: bool
    has_answer: bool
    has_reason: bool
    actions: int
    open_actions: int
    is_replaced: bool
    is_own: bool
    was_heard: bool
    is_prepared_by_them: bool


@dataclass(frozen=True, slots=True)
class ActionFacts:
    """The same of an action."""

    decision_state: str
    has_evidence: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class Search:
    """What a list of decisions is limited to."""

    state: str | None = None
    owner_id: UUID | None = None
    governorate: str | None = None
    kind: str | None = None
    is_overdue: bool = False
