"""The statements of a load's progress. It never commits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from ingest.load.model import Progress
from ingest.model import Account

QUERIES = load_queries("ingest.load")


class LoadKey(NamedTuple):
    """The content of a file, and the source that it was loaded for ('' for each thing's own)."""

    digest: bytes
    source_code: str


def find_sources(connection: Connection, things: Iterable[str]) -> dict[str, str]:
    """The source of each registered thing."""
    rows = connection.execute(QUERIES["sources_of_things"], {"things": list(things)}).fetchall()
    return dict(rows)


def source_exists(connection: Connection, code: str) -> bool:
    row = connection.execute(QUERIES["source_exists"], {"code": code}).fetchone()
    return row is not None and bool(row[0])


def begin(connection: Connection, key: LoadKey, worker: str, file_name: str) -> Progress:
    """Remember the file if it is new; how far it is loaded."""
    connection.execute(QUERIES["begin_load"], key._asdict() | {"worker": worker, "file_name": file_name})
    return lock_progress(connection, key)


def restart(connection: Connection, key: LoadKey) -> None:
    connection.execute(QUERIES["restart_load"], key._asdict())


def place_outcomes(connection: Connection, key: LoadKey, outcome_bytes: int) -> None:
    connection.execute(QUERIES["place_outcomes"], key._asdict() | {"outcome_bytes": outcome_bytes})


def complete(connection: Connection, key: LoadKey) -> None:
    connection.execute(QUERIES["complete_load"], key._asdict())


def lock_progress(connection: Connection, key: LoadKey) -> Progress:
    row = connection.execute(QUERIES["lock_progress"], key._asdict()).fetchone()
    assert row is not None, "a load is remembered before its first batch"
    (
        lines_done,
        received,
        stored,
        duplicate,
        conflicting,
        quarantined,
        missing,
        letters,
        outcome_bytes,
        done,
    ) = row
    account = Account(received, received, stored, duplicate, conflicting, quarantined)
    return Progress(lines_done, account, missing, letters, outcome_bytes, done)


def move_progress(connection: Connection, key: LoadKey, step: Progress) -> None:
    """Add what a transaction accounts for; ``lines_done`` and ``outcome_bytes`` are how far it is then."""
    account = step.account
    parameters: dict[str, Any] = key._asdict() | {
        "lines_done": step.lines_done,
        "received": account.received,
        "stored": account.stored,
        "duplicate": account.duplicate,
        "conflicting": account.conflicting,
        "quarantined": account.quarantined,
        "missing": step.missing,
        "dead_letters": step.dead_letters,
        "outcome_bytes": step.outcome_bytes,
    }
    connection.execute(QUERIES["move_progress"], parameters)
