"""``/portal/account/reviews`` and ``/portal/calls/…/reviews``: what a reviewer is asked, and has to review."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.programme import Session
from hackathon.funding.calls.machine import REVIEWS_DUE
from hackathon.funding.reviewing import reviewers
from hackathon.funding.reviewing.copies.reading import list_assigned
from hackathon.funding.reviewing.machines import HANDED_IN, REVIEWER
from hackathon.funding.reviewing.rounds import find
from hub_api.programme.funding.reviewing.words import vocabulary
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Page, as_sent, signed_in, spread, step_of
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import steps_on, words_about

router = APIRouter(prefix="/portal", include_in_schema=False)
#: What a reviewer does with the part itself; the others are the programme's.
OWN_EVENTS = frozenset({"accept", "decline", "resign"})


def look_at_own(session: Session, request: PortalRequest) -> dict[str, Any]:
    known = [(one, one.reviewer.reviewer_id) for one in reviewers.list_own_reviewing(session)]
    return {
        "reviewing": [
            (one, steps_on(session, request, REVIEWER, reviewer_id, OWN_EVENTS)) for one, reviewer_id in known
        ],
        "step_words": words_about(session, REVIEWER, {key: one.reviewer.state for one, key in known}),
    }


Page(
    router,
    "/account/reviews",
    "funding/reviewing/own.html",
    look_at_own,
    guard=signed_in,
    title="reviewing.own",
    here="account",
    vocabulary=vocabulary,
).post_part(
    "{reviewer_id}/step", lambda form: step_of(form, OWN_EVENTS), "step_taken", spread(reviewers.move)
)


def look(session: Session, request: PortalRequest, call_id: UUID) -> dict[str, Any]:
    """A call as its reviewer sees it; nobody else learns that there is such a page."""
    own, call, q = reviewers.get_own_reviewer(session, call_id), find(session, call_id), request.query("q")
    assigned = list_assigned(session, call_id, q)
    return {
        "title": call.title(request.language),
        "call": call,
        "q": q,
        "assigned": assigned,
        "done": sum(one.review.state in HANDED_IN for one in assigned),
        "until": session.planned(call_id).get(REVIEWS_DUE),
        "said": reviewers.list_said(session, call_id),
        "is_accepted": own.state == "accepted",
    }


def declare(session: Session, call_id: UUID, form: Form) -> None:
    """An address or the name of an organisation, as it is typed: there is no list to choose from."""
    email, name = form.optional("email"), form.optional("organisation")
    if email is not None:
        reviewers.declare_address(session, call_id, email)
    if name is not None or email is None:
        reviewers.declare_organisation(session, call_id, name or "")


Page(
    router,
    "/calls/{call_id}/reviews",
    "funding/reviewing/reviews.html",
    look,
    guard=signed_in,
    object_guard=reviewers.get_own_reviewer,
    here="account",
    vocabulary=vocabulary,
).post("closeness", as_sent, "closeness_declared", declare)
