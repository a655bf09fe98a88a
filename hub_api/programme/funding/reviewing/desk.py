"""``/portal/calls/…/desk/reviewers``: the programme asks reviewers, and watches how far they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.workflow.service import possible_steps
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.funding.calls.model import Call
from hackathon.funding.reviewing import assignment, reviewers, reviews
from hackathon.funding.reviewing.machines import REVIEW, REVIEWER, REVIEWERS_FORM_IN
from hackathon.funding.reviewing.model import Progress, Review, Reviewer
from hackathon.funding.reviewing.repository import REVIEWERS
from hackathon.funding.reviewing.rules import tidy_topics
from hub_api.programme.funding.reviewing.words import (
    attempt,
    names_of,
    require_staff,
    staff_form,
    title_of,
    vocabulary,
)
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.numbers import Start
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import Step, steps_of, words_about
from hub_api.programme.kit.turning import Part, part_of

router = APIRouter(prefix="/portal/calls/{call_id}/desk/reviewers", include_in_schema=False)
REVIEW_EVENTS = ("reopen", "take_out")


@router.get("")
async def show_reviewers(request: CurrentRequest, call_id: UUID, start: Start = 0) -> Response:
    require_staff(request, call_id)
    return await _desk_page(request, call_id, Form(), start=start)


@router.post("")
async def invite(request: CurrentRequest, call_id: UUID) -> Response:
    form = await staff_form(request, call_id)
    capacity, topics = form.number("capacity"), tidy_topics(form.text("topics"))

    def work(connection: Connection) -> None:
        reviewers.invite(
            connection, request.office.reviewing, request.actor, call_id, form.text("email"), capacity, topics
        )

    return await attempt(
        request,
        work,
        f"/calls/{call_id}/desk/reviewers",
        "reviewer_invited",
        lambda error: _desk_page(request, call_id, form, error),
    )


@router.get("/{reviewer_id}")
async def show_reviewer(request: CurrentRequest, call_id: UUID, reviewer_id: UUID) -> Response:
    require_staff(request, call_id)
    return await _reviewer_page(request, call_id, reviewer_id)


@router.post("/{reviewer_id}/remove")
async def remove(request: CurrentRequest, call_id: UUID, reviewer_id: UUID) -> Response:
    form = await staff_form(request, call_id)
    version = form.number("version")

    def work(connection: Connection) -> None:
        desk, actor = request.office.reviewing, request.actor
        reviewers.get_reviewer(connection, desk, actor, call_id, reviewer_id)
        reviewers.move(connection, desk, actor, reviewer_id, "remove", version)

    return await attempt(
        request,
        work,
        f"/calls/{call_id}/desk/reviewers/{reviewer_id}",
        "step_taken",
        lambda error: _reviewer_page(request, call_id, reviewer_id, error),
    )


@router.post("/{reviewer_id}/reviews/{review_id}/step")
async def take_step(request: CurrentRequest, call_id: UUID, reviewer_id: UUID, review_id: UUID) -> Response:
    form = await staff_form(request, call_id)
    event, version, reason = form.text("event"), form.number("version"), form.optional("reason")
    if event not in REVIEW_EVENTS:
        raise FormUnreadable

    def work(connection: Connection) -> None:
        desk, actor = request.office.reviewing, request.actor
        reviewers.get_reviewer(connection, desk, actor, call_id, reviewer_id)
        reviews.move(connection, desk, actor, review_id, event, version, reason)

    return await attempt(
        request,
        work,
        f"/calls/{call_id}/desk/reviewers/{reviewer_id}",
        "step_taken",
        lambda error: _reviewer_page(request, call_id, reviewer_id, error),
    )


class Asked(NamedTuple):
    """Who reviews a call, and how far each is."""

    call: Call
    part: Part[Reviewer]
    progress: dict[UUID, Progress]
    names: dict[UUID, str]
    wanting: Mapping[UUID, int]


class Seen(NamedTuple):
    """A reviewer as the programme sees them."""

    call: Call
    reviewer: Reviewer
    name: str
    steps: list[Step]
    reviews: list[tuple[Review, list[Step]]]


def _look(connection: Connection, request: PortalRequest, call_id: UUID, start: int) -> Asked:
    desk, actor = request.office.reviewing, request.actor
    asked = part_of(
        reviewers.list_reviewers(connection, desk, actor, call_id), start, desk.settings.page_rows
    )
    progress = reviews.list_progress(connection, desk, actor, call_id)
    return Asked(
        reviewers.find(connection, call_id),
        asked,
        {one.reviewer_id: one for one in progress},
        names_of(connection, request, (one.person_id for one in asked.rows)),
        assignment.find_wanting(connection, desk, actor, call_id),
    )


async def _desk_page(
    request: PortalRequest, call_id: UUID, form: Form, refused: FalajError | None = None, *, start: int = 0
) -> Response:
    asked = await request.do(lambda connection: _look(connection, request, call_id, start))
    values: dict[str, Any] = asked._asdict()
    return render_page(
        request,
        "funding/reviewing/desk.html",
        title=WORDS.text("reviewing.reviewers", request.language),
        here="calls",
        refused=refused,
        form=form,
        call_title=title_of(asked.call, request.language),
        takes_reviewers=asked.call.state in REVIEWERS_FORM_IN,
        capacity_max=request.office.settings.reviewing.capacity_max,
        **values,
        **vocabulary(request),
    )


def _look_at(connection: Connection, request: PortalRequest, call_id: UUID, reviewer_id: UUID) -> Seen:
    desk, actor = request.office.reviewing, request.actor
    reviewer = reviewers.get_reviewer(connection, desk, actor, call_id, reviewer_id)
    offers = possible_steps(connection, REVIEWERS, reviewer_id, actor, request.office.clock)
    removal = [one for one in offers if one.step.event == "remove"]
    own = [
        (review, steps_of(REVIEW, [one for one in offers if one.step.event in REVIEW_EVENTS], request))
        for review, offers in reviews.list_reviews_of(connection, desk, actor, reviewer)
    ]
    name = names_of(connection, request, [reviewer.person_id])[reviewer.person_id]
    return Seen(
        reviewers.find(connection, call_id), reviewer, name, steps_of(REVIEWER, removal, request), own
    )


async def _reviewer_page(
    request: PortalRequest, call_id: UUID, reviewer_id: UUID, refused: FalajError | None = None
) -> Response:
    seen = await request.do(lambda connection: _look_at(connection, request, call_id, reviewer_id))
    values: dict[str, Any] = seen._asdict()
    return render_page(
        request,
        "funding/reviewing/reviewer.html",
        step_words=await words_about(request, REVIEWER, {reviewer_id: seen.reviewer.state})
        | await words_about(request, REVIEW, {review.review_id: review.state for review, _ in seen.reviews}),
        title=seen.name,
        here="calls",
        refused=refused,
        call_title=title_of(seen.call, request.language),
        **values,
        **vocabulary(request),
    )
