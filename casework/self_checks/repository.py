"""The statements about the hub's checks of itself. It never commits."""

from __future__ import annotations

from datetime import datetime

from casework.people.model import Names, Recipient
from casework.self_checks.model import Notice
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from citycore.store.rows import only_row

QUERIES = load_queries("casework.self_checks")


def claim(connection: Connection, kind: str, subject: str, at: datetime, since: datetime) -> bool:
    """Whether it is ours to do or tell now; not if it was done after ``since``."""
    parameters = {"kind": kind, "subject": subject, "at": at, "since": since}
    return connection.execute(QUERIES["claim"], parameters).fetchone() is not None


def say(connection: Connection, kind: str, subject: str, said: str) -> None:
    connection.execute(QUERIES["say"], {"kind": kind, "subject": subject, "said": said})


def find_said(connection: Connection, kind: str, subject: str) -> str:
    """What is wrong; empty where nothing is, or nothing was looked at yet."""
    row = connection.execute(QUERIES["said"], {"kind": kind, "subject": subject}).fetchone()
    return "" if row is None else str(row[0])


def count_told(connection: Connection, since: datetime) -> int:
    return only_row(connection, int, QUERIES["count_told"], {"kinds": list(Notice), "since": since})


def forget(connection: Connection, before: datetime) -> int:
    return connection.execute(QUERIES["forget"], {"before": before}).rowcount


def find_administrators(connection: Connection, at: datetime) -> list[Recipient]:
    rows = connection.execute(QUERIES["administrators"], {"at": at}).fetchall()
    return [
        Recipient(person_id, email, language, Names(name_ar, name_en).shown(language))
        for person_id, email, language, name_ar, name_en in rows
    ]
