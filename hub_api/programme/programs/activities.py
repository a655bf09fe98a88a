"""``/v1/innovation/me/activities``: what an ambassador does."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access.model import Actor
from casework.access_tokens.model import TokenScope
from casework.workflow.errors import NoSuchObject
from citycore.store.connections import Connection
from hackathon.outreach.activities import service
from hackathon.outreach.activities.model import Activity, Event, Report
from hub_api.programme.programs.access import Party, allowed
from hub_api.programme.programs.document import changes, reads, sends
from hub_api.programme.programs.elements import activity_element
from hub_api.programme.programs.schemas import (
    ActivityElement,
    ActivityStep,
    AfterQuery,
    EventSent,
    ReportSent,
)
from hub_api.serving.parameters import NoParameters

router = APIRouter(prefix="/v1/innovation/me/activities", include_in_schema=False)
Ambassador = Annotated[Party, allowed(TokenScope.ACTIVITIES_WRITE)]


@router.get(
    "", operation_id="my_activities", openapi_extra=reads(ActivityElement, is_list=True, has_pages=True)
)
async def show_activities(party: Ambassador, query: AfterQuery) -> Response:
    settings = party.office.settings.activities
    found = await party.do(
        lambda connection, actor: service.list_own(connection, actor, settings, query.after)
    )
    is_more = len(found) == settings.page_rows_max
    return party.answer_list(
        [activity_element(one) for one in found], found[-1].activity_id if is_more else None
    )


@router.post("", operation_id="plan_activity", openapi_extra=reads(ActivityElement) | sends(EventSent))
async def plan_activity(party: Ambassador, _: NoParameters) -> Response:
    sent, settings, clock = await party.body(EventSent), party.office.settings.activities, party.office.clock
    event = Event(
        sent.title.strip(),
        sent.language,
        sent.mode,
        sent.governorate,
        sent.topic,
        sent.audience,
        sent.starts_at,
        sent.ends_at,
    )
    planned = await party.do(
        lambda connection, actor: service.plan_once(connection, event, actor, clock, settings)
    )
    return await _shown(party, planned)


@router.get("/{activity}", operation_id="my_activity", openapi_extra=reads(ActivityElement))
async def show_activity(party: Ambassador, activity: UUID, _: NoParameters) -> Response:
    return await _shown(party, activity)


@router.put(
    "/{activity}/report",
    operation_id="write_report",
    openapi_extra=changes(ActivityElement) | sends(ReportSent),
)
async def write_report(party: Ambassador, activity: UUID, _: NoParameters) -> Response:
    seen, sent, office = party.seen_version(), await party.body(ReportSent), party.office
    report = Report(sent.reached, sent.minutes, sent.account)

    def work(connection: Connection, actor: Actor) -> None:
        _own(connection, actor, party, activity)
        service.write_report(
            connection, activity, report, actor, office.clock, seen, office.settings.activities
        )

    await party.do(work)
    return await _shown(party, activity)


@router.post(
    "/{activity}/steps",
    operation_id="step_activity",
    openapi_extra=changes(ActivityElement) | sends(ActivityStep),
)
async def step_activity(party: Ambassador, activity: UUID, _: NoParameters) -> Response:
    seen, sent, clock = party.seen_version(), await party.body(ActivityStep), party.office.clock

    def work(connection: Connection, actor: Actor) -> None:
        _own(connection, actor, party, activity)
        service.move(connection, activity, sent.event, actor, clock, seen_version=seen, reason=sent.reason)

    await party.do(work)
    return await _shown(party, activity)


def _own(connection: Connection, actor: Actor, party: Party, activity_id: UUID) -> Activity:
    """Others' activities are looked after on the portal, by those who verify them."""
    found = service.get_activity(connection, activity_id, actor, party.office.clock)
    if found.person_id != actor.person_id:
        raise NoSuchObject
    return found


async def _shown(party: Party, activity_id: UUID) -> Response:
    found = await party.do(lambda connection, actor: _own(connection, actor, party, activity_id))
    return party.answer(activity_element(found), found.version)
