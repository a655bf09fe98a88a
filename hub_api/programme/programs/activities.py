"""``/v1/innovation/me/activities``: what an ambassador does."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access_tokens.model import TokenScope
from casework.programme import Session
from hackathon.outreach.activities import service
from hackathon.outreach.activities.model import Event, Report
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
    found = await party.look(lambda session: service.list_own(session, query.after))
    is_more = len(found) == settings.page_rows_max
    return party.answer_list(
        [activity_element(one) for one in found], found[-1].activity_id if is_more else None
    )


@router.post("", operation_id="plan_activity", openapi_extra=reads(ActivityElement) | sends(EventSent))
async def plan_activity(party: Ambassador, _: NoParameters) -> Response:
    sent = await party.body(EventSent)
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
    return await _shown(party, await party.act(lambda session: service.plan_once(session, event)))


@router.get("/{activity}", operation_id="my_activity", openapi_extra=reads(ActivityElement))
async def show_activity(party: Ambassador, activity: UUID, _: NoParameters) -> Response:
    return await _shown(party, activity)


@router.put(
    "/{activity}/report",
    operation_id="write_report",
    openapi_extra=changes(ActivityElement) | sends(ReportSent),
)
async def write_report(party: Ambassador, activity: UUID, _: NoParameters) -> Response:
    seen, sent = party.seen_version(), await party.body(ReportSent)
    report = Report(sent.reached, sent.minutes, sent.account)

    def work(session: Session) -> None:
        service.get_own(session, activity)
        service.write_report(session, activity, report, seen)

    await party.act(work)
    return await _shown(party, activity)


@router.post(
    "/{activity}/steps",
    operation_id="step_activity",
    openapi_extra=changes(ActivityElement) | sends(ActivityStep),
)
async def step_activity(party: Ambassador, activity: UUID, _: NoParameters) -> Response:
    seen, sent = party.seen_version(), await party.body(ActivityStep)

    def work(session: Session) -> None:
        service.get_own(session, activity)
        service.move(session, activity, sent.event, seen, sent.reason)

    await party.act(work)
    return await _shown(party, activity)


async def _shown(party: Party, activity_id: UUID) -> Response:
    """Others' activities are looked after on the portal, by those who verify them."""
    found = await party.look(lambda session: service.get_own(session, activity_id))
    return party.answer(activity_element(found), found.version)
