"""``/v1/innovation/me/reviews``: what somebody reviews, as copies that say no more than the portal shows."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from casework.access_tokens.model import TokenScope
from casework.programme import Session
from hackathon.funding.reviewing import reviewers, reviews
from hackathon.funding.reviewing.copies.reading import list_assigned, read_copy
from hackathon.funding.reviewing.machines import REVIEW
from hackathon.funding.reviewing.model import Confidence, Opinion, Recommendation, Review
from hackathon.funding.reviewing.rounds import find
from hackathon.funding.reviewing.settings import ReviewingSettings
from hub_api.programme.open_data.elements import From, Record, Worded
from hub_api.programme.programs.operations import Operations, Result
from hub_api.programme.programs.schemas import (
    MarksElement,
    MarksSent,
    RubricElement,
    Sent,
    marks_of,
    said,
)
from hub_api.programme.programs.values import Most, Text
from hub_api.serving.schemas import Names, Schema

router = APIRouter(prefix="/v1/innovation/me/reviews")
OWN = Operations(router, TokenScope.REVIEWS_WRITE)


def _names(files: list[Record]) -> list[str]:
    return [file["name"] for file in files]


Remark = Annotated[Text, Most(ReviewingSettings, "remark_characters_max")]


class ReviewSent(Sent):
    marks: MarksSent = Field(default_factory=dict)
    advice: Remark = Field(default="", description="For the applicants, without the reviewer's name")
    remark: Remark = Field(default="", description="For the panel alone")
    confidence: Confidence | None = None
    recommendation: Recommendation | None = None


class ReviewStep(Sent):
    event: Literal["submit", "recuse"]
    reason: Literal["conflict", "no_time", "not_my_field", "other"] | None = Field(
        default=None, description="Needed to recuse oneself"
    )


#: Without the application that it is about: the code of the copy stands in for it.
class ReviewElement(Schema):
    review: Annotated[UUID, From("review_id")]
    call: Annotated[UUID, From("call_id")]
    round: int
    code: str = Field(description="Of the copy: it stands in for the application")
    state: str
    state_name: Annotated[Names, Worded(partial(REVIEW.label, "state"))]
    version: int = Field(description="Also the ETag")


class CopyElement(Schema):
    title: Annotated[str, From("content.title")]
    summary: Annotated[str, From("content.summary")]
    answers: Annotated[dict[str, str], From("content.answers")] = Field(
        description="By the codes of the form's fields; what was blanked is empty"
    )
    amount_minor: Annotated[int | None, From("content.amount_minor")] = Field(
        description="In minor units of the currency"
    )
    currency: str
    files: Annotated[list[str], From("files", _names)] = Field(description="Names; the portal has the files")


class OneReviewElement(ReviewElement):
    marks: Annotated[MarksElement, From("opinion.marks", said)]
    advice: Annotated[str, From("opinion.advice")]
    remark: Annotated[str, From("opinion.remark")]
    confidence: Annotated[Confidence | None, From("opinion.confidence")]
    recommendation: Annotated[Recommendation | None, From("opinion.recommendation")]
    copy_read: CopyElement
    rubric: RubricElement


@OWN.get("", ReviewElement)
def my_reviews(session: Session) -> list[Review]:
    """Of every call that the person reviews, by the codes of the copies."""
    own = reviewers.list_own_reviewing(session)
    return [found.review for each in own for found in list_assigned(session, each.reviewer.call_id)]


@OWN.get("/{review}", OneReviewElement, is_look=False)
def my_review(session: Session, review: UUID) -> Result:
    """The first time is logged in the chain of the call."""
    found = read_copy(session, review)
    call = find(session, found.review.call_id)
    copy = Result(found.copy, currency=call.description.terms.budget.currency)
    return Result(found.review, found.review.version, copy_read=copy, rubric=call.rubric)


@OWN.put(
    "/{review}",
    my_review,
    {
        "marks": {"worth": 7, "team": "n/a"},
        "advice": "Begin before the summer.",
        "remark": "Worth its money.",
        "confidence": "high",
        "recommendation": "fund",
    },
)
def write_review(session: Session, review: UUID, sent: ReviewSent, seen: int) -> None:
    opinion = Opinion(marks_of(sent.marks), sent.remark, sent.advice, sent.confidence, sent.recommendation)
    reviews.write(session, review, opinion, seen)


@OWN.post("/{review}/steps", ReviewElement, {"event": "recuse", "reason": "no_time"})
def step_review(session: Session, review: UUID, sent: ReviewStep, seen: int) -> Result:
    """What it is afterwards; who recused themselves sees it here for the last time."""
    before = reviews.get_review(session, review)
    moved = reviews.move(session, review, sent.event, seen, sent.reason)
    return Result(replace(before, state=moved.target, version=moved.version), moved.version)
