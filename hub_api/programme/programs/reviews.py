"""``/v1/innovation/me/reviews``: what somebody reviews, as copies that say no more than the portal shows."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access.model import Actor
from casework.access_tokens.model import TokenScope
from citycore.store.connections import Connection
from hackathon.contest.judging.model import NOT_APPLICABLE, Mark
from hackathon.funding.calls.model import Call
from hackathon.funding.reviewing import reviewers, reviews
from hackathon.funding.reviewing.copies.reading import Assigned, list_assigned, read_copy
from hackathon.funding.reviewing.model import Opinion, Review
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

    def work(connection: Connection, actor: Actor) -> list[Assigned]:
        own = reviewers.list_own_reviewing(connection, party.office.reviewing, actor)
        return [found for one in own for found in list_assigned(connection, actor, one.reviewer.call_id)]

    return party.answer_list([review_element(one.review) for one in await party.do(work)])


@router.get("/{review}", operation_id="my_review", openapi_extra=reads(OneReviewElement))
async def show_review(party: Reviewer, review: UUID, _: NoParameters) -> Response:
    return await _shown(party, review)


@router.put(
    "/{review}", operation_id="write_review", openapi_extra=changes(OneReviewElement) | sends(ReviewSent)
)
async def write_review(party: Reviewer, review: UUID, _: NoParameters) -> Response:
    seen, sent, desk = party.seen_version(), await party.body(ReviewSent), party.office.reviewing
    marks: dict[str, Mark] = {
        code: mark if isinstance(mark, Decimal) else NOT_APPLICABLE for code, mark in sent.marks.items()
    }
    opinion = Opinion(marks, sent.remark, sent.advice, sent.confidence, sent.recommendation)

    def work(connection: Connection, actor: Actor) -> None:
        reviews.write(connection, desk, actor, review, opinion, seen)

    await party.do(work)
    return await _shown(party, review)


@router.post(
    "/{review}/steps", operation_id="step_review", openapi_extra=changes(ReviewElement) | sends(ReviewStep)
)
async def step_review(party: Reviewer, review: UUID, _: NoParameters) -> Response:
    """What it is afterwards; who recused themselves sees it here for the last time."""
    seen, sent, desk = party.seen_version(), await party.body(ReviewStep), party.office.reviewing

    def work(connection: Connection, actor: Actor) -> Review:
        before = reviews.get_review(connection, actor, review)
        moved = reviews.move(connection, desk, actor, review, sent.event, seen, sent.reason)
        return replace(before, state=moved.target, version=moved.version)

    after = await party.do(work)
    return party.answer(review_element(after), after.version)


async def _shown(party: Party, review_id: UUID) -> Response:
    def work(connection: Connection, actor: Actor) -> tuple[Assigned, Call]:
        found = read_copy(connection, party.office.reviewing, actor, review_id)
        with connection.transaction():
            return found, reviewers.find(connection, found.review.call_id)

    found, call = await party.do(work)
    return party.answer(whole_review_element(found, call), found.review.version)
