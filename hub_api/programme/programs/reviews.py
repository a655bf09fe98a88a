"""``/v1/innovation/me/reviews``: what somebody reviews, as copies that say no more than the portal shows."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access_tokens.model import TokenScope
from casework.programme import Session
from hackathon.contest.judging.model import NOT_APPLICABLE, Mark
from hackathon.funding.calls.model import Call
from hackathon.funding.reviewing import reviewers, reviews
from hackathon.funding.reviewing.copies.reading import Assigned, list_assigned, read_copy
from hackathon.funding.reviewing.model import Opinion, Review
from hackathon.funding.reviewing.rounds import find
from hub_api.programme.programs.access import Party, allowed
from hub_api.programme.programs.document import changes, reads, sends
from hub_api.programme.programs.elements import review_element, whole_review_element
from hub_api.programme.programs.schemas import OneReviewElement, ReviewElement, ReviewSent, ReviewStep
from hub_api.serving.parameters import NoParameters

router = APIRouter(prefix="/v1/innovation/me/reviews", include_in_schema=False)
Reviewer = Annotated[Party, allowed(TokenScope.REVIEWS_WRITE)]


@router.get("", operation_id="my_reviews", openapi_extra=reads(ReviewElement, is_list=True))
async def show_reviews(party: Reviewer, _: NoParameters) -> Response:
    """Of every call that the person reviews, by the codes of the copies."""

    def work(session: Session) -> list[Assigned]:
        own = reviewers.list_own_reviewing(session)
        return [found for one in own for found in list_assigned(session, one.reviewer.call_id)]

    return party.answer_list([review_element(one.review) for one in await party.look(work)])


@router.get("/{review}", operation_id="my_review", openapi_extra=reads(OneReviewElement))
async def show_review(party: Reviewer, review: UUID, _: NoParameters) -> Response:
    return await _shown(party, review)


@router.put(
    "/{review}", operation_id="write_review", openapi_extra=changes(OneReviewElement) | sends(ReviewSent)
)
async def write_review(party: Reviewer, review: UUID, _: NoParameters) -> Response:
    seen, sent = party.seen_version(), await party.body(ReviewSent)
    marks: dict[str, Mark] = {
        code: mark if isinstance(mark, Decimal) else NOT_APPLICABLE for code, mark in sent.marks.items()
    }
    opinion = Opinion(marks, sent.remark, sent.advice, sent.confidence, sent.recommendation)
    await party.act(lambda session: reviews.write(session, review, opinion, seen))
    return await _shown(party, review)


@router.post(
    "/{review}/steps", operation_id="step_review", openapi_extra=changes(ReviewElement) | sends(ReviewStep)
)
async def step_review(party: Reviewer, review: UUID, _: NoParameters) -> Response:
    """What it is afterwards; who recused themselves sees it here for the last time."""
    seen, sent = party.seen_version(), await party.body(ReviewStep)

    def work(session: Session) -> Review:
        before = reviews.get_review(session, review)
        moved = reviews.move(session, review, sent.event, seen, sent.reason)
        return replace(before, state=moved.target, version=moved.version)

    after = await party.act(work)
    return party.answer(review_element(after), after.version)


async def _shown(party: Party, review_id: UUID) -> Response:
    def work(session: Session) -> tuple[Assigned, Call]:
        """That it is read is logged the first time: no look."""
        found = read_copy(session, review_id)
        return found, find(session, found.review.call_id)

    found, call = await party.act(work)
    return party.answer(whole_review_element(found, call), found.review.version)
