"""``/portal/hackathons/…/desk/jury/assignment`` and ``…/rounds``: what is looked at, and who judges what."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from citycore.errors import FalajError
from hackathon.contest.hackathons.model import Hackathon
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.judging.errors import AssignmentImpossible, ScoredInConflict
from hackathon.contest.jury import assignment, judges
from hackathon.contest.jury.errors import ProposalOutdated
from hackathon.contest.jury.model import Judge, Proposal, Seat, Terms
from hub_api.programme.contest.jury.desk import attempt, host_form, require_host
from hub_api.programme.contest.jury.marks import Row, number_of, rows_of, rows_to_show, stored_rows, terms_of
from hub_api.programme.contest.jury.words import Known, know, number_text, title_of, vocabulary
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.numbers import Numbered
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest

router = APIRouter(prefix="/portal/hackathons/{hackathon_id}/desk/jury", include_in_schema=False)
#: What a new rubric begins with.
SCALE = {"lowest": "0", "highest": "10", "step": "0.5", "judges_per_entry": "3"}


@router.get("/rounds/{round_number}")
async def show_round(request: CurrentRequest, hackathon_id: UUID, round_number: Numbered) -> Response:
    require_host(request, hackathon_id)
    return await _round_page(request, hackathon_id, round_number, Form())


@router.post("/rounds/{round_number}")
async def send_round(request: CurrentRequest, hackathon_id: UUID, round_number: Numbered) -> Response:
    """Store the rubric of a round, or show the form with more rows."""
    form = await host_form(request, hackathon_id)
    if form.text("then") == "rows":
        return await _round_page(request, hackathon_id, round_number, form)

    def work(session: Session) -> None:
        terms = terms_of(form, request.office.settings.jury.criteria_max)
        judges.set_terms(session, hackathon_id, round_number, terms)

    return await attempt(
        request,
        work,
        f"/hackathons/{hackathon_id}/desk/jury/rounds/{round_number}",
        "saved",
        lambda error: _round_page(request, hackathon_id, round_number, form, error),
    )


@router.get("/assignment")
async def show_assignment(request: CurrentRequest, hackathon_id: UUID) -> Response:
    require_host(request, hackathon_id)
    return await _assignment_page(request, hackathon_id, Form())


@router.post("/assignment")
async def propose(request: CurrentRequest, hackathon_id: UUID) -> Response:
    form = await host_form(request, hackathon_id)

    def work(session: Session) -> None:
        seed = int(number_of(form.text("seed")))
        assignment.propose(session, hackathon_id, seed)

    return await attempt(
        request,
        work,
        f"/hackathons/{hackathon_id}/desk/jury/assignment",
        "assignment_proposed",
        lambda error: _assignment_page(request, hackathon_id, form, error),
    )


@router.post("/assignment/{proposal_id}/publish")
async def publish(request: CurrentRequest, hackathon_id: UUID, proposal_id: UUID) -> Response:
    """Offer the sheets. A proposal that somebody has published or replaced in between is an old one."""
    form = await host_form(request, hackathon_id)

    def work(session: Session) -> None:
        newest = assignment.find_proposal(session, hackathon_id)
        if newest is None or newest.proposal_id != proposal_id:
            raise ProposalOutdated
        assignment.publish(session, proposal_id)

    return await attempt(
        request,
        work,
        f"/hackathons/{hackathon_id}/desk/jury",
        "assignment_published",
        lambda error: _assignment_page(request, hackathon_id, form, error),
    )


class Seats(NamedTuple):
    """What one judge would have."""

    judge: Judge
    seats: list[Seat]


class Proposed(NamedTuple):
    """A proposal as organisers look at it."""

    one: Hackathon
    proposal: Proposal | None
    seats: list[Seats]
    known: Known


class Written(NamedTuple):
    """A round with its rubric, if it has one."""

    one: Hackathon
    terms: Terms | None


def _look(session: Session, request: PortalRequest, hackathon_id: UUID) -> Proposed:
    one = get_hackathon(session, hackathon_id)
    everyone = judges.list_judges(session, hackathon_id)
    proposal = assignment.find_proposal(session, hackathon_id)
    known = know(session, request, hackathon_id, [judge.person_id for judge in everyone])
    seats = () if proposal is None else proposal.seats
    own = [
        Seats(judge, [seat for seat in seats if seat.judge_id == judge.judge_id])
        for judge in everyone
        if judge.state == "accepted" or any(seat.judge_id == judge.judge_id for seat in seats)
    ]
    own.sort(key=lambda each: known.people[each.judge.person_id])
    return Proposed(one, proposal, own, known)


async def _assignment_page(
    request: PortalRequest, hackathon_id: UUID, form: Form, refused: FalajError | None = None
) -> Response:
    shown = await request.look(lambda session: _look(session, request, hackathon_id))
    refusal = None
    if isinstance(refused, AssignmentImpossible | ScoredInConflict):
        refusal = refused.told(request.language, shown.known.by_text())
    seed = form.text("seed") or ("1" if shown.proposal is None else str(shown.proposal.seed + 1))
    return render_page(
        request,
        "contest/jury/assignment.html",
        title=WORDS.text("jury.assignment", request.language),
        here="hackathons",
        refused=refused,
        refusal=refusal,
        seed=seed,
        hackathon_title=title_of(request, shown.one),
        **shown._asdict(),
        **vocabulary(),
    )


def _look_at_round(session: Session, hackathon_id: UUID, number: int) -> Written:
    one = get_hackathon(session, hackathon_id)
    if not 1 <= number <= one.description.rounds:
        raise NoSuchObject
    try:
        return Written(one, judges.get_terms(session, hackathon_id, number))
    except NoSuchObject:
        return Written(one, None)


async def _round_page(
    request: PortalRequest, hackathon_id: UUID, number: int, form: Form, refused: FalajError | None = None
) -> Response:
    shown = await request.look(lambda session: _look_at_round(session, hackathon_id, number))
    fields, rows = _fields(shown.terms, form, request.office.settings.jury.criteria_max)
    settings = request.office.settings
    return render_page(
        request,
        "contest/jury/round.html",
        title=WORDS.text("jury.round", request.language, number=number),
        here="hackathons",
        refused=refused,
        hackathon_title=title_of(request, shown.one),
        one=shown.one,
        number_of_round=number,
        fields=fields,
        terms=shown.terms,
        rows=rows_to_show(rows, settings.portal.rows_spare, settings.jury.criteria_max),
        **vocabulary(),
    )


def _fields(terms: Terms | None, form: Form, rows_max: int) -> tuple[dict[str, str], list[Row]]:
    """What was typed, else what is stored, else what a rubric begins with."""
    if form.fields:
        names = (*SCALE, "is_by_challenge")
        return {name: form.text(name) for name in names}, rows_of(form, rows_max)
    if terms is None:
        return {**SCALE, "is_by_challenge": ""}, []
    scale = terms.rubric.scale
    return {
        "lowest": number_text(scale.lowest),
        "highest": number_text(scale.highest),
        "step": number_text(scale.step),
        "judges_per_entry": str(terms.judges_per_entry),
        "is_by_challenge": "1" if terms.is_by_challenge else "",
    }, stored_rows(terms.rubric)
