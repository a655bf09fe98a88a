"""``/portal/desk/activities``: somebody else verifies what ambassadors report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.people.model import Names
from casework.people.standing import find_names
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.service import possible_steps
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.outreach.activities import evidence
from hackathon.outreach.activities.machine import ACTIVITY
from hackathon.outreach.activities.model import Activity, Evidence, Similar
from hackathon.outreach.activities.repository import ACTIVITIES
from hackathon.outreach.activities.service import (
    get_activity,
    list_doubles,
    list_to_verify,
    merge,
    move,
    verify,
)
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import Step, steps_of
from hub_api.programme.outreach.ambassadors.words import require_coordinator, vocabulary

router = APIRouter(prefix="/portal/desk/activities", include_in_schema=False)
#: What staff decide; the rest is the ambassador's.
DESK_STEPS: Final = frozenset({"verify", "return", "reject", "revoke"})


class Shown(NamedTuple):
    """An activity as those who verify see it; ``doubles`` may be the same event."""

    one: Activity
    files: list[Evidence]
    steps: list[Step]
    doubles: list[Similar]
    names: dict[UUID, Names]


@router.get("")
async def show_list(request: CurrentRequest, after: UUID | None = None) -> Response:
    require_coordinator(request)
    settings = request.office.settings.activities

    def work(connection: Connection) -> tuple[list[Activity], dict[UUID, Names]]:
        found = list_to_verify(connection, request.actor, request.office.clock, settings, after)
        return found, find_names(connection, [one.person_id for one in found])

    found, names = await request.do(work)
    return render_page(
        request,
        "outreach/activities/desk.html",
        title=WORDS.text("activities.to_verify", request.language),
        here="desk",
        found=found,
        names=names,
        after=found[-1].activity_id if len(found) == settings.page_rows_max else None,
        **vocabulary(request),
    )


@router.get("/{activity_id}")
async def show_activity(request: CurrentRequest, activity_id: UUID) -> Response:
    return await _desk_page(request, activity_id, Form())


@router.post("/{activity_id}/verify")
async def send_verification(request: CurrentRequest, activity_id: UUID) -> Response:
    form = await _form(request)
    version, counted = form.number("version"), form.number("counted")

    def work(connection: Connection) -> None:
        verify(
            connection,
            activity_id,
            counted,
            request.actor,
            request.office.clock,
            version,
            request.office.settings.ambassadors,
        )

    return await _attempt(request, activity_id, form, work)


@router.post("/{activity_id}/step")
async def take_step(request: CurrentRequest, activity_id: UUID) -> Response:
    form = await _form(request)
    version, event = form.number("version"), form.text("event")

    def work(connection: Connection) -> None:
        if event not in DESK_STEPS - {"verify"}:
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

    return await _attempt(request, activity_id, form, work)


@router.post("/{activity_id}/merge")
async def send_merge(request: CurrentRequest, activity_id: UUID) -> Response:
    """The activity's event is another that was named, too: all parts of it move there."""
    form = await _form(request)
    into = form.id("into")

    def work(connection: Connection) -> None:
        activity = get_activity(connection, activity_id, request.actor, request.office.clock)
        merge(connection, activity.event_id, into, request.actor, request.office.clock)

    return await _attempt(request, activity_id, form, work)


async def _form(request: PortalRequest) -> Form:
    require_coordinator(request)
    return await request.form()


async def _attempt(
    request: PortalRequest, activity_id: UUID, form: Form, work: Callable[[Connection], None]
) -> Response:
    try:
        await request.do(work)
    except (NotAllowed, NoSuchObject):
        raise
    except FalajError as error:
        return await _desk_page(request, activity_id, form, error)
    return request.go(f"/desk/activities/{activity_id}", "step_taken")


async def _desk_page(
    request: PortalRequest, activity_id: UUID, form: Form, refused: FalajError | None = None
) -> Response:
    require_coordinator(request)
    shown = await request.do(lambda connection: _look(connection, request, activity_id))
    values: dict[str, Any] = shown._asdict()
    return render_page(
        request,
        "outreach/activities/desk_one.html",
        step_words=await request.words_of(activity_id),
        title=shown.one.event.title,
        here="desk",
        form=form,
        refused=refused,
        verification=next((step for step in shown.steps if step.event == "verify"), None),
        **values,
        **vocabulary(request),
    )


def _look(connection: Connection, request: PortalRequest, activity_id: UUID) -> Shown:
    clock, settings = request.office.clock, request.office.settings.activities
    one = get_activity(connection, activity_id, request.actor, clock)
    offers = possible_steps(connection, ACTIVITIES, activity_id, request.actor, clock)
    return Shown(
        one,
        evidence.list_files(connection, activity_id, request.actor, clock),
        [step for step in steps_of(ACTIVITY, offers, request) if step.event in DESK_STEPS],
        list_doubles(connection, activity_id, request.actor, clock, settings)
        if one.state == "reported"
        else [],
        find_names(connection, [one.person_id]),
    )
