"""``/portal/hackathons/…/desk/jury/assignment`` and ``…/rounds``: what is looked at, and who judges what."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.jury import assignment, judges
from hackathon.contest.jury.errors import ProposalOutdated
from hackathon.contest.jury.model import Seat
from hackathon.contest.jury.settings import JurySettings
from hackathon.contest.jury.sheets import find_titles
from hub_api.programme.contest.jury.marks import CRITERIA, form_of, number_of, terms_of
from hub_api.programme.contest.jury.staff import PATH
from hub_api.programme.contest.jury.words import names_of, page, refusal_of
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.numbers import Numbered
from hub_api.programme.kit.pages import AGAIN, Onward, as_sent, signed_in
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest

router = APIRouter(prefix="/portal", include_in_schema=False)


def look_at_round(
    session: Session, request: PortalRequest, hackathon_id: UUID, round_number: Numbered
) -> dict[str, Any]:
    """A round with its rubric, if it has one."""
    judges.require_staff(session, hackathon_id)
    one, most = get_hackathon(session, hackathon_id), session.of(JurySettings).criteria_max
    if not 1 <= round_number <= one.description.rounds:
        raise NoSuchObject
    written = form_of(judges.find_terms(session, hackathon_id, round_number), request.typed)
    spare = request.office.settings.portal.rows_spare
    return {
        "title": WORDS.text("jury.round", request.language, number=round_number),
        "one": one,
        "number_of_round": round_number,
        "written": written,
        "rows": min(most, written.rows(*CRITERIA) + spare),
    }


def set_terms(session: Session, hackathon_id: UUID, round_number: int, form: Form) -> str | None:
    """Store the rubric of a round, or show the form with more rows."""
    if form.text("then") == "rows":
        return AGAIN
    judges.set_terms(session, hackathon_id, round_number, terms_of(form))
    return None


page(
    router,
    f"{PATH}/rounds/{{round_number}}",
    "contest/jury/round.html",
    look_at_round,
    guard=signed_in,
    object_guard=lambda session, hackathon_id, _: judges.require_staff(session, hackathon_id),
).post("", as_sent, "saved", set_terms)


def look(session: Session, request: PortalRequest, hackathon_id: UUID) -> dict[str, Any]:
    """``seats`` are those of the proposal, judge by judge."""
    everyone, one = judges.list_judges(session, hackathon_id), get_hackathon(session, hackathon_id)
    proposal = assignment.find_proposal(session, hackathon_id)
    people = names_of(session, request, [judge.person_id for judge in everyone])
    own: dict[UUID, list[Seat]] = {judge.judge_id: [] for judge in everyone if judge.state == "accepted"}
    for seat in () if proposal is None else proposal.seats:
        own.setdefault(seat.judge_id, []).append(seat)
    seats = [(judge, own[judge.judge_id]) for judge in everyone if judge.judge_id in own]
    return {
        "refusal": refusal_of(session, request, hackathon_id),
        "one": one,
        "proposal": proposal,
        "seats": sorted(seats, key=lambda each: people[each[0].person_id]),
        "people": people,
        "titles": find_titles(session, hackathon_id),
        "seed": request.typed.text("seed") or ("1" if proposal is None else str(proposal.seed + 1)),
    }


def publish(session: Session, hackathon_id: UUID, proposal_id: UUID) -> Onward:
    """Offer the sheets. A proposal that somebody has published or replaced in between is an old one."""
    newest = assignment.find_proposal(session, hackathon_id)
    if newest is None or newest.proposal_id != proposal_id:
        raise ProposalOutdated
    assignment.publish(session, proposal_id)
    return Onward(PATH.format(hackathon_id=hackathon_id))


PAGE = page(
    router,
    f"{PATH}/assignment",
    "contest/jury/assignment.html",
    look,
    guard=signed_in,
    object_guard=judges.require_staff,
    title="jury.assignment",
)
PAGE.post("", lambda form: int(number_of(form.text("seed"))), "assignment_proposed", assignment.propose)
PAGE.press_part("{proposal_id}/publish", "assignment_published", publish)
