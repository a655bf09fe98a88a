"""``/portal/sheets``: a score sheet beside what it is about."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.jury import sheets
from hackathon.contest.jury.judges import get_terms
from hackathon.contest.jury.machines import SHEET, WRITABLE
from hackathon.contest.jury.model import Marking
from hackathon.contest.jury.settings import JurySettings
from hackathon.contest.submissions.service import get_handed_in
from hackathon.contest.submissions.writing import get_form
from hackathon.contest.teams.service import get_team
from hub_api.programme.contest.jury.marks import lines_of, written
from hub_api.programme.contest.jury.words import page
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Onward, as_sent, signed_in
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import steps_of

router = APIRouter(prefix="/portal", include_in_schema=False)
#: Beside writing and handing in, which the form does.
OWN_EVENTS = frozenset({"accept", "decline", "recuse"})


def look(session: Session, request: PortalRequest, sheet_id: UUID) -> dict[str, Any]:
    """A sheet with what it is about; refused, all that was typed stays in the form."""
    sheet = sheets.get_sheet(session, sheet_id)
    handed_in = get_handed_in(session, sheet.submission_id)
    if handed_in is None:
        raise NoSuchObject
    rubric = get_terms(session, sheet.hackathon_id, sheet.round).rubric
    stored = Marking(sheet.sheet.marks, sheet.comments, sheet.remark)
    typed = None if request.sent is None or "event" in request.sent.fields else request.sent
    return {
        "title": handed_in.content.title,
        "sheet": sheet,
        "hackathon": get_hackathon(session, sheet.hackathon_id),
        "team": get_team(session, sheet.team_id),
        "handed_in": handed_in,
        "questions": get_form(session, sheet.hackathon_id),
        "steps": steps_of(SHEET, sheets.get_steps(session, sheet_id), request, OWN_EVENTS),
        "lines": list(lines_of(rubric, stored, typed)),
        "scale": rubric.scale,
        "remark": stored.remark if typed is None else typed.text("remark"),
        "is_writable": sheet.state in WRITABLE,
        "comment_characters_max": session.of(JurySettings).comment_characters_max,
    }


def write(session: Session, sheet_id: UUID, form: Form, seen_version: int) -> Onward | None:
    """Save what the judge thinks so far, or hand it in."""
    sheet = sheets.get_sheet(session, sheet_id)
    marking = written(form, get_terms(session, sheet.hackathon_id, sheet.round).rubric)
    if form.text("then") != "submit":
        sheets.write(session, sheet_id, marking, seen_version)
        return None
    sheets.hand_in(session, sheet_id, marking, seen_version)
    return Onward(f"/sheets/{sheet_id}", "sheet_handed_in")


def move(
    session: Session, sheet_id: UUID, event: str, seen_version: int, reason: str | None
) -> Onward | None:
    """Accept it, or give it back: then it is gone, and the judge is led to the others."""
    hackathon_id = sheets.get_sheet(session, sheet_id).hackathon_id
    sheets.move(session, sheet_id, event, seen_version, reason)
    return None if event == "accept" else Onward(f"/hackathons/{hackathon_id}/judging", "sheet_given_back")


PAGE = page(
    router,
    "/sheets/{sheet_id}",
    "contest/jury/sheet.html",
    look,
    guard=signed_in,
    object_guard=sheets.get_sheet,
    here="account",
)
PAGE.edit("", as_sent, "sheet_saved", write)
PAGE.steps(move, OWN_EVENTS)
