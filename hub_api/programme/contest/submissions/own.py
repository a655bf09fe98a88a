"""``/v1/innovation/me/submissions``, and submissions of a hackathon for the programs of those who organise it."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from casework.access_tokens.model import TokenScope
from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from hackathon.contest.jury.judges import find_organised
from hackathon.contest.submissions import writing
from hackathon.contest.submissions.machine import SUBMISSION
from hackathon.contest.submissions.model import Content, Submission, Version, Wanted
from hackathon.contest.submissions.rules import is_own
from hackathon.contest.submissions.service import get_submission, list_submissions, list_versions
from hackathon.contest.submissions.settings import SubmissionSettings
from hub_api.programme.open_data.elements import From, Worded
from hub_api.programme.programs.operations import Operations, Result
from hub_api.programme.programs.schemas import (
    ContentDigest,
    FileElement,
    FormFieldElement,
    FrozenDigest,
    Sent,
    Stateful,
    VersionCount,
)
from hub_api.programme.programs.settings import ParticipationSettings
from hub_api.programme.programs.values import Most, Text
from hub_api.serving.parameters import Name
from hub_api.serving.schemas import Names, Schema

router = APIRouter(prefix="/v1/innovation")
READER = Operations(router, TokenScope.TEAMS_READ, TokenScope.SUBMISSIONS_WRITE)
WRITER = Operations(router, TokenScope.SUBMISSIONS_WRITE)
ORGANISED = Operations(router, TokenScope.ORGANISE_READ)


class ContentSent(Sent):
    title: Annotated[Text, Most(SubmissionSettings, "title_characters_max")]
    summary: Annotated[Text, Most(SubmissionSettings, "summary_characters_max")]
    answers: dict[Text, Text] = Field(default_factory=dict, description="By the codes of the form's fields")


#: As organisers see it: drafts are their team's.
class SubmissionElement(Stateful):
    state_name: Annotated[Names, Worded(partial(SUBMISSION.label, "state"))]
    submission: Annotated[UUID, From("submission_id")]
    hackathon: Annotated[UUID, From("hackathon_id")]
    team: Annotated[UUID, From("team_id")]
    challenge: Annotated[UUID | None, From("challenge_id")]
    title: Annotated[str, From("draft.title")]
    summary: Annotated[str, From("draft.summary")]
    version_count: VersionCount
    sha256: FrozenDigest


class MySubmissionElement(SubmissionElement):
    answers: Annotated[dict[str, str], From("draft.answers")]
    late_until: datetime | None
    form: list[FormFieldElement] = Field(description="What the hackathon asks")


class VersionElement(Schema):
    number: int
    title: Annotated[str, From("content.title")]
    summary: Annotated[str, From("content.summary")]
    answers: Annotated[dict[str, str], From("content.answers")]
    files: list[FileElement]
    sha256: ContentDigest
    submitted_at: datetime


@READER.get("/me/submissions/{submission}", MySubmissionElement)
def my_submission(session: Session, submission: UUID) -> Result:
    known = _own(session, submission)
    return Result(known, known.version, form=writing.get_form(session, known.hackathon_id))


@WRITER.post("/me/teams/{team}/submission", my_submission)
def begin_submission(session: Session, team: UUID) -> UUID:
    return writing.begin(session, team).submission_id


@WRITER.put(
    "/me/submissions/{submission}",
    my_submission,
    {"title": "Shade map", "summary": "Where to walk at noon", "answers": {}},
)
def write_submission(session: Session, submission: UUID, sent: ContentSent, seen: int) -> None:
    writing.write(session, submission, sent.value(Content), seen)


@WRITER.post("/me/submissions/{submission}/reopen", my_submission)
def reopen_submission(session: Session, submission: UUID, seen: int) -> None:
    writing.move(session, submission, "reopen", seen)


@READER.get("/me/submissions/{submission}/versions", VersionElement)
def my_versions(session: Session, submission: UUID) -> list[Version]:
    _own(session, submission)
    return list_versions(session, submission)


@WRITER.post("/me/submissions/{submission}/versions", VersionElement)
def hand_in_submission(session: Session, submission: UUID, seen: int) -> Result:
    """The draft as it is; its ETag is that of the submission afterwards."""
    handed_in = writing.submit(session, submission, seen)
    return Result(handed_in, get_submission(session, submission).version)


@ORGANISED.get("/desk/hackathons/{hackathon}/submissions", SubmissionElement)
def desk_submissions(
    session: Session, hackathon: Name, after: UUID | None
) -> tuple[list[Submission], UUID | None]:
    rows = session.of(ParticipationSettings).page_rows
    found = list_submissions(session, find_organised(session, hackathon), Wanted(after=after, rows=rows))
    return found.submissions, found.after


def _own(session: Session, submission_id: UUID) -> Submission:
    """What everybody may see stands in the open data; here is one's own alone."""
    known = get_submission(session, submission_id)
    if not is_own(session.actor, known):
        raise NoSuchObject
    return known
