"""``/portal/hackathons/…/desk/results``: organisers make results, answer appeals, and say what comes afterwards."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter

from casework.programme import Session
from hackathon.contest.hackathons.machine import CONCLUDED, HACKATHON
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.results import appeals, service, voting
from hackathon.contest.results.machine import APPEAL
from hackathon.contest.results.model import Answer, Appeal, Ballot, Continuation
from hackathon.contest.teams.service import get_team
from hub_api.programme.contest.hackathons.staff import require_staff
from hub_api.programme.contest.jury.words import refusal_of
from hub_api.programme.contest.results.pages import choice_now
from hub_api.programme.contest.results.words import continuation_label, page, part_of_tables, tables_of
from hub_api.programme.kit.errors import FormUnreadable, NoDecision
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import of_part, signed_in, spread
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import steps_on
from hub_api.programme.kit.turning import start_of
from hub_api.programme.kit.values import ValueForm

router = APIRouter(prefix="/portal", include_in_schema=False)
BALLOT = ValueForm(Ballot)
MADE_IN = frozenset({"deliberation", "results_provisional"})
ANSWERS = frozenset({"uphold", "dismiss"})


class Answerable(NamedTuple):
    """An appeal with the name of its team; ``refusal`` says why the visitor cannot answer it."""

    appeal: Appeal
    team: str
    decisions: list[tuple[str, str]]
    refusal: str | None


def look(session: Session, request: PortalRequest, hackathon_id: UUID) -> dict[str, Any]:
    require_staff(session, hackathon_id)
    one, entries = get_hackathon(session, hackathon_id), service.list_entries(session, hackathon_id)
    prepared = service.find_prepared(session, hackathon_id)
    ballot = voting.find_ballot(session, hackathon_id)
    final_steps = steps_on(session, request, HACKATHON, hackathon_id, frozenset({"finalise"}))
    tables, rows = tables_of(session, request, prepared, entries), request.office.settings.portal.page_rows
    q = request.query("q")
    places, after = part_of_tables(tables, q, start_of(request), rows)
    return {
        "refusal": refusal_of(session, request, hackathon_id),
        "one": one,
        "prepared": prepared,
        "tables": tables,
        "q": q,
        "places": {table.track: table for table in places},
        "after": after,
        "has_more": sum(len(table.rows) for table in tables) > rows,
        "entries": entries,
        "submissions": [
            (str(each.submission_id), f"{each.title} · {each.team}") for each in entries.values()
        ],
        "filed": [
            _answerable(session, request, each) for each in appeals.list_appeals(session, hackathon_id)
        ],
        "finalising": next(iter(final_steps), None),
        "ballot": ballot,
        "written": BALLOT.fill(ballot, request.typed),
        "choice": choice_now(session, hackathon_id, entries),
        "kinds": [(kind.value, continuation_label(kind).text(request.language)) for kind in Continuation],
        "is_voting": ballot is not None and ballot.is_open(session.now()),
        "is_made": one.state in MADE_IN,
        "is_final": one.state in CONCLUDED,
    }


def _answerable(session: Session, request: PortalRequest, appeal: Appeal) -> Answerable:
    steps = steps_on(session, request, APPEAL, appeal.appeal_id, ANSWERS)
    decisions = [
        (f"{step.event}/{reason}", f"{step.label.text(request.language)}: {label.text(request.language)}")
        for step in steps
        for reason, label in step.reasons
    ]
    refusal = next((step.refusal for step in steps if step.refusal), None)
    return Answerable(appeal, get_team(session, appeal.team_id).profile.name, decisions, refusal)


def read_tie(form: Form) -> tuple[str, list[UUID], str]:
    return form.text("track"), form.ids("order"), form.text("reason")


def read_answer(form: Form) -> tuple[Answer, int]:
    version, (event, _, reason) = form.number("version"), form.text("decision").partition("/")
    if not event:
        raise NoDecision
    if event not in ANSWERS:
        raise FormUnreadable
    return Answer(event, reason, form.text("answer")), version


def read_continuation(form: Form) -> tuple[UUID, Continuation, str]:
    kind = next((one for one in Continuation if one == form.text("kind")), None)
    if kind is None:
        raise FormUnreadable
    return form.id("submission"), kind, form.text("reference")


PAGE = page(
    router,
    "/hackathons/{hackathon_id}/desk/results",
    "contest/results/staff.html",
    look,
    guard=signed_in,
    object_guard=require_staff,
    title="results.desk",
)
PAGE.press("prepare", "results_prepared", service.prepare)
PAGE.post("tie", read_tie, "tie_decided", spread(service.decide_tie))
PAGE.post(
    "release",
    lambda form: form.number("number"),
    "results_released",
    service.release,
    asks="hackathon.publish_provisional",
)
PAGE.post("finalise", lambda form: form.number("version"), "step_taken", service.finalise)
PAGE.post_part("appeals/{appeal_id}", read_answer, "appeal_decided", of_part(spread(appeals.decide)))
PAGE.post("ballot", BALLOT, "saved", voting.set_ballot)
PAGE.post(
    "continuation",
    read_continuation,
    "saved",
    lambda session, _, sent: service.note_continuation(session, *sent),
)
