"""``/portal/account/judging``, ``/portal/hackathons/…/judging`` and ``/portal/sheets``: what a judge is asked, and has
before them; each score sheet beside what it is about.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.organisations import service as organisations
from casework.organisations.model import Search
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, existing
from hackathon.contest.hackathons.machine import UNPUBLISHED
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.jury import judges, sheets
from hackathon.contest.jury.machines import GONE, JUDGE, SHEET, WRITABLE
from hackathon.contest.jury.model import Marking, OwnJudging
from hackathon.contest.jury.settings import JurySettings
from hackathon.contest.submissions.service import get_handed_in
from hackathon.contest.submissions.writing import get_form
from hackathon.contest.teams.model import Wanted
from hackathon.contest.teams.service import get_team, list_teams
from hub_api.programme.contest.jury.marks import lines_of, written
from hub_api.programme.contest.jury.words import page
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.outlook import Subject, without_dates
from hub_api.programme.kit.pages import Onward, as_sent, signed_in, spread, step_of
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import Step, steps_on

router = APIRouter(prefix="/portal", include_in_schema=False)
#: What a judge does with the part itself; the others are the organisers'.
OWN_EVENTS = frozenset({"accept", "decline", "resign"})
#: On a sheet, beside writing and handing in, which the form does.
SHEET_EVENTS = frozenset({"accept", "decline", "recuse"})
HANDED_IN = frozenset({"submitted", "locked"})


def look(session: Session, request: PortalRequest) -> dict[str, Any]:
    found = judges.list_own_judging(session)
    told = [one.judge.judge_id for one in found if JUDGE.state(one.judge.state).reasons]
    return {
        "judging": [(one, _steps(session, request, one)) for one in found],
        "step_words": session.words(*told),
        "unpublished": UNPUBLISHED,
    }


def _steps(session: Session, request: PortalRequest, one: OwnJudging) -> list[Step]:
    if JUDGE.state(one.judge.state).is_terminal:
        return []
    return steps_on(session, request, JUDGE, one.judge.judge_id, OWN_EVENTS)


page(
    router,
    "/account/judging",
    "contest/jury/own.html",
    look,
    guard=signed_in,
    title="jury.own",
    here="account",
).post_part("{judge_id}/step", lambda form: step_of(form, OWN_EVENTS), "step_taken", spread(judges.move))


def require_judge(session: Session, hackathon_id: UUID) -> None:
    """Nobody else learns that there is such a page."""
    if judges.find_own_judge(session, hackathon_id) is None:
        raise NoSuchObject


def look_at_sheets(session: Session, request: PortalRequest, hackathon_id: UUID) -> dict[str, Any]:
    """``until`` is when nobody can give marks any more at the latest."""
    one = get_hackathon(session, hackathon_id)
    require_judge(session, hackathon_id)
    own = sheets.list_own_sheets(session, hackathon_id)
    standing = [sheet.state for sheet in own if sheet.state not in GONE]
    planned = session.planned(hackathon_id)
    return {
        "title": one.description.title(request.language),
        "one": one,
        "sheets": own,
        "titles": sheets.find_titles(session, hackathon_id),
        "terms": judges.find_terms(session, hackathon_id, max(1, one.round)),
        "until": planned.get("appeals_close"),
        "is_named": judges.is_named(session, hackathon_id),
        "handed_in": sum(state in HANDED_IN for state in standing),
        "standing": len(standing),
    }


page(
    router,
    "/hackathons/{hackathon_id}/judging",
    "contest/jury/judging.html",
    look_at_sheets,
    guard=signed_in,
    object_guard=require_judge,
    here="account",
).post("name", lambda form: bool(form.text("is_named")), "saved", judges.set_named)


def look_at_interests(session: Session, request: PortalRequest, hackathon_id: UUID) -> dict[str, Any]:
    """With teams and organisations that are looked for, since a judge can be close to each of them."""
    one, q = get_hackathon(session, hackathon_id), request.query("q") or request.typed.text("q")
    require_judge(session, hackathon_id)
    found: dict[str, Any] = {"teams": [], "organisations": []}
    rows = request.office.settings.portal.page_rows
    if q.strip():
        found["teams"] = list_teams(session, hackathon_id, Wanted(q, rows=rows)).teams
        found["organisations"] = organisations.search(
            session, request.language, Search(q, rows=rows)
        ).organisations
    return {
        "one": one,
        "q": q,
        "rows": rows,
        **found,
    }


def read_interest(form: Form) -> UUID | str:
    """A team or an organisation out of the list, or a person by address."""
    return form.optional("email") or form.id("about")


def declare(session: Session, hackathon_id: UUID, about: UUID | str) -> None:
    require_judge(session, hackathon_id)
    if isinstance(about, UUID):
        judges.declare_interest(session, hackathon_id, about)
    else:
        judges.declare_person(session, hackathon_id, about)


page(
    router,
    "/hackathons/{hackathon_id}/judging/interests",
    "contest/jury/interests.html",
    look_at_interests,
    guard=signed_in,
    object_guard=require_judge,
    title="jury.interests",
    here="account",
).post("", read_interest, "interest_declared", declare)


def look_at_sheet(session: Session, request: PortalRequest, sheet_id: UUID) -> dict[str, Any]:
    """A sheet with what it is about; refused, all that was typed stays in the form."""
    sheet = sheets.get_sheet(session, sheet_id)
    handed_in = existing(get_handed_in(session, sheet.submission_id))
    rubric = judges.get_terms(session, sheet.hackathon_id, sheet.round).rubric
    stored = Marking(sheet.sheet.marks, sheet.comments, sheet.remark)
    typed = None if request.sent is None or "event" in request.sent.fields else request.sent
    return {
        "title": handed_in.content.title,
        "sheet": sheet,
        "hackathon": get_hackathon(session, sheet.hackathon_id),
        "team": get_team(session, sheet.team_id),
        "handed_in": handed_in,
        "questions": get_form(session, sheet.hackathon_id),
        "steps": steps_on(session, request, SHEET, sheet_id, SHEET_EVENTS),
        "lines": list(lines_of(rubric, stored, typed)),
        "scale": rubric.scale,
        "remark": stored.remark if typed is None else typed.text("remark"),
        "is_writable": sheet.state in WRITABLE,
        "comment_characters_max": session.of(JurySettings).comment_characters_max,
    }


def write_sheet(session: Session, sheet_id: UUID, form: Form, seen_version: int) -> Onward | None:
    """Save what the judge thinks so far, or hand it in."""
    sheet = sheets.get_sheet(session, sheet_id)
    marking = written(form, judges.get_terms(session, sheet.hackathon_id, sheet.round).rubric)
    if form.text("then") != "submit":
        sheets.write(session, sheet_id, marking, seen_version)
        return None
    sheets.hand_in(session, sheet_id, marking, seen_version)
    return Onward(f"/sheets/{sheet_id}", "sheet_handed_in")


def move_sheet(
    session: Session, sheet_id: UUID, event: str, seen_version: int, reason: str | None
) -> Onward | None:
    """Accept it, or give it back: then it is gone, and the judge is led to the others."""
    hackathon_id = sheets.get_sheet(session, sheet_id).hackathon_id
    sheets.move(session, sheet_id, event, seen_version, reason)
    return None if event == "accept" else Onward(f"/hackathons/{hackathon_id}/judging", "sheet_given_back")


SHEET_PAGE = page(
    router,
    "/sheets/{sheet_id}",
    "contest/jury/sheet.html",
    look_at_sheet,
    guard=signed_in,
    object_guard=sheets.get_sheet,
    here="account",
    subject=Subject(SHEET, "sheet", without_dates),
)
SHEET_PAGE.edit("", as_sent, "sheet_saved", write_sheet)
SHEET_PAGE.steps(move_sheet, SHEET_EVENTS)
