"""The desk where people read what was written: they name themes, say what each note is about, and what may be quoted.

A noun says which notes those are and who may read them, and what follows once somebody has read some.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.counting import wanted as counting
from casework.counting.asking import Asking
from casework.people.model import Names
from casework.programme import Session
from casework.themes import service as themes
from casework.themes.model import Coding, Theme, Topic
from casework.themes.settings import ThemeSettings
from hub_api.programme.kit.addresses import at, named
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Page, signed_in
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.values import ValueForm

THEME = ValueForm(Theme)


@dataclass(frozen=True, slots=True)
class Notes:
    """What was written about a topic. ``asked`` is the question; ``titles`` are those of what it belongs to, whose desk is at
    ``home``, a path without the mount. There are ``total`` notes, in an order that says nothing: ``page`` gives so many after so
    many, ``texts`` those with these identifiers.
    """

    topic: Topic
    asked: Names
    titles: Names
    home: str
    total: int
    page: Callable[[int, int], Sequence[tuple[UUID, str]]]
    texts: Callable[[Collection[UUID]], Mapping[UUID, str]]


@dataclass(frozen=True)
class NotesDesk:
    """One desk at one address. ``find`` gets the session, the request and what the address names, and raises for whoever may not
    read it. ``read`` is called with the session and what the address names once somebody has said something of notes.
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
            self._named,
            guard=signed_in,
            object_guard=self.object_guard,
            title="notes.title",
            here=self.here,
        )
        page.answer("", _codings, "saved", self._in_session(self._code))
        page.answer("themes", THEME, "saved", self._in_session(self._name))

    @property
    def _named(self) -> Any:
        """With the names and types of what the address names, as the noun's ``find`` has them."""

        @wraps(self.find)
        def look(*given: Any) -> Any:
            return self._content(*given)

        return look

    def _in_session(self, work: Callable[..., object]) -> Any:
        async def answer(request: PortalRequest, *given: Any) -> object:
            return await request.act(work, request, *given)

        return answer

    def _content(self, session: Session, request: PortalRequest, *ids: Any) -> dict[str, Any]:
        """A part at a time, with what somebody has said of each."""
        found = self.find(session, request, *ids)
        reading, question = themes.read(session, found.topic.object_id), found.topic.question
        rows = session.of(ThemeSettings).notes_rows_max
        start = max(0, request.query_as("from", int) or 0)
        said = {one.note_id: one for one in reading.codings.get(question, ())}
        return {
            "desk": found,
            "notes": [(*one, said.get(one[0])) for one in found.page(start, rows)],
            "coded": len(said),
            "start": start,
            "onward": start + rows if found.total > start + rows else None,
            "wanted": counting.find(session, found.topic.object_id),
            "themes": reading.themes.get(question, ()),
            "written": THEME.fill(None, request.typed),
        }

    def _code(self, session: Session, request: PortalRequest, *given: Any) -> None:
        *ids, codings = given
        found = self.find(session, request, *ids)
        notes = found.texts([one.note_id for one in codings])
        themes.code(session, found.topic, notes, codings)
        self.read(session, *ids)

    def _name(self, session: Session, request: PortalRequest, *given: Any) -> None:
        *ids, theme = given
        themes.name_theme(session, self.find(session, request, *ids).topic, theme)


def _codings(form: Form) -> list[Coding]:
    quoted = set(form.ids("quoted"))
    return [Coding(one, form.optional(f"theme-{one}"), one in quoted) for one in form.ids("note")]


def add_notes(
    page: Page[UUID],
    asking: Asking[Any],
    get: Callable[[Session, UUID], Any],
) -> None:
    """The desks below the page of what people are asked, one a question: ``get`` raises for whoever may not read. It is counted again
    once somebody has said something of notes.
    """

    def find(session: Session, _request: PortalRequest, object_id: UUID, question: str) -> Notes:
        about = get(session, object_id)
        total = asking.count_notes(session, about, question)
        return Notes(
            Topic(object_id, question),
            asking.written_questions(session, about)[question],
            asking.of(about).titles,
            at(page.path, object_id),
            total,
            lambda start, rows: list(
                asking.read_notes(session, about, question, slice(start, start + rows)).items()
            ),
            lambda notes: asking.read_notes(session, about, question, notes=notes),
        )

    path = f"{page.path}/notes/{{question}}"
    NotesDesk(
        page.router,
        path,
        named(find, path),
        lambda session, object_id, _question: asking.recount(session, object_id),
        object_guard=lambda session, object_id, _question: get(session, object_id),
        here=page.here,
    )
