"""``/v1/innovation/deadlines``: dates of hackathons, calls and needs, as a list and as a calendar."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, Self
from uuid import UUID, uuid5

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from casework.workflow.model import Machine
from casework.workflow.wording import instant_text
from citycore.language import Language
from hackathon.contest.hackathons.machine import HACKATHON
from hackathon.funding.calls.machine import CALL
from hackathon.market.needs.machine import NEED
from hub_api.programme.open_data.calendar import MEDIA_TYPE, Event, calendar_file
from hub_api.programme.open_data.elements import Cells, date_element
from hub_api.programme.open_data.lists import PREFIX, OpenList, by_parts, instant_in, settings_of
from hub_api.programme.open_data.shapes import Extension, PlainExportQuery
from hub_api.serving.answers import cache_for
from hub_api.serving.database import Row
from hub_api.serving.hub import HubHere
from hub_api.serving.lists.model import Column, Element
from hub_api.serving.moments import WindowEnd, WindowStart
from hub_api.serving.names.service import check_names
from hub_api.serving.paging import Key
from hub_api.serving.parameters import AnyQuery, Name
from hub_api.serving.schemas import Names, Schema
from hub_api.serving.shapes import names
from hub_api.serving.texts import TEXTS, language_of
from hub_api.serving.validators import is_known, not_modified, weak_etag

#: Whose deadlines there are, and the workflows that name them.
WHOSE: Mapping[str, Machine[Any]] = {"hackathon": HACKATHON, "call": CALL, "need": NEED}
#: What their dates are called: of any other name nobody need ask whose it is.
NAMES = sorted({name for machine in WHOSE.values() for name in machine.deadlines})
#: Up to a hundred and one more, which says whether there is another page.
SHORT_ROWS_MAX = 101
router = APIRouter(prefix=PREFIX)


class CalendarParameters(AnyQuery):
    hackathon: Name | None = None
    call: Name | None = None
    need: Name | None = None


class DeadlinesParameters(PlainExportQuery):
    hackathon: Name | None = None
    call: Name | None = None
    need: Name | None = None
    start: WindowStart = None
    end: WindowEnd = None

    @model_validator(mode="after")
    def _start_before_end(self) -> Self:
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise PydanticCustomError("start_not_before_end", "empty window", {"parameter": "start"})
        return self


def _of_last(key: str) -> Callable[[Sequence[Element]], Any]:
    return lambda extensions: extensions[-1][key] if extensions else None


#: As a table, a deadline says how often it was extended and why it was last.
EXTENDED = Cells(
    lambda field: (
        Column("extension_count", "whole", (field,), len),
        Column("extended_at", "instant", (field,), _of_last("extended_at")),
        Column("extension_reason", "text", (field,), _of_last("reason")),
    )
)


class DeadlineElement(Schema):
    hackathon: str | None = Field(description="null: it is no hackathon's")
    hackathon_name: Names | None
    deadline: str
    name: Names
    instant: datetime = Field(description="Half-open: what closes then is still open just before")
    zone: str = Field(description="In which it was announced")
    extensions: Annotated[list[Extension], EXTENDED] = Field(description="Oldest first")
    kind: Literal["hackathon", "call", "need"] = Field(description="Whose it is")
    call: str | None = Field(description="null: it is no call's")
    call_name: Names | None
    need: str | None = Field(description="null: it is no need's")
    need_name: Names | None


class CalendarFile(Response):
    """For the documentation."""

    media_type = MEDIA_TYPE


def deadline_element(row: Row) -> Element:
    """Of a hackathon, of a call or of a need; what it is not of is null."""
    instant, code, name, kind, _, title_en, title_ar, zone, extensions = row
    owners: Element = {one: None for whose in WHOSE for one in (whose, f"{whose}_name")}
    return {
        "kind": kind,
        **owners,
        kind: code,
        f"{kind}_name": names(title_en, title_ar),
        **date_element(WHOSE[kind], name, instant, zone, extensions),
    }


_after = by_parts(instant=instant_in, code=str, name=str, kind=str)


def _position(after: Key | None) -> Mapping[str, object]:
    return {**_after(after), "names": NAMES}


def _statement(filters: Mapping[str, object], rows: int) -> str:
    """Asking date by date whose it is pays for a page; for more, or for one object, it does not."""
    is_of_one = any(filters[whose] is not None for whose in WHOSE)
    return "deadlines" if is_of_one or rows > SHORT_ROWS_MAX else "short_deadlines"


DEADLINES = OpenList(
    name="deadlines",
    package="hub_api.programme.open_data",
    element=DeadlineElement,
    parameters=DeadlinesParameters,
    position=_position,
    key_columns=4,
    made_by=deadline_element,
    statement=_statement,
)


@router.get(
    "/deadlines.ics",
    operation_id="calendar",
    response_class=CalendarFile,
    responses={200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}},
)
async def send_calendar(
    request: Request, hub: HubHere, query: Annotated[CalendarParameters, Query()]
) -> Response:
    # The dates of the last year and all to come, for programs that subscribe to calendars.
    named = query.model_dump(include=set(WHOSE))
    settings, as_of, language = settings_of(request), hub.clock(), language_of(request)
    filters = {**named, "start": as_of - timedelta(days=settings.calendar_past_days)}
    rows = await DEADLINES.rows(filters)(hub.database, None, settings.calendar_dates_max)
    if not rows:
        await check_names(hub, named)
    headers = {
        "Cache-Control": cache_for(hub.settings.registry_cache_seconds),
        "Vary": "Accept-Language",
        "Content-Language": language,
        "ETag": weak_etag(request.url.path, *named.values(), language, rows),
    }
    if is_known(request, headers["ETag"]):
        return not_modified(headers)
    name = TEXTS.text("innovation.calendar", language)
    body = calendar_file(name, language, _events(rows, language), as_of)
    headers["Content-Disposition"] = 'attachment; filename="deadlines.ics"'
    return Response(body, media_type=f"{MEDIA_TYPE}; charset=utf-8", headers=headers)


# After the calendar, whose address is one of the list with another extension.
DEADLINES.router(router)


def _events(rows: Sequence[Row], language: Language) -> list[Event]:
    return [_event(row[4], deadline_element(row), language) for row in rows]


def _event(object_id: UUID, element: Element, language: Language) -> Event:
    extensions = element["extensions"]
    lines = [instant_text(element["instant"], language)]
    lines += [
        TEXTS.text(
            "innovation.extended",
            language,
            previous=instant_text(one["previous"], language),
            reason=one["reason_name"][language],
        )
        for one in extensions
    ]
    title, label = element[f"{element['kind']}_name"][language], element["name"][language]
    return Event(
        uid=uuid5(object_id, element["deadline"]),
        at=element["instant"],
        summary=TEXTS.text("innovation.event", language, title=title, deadline=label),
        description="\n".join(lines),
        categories=(title,),
        sequence=len(extensions),
        changed_at=extensions[-1]["extended_at"] if extensions else None,
    )
