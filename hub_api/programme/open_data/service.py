"""What the routes of the programme share: lists, single elements, names that may not exist, the calendar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID, uuid5

from fastapi import Request, Response

from casework.workflow.wording import instant_text
from citycore.language import Language
from citycore.licences import licence_of
from hub_api.programme.open_data.calendar import MEDIA_TYPE, Event, calendar_file
from hub_api.programme.open_data.repository import (
    QUERIES,
    deadlines_of,
    fetch_linking,
    has_organisation,
    rows_of,
)
from hub_api.programme.open_data.rules import deadline_element, linking_element
from hub_api.programme.open_data.settings import InnovationApiSettings
from hub_api.serving.answers import cache_for, freshness, json_answer
from hub_api.serving.database import Row
from hub_api.serving.errors import UnknownName
from hub_api.serving.formats import PLAIN_FORMATS
from hub_api.serving.hub import Hub
from hub_api.serving.lists.answer import Listed
from hub_api.serving.lists.model import Element, Fetch, Listing
from hub_api.serving.names.service import check_names
from hub_api.serving.shapes import licence_element
from hub_api.serving.texts import TEXTS, language_of
from hub_api.serving.validators import is_known, not_modified, weak_etag


def settings_of(request: Request) -> InnovationApiSettings:
    settings: InnovationApiSettings = request.app.state.open_data
    return settings


def listed(request: Request, hub: Hub, listing: Listing, fetch: Fetch, named: Mapping[str, object]) -> Listed:
    """A list of the programme; ``named`` are the filters whose names may exist nowhere."""
    return Listed(
        listing=listing,
        fetch=fetch,
        filters=named,
        offered=PLAIN_FORMATS,
        newest=_nothing_is_observed,
        cache_seconds=hub.settings.live_cache_seconds,
        version=QUERIES["version"],
        licence=licence_here(request),
    )


async def find_one(hub: Hub, fetch: Fetch) -> Row | None:
    rows = await fetch(hub.database, None, 1)
    return rows[0] if rows else None


def answer_one(request: Request, hub: Hub, row: Row, element: Element) -> Response:
    etag = weak_etag(request.url.path, row)
    meta = {**freshness(hub.clock(), None), "licence": licence_here(request)}
    answer = json_answer({"data": element, "meta": meta}, cache_seconds=hub.settings.live_cache_seconds)
    answer.headers["ETag"] = etag
    if is_known(request, etag):
        return not_modified({name: answer.headers[name] for name in ("ETag", "Cache-Control")})
    return answer


def identifier_of(noun: str, text: str) -> UUID:
    """``UnknownName`` for what is not even an identifier. Nothing is suggested: identifiers are no words."""
    try:
        found = UUID(text)
    except ValueError:
        raise UnknownName(noun, text) from None
    if str(found) != text.lower():
        raise UnknownName(noun, text)
    return found


async def check_organisation(hub: Hub, text: str | None) -> UUID | None:
    """The identifier of a filter; ``UnknownName`` unless the organisation is public."""
    if text is None:
        return None
    found = identifier_of("organisation", text)
    if not await has_organisation(hub.database, found):
        raise UnknownName("organisation", text)
    return found


async def check_challenge(hub: Hub, text: str | None) -> UUID | None:
    """The identifier of a filter; ``UnknownName`` unless the challenge is public."""
    if text is None:
        return None
    found = identifier_of("challenge", text)
    if await find_one(hub, rows_of("challenges", {"challenge": found})) is None:
        raise UnknownName("challenge", text)
    return found


async def check_vendor(hub: Hub, text: str | None) -> UUID | None:
    """The identifier of a filter; ``UnknownName`` unless the vendor is public."""
    if text is None:
        return None
    found = identifier_of("vendor", text)
    if await find_one(hub, rows_of("vendors", {"vendor": found})) is None:
        raise UnknownName("vendor", text)
    return found


async def linking_challenges(hub: Hub, noun: Literal["dataset", "thing"], code: str) -> list[Element]:
    """The public challenges that link a dataset or a thing."""
    return [linking_element(row) for row in await fetch_linking(hub.database, noun, code)]


async def answer_calendar(request: Request, hub: Hub, named: Mapping[str, str | None]) -> Response:
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


def licence_here(request: Request) -> dict[str, Any]:
    """The licence of all lists of the programme."""
    told = licence_element(licence_of(settings_of(request).licence))
    assert told is not None, "the hub states one"
    return told


async def _nothing_is_observed() -> None:
    return None
