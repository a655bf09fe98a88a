"""``/portal/hackathons/…/desk``: its organisers write it, plan it, and move it step by step."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.programme import Session
from casework.workflow.deadlines import extension_reasons
from citycore.language import catalogue
from hackathon.contest.challenges import decisions
from hackathon.contest.challenges.service import list_challenges
from hackathon.contest.hackathons import service
from hackathon.contest.hackathons.machine import DEADLINES, EDITABLE, HACKATHON, STAFF
from hackathon.contest.hackathons.rules import scopes_of
from hub_api.programme.contest.hackathons.words import DESCRIPTION, page
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import of_part, signed_in, spread
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import extensions_of, steps_on

router = APIRouter(prefix="/portal", include_in_schema=False)
_PATH = "/hackathons/{hackathon_id}"


def require_staff(session: Session, hackathon_id: UUID) -> None:
    """Only organisers learn what is there, and what is wrong with a form; :class:`NotAllowed`."""
    session.require(STAFF, scopes_of(hackathon_id))


def look(session: Session, request: PortalRequest, hackathon_id: UUID) -> dict[str, Any]:
    require_staff(session, hackathon_id)
    one, language = service.get_hackathon(session, hackathon_id), request.language
    challenges = list_challenges(session, hackathon_id)
    titles = {each.challenge_id: each.description.title(language) for each in challenges}
    planned = session.planned(hackathon_id)
    texts = catalogue("casework.workflow")
    return {
        "title": one.description.title(language),
        "one": one,
        "written": DESCRIPTION.fill(one.description, request.typed),
        "steps": steps_on(session, request, HACKATHON, hackathon_id),
        "names": DEADLINES,
        "planned": planned,
        "may_plan": one.state in HACKATHON.planned_in,
        "may_edit": one.state in EDITABLE,
        "extendable": extensions_of(HACKATHON, one.state, planned, DEADLINES, request),
        "reasons": [(each, texts.text(f"extension.{each}", language)) for each in extension_reasons()],
        "challenges": challenges,
        "decisions": [
            (each, titles[each.object_id]) for each in decisions.list_prepared(session, list(titles))
        ],
    }


def read_dates(form: Form) -> dict[str, datetime]:
    return {name: instant for name in DEADLINES if (instant := form.instant(name)) is not None}


def read_extension(form: Form) -> tuple[str, datetime, str]:
    return form.text("name"), form.chosen_instant("instant"), form.text("reason")


PAGE = page(
    router,
    f"{_PATH}/desk",
    "contest/hackathons/staff.html",
    look,
    guard=signed_in,
    object_guard=require_staff,
)
PAGE.edit(f"{_PATH}/edit", DESCRIPTION, "step_taken", service.edit)
PAGE.steps(service.move, path=f"{_PATH}/step")
PAGE.post(f"{_PATH}/deadlines", read_dates, "step_taken", service.plan)
PAGE.post(f"{_PATH}/extension", read_extension, "step_taken", spread(service.extend))
PAGE.post(
    f"{_PATH}/decisions/release", lambda form: form.ids("decision"), "step_taken", of_part(decisions.release)
)
PAGE.press_part(f"{_PATH}/decisions/{{decision_id}}/withdraw", "step_taken", of_part(decisions.take_back))
