"""``/portal/calls/…/desk/reviewers``: the programme asks reviewers, and watches how far they are.

``/portal/calls/…/desk/assignment``: who reviews what, proposed, looked at, and told.
"""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter

from casework.programme import Session
from hackathon.contest.judging.errors import JudgingAssignmentImpossible, JudgingScoredInConflict
from hackathon.funding.reviewing import assignment, reviewers, reviews
from hackathon.funding.reviewing.copies.service import list_rows
from hackathon.funding.reviewing.errors import ReviewProposalOutdated
from hackathon.funding.reviewing.machines import REVIEW, REVIEWER, REVIEWERS_FORM_IN
from hackathon.funding.reviewing.model import Reviewer, Seat
from hackathon.funding.reviewing.rounds import find
from hackathon.funding.reviewing.rules import tidy_topics
from hackathon.funding.reviewing.settings import ReviewingSettings
from hub_api.programme.contest.jury.marks import number_of
from hub_api.programme.contest.jury.words import by_text, names_of
from hub_api.programme.funding.calls.words import staff_page
from hub_api.programme.funding.reviewing.words import vocabulary
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Onward, Page, signed_in, spread, step_of
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import steps_of, steps_on, words_about
from hub_api.programme.kit.turning import part_of, start_of

router = APIRouter(prefix="/portal", include_in_schema=False)
#: What the programme does with a reviewer and with their reviews; the other steps are theirs.
EVENTS, REVIEW_EVENTS = frozenset({"remove"}), frozenset({"reopen", "take_out"})


def look(session: Session, request: PortalRequest, call_id: UUID) -> dict[str, Any]:
    settings = session.of(ReviewingSettings)
    part = part_of(reviewers.list_reviewers(session, call_id), start_of(request), settings.page_rows)
    call = find(session, call_id)
    return {
        "call": call,
        "part": part,
        "progress": {one.reviewer_id: one for one in reviews.list_progress(session, call_id)},
        "names": names_of(session, request, (one.person_id for one in part.rows)),
        "wanting": assignment.find_wanting(session, call_id),
        "takes_reviewers": call.state in REVIEWERS_FORM_IN,
        "capacity_max": settings.capacity_max,
    }


def read_invited(form: Form) -> tuple[str, int, tuple[str, ...]]:
    return form.text("email"), form.number("capacity"), tidy_topics(form.text("topics"))


staff_page(router, "reviewing/reviewers", look, vocabulary).post(
    "", read_invited, "reviewer_invited", spread(reviewers.invite)
)


def look_at_reviewer(
    session: Session, request: PortalRequest, call_id: UUID, reviewer_id: UUID
) -> dict[str, Any]:
    reviewer = reviewers.get_reviewer(session, call_id, reviewer_id)
    own = reviews.list_reviews_of(session, reviewer)
    return {
        "title": names_of(session, request, [reviewer.person_id])[reviewer.person_id],
        "call": find(session, call_id),
        "reviewer": reviewer,
        "steps": steps_on(session, request, REVIEWER, reviewer_id, EVENTS),
        "reviews": [(one, steps_of(REVIEW, offers, request, REVIEW_EVENTS)) for one, offers in own],
        "step_words": words_about(session, REVIEWER, {reviewer_id: reviewer.state})
        | words_about(session, REVIEW, {one.review_id: one.state for one, _ in own}),
    }


REVIEWER_PAGE = Page(
    router,
    "/calls/{call_id}/desk/reviewers/{reviewer_id}",
    "funding/reviewing/reviewer.html",
    look_at_reviewer,
    guard=signed_in,
    object_guard=reviewers.get_reviewer,
    here="calls",
    vocabulary=vocabulary,
)
REVIEWER_PAGE.post(
    "remove",
    lambda form: form.number("version"),
    "step_taken",
    lambda session, _, reviewer_id, version: reviewers.move(session, reviewer_id, "remove", version),
)
REVIEWER_PAGE.post_part(
    "reviews/{review_id}/step",
    lambda form: step_of(form, REVIEW_EVENTS),
    "step_taken",
    lambda session, _call, _reviewer, review_id, step: reviews.move(session, review_id, *step),
)


class Seats(NamedTuple):
    """What one reviewer would have."""

    reviewer: Reviewer
    seats: list[Seat]


def look_at_assignment(session: Session, request: PortalRequest, call_id: UUID) -> dict[str, Any]:
    """A proposal with its reviewers and applications by their names."""
    everyone, refused = reviewers.list_reviewers(session, call_id), request.refused
    rows_max = session.of(ReviewingSettings).panel_rows
    proposal = assignment.find_proposal(session, call_id)
    apart = assignment.find_islands(session, call_id, rows_max)
    names = names_of(session, request, (one.person_id for one in everyone))
    placed: dict[UUID, list[Seat]] = {}
    for seat in () if proposal is None else proposal.seats:
        placed.setdefault(seat.reviewer_id, []).append(seat)
    own = [
        Seats(one, placed.get(one.reviewer_id, []))
        for one in everyone
        if one.state == "accepted" or one.reviewer_id in placed
    ]
    own.sort(key=lambda each: names[each.reviewer.person_id])
    part = part_of(own, start_of(request), rows_max)
    named = {one for group in apart for one in group.named}
    named |= {seat.application_id for each in part.rows for seat in each.seats}
    # Of hundreds of titles those are read that the page names; a refusal may name any.
    rows = list_rows(session, call_id, None if refused else named) if named or refused else []
    titles, refusal = {row.application_id: row.title for row in rows}, None
    if isinstance(refused, JudgingAssignmentImpossible | JudgingScoredInConflict):
        refusal = refused.told(request.language, by_text(names, titles))
    return {
        "call": find(session, call_id),
        "proposal": proposal,
        "part": part,
        "names": names,
        "titles": titles,
        "apart": apart,
        "refusal": refusal,
        "seed": request.typed.text("seed") or ("1" if proposal is None else str(proposal.seed + 1)),
    }


def publish(session: Session, call_id: UUID, proposal_id: UUID) -> Onward:
    """Assign the reviews. A proposal that somebody has published or replaced in between is an old one."""
    newest = assignment.find_proposal(session, call_id)
    if newest is None or newest.proposal_id != proposal_id:
        raise ReviewProposalOutdated
    assignment.publish(session, proposal_id)
    return Onward(f"/calls/{call_id}/desk/reviewers")


PAGE = staff_page(router, "reviewing/assignment", look_at_assignment, vocabulary)
PAGE.post("", lambda form: int(number_of(form.text("seed"))), "reviews_proposed", assignment.propose)
PAGE.press_part("{proposal_id}/publish", "reviews_assigned", publish)
