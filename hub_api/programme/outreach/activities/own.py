"""``/v1/innovation/me/activities``: what an ambassador does."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from casework.access_tokens.model import TokenScope
from casework.governorates.model import Governorate
from casework.programme import Session
from citycore.language import Language
from hackathon.outreach.activities import service
from hackathon.outreach.activities.machine import ACTIVITY
from hackathon.outreach.activities.model import Activity, Audience, Event, Mode, Report, Topic
from hackathon.outreach.activities.settings import ActivitySettings
from hub_api.programme.open_data.elements import From, Worded
from hub_api.programme.programs.operations import Operations, Result
from hub_api.programme.programs.schemas import Sent, Stateful
from hub_api.programme.programs.values import WHOLE, Most, Text, TrimmedText
from hub_api.serving.parameters import Instant
from hub_api.serving.schemas import Names, Schema

NUMBER_MAX = 2**31 - 1
router = APIRouter(prefix="/v1/innovation/me/activities")
OWN = Operations(router, TokenScope.ACTIVITIES_WRITE)


class EventSent(Sent):
    title: Annotated[TrimmedText, Most(ActivitySettings, "title_characters_max", least=1)]
    language: Language
    mode: Mode
    governorate: Governorate | None = Field(default=None, description="null exactly if it is online")
    topic: Topic
    audience: Audience
    starts_at: Instant
    ends_at: Instant


class ReportSent(Sent):
    reached: Annotated[int, Field(strict=True, ge=0, le=NUMBER_MAX), WHOLE]
    minutes: Annotated[int, Field(strict=True, ge=0, le=NUMBER_MAX), WHOLE]
    account: Annotated[Text, Most(ActivitySettings, "account_characters_max", least=1)]


class ActivityStep(Sent):
    event: Literal["hold", "report", "cancel"]
    reason: Literal["called_off", "by_ambassador"] | None = Field(
        default=None, description="Needed to cancel"
    )


class ReportElement(Schema):
    reached: int
    minutes: int
    account: str


class ActivityElement(Stateful):
    state_name: Annotated[Names, Worded(partial(ACTIVITY.label, "state"))]
    activity: Annotated[UUID, From("activity_id")]
    event: Annotated[UUID, From("event_id")]
    title: Annotated[str, From("event.title")]
    language: Annotated[Language, From("event.language")]
    mode: Annotated[Mode, From("event.mode")]
    governorate: Annotated[Governorate | None, From("event.governorate")]
    topic: Annotated[Topic, From("event.topic")]
    audience: Annotated[Audience, From("event.audience")]
    starts_at: Annotated[datetime, From("event.starts_at")]
    ends_at: Annotated[datetime, From("event.ends_at")]
    report: ReportElement | None
    counted: int | None = Field(description="What the verification found of the reach")


@OWN.get("", ActivityElement)
def my_activities(session: Session, after: UUID | None) -> tuple[list[Activity], UUID | None]:
    found = service.list_own(session, after)
    is_more = len(found) == session.of(ActivitySettings).page_rows_max
    return found, found[-1].activity_id if is_more else None


@OWN.get("/{activity}", ActivityElement)
def my_activity(session: Session, activity: UUID) -> Result:
    """Others' activities are looked after on the portal, by those who verify them."""
    found = service.get_own(session, activity)
    return Result(found, found.version)


@OWN.post(
    "",
    my_activity,
    {
        "title": "Open data for pupils",
        "language": "en",
        "mode": "in_place",
        "governorate": "OM-MA",
        "topic": "open_data",
        "audience": "pupils",
        "starts_at": "2026-12-05T09:00:00+04:00",
        "ends_at": "2026-12-05T11:00:00+04:00",
    },
)
def plan_activity(session: Session, sent: EventSent) -> UUID:
    return service.plan_once(session, sent.value(Event))


@OWN.put(
    "/{activity}/report",
    my_activity,
    {"reached": 24, "minutes": 180, "account": "Two classes drew the air of their street."},
)
def write_report(session: Session, activity: UUID, sent: ReportSent, seen: int) -> None:
    service.get_own(session, activity)
    service.write_report(session, activity, sent.value(Report), seen)


@OWN.post("/{activity}/steps", my_activity, {"event": "report"})
def step_activity(session: Session, activity: UUID, sent: ActivityStep, seen: int) -> None:
    service.get_own(session, activity)
    service.move(session, activity, sent.event, seen, sent.reason)
