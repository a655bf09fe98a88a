"""``….atom`` beside a list that everybody sees: what is new of a kind, for programs that read feeds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access.model import ANONYMOUS
from casework.people.model import Names
from casework.programme import Session
from hub_api.programme.kit.addresses import add_route
from hub_api.programme.kit.rendering import FEEDS, WORDS
from hub_api.programme.kit.request import PortalRequest
from hub_api.serving.pages.layout import TEMPLATES

MEDIA_TYPE: Final = "application/atom+xml"


class Entry(NamedTuple):
    """What a feed says of an object."""

    object_id: UUID
    titles: Names
    texts: Names
    changed_at: datetime


def feed(
    router: APIRouter,
    path: str,
    find: Callable[[Session], Iterable[Any]],
    entry: Callable[[Any], Entry],
) -> None:
    """``path.atom``: what ``find`` gives to a visitor, the newest change first. The text ``feeds.<path>`` is what it is called.

    Whoever gives the objects leaves out those whose state is known by another name: a feed would tell when it changes.
    """

    async def route(request: PortalRequest) -> Response:
        def look(session: Session) -> list[Entry]:
            return list(map(entry, find(session.programme.within(session.connection, ANONYMOUS))))

        return _send(path, request, await request.look(look))

    add_route(router, "GET", f"{path}.atom", route, [])
    FEEDS.append(path.removeprefix("/"))


def _send(path: str, request: PortalRequest, entries: list[Entry]) -> Response:
    language, office = request.language, request.office
    newest = sorted(entries, key=lambda one: one.changed_at, reverse=True)[: office.settings.portal.page_rows]
    body = TEMPLATES.get_template("programme/kit/feed.xml").render(
        url=office.url,
        path=path,
        language=language,
        title=WORDS.text(f"feeds.{path.removeprefix('/')}", language),
        author=WORDS.text("brand", language),
        updated=newest[0].changed_at if newest else office.clock(),
        entries=newest,
    )
    headers = {"Cache-Control": "no-cache", "Vary": "Accept-Language", "Content-Language": language}
    return Response(body, media_type=f"{MEDIA_TYPE}; charset=utf-8", headers=headers)
