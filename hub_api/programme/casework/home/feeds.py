"""``/portal/hackathons.atom`` and the others: what is new of a kind, for programs that read feeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access.model import ANONYMOUS
from casework.programme import Session
from citycore.language import Language
from hackathon.contest.hackathons.machine import HACKATHON
from hackathon.contest.hackathons.service import list_hackathons
from hackathon.funding.calls.machine import CALL
from hackathon.funding.calls.model import Wanted
from hackathon.funding.calls.service import list_calls
from hackathon.market.needs.model import Search
from hackathon.market.needs.service import search_needs
from hackathon.market.offerings.catalogue import list_newest
from hub_api.programme.kit.addresses import add_route
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.market.offerings.words import told_in
from hub_api.serving.pages.layout import TEMPLATES
from participation.dialogue.machine import SUBJECTS
from participation.dialogue.service import list_talks
from participation.ideas import model as ideas
from participation.ideas.service import list_ideas
from participation.surveys.machine import PUBLIC
from participation.surveys.service import list_public

router = APIRouter(prefix="/portal", include_in_schema=False)
MEDIA_TYPE: Final = "application/atom+xml"


class Entry(NamedTuple):
    """What a feed says of an object."""

    object_id: UUID
    title: str
    text: str
    changed_at: datetime


def _hackathons(session: Session, language: Language) -> list[Entry]:
    return [
        Entry(
            one.hackathon_id,
            one.description.title(language),
            one.description.summary_ar if language == "ar" else one.description.summary_en,
            one.state_changed_at,
        )
        for one in list_hackathons(session)
        if HACKATHON.state(one.state).public is None
    ]


def _calls(session: Session, language: Language) -> list[Entry]:
    return [
        Entry(
            one.call_id,
            one.title(language),
            one.description.texts.summary_ar if language == "ar" else one.description.texts.summary_en,
            one.state_changed_at,
        )
        for one in list_calls(session, Wanted()).calls
        if CALL.state(one.state).public is None
    ]


def _needs(session: Session, language: Language) -> list[Entry]:
    return [
        Entry(
            one.need_id,
            one.title(language),
            one.description.problem_ar if language == "ar" else one.description.problem_en,
            one.published_at or one.created_at,
        )
        for one in search_needs(session, Search())[0]
    ]


def _offerings(session: Session, language: Language) -> list[Entry]:
    return [
        Entry(one.offering_id, told.title, told.summary, one.version.published_at)
        for one in list_newest(session)
        for told in (told_in(one.version.content, language),)
    ]


def _surveys(session: Session, language: Language) -> list[Entry]:
    return [
        Entry(
            one.survey_id,
            one.titles.shown(language),
            one.description.purposes.shown(language),
            one.state_changed_at,
        )
        for one in list_public(session, PUBLIC)[0]
    ]


def _talks(session: Session, language: Language) -> list[Entry]:
    return [
        Entry(
            one.session_id,
            one.plan.titles.shown(language),
            one.plan.questions.shown(language),
            one.state_changed_at,
        )
        for one in list_talks(session, SUBJECTS)[0]
    ]


def _ideas(session: Session, language: Language) -> list[Entry]:
    return [
        Entry(one.idea_id, one.titles.shown(language), one.said.body, one.state_changed_at)
        for one in list_ideas(session, ideas.Wanted(), None)[0]
    ]


#: What is found, by the room of the navigation that names it.
FEEDS: Final[Mapping[str, tuple[str, Callable[[Session, Language], list[Entry]]]]] = {
    "/hackathons": ("feeds.hackathons", _hackathons),
    "/calls": ("feeds.calls", _calls),
    "/needs": ("feeds.needs", _needs),
    "/offerings": ("feeds.offerings", _offerings),
    "/surveys": ("feeds.surveys", _surveys),
    "/dialogue": ("feeds.dialogue", _talks),
    "/ideas": ("feeds.ideas", _ideas),
}


async def _send(path: str, request: PortalRequest) -> Response:
    """As everybody sees them, the newest change first; nothing while its state is known by another name, which would tell when
    it changes.
    """
    title, find = FEEDS[path]
    language, office = request.language, request.office

    def look(session: Session) -> list[Entry]:
        return find(session.programme.within(session.connection, ANONYMOUS), language)

    entries = sorted(await request.look(look), key=lambda one: one.changed_at, reverse=True)
    entries = entries[: office.settings.portal.page_rows]
    body = TEMPLATES.get_template("programme/casework/home/feed.xml").render(
        url=office.url,
        path=path,
        language=language,
        title=WORDS.text(title, language),
        author=WORDS.text("brand", language),
        updated=entries[0].changed_at if entries else office.clock(),
        entries=entries,
    )
    headers = {"Cache-Control": "no-cache", "Vary": "Accept-Language", "Content-Language": language}
    return Response(body, media_type=f"{MEDIA_TYPE}; charset=utf-8", headers=headers)


def _serve(path: str) -> None:
    async def route(request: PortalRequest) -> Response:
        return await _send(path, request)

    add_route(router, "GET", f"{path}.atom", route, [])


for each in FEEDS:
    _serve(each)
