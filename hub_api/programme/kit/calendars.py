"""``…/calendar.ics`` of an object: its dates, for people's own calendars."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID, uuid5

from fastapi import APIRouter
from starlette.responses import Response

from casework.people.model import Names
from casework.programme import Session
from hub_api.programme.kit.addresses import add_route, argument, at, names_in
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.open_data.calendar import MEDIA_TYPE, Event, calendar_file

#: Of the dates of an object, so that a calendar which is fetched again moves what moved.
_DATES: Final = UUID("6a0c1d0e-7c55-4f5f-9a55-0b6a3f1d2c47")


class Time(NamedTuple):
    """When something is, if that is known; ``text`` says what, where the object's title does not."""

    text: str | None
    begins: datetime | None
    ends: datetime | None = None


class Dates(NamedTuple):
    """Of an object as it stands: its version, and since when it is so."""

    titles: Names
    times: Sequence[Time]
    version: int
    changed_at: datetime
    texts: Names = Names("", "")
    places: Names = Names("", "")


def calendar(router: APIRouter, path: str, category: str, find: Callable[[Session, UUID], Dates]) -> None:
    """``path/calendar.ics`` of the object that ``path`` names, for whoever may see it; ``category`` is the text of its kind."""
    (name,) = names_in(path)

    async def route(request: PortalRequest, **named: UUID) -> Response:
        dates = await request.look(find, named[name])
        page = f"{request.office.url}{at(path, named[name])}?lang={request.language}"
        return _send(request, list(_events(request, dates, named[name], page, category)))

    add_route(router, "GET", f"{path}/calendar.ics", route, [argument(name, UUID)])


def _events(
    request: PortalRequest, dates: Dates, object_id: UUID, page: str, category: str
) -> Iterator[Event]:
    language = request.language
    title, said = dates.titles.shown(language), dates.texts.shown(language)
    for time in dates.times:
        if time.begins is not None:
            yield Event(
                uid=uuid5(_DATES, f"{object_id}/{time.text or 'session'}"),
                at=time.begins,
                ends=time.ends,
                summary=title if time.text is None else f"{title}: {WORDS.text(time.text, language)}",
                description=f"{said}\n{page}" if said else page,
                location=dates.places.shown(language),
                categories=(WORDS.text(category, language),),
                sequence=dates.version,
                changed_at=dates.changed_at,
            )


def _send(request: PortalRequest, events: list[Event]) -> Response:
    name = WORDS.text("brand", request.language)
    body = calendar_file(name, request.language, events, request.office.clock())
    headers = {
        "Cache-Control": "no-cache",
        "Vary": "Accept-Language",
        "Content-Language": request.language,
        "Content-Disposition": 'attachment; filename="dates.ics"',
    }
    return Response(body, media_type=f"{MEDIA_TYPE}; charset=utf-8", headers=headers)
