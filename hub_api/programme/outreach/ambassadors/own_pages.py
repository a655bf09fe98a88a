"""``/portal/account/ambassador``: applying to become one, and one's own term."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter

from casework.programme import Session
from hackathon.outreach.activities.service import get_total, list_own
from hackathon.outreach.activities.settings import ActivitySettings
from hackathon.outreach.ambassadors import papers, service
from hackathon.outreach.ambassadors.machine import AMBASSADOR, APPLYING, OVER
from hackathon.outreach.ambassadors.model import Ambassador, Profile
from hackathon.outreach.ambassadors.rules import lapses_at
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import signed_in, step_of
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import steps_on
from hub_api.programme.outreach.ambassadors.words import APPLICATION, PROFILE, page, words_about

router = APIRouter(prefix="/portal", include_in_schema=False)
#: What ambassadors do with their own appointment; a coordinator who is one does no more here.
OWN_STEPS: Final = frozenset({"withdraw", "take_leave", "return", "retire"})


def look(session: Session, request: PortalRequest) -> dict[str, Any]:
    """``one`` is the newest application or appointment, None for whoever never applied."""
    own = service.find_own(session)
    found = {
        "one": own,
        "papers": papers.list_papers(session),
        "may_apply": own is None or own.state in OVER,
        "languages": [("ar", "العربية"), ("en", "English")],
    }
    return found if own is None else found | look_at_term(session, request, own)


def look_at_term(session: Session, request: PortalRequest, own: Ambassador) -> dict[str, Any]:
    """``lapses`` is when the appointment lapses if nothing happens."""
    planned, after = session.planned(own.ambassador_id), request.query_id("after")
    return {
        "facts": service.get_facts(session, own),
        "steps": steps_on(session, request, AMBASSADOR, own.ambassador_id, OWN_STEPS),
        "step_words": words_about(session, own),
        "planned": planned,
        "lapses": lapses_at(planned, own.state_changed_at) if own.state == "at_risk" else None,
        "is_serving": service.is_serving(own),
        "has_papers": own.state not in OVER and own.state not in APPLYING,
        "profile": PROFILE.fill(own.profile, request.typed),
        "total": get_total(session, own.ambassador_id),
        "activities": list_own(session, after),
        "rows": session.of(ActivitySettings).page_rows_max,
        "after": after,
    }


def read_step(form: Form) -> tuple[str, int, str | None]:
    event, version, reason = step_of(form)
    if event not in OWN_STEPS:
        raise FormUnreadable
    return event, version, reason


def move(session: Session, sent: tuple[str, int, str | None]) -> None:
    service.move(session, service.get_own(session).ambassador_id, *sent)


def sign(session: Session, version: int) -> None:
    papers.sign_conduct(session, service.get_own(session).ambassador_id, version)


def present(session: Session, profile: Profile, version: int) -> None:
    service.present(session, service.get_own(session).ambassador_id, profile, version)


PAGE = page(
    router,
    "/account/ambassador",
    "outreach/ambassadors/own.html",
    look,
    guard=signed_in,
    title="ambassadors.own",
    here="account",
)
PAGE.post("", APPLICATION, "applied", service.apply_for)
PAGE.post("step", read_step, "step_taken", move)
PAGE.post("conduct", lambda form: form.number("version"), "conduct_signed", sign)
PAGE.edit("profile", PROFILE, "saved", present)
