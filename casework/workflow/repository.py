"""The statements about deadlines and decisions. It never commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from casework.workflow.model import Deadline, Extension, Moved, PreparedStep
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import execute_each, only_row, rows_of

QUERIES = load_queries("casework.workflow")


def hold_deadlines(connection: Connection, object_id: UUID) -> dict[str, datetime]:
    """The deadlines by name; nobody moves them before this transaction ends."""
    return dict(connection.execute(QUERIES["hold_deadlines"], {"object_id": object_id}).fetchall())


def hold_deadlines_of(connection: Connection, object_ids: Sequence[UUID]) -> dict[UUID, dict[str, datetime]]:
    """The same of several, held in the order in which they are given; those without any are there too."""
    found: dict[UUID, dict[str, datetime]] = {object_id: {} for object_id in object_ids}
    parameters = {"object_ids": list(object_ids)}
    for object_id, name, instant in connection.execute(QUERIES["hold_deadlines_of"], parameters).fetchall():
        found[object_id][name] = instant
    return found


def change_deadlines(connection: Connection, object_id: UUID) -> dict[str, datetime]:
    """The deadlines by name; they are ours to move."""
    return dict(connection.execute(QUERIES["change_deadlines"], {"object_id": object_id}).fetchall())


def find_deadlines(connection: Connection, object_id: UUID) -> list[Deadline]:
    return rows_of(connection, Deadline, QUERIES["deadlines"], {"object_id": object_id})


def set_deadlines(connection: Connection, planned: Sequence[tuple[UUID, Deadline]]) -> None:
    rows = [values_of(deadline) | {"object_id": object_id} for object_id, deadline in planned]
    execute_each(connection, QUERIES["set_deadline"], rows)


def extend_deadline(
    connection: Connection, object_id: UUID, extension: Extension, extension_id: UUID, by: UUID | None
) -> None:
    """Move the deadline and add what everybody can see about it."""
    parameters = values_of(extension) | {
        "extension_id": extension_id,
        "object_id": object_id,
        "extended_by": by,
    }
    connection.execute(QUERIES["extend_deadline"], parameters)
    connection.execute(QUERIES["add_extension"], parameters)


def find_extensions(connection: Connection, object_id: UUID) -> list[Extension]:
    return rows_of(connection, Extension, QUERIES["extensions"], {"object_id": object_id})


def store_prepared(connection: Connection, machine: str, prepared: PreparedStep) -> UUID:
    """The identifier of the step that is prepared for its object, which may be an older one's."""
    values = values_of(prepared) | {"machine": machine}
    return only_row(connection, UUID, QUERIES["prepare_decision"], values)


def find_prepared_objects(connection: Connection, machine: str, prepared_ids: Sequence[UUID]) -> list[UUID]:
    """What the open ones among these are about, in the order in which objects are locked."""
    parameters = {"machine": machine, "decision_ids": list(prepared_ids)}
    return rows_of(connection, UUID, QUERIES["decided_objects"], parameters)


def hold_prepared(connection: Connection, machine: str, prepared_ids: Sequence[UUID]) -> list[PreparedStep]:
    """The open ones among these, ours until the transaction ends."""
    parameters = {"machine": machine, "decision_ids": list(prepared_ids)}
    return rows_of(connection, PreparedStep, QUERIES["hold_decisions"], parameters)


def find_prepared_steps(
    connection: Connection, machine: str, object_ids: Sequence[UUID]
) -> list[PreparedStep]:
    parameters = {"machine": machine, "object_ids": list(object_ids)}
    return rows_of(connection, PreparedStep, QUERIES["open_decisions"], parameters)


def mark_released(connection: Connection, prepared_id: UUID, by: UUID | None, at: datetime) -> None:
    connection.execute(QUERIES["mark_released"], {"decision_id": prepared_id, "released_by": by, "at": at})


def mark_withdrawn(connection: Connection, prepared_id: UUID, at: datetime) -> None:
    connection.execute(QUERIES["mark_withdrawn"], {"decision_id": prepared_id, "at": at})


class StepWords(NamedTuple):
    """What somebody added to a step that was taken."""

    machine: str
    moved: Moved
    words: str
    by: UUID | None


def add_words(connection: Connection, *said: StepWords) -> None:
    execute_each(
        connection,
        QUERIES["add_words"],
        [
            {
                "machine": one.machine,
                "object_id": one.moved.object_id,
                "version": one.moved.version,
                "event": one.moved.event,
                "words": one.words,
                "by": one.by,
                "at": one.moved.at,
            }
            for one in said
        ],
    )


def find_words(connection: Connection, object_ids: Sequence[UUID]) -> dict[UUID, str]:
    """By object, what was added to its newest step that says anything; by decision that is not told, what was to it."""
    return dict(connection.execute(QUERIES["words"], {"object_ids": list(object_ids)}).fetchall())


def keep_prepared_words(
    connection: Connection, prepared_id: UUID, words: str, by: UUID | None, at: datetime
) -> None:
    """What somebody added to a decision, in place of what was there."""
    take_prepared_words(connection, prepared_id)
    if words:
        parameters = {"decision_id": prepared_id, "words": words, "by": by, "at": at}
        connection.execute(QUERIES["keep_decision_words"], parameters)


def take_prepared_words(connection: Connection, prepared_id: UUID) -> tuple[str, UUID | None]:
    """What was added to a decision and by whom, gone from there; "" if nothing was."""
    row = connection.execute(QUERIES["take_decision_words"], {"decision_id": prepared_id}).fetchone()
    return ("", None) if row is None else (row[0], row[1])


class Undoable(NamedTuple):
    """A step that can be taken back, and until when."""

    machine: str
    moved: Moved
    until: datetime


def remember_steps(connection: Connection, *taken: Undoable) -> None:
    execute_each(
        connection,
        QUERIES["remember_step"],
        [
            {
                "object_id": one.moved.object_id,
                "machine": one.machine,
                "source": one.moved.source,
                "event": one.moved.event,
                "version": one.moved.version,
                "taken_at": one.moved.at,
                "until": one.until,
            }
            for one in taken
        ],
    )


def find_undoable(
    connection: Connection, object_id: UUID, version: int, at: datetime
) -> tuple[str, str, datetime] | None:
    """Source, event and instant of the step that led to this version, while it can be taken back."""
    values = {"object_id": object_id, "version": version, "at": at}
    return connection.execute(QUERIES["undoable"], values).fetchone()


def forget_undoable(connection: Connection, object_id: UUID) -> None:
    connection.execute(QUERIES["forget_undoable"], {"object_id": object_id})
