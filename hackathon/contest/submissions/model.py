"""Submissions as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from casework.attachments.model import StoredFile
from casework.forms.model import FormField
from casework.workflow.model import PreparedStep


@dataclass(frozen=True, slots=True)
class Content:
    """What a team writes; ``answers`` by the codes of the fields."""

    title: str = ""
    summary: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Version:
    """What was handed in, for good. ``digest`` is SHA-256 over its canonical content, digests of files included."""

    number: int
    content: Content
    files: tuple[StoredFile, ...]
    digest: str
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class Submission:
    """``draft`` is what its team works on; ``versions`` counts what was handed in, ``frozen_digest`` of the last."""

    submission_id: UUID
    hackathon_id: UUID
    team_id: UUID
    challenge_id: UUID | None
    state: str
    state_reason: str | None
    version: int
    state_changed_at: datetime
    draft: Content
    versions: int
    frozen_digest: str | None
    late_until: datetime | None
    team_state: str
    team_name: str
    hackathon_state: str


@dataclass(frozen=True, slots=True)
class SubmissionFacts:
    """What the guards look at; ``has_next_round``: a round of judging follows the first, and has not begun."""

    hackathon_state: str
    team_state: str
    is_filled: bool
    has_late_access: bool
    has_next_round: bool


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was decided about a submission and not told, with what people know it by."""

    decision: PreparedStep
    title: str
    team_name: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """A submission as an actor may see it, what its hackathon asks, what was handed in, and the files of the draft.

    ``versions`` stand the newest first; others than the team and the organisers see what counts, and no draft.
    """

    submission: Submission
    form: tuple[FormField, ...]
    versions: list[Version]
    files: tuple[StoredFile, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for, by the words of title, summary and team, and which part of the list."""

    words: str = ""
    state: str | None = None
    challenge_id: UUID | None = None
    only_public: bool = False
    after: UUID | None = None
    rows: int = 50


ALL = Wanted()


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list; ``after`` is what to ask for to go on, None at the end."""

    submissions: list[Submission]
    after: UUID | None
