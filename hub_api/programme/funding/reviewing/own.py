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
from hub_api.programme.kit.frame import WORDS, page
from hub_api.programme.kit.steps import Step, steps_of, words_about
from hub_api.programme.kit.visit import Visit, VisitHere

router = APIRouter(prefix="/portal", include_in_schema=False)
#: What a reviewer does with the part itself; the others are the programme's.
OWN_EVENTS = ("accept", "decline", "resign")


@router.get("/account/reviews")
async def show_own(visit: VisitHere) -> Response:
    _ = visit.person
    return await _own_page(visit)


@router.post("/account/reviews/{reviewer_id}/step")
async def take_step(visit: VisitHere, reviewer_id: UUID) -> Response:
    _, form = visit.person, await visit.form()
    event, version = form.text("event"), form.number("version")
    if event not in OWN_EVENTS:
        raise FormUnreadable

    def work(connection: Connection) -> None:
        reviewers.move(
            connection,
            visit.office.reviewing,
            visit.actor,
            reviewer_id,
            event,
            version,
            form.optional("reason"),
        )

    try:
        await visit.do(work)
    except NoSuchObject:
        raise
    except FalajError as error:
        return await _own_page(visit, error)
    return visit.go("/account/reviews", "step_taken")


@router.get("/calls/{call_id}/reviews")
async def show_reviews(visit: VisitHere, call_id: UUID, q: str = "") -> Response:
    _ = visit.person
    return await _reviews_page(visit, call_id, q)


@router.post("/calls/{call_id}/reviews/closeness")
async def declare(visit: VisitHere, call_id: UUID) -> Response:
    """An address or the name of an organisation, as it is typed: there is no list to choose from."""
    _, form = visit.person, await visit.form()
    email, name = form.optional("email"), form.optional("organisation")

    def work(connection: Connection) -> None:
        _require_reviewer(connection, visit, call_id)
        if email is None and name is None:
            raise FormUnreadable
        if email is not None:
            reviewers.declare_address(connection, visit.office.reviewing, visit.actor, call_id, email)
        if name is not None:
            reviewers.declare_organisation(connection, visit.office.reviewing, visit.actor, call_id, name)

    try:
        await visit.do(work)
    except NoSuchObject:
        raise
    except FalajError as error:
        return await _reviews_page(visit, call_id, "", form, error)
    return visit.go(f"/calls/{call_id}/reviews", "closeness_declared")


class Reviewed(NamedTuple):
    """A call as its reviewer sees it; ``until`` is when reviews are due."""

    call: Call
    assigned: list[Assigned]
    said: list[Said]
    until: datetime | None
    is_accepted: bool


def _require_reviewer(connection: Connection, visit: Visit, call_id: UUID) -> None:
    """Nobody else learns that there is such a page."""
    if reviewers.find_own_reviewer(connection, visit.actor, call_id) is None:
        raise NoSuchObject


def _look(connection: Connection, visit: Visit, call_id: UUID, q: str) -> Reviewed:
    own = reviewers.find_own_reviewer(connection, visit.actor, call_id)
    if own is None:
        raise NoSuchObject
    assigned = list_assigned(connection, visit.actor, call_id, q)
    with connection.transaction():
        planned = {one.name: one.instant for one in find_deadlines(connection, call_id)}
        call = reviewers.find(connection, call_id)
    said = reviewers.list_said(connection, visit.actor, call_id)
    return Reviewed(call, assigned, said, planned.get(REVIEWS_DUE), own.state == "accepted")


async def _reviews_page(
    visit: Visit, call_id: UUID, q: str, form: Form | None = None, refused: FalajError | None = None
) -> Response:
    shown = await visit.do(lambda connection: _look(connection, visit, call_id, q))
    values: dict[str, Any] = shown._asdict()
    return page(
        visit,
        "funding/reviewing/reviews.html",
        title=title_of(shown.call, visit.language),
        here="account",
        refused=refused,
        form=form or Form(),
        q=q,
        scale=SCALE,
        done=sum(one.review.state in HANDED_IN for one in shown.assigned),
        **values,
        **vocabulary(visit),
    )


def _own(connection: Connection, visit: Visit) -> list[tuple[OwnReviewing, list[Step]]]:
    found = []
    for one in reviewers.list_own_reviewing(connection, visit.office.reviewing, visit.actor):
        offers = possible_steps(
            connection, REVIEWERS, one.reviewer.reviewer_id, visit.actor, visit.office.clock
        )
        own = [offer for offer in offers if offer.step.event in OWN_EVENTS]
        found.append((one, steps_of(REVIEWER, own, visit)))
    return found


async def _own_page(visit: Visit, refused: FalajError | None = None) -> Response:
    reviewing = await visit.do(lambda connection: _own(connection, visit))
    return page(
        visit,
        "funding/reviewing/own.html",
        step_words=await words_about(
            visit, REVIEWER, {one.reviewer.reviewer_id: one.reviewer.state for one, _ in reviewing}
        ),
        title=WORDS.text("reviewing.own", visit.language),
        here="account",
        refused=refused,
        reviewing=reviewing,
        **vocabulary(visit),
    )
