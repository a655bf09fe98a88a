"""``/v1/innovation/me/reports``: which reports of the dashboards somebody gets by mail."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from casework.access_tokens.model import TokenScope
from casework.programme import Session
from casework.report_mails import service
from casework.report_mails.model import DAYS, Choice, Rhythm, Times
from citycore.language import Language
from hub_api.programme.open_data.elements import From
from hub_api.programme.programs.operations import Operations, Result
from hub_api.programme.programs.schemas import Sent
from hub_api.programme.programs.values import WHOLE, Text
from hub_api.serving.schemas import Schema

router = APIRouter(prefix="/v1/innovation/me")
OWN = Operations(router, TokenScope.REPORTS_WRITE)
EXAMPLE = {
    "place": "seeb",
    "observed_property": "pm2_5",
    "days": 7,
    "language": "en",
    "rhythm": "weekly",
    "weekdays": [7],
    "hour": 7,
}


def _one_of_days(days: int) -> int:
    if days not in DAYS:
        raise PydanticCustomError("enum", "no such period", {"expected": ", ".join(map(str, DAYS))})
    return days


Hour = Annotated[int, Field(strict=True, ge=0, le=23, description="Of the day in Muscat"), WHOLE]
Weekdays = Annotated[
    tuple[Annotated[int, Field(strict=True, ge=1, le=7), WHOLE], ...],
    Field(default_factory=tuple, max_length=7, description="Of a weekly one; 1 is Monday"),
]
MonthDay = Annotated[
    Annotated[int, Field(strict=True, ge=1, le=31), WHOLE] | None,
    Field(description="Of a monthly one; a shorter month has its last day instead"),
]


Days = Annotated[
    int,
    Field(strict=True, description="The last so many", json_schema_extra={"enum": list(DAYS)}),
    AfterValidator(_one_of_days),
    WHOLE,
]


class ReportMailSent(Sent):
    place: Text = Field(default="", description="Empty: everywhere")
    observed_property: Text = Field(default="", description="Empty: what the report opens on")
    days: Days
    language: Language
    rhythm: Rhythm
    weekdays: Weekdays
    month_day: MonthDay = None
    hour: Hour


class ReportMailStep(Sent):
    event: Literal["pause", "resume", "send"]


class ReportMailElement(Schema):
    report: Annotated[UUID, From("subscription_id")]
    state: str = Field(description="active, paused or set_aside")
    version: int = Field(description="Also the ETag")
    place: Annotated[str, From("choice.place")]
    observed_property: Annotated[str, From("choice.observed_property")]
    days: Annotated[int, From("choice.days")]
    language: Annotated[Language, From("choice.language")]
    rhythm: Annotated[Rhythm, From("times.rhythm")]
    weekdays: Annotated[list[int], From("times.weekdays")]
    month_day: Annotated[int | None, From("times.month_day")]
    hour: Annotated[int, From("times.hour")]
    next_at: Annotated[datetime, From("due_at")] = Field(
        description="Of an active one: when it is tried next"
    )
    last_sent: datetime | None
    failures: int = Field(description="Times in a row for which nothing came")
    last_failure: str | None = Field(description="A code: why nothing came the last time")


@OWN.get("/reports", ReportMailElement)
def my_reports(session: Session) -> list[Result]:
    return [Result(one) for one in service.list_own(session)]


@OWN.get("/reports/{report}", ReportMailElement)
def my_report(session: Session, report: UUID) -> Result:
    found = service.get_own(session, report)
    return Result(found, found.version)


@OWN.post("/reports", my_report, EXAMPLE)
def choose_report(session: Session, sent: ReportMailSent) -> UUID:
    return service.subscribe(session, sent.value(_choice), sent.value(_times))


@OWN.post("/reports/{report}/steps", my_report, {"event": "pause"})
def step_report(session: Session, report: UUID, sent: ReportMailStep) -> None:
    {"pause": service.pause, "resume": service.resume, "send": service.ask}[sent.event](session, report)


@OWN.post("/reports/{report}/end", ReportMailElement)
def end_report(session: Session, report: UUID, seen: int) -> list[Result]:
    """Those that are left."""
    service.end(session, report, seen)
    return [Result(one) for one in service.list_own(session)]


def _choice(place: str, observed_property: str, days: int, language: Language, **_: object) -> Choice:
    return Choice(place, observed_property, days, language)


def _times(rhythm: Rhythm, weekdays: tuple[int, ...], month_day: int | None, hour: int, **_: object) -> Times:
    return Times(rhythm, weekdays, month_day, hour)
