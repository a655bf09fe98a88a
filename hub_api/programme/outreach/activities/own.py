"""``/portal/account/ambassador/activities``: an ambassador plans, reports and shows what they do."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.files.errors import FileRefused
from casework.files.service import MEDIA_TYPES
from casework.people.errors import UploadsTooOften
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.repository import find_deadlines
from casework.workflow.service import possible_steps
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.outreach.activities import evidence
from hackathon.outreach.activities.errors import NotServing
from hackathon.outreach.activities.machine import ACTIVITY, EDITABLE
from hackathon.outreach.activities.model import Activity, Evidence, Report, Similar
from hackathon.outreach.activities.repository import ACTIVITIES
from hackathon.outreach.activities.service import get_activity, join, list_similar, move, plan, write_report
from hackathon.outreach.ambassadors.service import find_own, is_serving
from hub_api.programme.kit.errors import UploadRefused
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.frame import WORDS, page
from hub_api.programme.kit.steps import Step, steps_of
from hub_api.programme.kit.visit import Visit, VisitHere
from hub_api.programme.outreach.activities.words import EVENT_FIELDS, event_of, report_of
from hub_api.programme.outreach.ambassadors.words import audiences, modes, topics, vocabulary

router = APIRouter(prefix="/portal/account/ambassador", include_in_schema=False)


class Shown(NamedTuple):
    """One's own activity with what shows it; ``until`` is the last day to report it."""

    one: Activity
    files: list[Evidence]
    steps: list[Step]
    until: object


@router.get("/activities/new")
async def show_new(visit: VisitHere) -> Response:
    _ = visit.person
    return await _new_page(visit, Form())


@router.post("/activities/new")
async def send_new(visit: VisitHere) -> Response:
    """Once more if others have named an event like it, so that one event stays one."""
    _, form = visit.person, await visit.form()
    settings = visit.office.settings.activities

    def work(connection: Connection) -> tuple[list[Similar], UUID | None]:
        event = event_of(form)
        similar = list_similar(connection, event, visit.actor, settings)
        if similar and form.text("is_another") != "1":
            return similar, None
        return [], plan(connection, event, visit.actor, visit.office.clock, settings)

    try:
        similar, activity_id = await visit.do(work)
    except NotAllowed:
        raise
    except FalajError as error:
        return await _new_page(visit, form, error)
    if activity_id is None:
        return await _new_page(visit, form, similar=similar)
    return visit.go(_path(activity_id), "activity_planned")


@router.post("/events/{event_id}/join")
async def send_join(visit: VisitHere, event_id: UUID) -> Response:
    _ = visit.person
    await visit.form()
    try:
        activity_id = await visit.do(
            lambda connection: join(
                connection, event_id, visit.actor, visit.office.clock, visit.office.settings.activities
            )
        )
    except (NotAllowed, NoSuchObject):
        raise
    except FalajError as error:
        return await _new_page(visit, Form(), error)
    return visit.go(_path(activity_id), "activity_planned")


@router.get("/activities/{activity_id}")
async def show_activity(visit: VisitHere, activity_id: UUID) -> Response:
    _ = visit.person
    return await _activity_page(visit, activity_id, Form())


@router.post("/activities/{activity_id}/step")
async def take_step(visit: VisitHere, activity_id: UUID) -> Response:
    _, form = visit.person, await visit.form()
    version, event = form.number("version"), form.text("event")

    def work(connection: Connection) -> None:
        own_activity(connection, visit, activity_id)
        if event == "verify":
            raise NotAllowed
        move(
            connection,
            activity_id,
            event,
            visit.actor,
            visit.office.clock,
            seen_version=version,
            reason=form.optional("reason"),
        )

    return await _attempt(visit, activity_id, form, work, "step_taken")


@router.post("/activities/{activity_id}/report")
async def send_report(visit: VisitHere, activity_id: UUID) -> Response:
    """Kept, and not handed in: that is a step of its own."""
    _, form = visit.person, await visit.form()
    report, version = report_of(form), form.number("version")

    def work(connection: Connection) -> None:
        own_activity(connection, visit, activity_id)
        _write(connection, visit, activity_id, report, version)

    return await _attempt(visit, activity_id, form, work, "report_saved")


