"""``/portal/hackathons/…/desk/jury``: organisers say what is looked at, ask judges, assign them, watch how far they are,
and close the sheets.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.lists.model import Row
from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from citycore.language import Language
from hackathon.contest.challenges.service import list_challenges
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.jury import assignment, judges, sheets
from hackathon.contest.jury.errors import ProposalOutdated
from hackathon.contest.jury.listing import DESK
from hackathon.contest.jury.machines import JUDGE, JURY_FORMS_IN, SHEET
from hackathon.contest.jury.model import Gap, Seat
from hackathon.contest.jury.panels import find_gaps, find_wanting
from hackathon.contest.jury.settings import JurySettings
from hub_api.programme.contest.jury.marks import CRITERIA, form_of, number_of, terms_of
from hub_api.programme.contest.jury.words import by_text, names_of, page, refusal_of, vocabulary
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.lists.columns import Column, names, state, value
from hub_api.programme.kit.lists.page import FilterLabel, ListPage, bulk_steps, states_of
from hub_api.programme.kit.numbers import Numbered
from hub_api.programme.kit.pages import AGAIN, Onward, as_sent, of_part, signed_in, spread, step_of
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import steps_of, steps_on

router = APIRouter(prefix="/portal", include_in_schema=False)
PATH = "/hackathons/{hackathon_id}/desk/jury"
JUDGE_EVENTS = frozenset({"withdraw"})
SHEET_EVENTS = frozenset({"reopen", "take_out"})


def look_around(session: Session, request: PortalRequest, hackathon_id: UUID) -> dict[str, Any]:
    """What stands around the judges: rubrics, and what the assignment lacks; ``rounds`` says which have a rubric."""
    one, settings = get_hackathon(session, hackathon_id), session.of(JurySettings)
    gaps = find_gaps(session, hackathon_id)
    people = names_of(session, request, _people_of(gaps))
    return {
        "one": one,
        "challenges": [
            each for each in list_challenges(session, hackathon_id) if each.state in {"published", "locked"}
        ],
        "gaps": gaps,
        "names": by_text(people, sheets.find_titles(session, hackathon_id) if gaps else {}),
        "wanting": find_wanting(session, hackathon_id),
        "rounds": [
            (number, judges.find_terms(session, hackathon_id, number) is not None)
            for number in range(1, one.description.rounds + 1)
        ],
        "takes_judges": one.state in JURY_FORMS_IN,
        "capacity_max": settings.capacity_max,
    }


def progress(row: Row, language: Language) -> str | None:
    """How many sheets of the round are handed in, of how many; nothing before there are any."""
    own = row["sheets"]
    return WORDS.text("jury.progress_of", language, **own) if own["all"] else None


def _people_of(gaps: Iterable[Gap]) -> set[UUID]:
    """Who is named where a panel falls apart."""
    placed = {judge for gap in gaps for island in gap.islands for judge in island.judges}
    return {UUID(judge) for judge in placed | {judge for gap in gaps for judge, _ in gap.bridges or ()}}


def read_invitation(form: Form) -> tuple[str, int, list[UUID]]:
    return form.text("email"), form.number("capacity"), form.ids("expertise")


JURY = ListPage(
    router,
    PATH,
    DESK,
    (
        Column("list.name", names("name", "nobody"), "name_{language}", f"{PATH}/judges/{{judge_id}}"),
        Column("list.state", state(JUDGE)),
        Column("jury.sheets_done", progress),
        Column("jury.back", lambda row, _: row["sheets"]["given_back"] or None),
        Column("jury.last_at", value("last_submitted_at")),
        Column("jury.capacity", value("capacity")),
        Column("list.since", value("state_changed_at"), "since"),
        Column("list.begun", value("created_at"), "begun"),
    ),
    guard=signed_in,
    here="hackathons",
    title="jury.desk",
    empty="jury.no_judges",
    fields={
        "q": FilterLabel("jury.search_judges"),
        "state": FilterLabel("list.state", states_of(JUDGE)),
    },
    bulk=bulk_steps(JUDGE, ("withdraw",), judges.move),
    template="contest/jury/staff_list.html",
    more=look_around,
    object_guard=judges.require_staff,
    vocabulary=vocabulary,
).page
JURY.post("invite", read_invitation, "judge_invited", spread(judges.invite))
JURY.press("lock", "sheets_locked", sheets.lock_all)


def look(session: Session, request: PortalRequest, hackathon_id: UUID, judge_id: UUID) -> dict[str, Any]:
    """A judge with the sheets of the round, each with what can be done to it."""
    judge = judges.get_judge(session, hackathon_id, judge_id)
    one, person_id = get_hackathon(session, hackathon_id), judge.person_id
    own = sheets.list_sheets_of(session, judge)
    told = [sheet.sheet_id for sheet, _ in own if SHEET.state(sheet.state).reasons]
    if JUDGE.state(judge.state).reasons:
        told.append(judge_id)
    return {
        "title": names_of(session, request, [person_id])[person_id],
        "one": one,
        "judge": judge,
        "steps": steps_on(session, request, JUDGE, judge_id, JUDGE_EVENTS),
        "sheets": [(sheet, steps_of(SHEET, offers, request, SHEET_EVENTS)) for sheet, offers in own],
        "titles": sheets.find_titles(session, hackathon_id, person_id),
        "step_words": session.words(*told),
    }


PAGE = page(
    router,
    f"{PATH}/judges/{{judge_id}}",
    "contest/jury/staff.html",
    look,
    guard=signed_in,
    object_guard=judges.get_judge,
)
PAGE.steps(of_part(judges.move), JUDGE_EVENTS)
PAGE.post_part(
    "sheets/{sheet_id}/step",
    lambda form: step_of(form, SHEET_EVENTS),
    "step_taken",
    lambda session, _hackathon, _judge, sheet_id, step: sheets.move(session, sheet_id, *step),
)


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


def look_at_assignment(session: Session, request: PortalRequest, hackathon_id: UUID) -> dict[str, Any]:
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
        "titles": sheets.find_titles(session, hackathon_id),
        "seed": request.typed.text("seed") or ("1" if proposal is None else str(proposal.seed + 1)),
    }


def publish(session: Session, hackathon_id: UUID, proposal_id: UUID) -> Onward:
    """Offer the sheets. A proposal that somebody has published or replaced in between is an old one."""
    newest = assignment.find_proposal(session, hackathon_id)
    if newest is None or newest.proposal_id != proposal_id:
        raise ProposalOutdated
    assignment.publish(session, proposal_id)
    return Onward(PATH.format(hackathon_id=hackathon_id))


ASSIGNMENT = page(
    router,
    f"{PATH}/assignment",
    "contest/jury/assignment.html",
    look_at_assignment,
    guard=signed_in,
    object_guard=judges.require_staff,
    title="jury.assignment",
)
ASSIGNMENT.post("", lambda form: int(number_of(form.text("seed"))), "assignment_proposed", assignment.propose)
ASSIGNMENT.press_part("{proposal_id}/publish", "assignment_published", publish)
