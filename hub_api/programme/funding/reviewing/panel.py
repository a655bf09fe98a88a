"""``/portal/calls/…/desk/panel`` and ``…/decisions``: the ranking, the panel's notes, and what is decided.

``/portal/applications/…/decision``: what was decided, and what reviewers wrote, for those who apply.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.programme import Session
from casework.workflow.wording import Label
from hackathon.funding.applications.machine import REJECTED
from hackathon.funding.applications.notices import APPLICATIONS
from hackathon.funding.applications.writing import find as find_application
from hackathon.funding.calls.machine import CALL
from hackathon.funding.reviewing.deciding import decisions, panel
from hackathon.funding.reviewing.deciding.decisions import list_told
from hackathon.funding.reviewing.deciding.model import Choice, Verdict
from hackathon.funding.reviewing.deciding.rules import APPROVALS
from hackathon.funding.reviewing.rounds import find
from hackathon.funding.reviewing.settings import ReviewingSettings
from hub_api.programme.contest.jury.words import names_of
from hub_api.programme.funding.calls.words import amount_of, staff_page
from hub_api.programme.funding.reviewing.words import ranking_rows, vocabulary
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Page, as_sent, of_part, signed_in
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.turning import part_of, start_of
from hub_api.serving.exports.text import BYTE_ORDER_MARK, csv_lines

router = APIRouter(prefix="/portal", include_in_schema=False)


def look(session: Session, request: PortalRequest, call_id: UUID) -> dict[str, Any]:
    """What the panel sees: the ranking, and for a part of it what was written about each application."""
    ranking, call = panel.rank(session, call_id), find(session, call_id)
    part = part_of(ranking.lines, start_of(request), session.of(ReviewingSettings).panel_rows)
    about = [line.application_id for line in part.rows]
    reviews = panel.list_reviews_about(session, call_id, about)
    notes = panel.list_notes(session, call_id, about)
    people = {one.person_id for each in reviews.values() for one in each}
    people |= {one.written_by for each in notes.values() for one in each if one.written_by is not None}
    return {
        "call": call,
        "ranking": ranking,
        "part": part,
        "reviews": reviews,
        "notes": notes,
        "names": names_of(session, request, people),
        "may_begin": call.state == "reviewing" and any(line.state == "in_review" for line in ranking.lines),
    }


PANEL = staff_page(router, "reviewing/panel", look, vocabulary)
PANEL.post("", lambda form: form.text("why"), "panel_begun", panel.begin)
PANEL.post_part("{application_id}/notes", lambda form: form.text("note"), "saved", of_part(panel.write_note))


@router.get("/calls/{call_id}/desk/panel.csv")
async def send_ranking(request: CurrentRequest, call_id: UUID) -> Response:
    """The whole ranking as a file for a spreadsheet."""
    _ = request.person
    ranking = await request.look(panel.rank, call_id)
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'attachment; filename="falaj-panel-{call_id}.csv"',
        "X-Content-Type-Options": "nosniff",
    }
    content = BYTE_ORDER_MARK + b"".join(csv_lines(ranking_rows(ranking, request.language)))
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


def look_at_decisions(session: Session, request: PortalRequest, call_id: UUID) -> dict[str, Any]:
    """What is to be decided, and what waits to be told."""
    ranking, prepared = panel.rank(session, call_id), decisions.list_prepared(session, call_id)
    chosen = {one.decision.object_id for one in prepared}
    machine, rows = APPLICATIONS.machine, session.of(ReviewingSettings).panel_rows
    waiting = [
        (line, [event for event in decisions.EVENTS if machine.step(line.state, event) is not None])
        for line in ranking.lines
        if line.state in {"panel", "reserve"} and line.application_id not in chosen
    ]
    return {
        "call": find(session, call_id),
        "ranking": ranking,
        "prepared": prepared,
        "step_words": session.words(*(one.decision.prepared_id for one in prepared)),
        "waiting": part_of(waiting, start_of(request), rows),
        "first_lines": rows,
        "reasons": REJECTED,
    }


def prepare(session: Session, call_id: UUID, application_id: UUID, form: Form) -> None:
    event, currency = form.text("event"), find(session, call_id).description.terms.budget.currency
    reason = form.optional("reason") if event == "reject" else None
    choice = Choice(event, _verdict(form, currency, event), reason)
    decisions.prepare(session, application_id, choice, form.number("version"))


def _verdict(form: Form, currency: str, event: str) -> Verdict:
    """Amount and conditions of an approval; of anything else what was typed into those fields is not meant."""
    if event not in APPROVALS:
        return Verdict()
    text, field = form.text("amount").strip(), Label(CALL.package, "field.award_max")
    minor = amount_of(text, currency, field).minor if text else None
    if event == "approve":
        return Verdict(minor)
    return Verdict(minor, form.text("conditions_ar").strip(), form.text("conditions_en").strip())


DECISIONS = staff_page(router, "reviewing/decisions", look_at_decisions, vocabulary)
DECISIONS.post("release", lambda form: form.ids("decision"), "funding_told", decisions.release)
DECISIONS.post_part("{application_id}/prepare", as_sent, "prepared", prepare)
DECISIONS.press_part("{decision_id}/withdraw", "step_taken", of_part(decisions.withdraw))


def look_at_decision(session: Session, _: PortalRequest, application_id: UUID) -> dict[str, Any]:
    decisions = list_told(session, application_id)
    application = find_application(session, application_id)
    return {
        "application": application,
        "call": find(session, application.call_id),
        "decisions": decisions,
    }


Page(
    router,
    "/applications/{application_id}/decision",
    "funding/reviewing/decision.html",
    look_at_decision,
    guard=signed_in,
    title="reviewing.decision",
    here="account",
    vocabulary=vocabulary,
)
