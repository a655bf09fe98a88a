"""Results as they are stored and shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Placing:
    """Where a submission stands in its track; raw and normalised side by side.

    ``below_by`` says what sets it apart from the place above; ``is_flagged`` that the method, not the jury,
    decides about this place of the podium. A shared place has no order of its own.
    """

    track: str
    submission_id: UUID
    team_id: UUID
    place: int
    raw_place: int
    normalised: Decimal
    raw: Decimal
    spread: Decimal | None
    sheets: int
    below_by: str | None
    is_flagged: bool


@dataclass(frozen=True, slots=True)
class ResultSet:
    """One preparation of results; the newest that is released holds."""

    result_set_id: UUID
    hackathon_id: UUID
    number: int
    prepared_by: UUID | None
    prepared_at: datetime
    released_by: UUID | None
    released_at: datetime | None
    placings: tuple[Placing, ...] = ()


@dataclass(frozen=True, slots=True)
class Appeal:
    """``text`` is the team's, ``answer`` that of who decided."""

    appeal_id: UUID
    hackathon_id: UUID
    team_id: UUID
    text: str
    answer: str | None
    state: str
    state_reason: str | None
    version: int
    filed_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """How an appeal is answered: by which step, for which reason, and with which text to its team."""

    event: str
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class AppealFacts:
    """``is_by_panel`` says that the actor prepared or released the results."""

    hackathon_state: str
    is_by_panel: bool


class Continuation(StrEnum):
    """What becomes of a submission afterwards."""

    FUNDING_CALL = "funding_call"
    PILOT = "pilot"
    MARKETPLACE = "marketplace"


@dataclass(frozen=True, slots=True)
class Entry:
    """A submission of the contest as results name it: by the title that was handed in, and its team."""

    submission_id: UUID
    team_id: UUID
    title: str
    team: str
    continuations: tuple[tuple[Continuation, str], ...]


@dataclass(frozen=True, slots=True)
class Ballot:
    """When everybody can vote, half-open."""

    opens_at: datetime
    closes_at: datetime

    def is_open(self, at: datetime) -> bool:
        return self.opens_at <= at < self.closes_at


@dataclass(frozen=True, slots=True)
class Booth:
    """Voting for one submission, as somebody finds it; ``has_voted`` says that they have, for this one or another."""

    ballot: Ballot
    is_open: bool
    is_own: bool
    has_voted: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What results say about one submission; ``results`` are those that hold, and ``booth`` is where people vote for it."""

    entry: Entry | None
    results: ResultSet | None
    booth: Booth | None
