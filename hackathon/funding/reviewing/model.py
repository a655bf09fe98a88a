"""Reviewers, assignments and reviews as they are stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from hackathon.contest.judging.model import Mark, Panel, Sheet, SheetState

#: The one track of a call: all its applications are compared.
WHOLE: Final = ""


class Confidence(StrEnum):
    """How sure a reviewer is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Recommendation(StrEnum):
    FUND = "fund"
    FUND_WITH_CHANGES = "fund_with_changes"
    DO_NOT_FUND = "do_not_fund"


class Closeness(StrEnum):
    """What a reviewer can be close to: whoever has an address, an organisation, what an application is about."""

    ADDRESS = "address"
    ORGANISATION = "organisation"
    APPLICATION = "application"


@dataclass(frozen=True, slots=True)
class Round:
    """A round of a call as somebody may see it: without the ``hidden`` applications."""

    call_id: UUID
    round: int
    hidden: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Reviewer:
    """``capacity`` is the most reviews in a round; ``topics`` are words for what the reviewer knows about."""

    reviewer_id: UUID
    call_id: UUID
    person_id: UUID
    capacity: int
    topics: tuple[str, ...]
    state: str
    version: int


@dataclass(frozen=True, slots=True)
class OwnReviewing:
    """A call that somebody reviews, was asked to, or reviewed."""

    reviewer: Reviewer
    title_ar: str
    title_en: str
    call_state: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a reviewer declares: what was typed, or an application, which is not there for them from then on.

    Its reviewer reads it again without the identifier.
    """

    kind: Closeness
    words: str
    application_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Seat:
    """A reviewer for an application in a proposal; ``is_bridge`` is a review more, so that reviewers share applications."""

    reviewer_id: UUID
    application_id: UUID
    is_bridge: bool
    is_new: bool


@dataclass(frozen=True, slots=True)
class Bench:
    """People who review the same applications; ``first`` and ``applications`` are of all of them, ``seen`` and ``named``
    without the hidden, ``named`` the first few.
    """

    people: tuple[UUID, ...]
    applications: int
    first: UUID
    seen: int
    named: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Apart:
    """Reviewers who share applications with each other and none with anybody else: the first few, and how many."""

    people: tuple[UUID, ...]
    named: tuple[UUID, ...]
    applications: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """An assignment to look at before anybody hears of it."""

    proposal_id: UUID
    call_id: UUID
    round: int
    seed: int
    seats: tuple[Seat, ...]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a reviewer thinks: ``remark`` is for the panel, ``advice`` for the applicant."""

    marks: Mapping[str, Mark] = field(default_factory=dict)
    remark: str = ""
    advice: str = ""
    confidence: Confidence | None = None
    recommendation: Recommendation | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """A review and the code of the copy that it is about."""

    review_id: UUID
    call_id: UUID
    round: int
    application_id: UUID
    reviewer_id: UUID
    person_id: UUID
    code: str
    state: str
    version: int
    call_state: str
    call_round: int
    application_state: str
    opinion: Opinion
    submitted_at: datetime | None

    @property
    def sheet(self) -> Sheet:
        """As the methods of judging know it."""
        return Sheet(
            judge=str(self.person_id),
            submission=str(self.application_id),
            panel=Panel(str(self.round), WHOLE),
            state=SheetState.ACCEPTED if self.state == "assigned" else SheetState(self.state),
            marks=self.opinion.marks,
            remark=self.opinion.advice,
            submitted_at=self.submitted_at,
        )


class Edition(NamedTuple):
    """What changes with every change to the reviews of a round: how many, and the sum of their versions, which only grow."""

    reviews: int
    versions: int


@dataclass(frozen=True, slots=True)
class ReviewerFacts:
    call_state: str


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """What the guards of a review look at; ``is_of_round`` says that its round is the call's."""

    call_state: str
    application_state: str
    is_complete: bool
    is_of_round: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a reviewer is: reviews by state."""

    reviewer_id: UUID
    person_id: UUID
    reviews: Mapping[str, int]
    last_submitted_at: datetime | None
