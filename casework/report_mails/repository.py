"""The statements about reports by mail. It never commits."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from casework.people.model import Names, Recipient
from casework.report_mails.model import Fault, Known, New, Subscription
from citycore.language import Language
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import only_row, row_of, rows_of

QUERIES = load_queries("casework.report_mails")


def find_places(connection: Connection) -> list[Known]:
    return rows_of(connection, Known, QUERIES["places"])


def find_properties(connection: Connection) -> list[Known]:
    return rows_of(connection, Known, QUERIES["properties"])


def hold_person(connection: Connection, person_id: UUID) -> None:
    connection.execute(QUERIES["hold_person"], {"person_id": person_id})


def count(connection: Connection, person_id: UUID) -> int:
    return only_row(connection, int, QUERIES["count"], {"person_id": person_id})


def store(connection: Connection, new: New) -> bool:
    """Whether it was stored; not if the same is there already."""
    return connection.execute(QUERIES["store"], values_of(new)).rowcount > 0


def find_own(connection: Connection, person_id: UUID) -> list[Subscription]:
    return rows_of(connection, Subscription, QUERIES["own"], {"person_id": person_id})


def find_own_one(connection: Connection, subscription_id: UUID, person_id: UUID) -> Subscription | None:
    values = {"subscription_id": subscription_id, "person_id": person_id}
    return row_of(connection, Subscription, QUERIES["own_one"], values)


def hold(connection: Connection, subscription_id: UUID) -> None:
    connection.execute(QUERIES["hold"], {"subscription_id": subscription_id})


def find_of_token(connection: Connection, stop_token: str) -> Subscription | None:
    return row_of(connection, Subscription, QUERIES["of_token"], {"stop_token": stop_token})


def last_asked(connection: Connection, person_id: UUID) -> datetime | None:
    return row_of(connection, datetime, QUERIES["last_asked"], {"person_id": person_id})


def ask(connection: Connection, subscription_id: UUID, at: datetime) -> None:
    connection.execute(QUERIES["ask"], {"subscription_id": subscription_id, "at": at})


def pause(connection: Connection, subscription_id: UUID) -> None:
    connection.execute(QUERIES["pause"], {"subscription_id": subscription_id})


def resume(connection: Connection, subscription_id: UUID, next_due: datetime) -> None:
    connection.execute(QUERIES["resume"], {"subscription_id": subscription_id, "next_due": next_due})


def end(connection: Connection, subscription_id: UUID) -> None:
    connection.execute(QUERIES["end"], {"subscription_id": subscription_id})


def find_due(connection: Connection, job: str, at: datetime, rows: int) -> list[UUID]:
    return rows_of(connection, UUID, QUERIES["due"], {"job": job, "at": at, "rows": rows})


def find_one(connection: Connection, subscription_id: UUID) -> Subscription | None:
    return row_of(connection, Subscription, QUERIES["one"], {"subscription_id": subscription_id})


def take(connection: Connection, seen: Subscription) -> bool:
    """Whether it is ours until the transaction ends, and due as it was seen."""
    values = {"subscription_id": seen.subscription_id, "due_at": seen.due_at}
    return connection.execute(QUERIES["take"], values).fetchone() is not None


def find_recipient(connection: Connection, person_id: UUID, language: Language) -> Recipient | None:
    """Addressed in the language of the report, whatever their own is."""
    row = connection.execute(QUERIES["recipient"], {"person_id": person_id}).fetchone()
    if row is None:
        return None
    email, name_ar, name_en = row
    return Recipient(person_id, email, language, Names(name_ar, name_en).shown(language))


def set_sent(connection: Connection, subscription_id: UUID, at: datetime, next_due: datetime) -> None:
    values = {"subscription_id": subscription_id, "at": at, "next_due": next_due}
    connection.execute(QUERIES["set_sent"], values)


def put_off(connection: Connection, seen: Subscription, fault: Fault, at: datetime, due_at: datetime) -> None:
    values = {"subscription_id": seen.subscription_id, "tries": seen.tries + 1, "fault": fault, "at": at}
    connection.execute(QUERIES["put_off"], {**values, "due_at": due_at})


def give_up(
    connection: Connection, seen: Subscription, fault: Fault, at: datetime, next_due: datetime
) -> None:
    values = {"subscription_id": seen.subscription_id, "fault": fault, "at": at, "next_due": next_due}
    connection.execute(QUERIES["give_up"], values)


def set_aside(connection: Connection, seen: Subscription, fault: Fault, at: datetime) -> None:
    values = {"subscription_id": seen.subscription_id, "fault": fault, "at": at}
    connection.execute(QUERIES["set_aside"], values)
