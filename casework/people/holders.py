"""What each noun says about the people in its tables: how they are exported and erased.

A table with a column that points to a person and that no holder names fails a test, so nothing is forgotten by
accident.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg.rows import dict_row

from casework.workflow.wording import Label
from citycore.store.connections import Connection
from citycore.store.rows import only_row

Row = Mapping[str, object]
#: Rows of a statement that are in memory at once.
PORTION_ROWS: Final = 200


class Outcome(StrEnum):
    """What becomes of rows about a person who is erased."""

    DELETED = "deleted"
    #: What is left says nothing about whom: a value, a state, a time.
    ANONYMISED = "anonymised"
    #: Only with a reason, which the person is told.
    KEPT = "kept"


class Erased(NamedTuple):
    """What became of the rows of a table; ``reason`` is a code of ``[kept]`` where they are kept."""

    table: str
    outcome: Outcome
    rows: int
    reason: str | None = None


class Attachment(NamedTuple):
    """A file of a person, read in pieces; ``path`` is its place in the archive."""

    path: str
    pieces: Iterator[bytes]


class Erasing(NamedTuple):
    """``statement`` deletes or changes rows of ``table``, or counts those that are kept, for a ``reason``."""

    table: str
    outcome: Outcome
    statement: str
    reason: str | None = None


def deleted(table: str, statement: str) -> Erasing:
    return Erasing(table, Outcome.DELETED, statement)


def anonymised(table: str, statement: str) -> Erasing:
    return Erasing(table, Outcome.ANONYMISED, statement)


def kept(table: str, statement: str, reason: str) -> Erasing:
    return Erasing(table, Outcome.KEPT, statement, reason)


def _no_files(_connection: Connection, _person_id: UUID) -> Iterator[Attachment]:
    return iter(())


def _no_values(_connection: Connection, _person_id: UUID) -> Mapping[str, object]:
    return {}


@dataclass(frozen=True, slots=True)
class Holder:
    """A noun that holds something about people; its statements are named, and know the person as ``person_id``.

    ``exports`` says which statement gives the rows of a section. ``erases`` goes from top to bottom: some rows are found
    by others that go later. A statement of ``hinders`` says whether the person has to settle what its label says
    before they can be erased. ``values`` are what the statements need besides; ``others`` are tables that know the
    person and stay without being counted.
    """

    queries: Mapping[str, LiteralString]
    exports: Mapping[str, str]
    erases: tuple[Erasing, ...]
    hinders: Mapping[str, Label] = field(default_factory=dict)
    files: Callable[[Connection, UUID], Iterator[Attachment]] = _no_files
    values: Callable[[Connection, UUID], Mapping[str, object]] = _no_values
    others: frozenset[str] = frozenset()

    @property
    def tables(self) -> frozenset[str]:
        """All that know people."""
        return self.others.union(erasing.table for erasing in self.erases)

    def export(self, connection: Connection, person_id: UUID) -> Iterator[tuple[str, Row]]:
        """(section, row), section by section, a bounded number of rows in memory; within a transaction."""
        values = self._values(connection, person_id)
        for section, statement in self.exports.items():
            with connection.cursor(name="export_rows", row_factory=dict_row) as cursor:
                cursor.itersize = PORTION_ROWS
                cursor.execute(self.queries[statement], values)
                for row in cursor:
                    yield section, row

    def erase(self, connection: Connection, person_id: UUID) -> list[Erased]:
        """In the caller's transaction; what became of the rows of every table."""
        values = self._values(connection, person_id)
        return [
            Erased(one.table, one.outcome, self._rows(connection, one, values), one.reason)
            for one in self.erases
        ]

    def hindrances(self, connection: Connection, person_id: UUID) -> tuple[Label, ...]:
        """What the person has to settle first."""
        values = self._values(connection, person_id)
        found = (only_row(connection, bool, self.queries[statement], values) for statement in self.hinders)
        return tuple(label for label, hinders in zip(self.hinders.values(), found, strict=True) if hinders)

    def _rows(self, connection: Connection, erasing: Erasing, values: Mapping[str, object]) -> int:
        statement = self.queries[erasing.statement]
        if erasing.outcome is Outcome.KEPT:
            return only_row(connection, int, statement, values)
        return connection.execute(statement, values).rowcount

    def _values(self, connection: Connection, person_id: UUID) -> dict[str, object]:
        return {**self.values(connection, person_id), "person_id": person_id}
