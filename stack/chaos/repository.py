"""What is stored, as values for the account."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from citycore.model import ResultType
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from citycore.store.rows import rows_of
from stack.chaos.account import Counts, Ledger, Letter, Table, keys_of
from stack.chaos.load import SOURCE, TEXTS, digest

QUERIES = load_queries("stack.chaos")
_ROWS_AT_ONCE = 50_000


def find_datastream_ids(connection: Connection) -> dict[tuple[str, str], int]:
    rows = connection.execute(QUERIES["datastream_ids"], {"source": SOURCE}).fetchall()
    return {(thing, code): datastream_id for thing, code, datastream_id in rows}


def read_rows(connection: Connection, result_type: ResultType) -> Table:
    """Every stored row of that type, read in pieces."""
    width = 2 if result_type == "position" else 1
    parts = [Table(np.empty(0, dtype=np.int64), np.empty((0, width)))]
    with connection.transaction(), connection.cursor(name="rows", binary=True) as cursor:
        cursor.execute(QUERIES[f"rows_{result_type}"], {"texts": list(TEXTS)})
        while rows := cursor.fetchmany(_ROWS_AT_ONCE):
            columns = [np.array(column) for column in zip(*rows, strict=True)]
            parts.append(Table(keys_of(columns[0], columns[1]), np.stack(columns[2:], axis=1)))
    return Table.concatenate(parts)


def read_ledger(connection: Connection) -> Ledger:
    """The ledger and its running totals, in one snapshot."""
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        total = _counts(connection, "ledger")
        running = _counts(connection, "running_totals")
        row = connection.execute(QUERIES["open_rows"]).fetchone()
    assert row is not None
    return Ledger(total, running, int(row[0]))


def read_dead_letters(connection: Connection) -> dict[bytes, Letter]:
    """Dead letters by the digest of topic and payload."""
    return {
        digest(each.topic, each.payload): each
        for each in rows_of(connection, Letter, QUERIES["dead_letters"])
    }


def newest_instant(connection: Connection) -> datetime | None:
    row = connection.execute(QUERIES["newest"]).fetchone()
    return None if row is None else row[0]


def longest_stall_seconds(connection: Connection, begin: datetime) -> float:
    row = connection.execute(QUERIES["longest_stall"], {"begin": begin}).fetchone()
    assert row is not None
    return float(row[0])


def count_disordered(connection: Connection) -> int:
    row = connection.execute(QUERIES["disordered"]).fetchone()
    assert row is not None
    return int(row[0])


def count_unrolled(connection: Connection) -> int:
    row = connection.execute(QUERIES["unrolled"]).fetchone()
    assert row is not None
    return int(row[0])


def _counts(connection: Connection, query: str) -> Counts:
    row = connection.execute(QUERIES[query]).fetchone()
    assert row is not None
    return Counts(*(int(part) for part in row))