@router.post("/activities/{activity_id}/evidence")
async def send_evidence(visit: VisitHere, activity_id: UUID) -> Response:
    _, settings = visit.person, visit.office.settings.activities
    # Who may not add one need not send it first.
    await visit.do(lambda connection: own_activity(connection, visit, activity_id))
    try:
        form, received = await visit.upload(settings.store())
    except (UploadRefused, FileRefused, UploadsTooOften) as error:
        return await _activity_page(visit, activity_id, visit.typed, error)

    def work(connection: Connection) -> None:
        _save_report(connection, visit, activity_id, form)
        evidence.add(connection, activity_id, received, visit.actor, visit.office.clock, settings)

    return await _attempt(visit, activity_id, form, work, "evidence_added")


@router.post("/activities/{activity_id}/evidence/{file_id}/remove")
async def remove_evidence(visit: VisitHere, activity_id: UUID, file_id: UUID) -> Response:
    _, form = visit.person, await visit.form()

    def work(connection: Connection) -> None:
        own_activity(connection, visit, activity_id)
        _save_report(connection, visit, activity_id, form)
        evidence.remove(connection, activity_id, file_id, visit.actor, visit.office.clock)

    return await _attempt(visit, activity_id, form, work, "evidence_removed")


def _save_report(connection: Connection, visit: Visit, activity_id: UUID, form: Form) -> None:
    """What was typed of the report beside a file, where the form brought any of it."""
    if any(form.text(name).strip() for name in ("reached", "minutes", "account")):
        _write(connection, visit, activity_id, report_of(form), form.number("version"))


def _write(connection: Connection, visit: Visit, activity_id: UUID, report: Report, version: int) -> None:
    write_report(
        connection,
        activity_id,
        report,
        visit.actor,
        visit.office.clock,
        version,
        visit.office.settings.activities,
    )


def own_activity(connection: Connection, visit: Visit, activity_id: UUID) -> Activity:
    """The visitor's own; of anybody else :class:`NoSuchObject`, also for those who verify it at their desk."""
    activity = get_activity(connection, activity_id, visit.actor, visit.office.clock)
    if activity.person_id != visit.person.person.person_id:
        raise NoSuchObject
    return activity


def _path(activity_id: UUID) -> str:
    return f"/account/ambassador/activities/{activity_id}"


async def _attempt(
    visit: Visit, activity_id: UUID, form: Form, work: Callable[[Connection], None], notice: str
) -> Response:
    try:
        await visit.do(work)
    except (NotAllowed, NoSuchObject):
        raise
    except FalajError as error:
        return await _activity_page(visit, activity_id, form, error)
    return visit.go(_path(activity_id), notice)


async def _new_page(
    visit: Visit, form: Form, refused: FalajError | None = None, similar: list[Similar] | None = None
) -> Response:
    own = await visit.do(lambda connection: find_own(connection, visit.actor))
    if own is None:
        raise NotAllowed
    why_not = None if is_serving(own) else NotServing().text(visit.language)
    return page(
        visit,
        "outreach/activities/new.html",
        title=WORDS.text("activities.new", visit.language),
        here="account",
        form=form,
        refused=refused,
        similar=similar or [],
        why_not=why_not,
        event_fields=EVENT_FIELDS,
        topics=topics(visit),
        audiences=audiences(visit),
        modes=modes(visit),
        languages=[("ar", "العربية"), ("en", "English")],
        home=own.application.governorate.value,
        **vocabulary(visit),
    )


async def _activity_page(
    visit: Visit, activity_id: UUID, form: Form, refused: FalajError | None = None
) -> Response:
    shown = await visit.do(lambda connection: _look(connection, visit, activity_id))
    settings = visit.office.settings.activities
    return page(
        visit,
        "outreach/activities/own.html",
        step_words=await visit.words_of(activity_id),
        title=shown.one.event.title,
        here="account",
        form=form,
        refused=refused,
        is_editable=shown.one.state in EDITABLE,
        accepted=",".join(f".{one}" for one in MEDIA_TYPES),
        may_add=len(shown.files) < settings.evidence_files_max,
        files_max=settings.evidence_files_max,
        megabytes_max=settings.evidence_bytes_max // 1_000_000,
        **shown._asdict(),
        **vocabulary(visit),
    )


def _look(connection: Connection, visit: Visit, activity_id: UUID) -> Shown:
    one = own_activity(connection, visit, activity_id)
    files = evidence.list_files(connection, activity_id, visit.actor, visit.office.clock)
    offers = possible_steps(connection, ACTIVITIES, activity_id, visit.actor, visit.office.clock)
    steps = [step for step in steps_of(ACTIVITY, offers, visit) if step.event in {"hold", "report", "cancel"}]
    with connection.transaction():
        planned = {each.name: each.instant for each in find_deadlines(connection, activity_id)}
    until = planned.get("report_closes") if one.state in {"planned", "held"} else None
    return Shown(one, files, steps, until)
