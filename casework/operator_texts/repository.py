"""The statements about texts of the operator. It never commits."""

from __future__ import annotations

from datetime import datetime

from casework.operator_texts.model import Written
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from citycore.store.rows import rows_of

QUERIES = load_queries("casework.operator_texts")


def find(connection: Connection, name: str) -> Written | None:
    found: dict[str, str] = dict(connection.execute(QUERIES["written"], {"name": name}).fetchall())
    return Written(found["ar"], found["en"]) if found else None


def find_named(connection: Connection) -> frozenset[str]:
    return frozenset(rows_of(connection, str, QUERIES["named"]))


def write(connection: Connection, name: str, said: Written, at: datetime) -> None:
    for language, text in (("ar", said.text_ar), ("en", said.text_en)):
        connection.execute(QUERIES["write"], {"name": name, "language": language, "text": text, "at": at})


def forget(connection: Connection, name: str) -> int:
    return connection.execute(QUERIES["forget"], {"name": name}).rowcount
