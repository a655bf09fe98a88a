"""The statements about cases. It never commits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from casework.attachments.model import StoredFile
from casework.cases.model import (
    Asker,
    Bars,
    Case,
    CaseFile,
    Handler,
    Message,
    NewCase,
    Rating,
    Sender,
    Visibility,
)
from casework.people.addresses import parse_address
from casework.people.model import Names
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import only_row, row_of, rows_of

QUERIES = load_queries("casework.cases")


def store_case(connection: Connection, case_id: UUID, kind: str, new: NewCase, at: datetime) -> bool:
    """Whether it is new."""
    asker = new.asker
    values = {name: value for name, value in values_of(new).items() if not name.startswith("asker")}
    values |= {
        "case_id": case_id,
        "kind": kind,
        "once": None if new.once is None else new.once.bytes,
        "at": at,
    }
    if not connection.execute(QUERIES["open_case"], values).rowcount:
        return False
    key = parse_address(asker.email).key if asker.email else None
    connection.execute(QUERIES["store_asker"], values_of(asker) | {"case_id": case_id, "email_key": key})
    return True


def find_sent_before(connection: Connection, once: UUID) -> UUID:
    return only_row(connection, UUID, QUERIES["sent_before"], {"once": once.bytes})


def find_case(connection: Connection, case_id: UUID) -> Case | None:
    return row_of(connection, Case, QUERIES["case"], {"case_id": case_id})


def lock_cases(connection: Connection, case_ids: Iterable[UUID]) -> None:
    connection.execute(QUERIES["lock_cases"], {"case_ids": list(case_ids)})


def find_following(connection: Connection, case_id: UUID) -> list[UUID]:
    return rows_of(connection, UUID, QUERIES["following"], {"case_id": case_id})


def find_asker(connection: Connection, case_id: UUID) -> Asker:
    return only_row(connection, Asker, QUERIES["asker"], {"case_id": case_id})


def is_in_conflict(connection: Connection, case_id: UUID, person_id: UUID) -> bool:
    return only_row(connection, bool, QUERIES["is_in_conflict"], {"case_id": case_id, "person_id": person_id})


def find_bars(connection: Connection, case: Case) -> Bars:
    return Bars(frozenset(rows_of(connection, UUID, QUERIES["bars"], {"case_id": case.case_id})), case.unit)


def bar(connection: Connection, case_id: UUID, person_id: UUID, reason: str) -> None:
    connection.execute(QUERIES["bar"], {"case_id": case_id, "person_id": person_id, "reason": reason})


def lock_handlers(connection: Connection, organisation_id: UUID) -> None:
    connection.execute(QUERIES["lock_handlers"], {"organisation_id": organisation_id})


def find_handlers(connection: Connection, organisation_id: UUID, rows: int) -> list[Handler]:
    return rows_of(
        connection, Handler, QUERIES["handlers"], {"organisation_id": organisation_id, "rows": rows}
    )


def find_members(connection: Connection, organisation_id: UUID) -> dict[UUID, Names]:
    """Who belongs to an organisation."""
    rows = connection.execute(QUERIES["members"], {"organisation_id": organisation_id}).fetchall()
    return {person_id: Names(name_ar, name_en) for person_id, name_ar, name_en in rows}


def keep_handler(connection: Connection, organisation_id: UUID, handler: Handler) -> None:
    values = {"organisation_id": organisation_id, "person_id": handler.person_id}
    connection.execute(QUERIES["keep_handler"], values | {"level": handler.level, "unit": handler.unit})


def drop_handler(connection: Connection, organisation_id: UUID, person_id: UUID) -> bool:
    values = {"organisation_id": organisation_id, "person_id": person_id}
    return connection.execute(QUERIES["drop_handler"], values).rowcount > 0


def give(connection: Connection, case_id: UUID, handler_id: UUID | None, level: int) -> None:
    connection.execute(QUERIES["give"], {"case_id": case_id, "handler_id": handler_id, "level": level})


def forward(connection: Connection, case_id: UUID, organisation_id: UUID) -> None:
    connection.execute(QUERIES["forward"], {"case_id": case_id, "organisation_id": organisation_id})


def merge(connection: Connection, case_id: UUID, main_id: UUID) -> None:
    connection.execute(QUERIES["merge"], {"case_id": case_id, "main_id": main_id})


def take_out(connection: Connection, case_id: UUID, at: datetime) -> bool:
    return connection.execute(QUERIES["take_out"], {"case_id": case_id, "at": at}).rowcount > 0


def set_closed(connection: Connection, case_id: UUID, at: datetime | None) -> None:
    connection.execute(QUERIES["set_closed"], {"case_id": case_id, "at": at})


def count_messages(connection: Connection, case_id: UUID) -> int:
    return only_row(connection, int, QUERIES["count_messages"], {"case_id": case_id})


def add_message(connection: Connection, message: Message, mail_id: str | None) -> bool:
    """Whether it is new."""
    return connection.execute(QUERIES["add_message"], values_of(message) | {"mail_id": mail_id}).rowcount > 0


def find_messages(connection: Connection, case_id: UUID, visibilities: Iterable[Visibility]) -> list[Message]:
    values = {"case_id": case_id, "visibilities": [one.value for one in visibilities]}
    return rows_of(connection, Message, QUERIES["messages"], values)


def add_file(connection: Connection, held: CaseFile) -> None:
    connection.execute(
        QUERIES["add_file"],
        values_of(held.file) | {"case_id": held.case_id, "sender": held.sender, "at": held.at},
    )


def find_files(connection: Connection, case_id: UUID) -> list[CaseFile]:
    return rows_of(connection, CaseFile, QUERIES["files"], {"case_id": case_id})


def drop_file(connection: Connection, case_id: UUID, file_id: UUID, sender: Sender) -> bool:
    """Whether it was there and theirs."""
    values = {"case_id": case_id, "file_id": file_id, "sender": sender}
    return connection.execute(QUERIES["drop_file"], values).rowcount > 0


def drop_files(connection: Connection, before: datetime) -> int:
    """Of cases that were closed before; how many."""
    return connection.execute(QUERIES["drop_files"], {"before": before}).rowcount


def find_files_of_person(connection: Connection, person_id: UUID) -> list[StoredFile]:
    return rows_of(connection, StoredFile, QUERIES["files_of_person"], {"person_id": person_id})


def rate(connection: Connection, case_id: UUID, rating: Rating) -> bool:
    """Whether it was not rated before."""
    values = {"case_id": case_id, "points": rating.points, "text": rating.text, "at": rating.rated_at}
    return connection.execute(QUERIES["rate"], values).rowcount > 0


def find_rating(connection: Connection, case_id: UUID) -> Rating | None:
    return row_of(connection, Rating, QUERIES["rating"], {"case_id": case_id})


def find_months(connection: Connection, kind: str, before: date) -> list[tuple[UUID, date]]:
    """Organisations and months before this one in which there were cases of a kind, and nothing was released yet."""
    return connection.execute(QUERIES["months"], {"kind": kind, "before": before}).fetchall()


def set_released(
    connection: Connection,
    of: tuple[UUID, date, str],
    release_id: UUID | None,
    rows: Iterable[tuple[str, list[int | None]]],
) -> None:
    """Of an organisation, a month and a kind; with the rows of the tables."""
    values = dict(zip(("organisation_id", "month", "kind"), of, strict=True))
    connection.execute(QUERIES["set_released"], values | {"release_id": release_id})
    for row_code, cells in rows:
        connection.execute(QUERIES["store_counts"], values | {"row_code": row_code, "cells": cells})
