"""The statements about annotations. It never commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from casework.access.model import HUB, Actor, Role
from casework.annotations.machine import ANNOTATION
from casework.annotations.model import PACKAGE, Annotation, Facts, Note
from casework.people.model import Names
from casework.workflow.model import Binding, Standing
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import only_row, row_of, rows_of

QUERIES: Final = load_queries(PACKAGE)


class New(NamedTuple):
    """Who writes it, and when."""

    annotation_id: UUID
    at: datetime
    author_id: UUID
    author_role: Role
    organisation_id: UUID | None


class Choice(NamedTuple):
    """Something of the city that an annotation can be about."""

    kind: str
    code: str
    names: Names


class _Row(NamedTuple):
    state: str
    version: int


def find_annotation(connection: Connection, annotation_id: UUID) -> Annotation | None:
    return row_of(connection, Annotation, QUERIES["annotation"], {"annotation_id": annotation_id})


def find_annotations(connection: Connection, after: UUID | None, rows: int) -> list[Annotation]:
    return rows_of(connection, Annotation, QUERIES["list"], {"after": after, "rows": rows})


def find_choices(connection: Connection) -> Sequence[Choice]:
    return rows_of(connection, Choice, QUERIES["choices"])


def is_known(connection: Connection, kind: str, code: str) -> bool:
    return only_row(connection, bool, QUERIES["is_known"], {"kind": kind, "code": code})


def find_organisation(connection: Connection, person_id: UUID) -> UUID | None:
    return row_of(connection, UUID, QUERIES["organisation"], {"person_id": person_id})


def store(connection: Connection, new: New, note: Note) -> None:
    values = values_of(note) | new._asdict() | {"state": ANNOTATION.initial.name}
    connection.execute(QUERIES["create"], values)


def correct(connection: Connection, annotation_id: UUID, note: Note, at: datetime) -> None:
    connection.execute(QUERIES["correct"], values_of(note) | {"annotation_id": annotation_id, "at": at})


def read(connection: Connection, object_id: UUID, _actor: Actor) -> Standing[Facts] | None:
    """As the workflow wants it; roles count in the whole hub alone."""
    row = row_of(connection, _Row, QUERIES["standing"], {"annotation_id": object_id})
    if row is None:
        return None
    chain, scopes = f"annotation:{object_id}", frozenset({HUB})
    return Standing(object_id, row.state, row.version, chain, scopes, object_id, Facts())


ANNOTATIONS: Final[Binding[Facts]] = Binding(
    ANNOTATION, QUERIES["lock"], read, QUERIES["move"], called=QUERIES["called"]
)
