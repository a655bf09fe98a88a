"""``/portal/account/reviews`` and ``/portal/calls/…/reviews``: what a reviewer is asked, and has to review.

``/portal/reviews``: a review beside the copy that it is about, and the files of the copy.
"""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.programme import Session
from hackathon.contest.jury.model import Marking
from hackathon.funding.calls.machine import REVIEWS_DUE
from hackathon.funding.calls.service import get_forms
from hackathon.funding.reviewing import reviewers, reviews
from hackathon.funding.reviewing.copies.reading import (
    find_applicant,
    get_assigned,
    list_assigned,
    open_file,
    read_copy,
)
from hackathon.funding.reviewing.machines import HANDED_IN, REVIEW, REVIEWER, WRITABLE
from hackathon.funding.reviewing.model import Confidence, Recommendation
from hackathon.funding.reviewing.rounds import find
from hackathon.funding.reviewing.settings import ReviewingSettings
from hub_api.programme.contest.jury.marks import lines_of
from hub_api.programme.contest.jury.words import names_of
from hub_api.programme.funding.reviewing.words import opinion_of, vocabulary
from hub_api.programme.kit.attachment import attachment
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.numbers import Numbered
from hub_api.programme.kit.outlook import Subject, without_dates
from hub_api.programme.kit.pages import Onward, Page, as_sent, signed_in, spread, step_of
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import steps_on, words_about

router = APIRouter(prefix="/portal", include_in_schema=False)
page = partial(Page, router, guard=signed_in, here="account", vocabulary=vocabulary)
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


page("/account/reviews", "funding/reviewing/own.html", look_at_own, title="reviewing.own").post_part(
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


page(
    "/calls/{call_id}/reviews",
    "funding/reviewing/reviews.html",
    look,
    object_guard=reviewers.get_own_reviewer,
).post("closeness", as_sent, "closeness_declared", declare)


REVIEW_EVENTS = frozenset({"recuse"})


def look_at_review(session: Session, request: PortalRequest, review_id: UUID) -> dict[str, Any]:
    review, copy = get_assigned(session, review_id)
    call, organisation = find(session, review.call_id), find_applicant(session, copy)
    names, opinion = names_of(session, request, copy.applicants), review.opinion
    # What was typed beside a step is no review.
    typed = Form() if "event" in request.typed.fields else request.typed
    return {
        "title": copy.content.title or copy.code,
        "call": call,
        "review": review,
        "copy": copy,
        "questions": get_forms(session, review.call_id)[review.round - 1],
        "others": reviews.list_others(session, review_id),
        "steps": steps_on(session, request, REVIEW, review_id, REVIEW_EVENTS),
        "applicants": [names[one] for one in copy.applicants],
        "organisation": "" if organisation is None else organisation.shown(request.language),
        "lines": list(lines_of(call.rubric, Marking(dict(opinion.marks), {}, ""), typed)),
        "chosen": {
            name: typed.text(name) if typed.fields else getattr(opinion, name) or ""
            for name in ("remark", "advice", "confidence", "recommendation")
        },
        "confidences": list(Confidence),
        "recommendations": list(Recommendation),
        "is_writable": review.state in WRITABLE,
        "remark_characters_max": session.of(ReviewingSettings).remark_characters_max,
    }


PAGE = Page(
    router,
    "/reviews/{review_id}",
    "funding/reviewing/review.html",
    look_at_review,
    guard=signed_in,
    object_guard=reviews.get_review,
    subject=Subject(REVIEW, "review", without_dates),
    noted=read_copy,
    here="account",
    vocabulary=vocabulary,
)


def save(session: Session, review_id: UUID, form: Form, seen_version: int) -> Onward:
    """What the reviewer thinks so far, or hand it in; refused, all that was typed stays in the form."""
    review, is_final = reviews.get_review(session, review_id), form.text("then") == "submit"
    opinion = opinion_of(form, find(session, review.call_id).rubric)
    store = reviews.hand_in if is_final else reviews.write
    store(session, review_id, opinion, seen_version)
    return Onward(f"/reviews/{review_id}", "review_handed_in" if is_final else "review_saved")


def give_back(session: Session, review_id: UUID, event: str, seen_version: int, reason: str | None) -> Onward:
    """Then it is gone, and the reviewer is led to the others."""
    review = reviews.get_review(session, review_id)
    reviews.move(session, review_id, event, seen_version, reason)
    return Onward(f"/calls/{review.call_id}/reviews", "review_given_back")


PAGE.edit("", as_sent, "review_saved", save)
PAGE.steps(give_back, REVIEW_EVENTS)


@router.get("/reviews/{review_id}/files/{place}")
async def send_out(request: CurrentRequest, review_id: UUID, place: Numbered) -> Response:
    """A file as it was passed on with the copy."""
    actor = request.person.actor
    file, path = await request.run(lambda programme: open_file(programme, actor, review_id, place))
    return attachment(path, file.name, file.media_type)
