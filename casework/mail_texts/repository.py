"""The statements about texts of mails. It never commits."""

from __future__ import annotations

from datetime import datetime

from casework.mail_texts.model import Wording
from citycore.language import Language
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from citycore.store.rows import row_of, rows_of

QUERIES = load_queries("casework.mail_texts")


def find(connection: Connection, code: str, language: Language) -> Wording | None:
    return row_of(connection, Wording, QUERIES["one"], {"template": code, "language": language})


def find_changed(connection: Connection) -> list[str]:
    return rows_of(connection, str, QUERIES["changed"])


def write(connection: Connection, code: str, language: Language, said: Wording, at: datetime) -> None:
    values = {"template": code, "language": language, "subject": said.subject, "text": said.text, "at": at}
    connection.execute(QUERIES["write"], values)


def forget(connection: Connection, code: str) -> int:
    return connection.execute(QUERIES["forget"], {"template": code}).rowcount
