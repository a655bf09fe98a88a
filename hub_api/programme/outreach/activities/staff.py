"""``/portal/desk/activities``: somebody else verifies what ambassadors report."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter

from casework.people.standing import find_names
from casework.programme import Session
from hackathon.outreach.activities import evidence, service
from hackathon.outreach.activities.machine import ACTIVITY
from hackathon.outreach.activities.settings import ActivitySettings
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import steps_on
from hub_api.programme.outreach.ambassadors.words import page, require_coordinator

router = APIRouter(prefix="/portal", include_in_schema=False)
#: What staff decide beside the verification, which says what counts; the rest is the ambassador's.
STAFF_STEPS: Final = frozenset({"return", "reject", "revoke"})


def look_at_list(session: Session, request: PortalRequest) -> dict[str, Any]:
    found = service.list_to_verify(session, request.query_id("after"))
    is_full = len(found) == session.of(ActivitySettings).page_rows_max
    return {
        "found": found,
        "names": find_names(session.connection, [activity.person_id for activity in found]),
        "after": found[-1].activity_id if is_full else None,
    }


page(
    router,
    "/desk/activities",
    "outreach/activities/staff_list.html",
    look_at_list,
    guard=require_coordinator,
    title="activities.to_verify",
)


def look(session: Session, request: PortalRequest, activity_id: UUID) -> dict[str, Any]:
    """``doubles`` may be the same event."""
    one = service.get_activity(session, activity_id)
    steps = steps_on(session, request, ACTIVITY, activity_id)
    return {
        "title": one.event.title,
        "one": one,
        "files": evidence.list_files(session, activity_id),
        "steps": [step for step in steps if step.event in STAFF_STEPS],
        "verification": next((step for step in steps if step.event == "verify"), None),
        "step_words": session.words(activity_id),
        "doubles": service.list_doubles(session, activity_id) if one.state == "reported" else [],
        "names": find_names(session.connection, [one.person_id]),
    }


def merge(session: Session, activity_id: UUID, into: UUID) -> None:
    """The activity's event is another that was named, too: all parts of it move there."""
    service.merge(session, service.get_activity(session, activity_id).event_id, into)


PAGE = page(
    router,
    "/desk/activities/{activity_id}",
    "outreach/activities/staff.html",
    look,
    guard=require_coordinator,
)
PAGE.steps(service.move, STAFF_STEPS)
PAGE.edit("verify", lambda form: form.number("counted"), "step_taken", service.verify)
PAGE.post("merge", lambda form: form.id("into"), "step_taken", merge)
