"""``/v1/innovation/deadlines``: dates of hackathons, calls and needs, as a list and as a calendar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any, Literal, Self
from uuid import UUID, uuid5

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from casework.workflow.model import Machine
from casework.workflow.wording import instant_text
from citycore.intervals import parse_instant
from citycore.language import Language
from hackathon.contest.hackathons.machine import HACKATHON
from hackathon.funding.calls.machine import CALL
from hackathon.market.needs.machine import NEED
from hub_api.programme.open_data.calendar import MEDIA_TYPE, Event, calendar_file
from hub_api.programme.open_data.elements import date_element
from hub_api.programme.open_data.lists import PREFIX, QUERIES, listed_here, settings_of
from hub_api.programme.open_data.shapes import DeadlineDate, InnovationList, PlainExportQuery
from hub_api.serving.answers import cache_for
from hub_api.serving.database import Reader, Row
from hub_api.serving.errors import invalid
from hub_api.serving.formats import PLAIN_FORMATS, documented
from hub_api.serving.hub import Hub, HubHere
from hub_api.serving.lists.answer import answer_list
from hub_api.serving.lists.model import Element, Fetch, Listing, columns, name_columns
from hub_api.serving.names.service import check_names
from hub_api.serving.paging import Key
from hub_api.serving.parameters import AnyQuery, Instant, Name
from hub_api.serving.schemas import Names
from hub_api.serving.shapes import names
from hub_api.serving.texts import TEXTS, language_of
from hub_api.serving.validators import is_known, not_modified, weak_etag

#: Whose deadlines there are, and the workflows that name them.
WHOSE: Mapping[str, Machine[Any]] = {"hackathon": HACKATHON, "call": CALL, "need": NEED}
AFTER = ("after_instant", "after_code", "after_name", "after_kind")
router = APIRouter(prefix=PREFIX)


class CalendarParameters(AnyQuery):
    hackathon: Name | None = None
    call: Name | None = None
    need: Name | None = None


class DeadlinesParameters(PlainExportQuery):
    hackathon: Name | None = None
    call: Name | None = None
    need: Name | None = None
    start: Instant | None = None
    end: Instant | None = None

    @model_validator(mode="after")
    def _start_before_end(self) -> Self:
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise PydanticCustomError("start_not_before_end", "empty window", {"parameter": "start"})
        return self


class DeadlineElement(DeadlineDate):
    kind: Literal["hackathon", "call", "need"] = Field(description="Whose it is")
    hackathon: str | None = Field(description="null: it is no hackathon's")
    hackathon_name: Names | None
    call: str | None = Field(description="null: it is no call's")
    call_name: Names | None
    need: str | None = Field(description="null: it is no need's")
    need_name: Names | None


class DeadlineList(InnovationList):
    data: list[DeadlineElement]


class CalendarFile(Response):
    """For the documentation."""

    media_type = MEDIA_TYPE


def deadline_element(row: Row) -> Element:
    """Of a hackathon, of a call or of a need; what it is not of is null."""
    _, code, title_en, title_ar, name, instant, zone, extensions, kind = row
    owners: Element = {one: None for whose in WHOSE for one in (whose, f"{whose}_name")}
    return {
        "kind": kind,
        **owners,
        kind: code,
        f"{kind}_name": names(title_en, title_ar),
        **date_element(WHOSE[kind], name, instant, zone, extensions),
    }


def deadlines_of(filters: Mapping[str, object]) -> Fetch:
    """How deadlines are fetched, in the order of time."""
    wanted = {**dict.fromkeys(("hackathon", "call", "need", "start", "end")), **filters}

    async def fetch(database: Reader, after: Key | None, rows: int) -> Sequence[Row]:
        parts = dict.fromkeys(AFTER) if after is None else _place_in(str(after))
        return await database.fetch(QUERIES["deadlines"], {**wanted, **parts, "rows": rows})

    return fetch


def deadline_key(row: Row) -> str:
    """Where a page goes on: instant, code, name, and whose it is."""
    return f"{row[5].isoformat()}/{row[1]}/{row[4]}/{row[8]}"


def _place_in(text: str) -> Mapping[str, object]:
    try:
        instant, code, name, kind = text.split("/")
        return dict(zip(AFTER, (parse_instant(instant), code, name, kind), strict=True))
    except (ValueError, OverflowError):
        raise invalid("cursor", "bad_cursor") from None


def _last_extension(element: Element) -> Element:
    last = element["extensions"][-1] if element["extensions"] else {"extended_at": None, "reason": None}
    return {
        "extension_count": len(element["extensions"]),
        "extended_at": last["extended_at"],
        "extension_reason": last["reason"],
    }


#: As a table, a deadline says how often it was extended and why it was last.
DEADLINE_DATES = Listing(
    name="deadlines",
    key=deadline_key,
    key_type=str,
    element=lambda row, _: deadline_element(row),
    columns=(
        *columns("text", "hackathon"),
        *name_columns("hackathon_name"),
        *columns("text", "deadline"),
        *name_columns("name"),
        *columns("instant", "instant"),
        *columns("text", "zone"),
        *columns("whole", "extension_count"),
        *columns("instant", "extended_at"),
        *columns("text", "extension_reason", "kind", "call"),
        *name_columns("call_name"),
        *columns("text", "need"),
        *name_columns("need_name"),
    ),
    records=lambda element: (element | _last_extension(element),),
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
    return await _answer_calendar(request, hub, query.model_dump(include={"hackathon", "call", "need"}))


@router.get(
    "/deadlines",
    operation_id="deadlines",
    response_model=DeadlineList,
    responses=documented(PLAIN_FORMATS),
)
@router.get("/deadlines.{extension}", include_in_schema=False)
async def list_deadlines(
    request: Request, hub: HubHere, query: Annotated[DeadlinesParameters, Query()]
) -> Response:
    named = query.model_dump(include={"hackathon", "call", "need"})
    fetch = deadlines_of({**named, "start": query.start, "end": query.end})
    return await answer_list(request, hub, query, listed_here(request, hub, DEADLINE_DATES, fetch, named))


async def _answer_calendar(request: Request, hub: Hub, named: Mapping[str, str | None]) -> Response:
    """The dates of the last year and all to come, for programs that subscribe to calendars; ``named``: whose."""
    settings, as_of, language = settings_of(request), hub.clock(), language_of(request)
    filters = {**named, "start": as_of - timedelta(days=settings.calendar_past_days)}
    rows = await deadlines_of(filters)(hub.database, None, settings.calendar_dates_max)
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


def _events(rows: Sequence[Row], language: Language) -> list[Event]:
    return [_event(row[0], deadline_element(row), language) for row in rows]


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
