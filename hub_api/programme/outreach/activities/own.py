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
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import Step, steps_of
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
async def show_new(request: CurrentRequest) -> Response:
    _ = request.person
    return await _new_page(request, Form())


@router.post("/activities/new")
async def send_new(request: CurrentRequest) -> Response:
    """Once more if others have named an event like it, so that one event stays one."""
    _, form = request.person, await request.form()
    settings = request.office.settings.activities

    def work(connection: Connection) -> tuple[list[Similar], UUID | None]:
        event = event_of(form)
        similar = list_similar(connection, event, request.actor, settings)
        if similar and form.text("is_another") != "1":
            return similar, None
        return [], plan(connection, event, request.actor, request.office.clock, settings)

    try:
        similar, activity_id = await request.do(work)
    except NotAllowed:
        raise
    except FalajError as error:
        return await _new_page(request, form, error)
    if activity_id is None:
        return await _new_page(request, form, similar=similar)
    return request.go(_path(activity_id), "activity_planned")


@router.post("/events/{event_id}/join")
async def send_join(request: CurrentRequest, event_id: UUID) -> Response:
    _ = request.person
    await request.form()
    try:
        activity_id = await request.do(
            lambda connection: join(
                connection, event_id, request.actor, request.office.clock, request.office.settings.activities
            )
        )
    except (NotAllowed, NoSuchObject):
        raise
    except FalajError as error:
        return await _new_page(request, Form(), error)
    return request.go(_path(activity_id), "activity_planned")


@router.get("/activities/{activity_id}")
async def show_activity(request: CurrentRequest, activity_id: UUID) -> Response:
    _ = request.person
    return await _activity_page(request, activity_id, Form())


@router.post("/activities/{activity_id}/step")
async def take_step(request: CurrentRequest, activity_id: UUID) -> Response:
    _, form = request.person, await request.form()
    version, event = form.number("version"), form.text("event")

    def work(connection: Connection) -> None:
        own_activity(connection, request, activity_id)
        if event == "verify":
            raise NotAllowed
        move(
            connection,
            activity_id,
            event,
            request.actor,
            request.office.clock,
            seen_version=version,
            reason=form.optional("reason"),
        )

    return await _attempt(request, activity_id, form, work, "step_taken")


@router.post("/activities/{activity_id}/report")
async def send_report(request: CurrentRequest, activity_id: UUID) -> Response:
    """Kept, and not handed in: that is a step of its own."""
    _, form = request.person, await request.form()
    report, version = report_of(form), form.number("version")

    def work(connection: Connection) -> None:
        own_activity(connection, request, activity_id)
        _write(connection, request, activity_id, report, version)

    return await _attempt(request, activity_id, form, work, "report_saved")


@router.post("/activities/{activity_id}/evidence")
async def send_evidence(request: CurrentRequest, activity_id: UUID) -> Response:
    _, settings = request.person, request.office.settings.activities
    # Who may not add one need not send it first.
    await request.do(lambda connection: own_activity(connection, request, activity_id))
    try:
        form, received = await request.upload(settings.store())
    except (UploadRefused, FileRefused, UploadsTooOften) as error:
        return await _activity_page(request, activity_id, request.typed, error)

    def work(connection: Connection) -> None:
        _save_report(connection, request, activity_id, form)
        evidence.add(connection, activity_id, received, request.actor, request.office.clock, settings)

    return await _attempt(request, activity_id, form, work, "evidence_added")


@router.post("/activities/{activity_id}/evidence/{file_id}/remove")
async def remove_evidence(request: CurrentRequest, activity_id: UUID, file_id: UUID) -> Response:
    _, form = request.person, await request.form()

    def work(connection: Connection) -> None:
        own_activity(connection, request, activity_id)
        _save_report(connection, request, activity_id, form)
        evidence.remove(connection, activity_id, file_id, request.actor, request.office.clock)

    return await _attempt(request, activity_id, form, work, "evidence_removed")


def _save_report(connection: Connection, request: PortalRequest, activity_id: UUID, form: Form) -> None:
    """What was typed of the report beside a file, where the form brought any of it."""
    if any(form.text(name).strip() for name in ("reached", "minutes", "account")):
        _write(connection, request, activity_id, report_of(form), form.number("version"))


def _write(
    connection: Connection, request: PortalRequest, activity_id: UUID, report: Report, version: int
) -> None:
    write_report(
        connection,
        activity_id,
        report,
        request.actor,
        request.office.clock,
        version,
        request.office.settings.activities,
    )


def own_activity(connection: Connection, request: PortalRequest, activity_id: UUID) -> Activity:
    """The visitor's own; of anybody else :class:`NoSuchObject`, also for those who verify it at their desk."""
    activity = get_activity(connection, activity_id, request.actor, request.office.clock)
    if activity.person_id != request.person.person.person_id:
        raise NoSuchObject
    return activity


def _path(activity_id: UUID) -> str:
    return f"/account/ambassador/activities/{activity_id}"


async def _attempt(
    request: PortalRequest, activity_id: UUID, form: Form, work: Callable[[Connection], None], notice: str
) -> Response:
    try:
        await request.do(work)
    except (NotAllowed, NoSuchObject):
        raise
    except FalajError as error:
        return await _activity_page(request, activity_id, form, error)
    return request.go(_path(activity_id), notice)


async def _new_page(
    request: PortalRequest,
    form: Form,
    refused: FalajError | None = None,
    similar: list[Similar] | None = None,
) -> Response:
    own = await request.do(lambda connection: find_own(connection, request.actor))
    if own is None:
        raise NotAllowed
    why_not = None if is_serving(own) else NotServing().text(request.language)
    return render_page(
        request,
        "outreach/activities/new.html",
        title=WORDS.text("activities.new", request.language),
        here="account",
        form=form,
        refused=refused,
        similar=similar or [],
        why_not=why_not,
        event_fields=EVENT_FIELDS,
        topics=topics(request),
        audiences=audiences(request),
        modes=modes(request),
        languages=[("ar", "العربية"), ("en", "English")],
        home=own.application.governorate.value,
        **vocabulary(request),
    )


async def _activity_page(
    request: PortalRequest, activity_id: UUID, form: Form, refused: FalajError | None = None
) -> Response:
    shown = await request.do(lambda connection: _look(connection, request, activity_id))
    settings = request.office.settings.activities
    return render_page(
        request,
        "outreach/activities/own.html",
        step_words=await request.words_of(activity_id),
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
        **vocabulary(request),
    )


def _look(connection: Connection, request: PortalRequest, activity_id: UUID) -> Shown:
    one = own_activity(connection, request, activity_id)
    files = evidence.list_files(connection, activity_id, request.actor, request.office.clock)
    offers = possible_steps(connection, ACTIVITIES, activity_id, request.actor, request.office.clock)
    steps = [
        step for step in steps_of(ACTIVITY, offers, request) if step.event in {"hold", "report", "cancel"}
    ]
    with connection.transaction():
        planned = {each.name: each.instant for each in find_deadlines(connection, activity_id)}
    until = planned.get("report_closes") if one.state in {"planned", "held"} else None
    return Shown(one, files, steps, until)
