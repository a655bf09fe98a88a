"""The desk where people read what was written: they name themes, say what each note is about, and what may be quoted.

A noun says which notes those are and who may read them, and what follows once somebody has read some.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.people.model import Names
from casework.programme import Session
from casework.themes import service as themes
from casework.themes.model import Coding, Theme, Topic
from casework.themes.settings import ThemeSettings
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Page, signed_in
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.values import ValueForm

THEME = ValueForm(Theme)


@dataclass(frozen=True, slots=True)
class Notes:
    """What was written about a topic, in an order that says nothing. ``asked`` is the question; ``titles`` are those of what it
    belongs to, whose desk is at ``home``, a path without the mount.
    """

    topic: Topic
    asked: Names
    notes: Sequence[tuple[UUID, str]]
    titles: Names
    home: str


@dataclass(frozen=True)
class NotesDesk:
    """One desk at one address. ``find`` gets the session and what the address names, and raises for whoever may not read it.
    ``read`` is called with the same once somebody has said something of notes.
    """

    router: APIRouter
    path: str
    find: Callable[..., Notes]
    read: Callable[..., object]
    _: KW_ONLY
    object_guard: Callable[..., object]
    here: str

    def __post_init__(self) -> None:
        page: Page[*tuple[Any, ...]] = Page(
            self.router,
            self.path,
            "kit/notes_desk.html",
            self._look,
            guard=signed_in,
            object_guard=self.object_guard,
            title="notes.title",
            here=self.here,
        )
        page.post("", _codings, "saved", lambda session, *given: self._code(session, given))
        page.post("themes", THEME, "saved", lambda session, *given: self._name(session, given))

    def _look(self, session: Session, request: PortalRequest, *ids: Any) -> dict[str, Any]:
        """A part at a time, with what somebody has said of each."""
        found = self.find(session, *ids)
        reading, question = themes.read(session, found.topic.object_id), found.topic.question
        rows = session.of(ThemeSettings).notes_rows_max
        start = max(0, request.query_as("from", int) or 0)
        said = {one.note_id: one for one in reading.codings.get(question, ())}
        return {
            "desk": found,
            "notes": [(*one, said.get(one[0])) for one in found.notes[start : start + rows]],
            "coded": len(said),
            "start": start,
            "onward": start + rows if len(found.notes) > start + rows else None,
            "themes": reading.themes.get(question, ()),
            "written": THEME.fill(None, request.typed),
        }

    def _code(self, session: Session, given: tuple[Any, ...]) -> None:
        *ids, codings = given
        found = self.find(session, *ids)
        themes.code(session, found.topic, dict(found.notes), codings)
        self.read(session, *ids)

    def _name(self, session: Session, given: tuple[Any, ...]) -> None:
        *ids, theme = given
        themes.name_theme(session, self.find(session, *ids).topic, theme)


def _codings(form: Form) -> list[Coding]:
    quoted = set(form.ids("quoted"))
    return [Coding(one, form.optional(f"theme-{one}"), one in quoted) for one in form.ids("note")]
