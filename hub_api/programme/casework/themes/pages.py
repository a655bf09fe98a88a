"""Themes of an object's notes: the desk at which they are sorted and told, and the page that everybody reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.people.model import Names
from casework.programme import Session
from casework.statistics.settings import StatisticsSettings
from casework.themes import service, telling
from casework.themes.model import Topic
from hub_api.programme.kit.addresses import at, named
from hub_api.programme.kit.notes_desk import Notes, NotesDesk
from hub_api.programme.kit.pages import Page, anybody, signed_in
from hub_api.programme.kit.request import PortalRequest


@dataclass(frozen=True)
class ThemePages:
    """Those of one noun. ``path`` is that of an object's page and ``desk`` that of those who lead it; themes stand below both.

    ``question`` is that of the topic, and the last part of the address at which notes are read. ``see`` gives what the object is called
    and what was asked, or raises for whoever may not see it; ``lead`` raises for whoever may not read notes.
    """

    router: APIRouter
    path: str
    desk: str
    question: str
    _: KW_ONLY
    see: Callable[[Session, UUID], tuple[Names, Names]]
    lead: Callable[[Session, UUID], object]
    notes: Callable[[Session, UUID], Mapping[UUID, str]]
    here: str

    def __post_init__(self) -> None:
        Page(
            self.router,
            f"{self.path}/themes",
            "casework/themes/told.html",
            named(self._told, self.path),
            guard=anybody,
            here=self.here,
        )
        Page(
            self.router,
            f"{self.desk}/themes",
            "casework/themes/desk.html",
            named(self._sorted, self.desk),
            guard=signed_in,
            object_guard=self.lead,
            here=self.here,
        ).press("tell", "themes_told", self._tell)
        NotesDesk(
            self.router,
            f"{self.desk}/notes/{self.question}",
            named(self._find, self.desk),
            lambda *_: None,
            object_guard=self.lead,
            here=self.here,
        )

    def _topic(self, object_id: UUID) -> Topic:
        return Topic(object_id, self.question)

    def _told(self, session: Session, request: PortalRequest, object_id: UUID) -> dict[str, Any]:
        titles, _ = self.see(session, object_id)
        quotes = service.list_quotes(session, object_id).get(self.question, ())
        # What is no note any more, such as what its author has withdrawn, is not quoted.
        notes = frozenset(self.notes(session, object_id).values()) if quotes else frozenset[str]()
        return {
            "title": titles.shown(request.language),
            "told_themes": telling.find_told(session, self._topic(object_id)),
            "quotes": [one for one in quotes if one in notes],
            "names": self._names(session, request, object_id),
            "least": session.of(StatisticsSettings).cell_min,
            "home": at(self.path, object_id),
        }

    def _sorted(self, session: Session, request: PortalRequest, object_id: UUID) -> dict[str, Any]:
        """What everybody would be told now, and what they are told."""
        self.lead(session, object_id)
        titles, _ = self.see(session, object_id)
        return {
            "title": titles.shown(request.language),
            "found": telling.sort_notes(session, self._topic(object_id), self.notes(session, object_id)),
            "told_themes": telling.find_told(session, self._topic(object_id)),
            "names": self._names(session, request, object_id),
            "least": session.of(StatisticsSettings).cell_min,
            "home": at(self.desk, object_id),
            "public": at(self.path, object_id),
            "question": self.question,
        }

    def _names(self, session: Session, request: PortalRequest, object_id: UUID) -> dict[str, str]:
        themes = service.read(session, object_id).themes.get(self.question, ())
        return {one.code: one.names.shown(request.language) for one in themes}

    def _tell(self, session: Session, object_id: UUID) -> None:
        self.lead(session, object_id)
        telling.tell(session, self._topic(object_id), self.notes(session, object_id))

    def _find(self, session: Session, _request: PortalRequest, object_id: UUID) -> Notes:
        self.lead(session, object_id)
        titles, asked = self.see(session, object_id)
        notes = self.notes(session, object_id)
        return Notes(
            self._topic(object_id),
            asked,
            titles,
            at(self.desk, object_id),
            len(notes),
            lambda start, rows: list(notes.items())[start : start + rows],
            lambda wanted: {one: notes[one] for one in wanted if one in notes},
        )
