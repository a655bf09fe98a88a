"""Sessions and recommendations, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from casework.decisions.model import Texts
from casework.governorates.model import Governorate
from casework.people.model import Names

PACKAGE: Final = "participation.dialogue"
KIND: Final = "session"
#: Where whoever was at a session amends its summary.
FOLLOWED_AT: Final = "/follow/dialogue/{}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaLine:
    minutes: int
    subject_ar: str
    subject_en: str
    speaker: str = ""

    @property
    def subjects(self) -> Names:
        return Names(self.subject_ar, self.subject_en)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a session is about, who decides on its question, where it is and for how many."""

    decider_id: UUID
    title_ar: str
    title_en: str
    question_ar: str
    question_en: str
    governorate: Governorate | None = None
    place_ar: str = ""
    place_en: str = ""
    online_link: str = ""
    seats: int
    agenda: tuple[AgendaLine, ...] = ()

    @property
    def titles(self) -> Names:
        return Names(self.title_ar, self.title_en)

    @property
    def questions(self) -> Names:
        return Names(self.question_ar, self.question_en)

    @property
    def places(self) -> Names:
        return Names(self.place_ar, self.place_en)


@dataclass(frozen=True, slots=True)
class Times:
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Talk:
    """A session. ``times`` are None of a draft without."""

    session_id: UUID
    state: str
    state_reason: str | None
    version: int
    state_changed_at: datetime
    plan: Plan
    decider: Names
    recording_link: str
    summary: Texts
    none_because: Texts
    begins_at: datetime | None
    ends_at: datetime | None
    summary_due_at: datetime | None
    amend_ends_at: datetime | None
    announced_at: datetime | None
    held_at: datetime | None
    published_at: datetime | None

    @property
    def is_summary_open(self) -> bool:
        """Whether everybody reads the summary."""
        return self.state in ("summary_open", "published")

    def is_late(self, at: datetime) -> bool:
        """No summary, although it was due."""
        return self.state == "held" and self.summary_due_at is not None and self.summary_due_at <= at


@dataclass(frozen=True, slots=True)
class Amendment:
    amendment_id: UUID
    session_id: UUID
    proposed: str
    reason: str
    proposed_at: datetime
    is_taken: bool | None
    answer: str | None
    settled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRecommendation:
    """``passage`` is the part of the summary that it follows from, ``ideas`` those that it takes up."""

    title_ar: str
    title_en: str
    passage_ar: str
    passage_en: str
    text_ar: str
    text_en: str
    ideas: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Recommendation:
    """Before a second person agrees there is no decision, and only those who lead the session know of it.

    ``state``, ``owner`` and ``due_at`` are those of the decision.
    """

    recommendation_id: UUID
    session_id: UUID
    drafted_by: UUID | None
    said: NewRecommendation
    decision_id: UUID | None
    state: str | None
    owner: Names
    due_at: datetime | None
    answered_at: datetime | None

    def is_overdue(self, at: datetime) -> bool:
        return self.answered_at is None and self.due_at is not None and self.due_at <= at


@dataclass(frozen=True, slots=True)
class Facts:
    """What the guards of a session look at."""

    has_decider: bool
    has_place: bool
    has_agenda: bool
    has_summary: bool
    open_amendments: int
    decisions: int
    says_none: bool
