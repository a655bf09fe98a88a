"""``/v1/innovation/results`` and ``…/awards``: places, and who won what."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from casework.workflow.wording import Label
from hub_api.programme.contest.challenges.public import CHALLENGES
from hub_api.programme.contest.submissions.public import ContinuationElement, continuations_text
from hub_api.programme.open_data.elements import From, Worded, cell_of
from hub_api.programme.open_data.lists import OpenList, by_parts, identifier_in, number_in
from hub_api.programme.open_data.shapes import PlainExportQuery
from hub_api.serving.parameters import Name
from hub_api.serving.schemas import Names, Schema

PACKAGE = "hub_api.programme.contest.results"
WORDS = "hackathon.contest.results"
ResultStatus = Literal["provisional", "final"]
AwardKind = Literal["place", "peoples_choice"]


class ResultsParameters(PlainExportQuery):
    hackathon: Name | None = None
    challenge: Name | None = None
    status: ResultStatus | None = None


class AwardsParameters(PlainExportQuery):
    hackathon: Name | None = None
    challenge: Name | None = None
    award: AwardKind | None = None


class ResultElement(Schema):
    hackathon: Annotated[str, From("hackathon_code")]
    hackathon_name: Annotated[Names, From("hackathon_title")]
    status: ResultStatus
    status_name: Annotated[Names, Worded(lambda status: Label(WORDS, f"status.{status}"))]
    released_at: datetime
    challenge: Annotated[str | None, From("challenge_id")] = Field(
        description="null: all challenges are compared"
    )
    submission: Annotated[str, From("submission_id")]
    title: str
    team: str
    place: int = Field(description="Shared by those whom nothing tells apart")
    score: Annotated[float, From("normalised")] = Field(
        description="Normalised for the strictness of judges; it decides"
    )
    raw_score: Annotated[float, From("raw")] = Field(description="The plain mean of the sheets")
    raw_place: int
    sheet_count: Annotated[int, From("sheets")]


class AwardElement(Schema):
    hackathon: Annotated[str, From("code")]
    hackathon_name: Annotated[Names, From("title")]
    award: AwardKind
    award_name: Annotated[Names, Worded(lambda award: Label(WORDS, f"award.{award}"))]
    challenge: Annotated[str | None, From("challenge_id")] = Field(
        description="null: all challenges are compared"
    )
    place: int
    vote_count: Annotated[int | None, From("votes")] = Field(description="null: not a matter of votes")
    submission: Annotated[str, From("submission_id")]
    title: str
    team: str
    continuations: Annotated[list[ContinuationElement], cell_of(continuations_text)]


RESULTS = OpenList(
    name="results",
    package=PACKAGE,
    element=ResultElement,
    parameters=ResultsParameters,
    position=by_parts(hackathon=str, track=str, place=number_in, submission=identifier_in),
    checks={"challenge": CHALLENGES.check},
    beside=frozenset({"key"}),
)
AWARDS = OpenList(
    name="awards",
    package=PACKAGE,
    element=AwardElement,
    parameters=AwardsParameters,
    position=by_parts(hackathon=str, award=str, track=str, place=number_in, submission=identifier_in),
    checks={"challenge": CHALLENGES.check},
    beside=frozenset({"key"}),
)
router = AWARDS.router(RESULTS.router())
