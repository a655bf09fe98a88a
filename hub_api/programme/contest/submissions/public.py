"""``/v1/innovation/submissions``: what teams handed in, from the beginning of judging on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from casework.workflow.wording import Label
from hackathon.contest.results.model import Continuation
from hackathon.contest.submissions.machine import SUBMISSION
from hub_api.programme.contest.challenges.public import CHALLENGES
from hub_api.programme.open_data.elements import From, Worded, cell_of
from hub_api.programme.open_data.lists import OpenList, by_identifier
from hub_api.programme.open_data.shapes import OneOf, PlainExportQuery
from hub_api.serving.lists.model import Element
from hub_api.serving.parameters import Name
from hub_api.serving.schemas import Names, Schema

SubmissionState = Literal["eligible", "finalist", "not_selected"]
ContinuationKind = Annotated[str, OneOf(Continuation)]


class SubmissionsParameters(PlainExportQuery):
    hackathon: Name | None = None
    challenge: Name | None = None
    state: SubmissionState | None = None


class ContinuationElement(Schema):
    kind: ContinuationKind
    kind_name: Annotated[
        Names, Worded(lambda kind: Label("hackathon.contest.results", f"continuation.{kind}"))
    ]
    reference: str = Field(description="A name, a place or an address")


def continuations_text(continuations: Iterable[Element]) -> str:
    """What became of a submission, in one cell of a table."""
    return "; ".join(f"{each['kind']}: {each['reference']}" for each in continuations)


class SubmissionElement(Schema):
    submission: Annotated[str, From("submission_id")]
    hackathon: Annotated[str, From("hackathon_code")]
    challenge: Annotated[str | None, From("challenge_id")]
    title: str = Field(description="As its team wrote it, in its language")
    summary: str
    team: str
    state: SubmissionState
    state_name: Annotated[Names, Worded(SUBMISSION.public_label)]
    submitted_at: datetime
    sha256: str = Field(description="Over what was handed in last")
    continuations: Annotated[list[ContinuationElement], cell_of(continuations_text)] = Field(
        description="What became of it"
    )


SUBMISSIONS = OpenList(
    name="submissions",
    package="hub_api.programme.contest.submissions",
    element=SubmissionElement,
    parameters=SubmissionsParameters,
    position=by_identifier,
    checks={"challenge": CHALLENGES.check},
)
router = SUBMISSIONS.router()
