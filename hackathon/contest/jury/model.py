"""Judges, rubrics, proposals and sheets as they are stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from casework.people.model import Names
from hackathon.contest.judging.connectivity import Island
from hackathon.contest.judging.marks import read_marks
from hackathon.contest.judging.model import Mark, Pair, Panel, Sheet, SheetState
from hackathon.contest.judging.rubric import Rubric

#: The one track of a hackathon that compares all its challenges.
WHOLE = ""


@dataclass(frozen=True, slots=True)
class Judge:
    """``capacity`` is the most sheets in a round; ``expertise`` names challenges."""

    judge_id: UUID
    hackathon_id: UUID
    person_id: UUID
    capacity: int
    expertise: tuple[UUID, ...]
    state: str
    version: int


@dataclass(frozen=True, slots=True)
class NamedJudge:
    """Of the jury somebody whom everybody may know."""

    person_id: UUID
    names: Names


@dataclass(frozen=True, slots=True)
class OwnJudging:
    """A hackathon that somebody judges, was asked to, or judged."""

    judge: Judge
    title_ar: str
    title_en: str
    hackathon_state: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What is declared before a round: what is looked at, by how many, and what is compared with what."""

    rubric: Rubric
    judges_per_entry: int
    is_by_challenge: bool


@dataclass(frozen=True, slots=True)
class Seat:
    """A judge for a submission in a proposal; ``is_bridge`` is a sheet more, so that judges share submissions."""

    judge_id: UUID
    submission_id: UUID
    team_id: UUID
    is_bridge: bool
    is_new: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """An assignment to look at before anybody hears of it."""

    proposal_id: UUID
    hackathon_id: UUID
    round: int
    seed: int
    seats: tuple[Seat, ...]


@dataclass(frozen=True, slots=True)
class StoredSheet:
    """A score sheet; ``marks`` as they are stored."""

    sheet_id: UUID
    hackathon_id: UUID
    round: int
    track: str
    judge_id: UUID
    person_id: UUID
    submission_id: UUID
    team_id: UUID
    state: str
    version: int
    hackathon_state: str
    marks: Mapping[str, str]
    comments: Mapping[str, str]
    remark: str
    submitted_at: datetime | None

    @property
    def sheet(self) -> Sheet:
        """What the methods of judging take, with the person as its judge."""
        return Sheet(
            judge=str(self.person_id),
            submission=str(self.submission_id),
            panel=Panel(str(self.round), self.track),
            state=SheetState(self.state),
            marks=read_marks(self.marks),
            comments=self.comments,
            remark=self.remark,
            submitted_at=self.submitted_at,
        )


@dataclass(frozen=True, slots=True)
class Marking:
    """What a judge writes on a sheet: marks and comments by the codes of the criteria, and a remark about it all."""

    marks: Mapping[str, Mark]
    comments: Mapping[str, str] = field(default_factory=dict)
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """A track whose judges fall into groups that share no submission.

    ``bridges`` are the fewest sheets that would join them, by person and submission; None if nobody may take one.
    """

    track: str
    islands: tuple[Island, ...]
    bridges: tuple[Pair, ...] | None


@dataclass(frozen=True, slots=True)
class JudgeFacts:
    hackathon_state: str


@dataclass(frozen=True, slots=True)
class SheetFacts:
    hackathon_state: str
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a judge is: sheets by state."""

    judge_id: UUID
    person_id: UUID
    sheets: dict[str, int]
    last_submitted_at: datetime | None
