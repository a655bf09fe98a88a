"""What each noun says about the people in its tables: how they are exported and erased.

A table with a column that points to a person and that no holder names fails a test, so nothing is forgotten by
accident.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from casework.workflow.wording import Label
from citycore.store.connections import Connection

Row = Mapping[str, object]


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


def _nothing(_connection: Connection, _person_id: UUID) -> Iterator[Attachment]:
    return iter(())


def _no_hindrance(_connection: Connection, _person_id: UUID) -> tuple[Label, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Holder:
    """A noun that holds something about people.

    ``export`` yields (section, row), section by section, a bounded number of rows in memory; ``erase``
    works in the caller's transaction and names every one of ``tables``; ``hindrances`` says what the
    person has to settle before they can be erased.
    """

    noun: str
    tables: frozenset[str]
    export: Callable[[Connection, UUID], Iterator[tuple[str, Row]]]
    erase: Callable[[Connection, UUID], list[Erased]]
    files: Callable[[Connection, UUID], Iterator[Attachment]] = _nothing
    hindrances: Callable[[Connection, UUID], tuple[Label, ...]] = _no_hindrance
