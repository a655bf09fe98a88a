"""``/portal/account/ambassador/activities``: an ambassador plans, reports and shows what they do.

``/portal/desk/activities``: somebody else verifies what ambassadors report.

What forms say of events and reports.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final, NamedTuple
from uuid import UUID

from fastapi import APIRouter

from casework.files.kinds import MEDIA_TYPES
from casework.files.model import Received
from casework.governorates.model import Governorate
from casework.people.standing import find_names
from casework.programme import Session
from casework.workflow.errors import NotAllowed
from casework.workflow.undoing import UNDO
from hackathon.outreach.activities import evidence, service
from hackathon.outreach.activities.errors import NotServing
from hackathon.outreach.activities.machine import ACTIVITY, EDITABLE, REPORT_END
from hackathon.outreach.activities.model import Event, Mode, Report
from hackathon.outreach.activities.settings import ActivitySettings
from hackathon.outreach.ambassadors.service import find_own, is_serving
from hub_api.programme.kit.attachment import SavedFile, download
from hub_api.programme.kit.errors import FigureUnreadable, FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.lists.columns import Column, code, names, state, text, value
from hub_api.programme.kit.lists.page import FilterLabel, ListPage, bulk_steps, labels_of, states_of
from hub_api.programme.kit.pages import AGAIN, Onward, Several, as_sent, signed_in
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import steps_on
from hub_api.programme.kit.values import Special, ValueForm
from hub_api.programme.outreach.ambassadors.words import (
    audiences,
    governorate_of,
    modes,
    page,
    require_coordinator,
    topics,
)


def _place(form: Form) -> Governorate | None:
    """Online it is in no governorate, whatever is chosen beside."""
    return None if form.text("mode") == Mode.ONLINE else governorate_of(form.text("governorate"))


def _number(name: str, form: Form) -> int:
    """What somebody left out is shown to them beside what they wrote."""
    try:
        return form.number(name)
    except FormUnreadable as error:
        raise FigureUnreadable(name) from error


def _figure(name: str) -> Special:
    return Special(partial(_number, name), lambda number: {name: [str(number)]})


EVENT = ValueForm(
    Event,
    special={"governorate": Special(_place, lambda place: {"governorate": [place.value] if place else []})},
)
REPORT = ValueForm(Report, special={name: _figure(name) for name in ("reached", "minutes")})


router = APIRouter(prefix="/portal", include_in_schema=False)
OWN_STEPS: Final = frozenset({"hold", "report", "cancel"})


def look_at_new(session: Session, request: PortalRequest) -> dict[str, Any]:
    """``similar`` are events that others have named; the form is sent once more if this is another."""
    own = find_own(session)
    if own is None:
        raise NotAllowed
    is_sent = request.sent is not None and request.refused is None
    return {
        "similar": service.list_similar(session, EVENT(request.typed)) if is_sent else [],
        "why_not": None if is_serving(own) else NotServing().text(request.language),
        "event_fields": EVENT.form_names,
        "topics": topics(request),
        "audiences": audiences(request),
        "modes": modes(request),
        "languages": [("ar", "العربية"), ("en", "English")],
        "home": own.application.governorate.value,
    }


def join(session: Session, event_id: UUID) -> Onward:
    return Onward(_path(service.join(session, event_id)))


def plan(session: Session, form: Form) -> Onward | str:
    """Once more if others have named an event like it, so that one event stays one."""
    event = EVENT(form)
    if form.text("is_another") != "1" and service.list_similar(session, event):
        return AGAIN
    return Onward(_path(service.plan(session, event)))


NEW = page(
    router,
    "/account/ambassador/activities/new",
    "outreach/activities/new.html",
    look_at_new,
    guard=signed_in,
    title="activities.new",
    here="account",
)
NEW.post("", as_sent, "activity_planned", plan)
NEW.press_part("/account/ambassador/events/{event_id}/join", "activity_planned", join)


def look(session: Session, request: PortalRequest, activity_id: UUID) -> dict[str, Any]:
    """``until`` is the last day to report it."""
    one, settings = service.get_own(session, activity_id), session.of(ActivitySettings)
    files = evidence.list_files(session, activity_id)
    planned = session.planned(activity_id)
    return {
        "title": one.event.title,
        "one": one,
        "files": files,
        "steps": steps_on(session, request, ACTIVITY, activity_id, OWN_STEPS),
        "step_words": session.words(activity_id),
        "until": planned.get(REPORT_END) if one.state in {"planned", "held"} else None,
        "is_editable": one.state in EDITABLE,
        "accepted": ",".join(f".{ending}" for ending in MEDIA_TYPES),
        "may_add": len(files) < settings.evidence_files_max,
        "files_max": settings.evidence_files_max,
        "megabytes_max": settings.evidence_bytes_max // 1_000_000,
    }


class Beside(NamedTuple):
    """What was typed of the report beside a file, of the version that the page showed."""

    report: Report
    version: int


def read_beside(form: Form) -> Beside | None:
    """Nothing where the form brought none of it."""
    is_typed = any(form.text(name).strip() for name in REPORT.form_names)
    return Beside(REPORT(form), form.number("version")) if is_typed else None


def save(session: Session, activity_id: UUID, beside: Beside | None) -> None:
    if beside is not None:
        service.write_report(session, activity_id, *beside)


def add_evidence(session: Session, activity_id: UUID, beside: Beside | None, received: Received) -> None:
    save(session, activity_id, beside)
    evidence.add(session, activity_id, received)


def remove_evidence(session: Session, activity_id: UUID, file_id: UUID, beside: Beside | None) -> None:
    save(session, activity_id, beside)
    evidence.remove(session, activity_id, file_id)


PAGE = page(
    router,
    "/account/ambassador/activities/{activity_id}",
    "outreach/activities/own.html",
    look,
    guard=signed_in,
    object_guard=service.get_own,
    here="account",
)
PAGE.steps(service.move, OWN_STEPS)
PAGE.edit("report", REPORT, "report_saved", service.write_report)
PAGE.upload(
    "evidence",
    Several(lambda request: request.office.settings.activities.store()),
    lambda form, _: read_beside(form),
    "evidence_added",
    add_evidence,
)
PAGE.post_part("evidence/{file_id}/remove", read_beside, "evidence_removed", remove_evidence)


def open_evidence(session: Session, activity_id: UUID, file_id: UUID) -> SavedFile:
    file, path = evidence.open_file(session, activity_id, file_id)
    return SavedFile(path, file.name, file.media_type)


# Also for whoever verifies it.
download(router, "/activities/{activity_id}/evidence/{file_id}", signed_in, open_evidence)


def _path(activity_id: UUID) -> str:
    return f"/account/ambassador/activities/{activity_id}"


#: What staff decide beside the verification, which says what counts; the rest is the ambassador's.
STAFF_STEPS: Final = frozenset({"return", "reject", "revoke"})


def take(session: Session, activity_id: UUID, event: str, seen_version: int, reason: str | None) -> None:
    """A verification of many confirms the figures that were reported."""
    if event == "verify":
        service.verify_as_reported(session, activity_id, seen_version)
    else:
        service.move(session, activity_id, event, seen_version, reason)


ListPage(
    router,
    "/desk/activities",
    service.DESK,
    (
        Column("list.title", text("title"), link="/desk/activities/{activity_id}"),
        Column("list.person", names("name", "nobody")),
        Column("list.governorate", code("governorate", lambda one: Governorate(one).label)),
        Column("list.ended", value("ends_at")),
        Column("ambassadors.reached", value("reached")),
        Column("list.state", state(ACTIVITY)),
        Column("list.since", value("state_changed_at"), "since"),
    ),
    guard=require_coordinator,
    here="desk",
    title="activities.to_verify",
    empty="list.activities_empty",
    fields={
        "q": FilterLabel("list.name"),
        "state": FilterLabel("list.state", states_of(ACTIVITY)),
        "governorate": FilterLabel("list.governorate", labels_of(lambda one: Governorate(one).label)),
    },
    beside={"ambassadors.desk": "/desk/ambassadors"},
    bulk=bulk_steps(ACTIVITY, ("verify", "return", "reject"), take),
)


def look_at_desk(session: Session, request: PortalRequest, activity_id: UUID) -> dict[str, Any]:
    """``doubles`` may be the same event."""
    one = service.get_activity(session, activity_id)
    steps = steps_on(session, request, ACTIVITY, activity_id)
    return {
        "title": one.event.title,
        "one": one,
        "files": evidence.list_files(session, activity_id),
        "steps": [step for step in steps if step.event in {*STAFF_STEPS, UNDO}],
        "verification": next((step for step in steps if step.event == "verify"), None),
        "step_words": session.words(activity_id),
        "doubles": service.list_doubles(session, activity_id) if one.state == "reported" else [],
        "names": find_names(session.connection, [one.person_id]),
    }


def merge(session: Session, activity_id: UUID, into: UUID) -> None:
    """The activity's event is another that was named, too: all parts of it move there."""
    service.merge(session, service.get_activity(session, activity_id).event_id, into)


STAFF_PAGE = page(
    router,
    "/desk/activities/{activity_id}",
    "outreach/activities/staff.html",
    look_at_desk,
    guard=require_coordinator,
)
STAFF_PAGE.steps(service.move, STAFF_STEPS)
STAFF_PAGE.edit("verify", lambda form: form.number("counted"), "step_taken", service.verify)
STAFF_PAGE.post("merge", lambda form: form.id("into"), "step_taken", merge)
