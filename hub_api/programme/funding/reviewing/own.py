"""``/portal/account/reviews`` and ``/portal/calls/…/reviews``: what a reviewer is asked, and has to review."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.workflow.errors import NoSuchObject
from casework.workflow.repository import find_deadlines
from casework.workflow.service import possible_steps
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.funding.calls.machine import REVIEWS_DUE
from hackathon.funding.calls.model import SCALE, Call
from hackathon.funding.reviewing import reviewers
from hackathon.funding.reviewing.copies.reading import Assigned, list_assigned
from hackathon.funding.reviewing.machines import HANDED_IN, REVIEWER
from hackathon.funding.reviewing.model import OwnReviewing, Said
from hackathon.funding.reviewing.repository import REVIEWERS
from hub_api.programme.funding.reviewing.words import title_of, vocabulary
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import Step, steps_of, words_about

router = APIRouter(prefix="/portal", include_in_schema=False)
#: What a reviewer does with the part itself; the others are the programme's.
OWN_EVENTS = ("accept", "decline", "resign")


@router.get("/account/reviews")
async def show_own(request: CurrentRequest) -> Response:
    _ = request.person
    return await _own_page(request)


@router.post("/account/reviews/{reviewer_id}/step")
async def take_step(request: CurrentRequest, reviewer_id: UUID) -> Response:
    _, form = request.person, await request.form()
    event, version = form.text("event"), form.number("version")
    if event not in OWN_EVENTS:
        raise FormUnreadable

    def work(connection: Connection) -> None:
        reviewers.move(
            connection,
            request.office.reviewing,
            request.actor,
            reviewer_id,
            event,
            version,
            form.optional("reason"),
        )

    try:
        await request.do(work)
    except NoSuchObject:
        raise
    except FalajError as error:
        return await _own_page(request, error)
    return request.go("/account/reviews", "step_taken")


@router.get("/calls/{call_id}/reviews")
async def show_reviews(request: CurrentRequest, call_id: UUID, q: str = "") -> Response:
    _ = request.person
    return await _reviews_page(request, call_id, q)


@router.post("/calls/{call_id}/reviews/closeness")
async def declare(request: CurrentRequest, call_id: UUID) -> Response:
    """An address or the name of an organisation, as it is typed: there is no list to choose from."""
    _, form = request.person, await request.form()
    email, name = form.optional("email"), form.optional("organisation")

    def work(connection: Connection) -> None:
        _require_reviewer(connection, request, call_id)
        if email is None and name is None:
            raise FormUnreadable
        if email is not None:
            reviewers.declare_address(connection, request.office.reviewing, request.actor, call_id, email)
        if name is not None:
            reviewers.declare_organisation(connection, request.office.reviewing, request.actor, call_id, name)

    try:
        await request.do(work)
    except NoSuchObject:
        raise
    except FalajError as error:
        return await _reviews_page(request, call_id, "", form, error)
    return request.go(f"/calls/{call_id}/reviews", "closeness_declared")


class Reviewed(NamedTuple):
    """A call as its reviewer sees it; ``until`` is when reviews are due."""

    call: Call
    assigned: list[Assigned]
    said: list[Said]
    until: datetime | None
    is_accepted: bool


def _require_reviewer(connection: Connection, request: PortalRequest, call_id: UUID) -> None:
    """Nobody else learns that there is such a page."""
    if reviewers.find_own_reviewer(connection, request.actor, call_id) is None:
        raise NoSuchObject


def _look(connection: Connection, request: PortalRequest, call_id: UUID, q: str) -> Reviewed:
    own = reviewers.find_own_reviewer(connection, request.actor, call_id)
    if own is None:
        raise NoSuchObject
    assigned = list_assigned(connection, request.actor, call_id, q)
    with connection.transaction():
        planned = {one.name: one.instant for one in find_deadlines(connection, call_id)}
        call = reviewers.find(connection, call_id)
    said = reviewers.list_said(connection, request.actor, call_id)
    return Reviewed(call, assigned, said, planned.get(REVIEWS_DUE), own.state == "accepted")


async def _reviews_page(
    request: PortalRequest, call_id: UUID, q: str, form: Form | None = None, refused: FalajError | None = None
) -> Response:
    shown = await request.do(lambda connection: _look(connection, request, call_id, q))
    values: dict[str, Any] = shown._asdict()
    return render_page(
        request,
        "funding/reviewing/reviews.html",
        title=title_of(shown.call, request.language),
        here="account",
        refused=refused,
        form=form or Form(),
        q=q,
        scale=SCALE,
        done=sum(one.review.state in HANDED_IN for one in shown.assigned),
        **values,
        **vocabulary(request),
    )


def _own(connection: Connection, request: PortalRequest) -> list[tuple[OwnReviewing, list[Step]]]:
    found = []
    for one in reviewers.list_own_reviewing(connection, request.office.reviewing, request.actor):
        offers = possible_steps(
            connection, REVIEWERS, one.reviewer.reviewer_id, request.actor, request.office.clock
        )
        own = [offer for offer in offers if offer.step.event in OWN_EVENTS]
        found.append((one, steps_of(REVIEWER, own, request)))
    return found


async def _own_page(request: PortalRequest, refused: FalajError | None = None) -> Response:
    reviewing = await request.do(lambda connection: _own(connection, request))
    return render_page(
        request,
        "funding/reviewing/own.html",
        step_words=await words_about(
            request, REVIEWER, {one.reviewer.reviewer_id: one.reviewer.state for one, _ in reviewing}
        ),
        title=WORDS.text("reviewing.own", request.language),
        here="account",
        refused=refused,
        reviewing=reviewing,
        **vocabulary(request),
    )
