"""``/portal/calls/…/desk/assignment``: who reviews what, proposed, looked at, and told."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter

from casework.programme import Session
from hackathon.contest.judging.errors import JudgingAssignmentImpossible, JudgingScoredInConflict
from hackathon.funding.reviewing import assignment, reviewers
from hackathon.funding.reviewing.copies.service import list_rows
from hackathon.funding.reviewing.errors import ReviewProposalOutdated
from hackathon.funding.reviewing.model import Reviewer, Seat
from hackathon.funding.reviewing.rounds import find
from hackathon.funding.reviewing.settings import ReviewingSettings
from hub_api.programme.contest.jury.marks import number_of
from hub_api.programme.contest.jury.words import by_text, names_of
from hub_api.programme.funding.calls.words import staff_page
from hub_api.programme.funding.reviewing.words import vocabulary
from hub_api.programme.kit.pages import Onward
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.turning import part_of, start_of

router = APIRouter(prefix="/portal", include_in_schema=False)


class Seats(NamedTuple):
    """What one reviewer would have."""

    reviewer: Reviewer
    seats: list[Seat]


def look(session: Session, request: PortalRequest, call_id: UUID) -> dict[str, Any]:
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


PAGE = staff_page(router, "reviewing/assignment", look, vocabulary)
PAGE.post("", lambda form: int(number_of(form.text("seed"))), "reviews_proposed", assignment.propose)
PAGE.press_part("{proposal_id}/publish", "reviews_assigned", publish)
