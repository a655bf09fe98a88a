"""The statements about notifications. It never commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from casework.notifications.model import Choice, Notification
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from citycore.store.rows import execute_each, only_row, row_of, rows_of

QUERIES = load_queries("casework.notifications")


class Told(NamedTuple):
    """What is new for somebody; ``waits`` for the mail of the day."""

    notification_id: UUID
    person_id: UUID
    template: str
    subject_ar: str
    subject_en: str
    about_ar: str
    about_en: str
    path: str | None
    at: datetime
    waits: bool


def find_choice(connection: Connection, person_id: UUID) -> Choice:
    return row_of(connection, Choice, QUERIES["choice"], {"person_id": person_id}) or Choice.AT_ONCE


def find_choices(connection: Connection, people: Collection[UUID]) -> dict[UUID, Choice]:
    """Of those who have chosen."""
    found = connection.execute(QUERIES["choices"], {"people": list(people)}).fetchall()
    return {person_id: Choice(choice) for person_id, choice in found}


def tell(connection: Connection, told: Sequence[Told]) -> None:
    execute_each(connection, QUERIES["tell"], [one._asdict() for one in told])


def find_own(connection: Connection, person_id: UUID, rows: int) -> list[Notification]:
    return rows_of(connection, Notification, QUERIES["own"], {"person_id": person_id, "rows": rows})


def find_news(connection: Connection, person_id: UUID, since: datetime, rows: int) -> list[Notification]:
    values = {"person_id": person_id, "since": since, "rows": rows}
    return rows_of(connection, Notification, QUERIES["news"], values)


def find_waiting(connection: Connection, person_id: UUID, rows: int) -> list[Notification]:
    return rows_of(connection, Notification, QUERIES["waiting"], {"person_id": person_id, "rows": rows})


def count_unread(connection: Connection, person_id: UUID) -> int:
    return only_row(connection, int, QUERIES["unread"], {"person_id": person_id})


def mark_read(
    connection: Connection, person_id: UUID, notification_id: UUID | None, at: datetime
) -> list[str | None]:
    """Where those lead to that are read now: one, or all."""
    values = {"person_id": person_id, "notification_id": notification_id, "at": at}
    return [path for (path,) in connection.execute(QUERIES["read"], values).fetchall()]


def mark_read_of(connection: Connection, person_id: UUID, paths: Sequence[str], at: datetime) -> None:
    connection.execute(QUERIES["read_of"], {"person_id": person_id, "paths": list(paths), "at": at})


def choose(connection: Connection, person_id: UUID, choice: Choice, day: date) -> None:
    """``day`` counts as told for whoever chooses for the first time."""
    connection.execute(QUERIES["choose"], {"person_id": person_id, "choice": choice, "day": day})


def leave_out(connection: Connection, person_id: UUID) -> None:
    connection.execute(QUERIES["leave_out"], {"person_id": person_id})


def next_reader(connection: Connection, job: str, day: date, at: datetime) -> UUID | None:
    return row_of(connection, UUID, QUERIES["next_reader"], {"job": job, "day": day, "at": at})


def set_told(connection: Connection, person_id: UUID, day: date) -> None:
    connection.execute(QUERIES["set_told"], {"person_id": person_id, "day": day})


def tidy(connection: Connection, before: datetime, kept: int, rows: int) -> int:
    """How many were removed."""
    return connection.execute(QUERIES["tidy"], {"before": before, "kept": kept, "rows": rows}).rowcount
