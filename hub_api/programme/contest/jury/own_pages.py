"""``/portal/account/judging`` and ``/portal/hackathons/…/judging``: what a judge is asked, and has before them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.organisations import service as organisations
from casework.organisations.model import Search
from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from hackathon.contest.hackathons.machine import UNPUBLISHED
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.jury import judges
from hackathon.contest.jury.machines import GONE, JUDGE
from hackathon.contest.jury.model import OwnJudging
from hackathon.contest.jury.sheets import find_titles, list_own_sheets
from hackathon.contest.teams.model import Wanted
from hackathon.contest.teams.service import list_teams
from hub_api.programme.contest.jury.words import page
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import signed_in, step_of
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import Step, deadlines_in, steps_of, words_in

router = APIRouter(prefix="/portal", include_in_schema=False)
#: What a judge does with the part itself; the others are the organisers'.
OWN_EVENTS = frozenset({"accept", "decline", "resign"})
HANDED_IN = frozenset({"submitted", "locked"})


def look(session: Session, request: PortalRequest) -> dict[str, Any]:
    found = judges.list_own_judging(session)
    told = [one.judge.judge_id for one in found if JUDGE.state(one.judge.state).reasons]
    return {
        "judging": [(one, _steps(session, request, one)) for one in found],
        "step_words": words_in(session, *told),
        "unpublished": UNPUBLISHED,
    }


def _steps(session: Session, request: PortalRequest, one: OwnJudging) -> list[Step]:
    if JUDGE.state(one.judge.state).is_terminal:
        return []
    return steps_of(JUDGE, judges.get_steps(session, one.judge.judge_id), request, OWN_EVENTS)


page(
    router,
    "/account/judging",
    "contest/jury/own.html",
    look,
    guard=signed_in,
    title="jury.own",
    here="account",
).post_part(
    "{judge_id}/step",
    lambda form: step_of(form, OWN_EVENTS),
    "step_taken",
    lambda session, judge_id, step: judges.move(session, judge_id, *step),
)


def require_judge(session: Session, hackathon_id: UUID) -> None:
    """Nobody else learns that there is such a page."""
    if judges.find_own_judge(session, hackathon_id) is None:
        raise NoSuchObject


def look_at_sheets(session: Session, request: PortalRequest, hackathon_id: UUID) -> dict[str, Any]:
    """``until`` is when nobody can give marks any more at the latest."""
    one = get_hackathon(session, hackathon_id)
    require_judge(session, hackathon_id)
    sheets = list_own_sheets(session, hackathon_id)
    standing = [sheet.state for sheet in sheets if sheet.state not in GONE]
    planned = {deadline.name: deadline.instant for deadline in deadlines_in(session, hackathon_id)}
    return {
        "title": one.description.title(request.language),
        "one": one,
        "sheets": sheets,
        "titles": find_titles(session, hackathon_id),
        "terms": judges.find_terms(session, hackathon_id, max(1, one.round)),
        "until": planned.get("appeals_close"),
        "handed_in": sum(state in HANDED_IN for state in standing),
        "standing": len(standing),
    }


page(
    router,
    "/hackathons/{hackathon_id}/judging",
    "contest/jury/judging.html",
    look_at_sheets,
    guard=signed_in,
    here="account",
)


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
