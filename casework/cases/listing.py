"""The list of a desk: cases that the reader may handle or oversee, the longest waiting first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, LiteralString, Protocol, TypeVar
from uuid import UUID

from casework.cases.course import Course
from casework.cases.handling import organisations_of
from casework.cases.mails import Matter
from casework.programme import Session
from citycore.normalisation import like_pattern
from citycore.store.rows import rows_of


class Listed(Protocol):
    """What a row is besides what the noun says of it."""

    @property
    def matter(self) -> Matter: ...


Row = TypeVar("Row", bound=Listed)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Of a state, in the hands of a handler, with these words; after one of the list before."""

    state: str | None = None
    handler_id: UUID | None = None
    words: str = ""
    after: UUID | None = None


@dataclass(frozen=True, slots=True)
class Listing(Generic[Row]):
    """By two statements of the noun, ``list`` and ``counts``, which leave out what the ``reader_id`` is in conflict with."""

    kind: type[Row]
    queries: Mapping[str, LiteralString]
    course: Course
    rows_max: Callable[[Session], int]

    def read(self, session: Session, wanted: Wanted) -> tuple[list[Row], UUID | None]:
        """A page, and after which the next begins."""
        own, rows = organisations_of(session), self.rows_max(session)
        if own == ():
            return [], None
        values: dict[str, object] = {
            "state": wanted.state,
            "handler_id": wanted.handler_id,
            "words": wanted.words,
            "pattern": like_pattern(wanted.words),
            "after": wanted.after,
            "reader_id": session.actor.person_id,
            "rows": rows + 1,
        }
        found = rows_of(session.connection, self.kind, self.queries["list"], values | _of(own))
        return found[:rows], found[rows - 1].matter.case_id if len(found) > rows else None

    def count(self, session: Session) -> dict[str, int]:
        """By state, up to one more than a page has rows; what there is none of is left out."""
        own = organisations_of(session)
        if own == ():
            return {}
        values: dict[str, object] = {
            "states": [state.name for state in self.course.machine.states],
            "reader_id": session.actor.person_id,
            "rows": self.rows_max(session) + 1,
        }
        counted = session.connection.execute(self.queries["counts"], values | _of(own)).fetchall()
        return {state: count for state, count in counted if count}


def _of(organisations: tuple[UUID, ...] | None) -> dict[str, object]:
    """One is looked for by itself: then an index gives its cases in their order."""
    is_one = organisations is not None and len(organisations) == 1
    several = None if organisations is None or is_one else list(organisations)
    return {
        "organisation_id": organisations[0] if organisations and is_one else None,
        "organisations": several,
    }
