"""Days, parts and their rows, from SQL to values and back; observations come in blocks of whole columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, LiteralString

import numpy as np
import psycopg
from numpy.typing import NDArray

from citycore.archive.parts import TEXT, Rows, by_type
from citycore.archive.place import PartFile
from citycore.clock import EPOCH, MICROSECOND, microseconds_of
from citycore.model import ResultType
from citycore.store.binary import POSTGRES_EPOCH_MICROSECONDS, copy_stream
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from citycore.wire import encode
from ingest.archive.model import DueDay, Part, Span, WrittenPart
from ingest.bulk.model import Datastream, Day
from ingest.bulk.repository import BLOCK_ROWS, copy_blocks, row_of
from ingest.model import Received, Rejection
from ingest.repository import store_dead_letters

QUERIES = load_queries("ingest.archive")
#: What goes between store and files.
ROWS = load_queries("ingest.archive", "rows.sql")
_KEYS = {"datastream": ">i4", "phenomenon_time": ">i8", "quality": ">i2", "batch": ">i8"}
_COPIES = {
    "measurement": (ROWS["copy_measurements"], row_of(**_KEYS, result=">f8")),
    "position": (ROWS["copy_positions"], row_of(**_KEYS, longitude=">f8", latitude=">f8")),
}
#: What takes rows out of the store, and puts them back.
DELETES: Mapping[ResultType, str] = {
    "measurement": "delete_measurements",
    "category": "delete_categories",
    "position": "delete_positions",
}
RESTORES = ("restore_measurements", "restore_categories", "restore_positions")
#: A row of ``observation_flags``: datastream, instant in microseconds, test, quality, batch.
Flag = tuple[int, int, str, int, int]


def lock(connection: Connection) -> bool:
    """Whether this session is the one that works on the archive."""
    return _truth(connection, "lock_archive", {})


def unlock(connection: Connection) -> None:
    connection.execute(QUERIES["unlock_archive"])


def is_any_due(connection: Connection, due: Mapping[str, object]) -> bool:
    return _truth(connection, "any_due", due)


def fetch_due(connection: Connection, due: Mapping[str, object], days_max: int) -> list[DueDay]:
    rows = connection.execute(QUERIES["due_days"], {**due, "days_max": days_max}).fetchall()
    return [DueDay(*row) for row in rows]


def fetch_parts(connection: Connection, query: str, parameters: Mapping[str, object]) -> list[Part]:
    """``query``: one of those that give parts."""
    return [Part(*row) for row in connection.execute(QUERIES[query], parameters).fetchall()]


def fetch_change_count(connection: Connection, day: Day) -> int:
    row = connection.execute(QUERIES["change_count"], _key(day)).fetchone()
    assert row is not None, "a day is never removed"
    return int(row[0])


def fetch_datastreams(connection: Connection, source_id: int) -> list[tuple[str, Datastream]]:
    """Each with its sector."""
    rows = connection.execute(QUERIES["datastreams"], {"source_id": source_id}).fetchall()
    return [(sector, Datastream(*row)) for sector, *row in rows]


def read_blocks(connection: Connection, result_type: ResultType, span: Span) -> Iterator[Rows]:
    """Rows in the order of datastream and time."""
    if result_type == "category":
        yield from _read_categories(connection, span)
        return
    statement, kind = _COPIES[result_type]
    yield from copy_blocks(connection, statement, _parameters(span), kind)


def _read_categories(connection: Connection, span: Span) -> Iterator[Rows]:
    with connection.cursor("categories", binary=True) as cursor:
        cursor.execute(ROWS["read_categories"], _parameters(span))
        while rows := cursor.fetchmany(BLOCK_ROWS):
            datastreams, times, qualities, batches, results = zip(*rows, strict=True)
            yield {
                "datastream": np.array(datastreams, dtype=np.int32),
                "phenomenon_time": np.array([microseconds_of(at) for at in times], dtype=np.int64),
                "quality": np.array(qualities, dtype=np.int16),
                "batch": np.array(batches, dtype=np.int64),
                TEXT: list(results),
            }


def has_flags(connection: Connection, span: Span) -> bool:
    row = connection.execute(ROWS["has_flags"], _parameters(span)).fetchone()
    return row is not None and bool(row[0])


def fetch_flags(connection: Connection, span: Span) -> list[Flag]:
    """In the order of datastream, time and test."""
    rows = connection.execute(ROWS["flags"], _parameters(span)).fetchall()
    return [(number, microseconds_of(at), test, quality, batch) for number, at, test, quality, batch in rows]


def note_part(connection: Connection, day: Day, sector: str, file: WrittenPart, **facts: object) -> None:
    """``facts``: ``change_count`` and ``written_at``."""
    bounds = {"starts_at": day.start, "ends_at": day.end, "sector": sector}
    connection.execute(QUERIES["note_part"], {**_key(day), **asdict(file), **bounds, **facts})


def note_archived(connection: Connection, day: Day, change_count: int) -> None:
    connection.execute(QUERIES["note_archived"], {**_key(day), "change_count": change_count})


def note(connection: Connection, query: str, part: Part, **facts: object) -> None:
    """One of the statements that change a part, or its day."""
    connection.execute(QUERIES[query], {**part.key(), "path": part.path, **facts})


def find_months(connection: Connection, asked: Mapping[str, object]) -> list[tuple[int, str, date]]:
    """Source, sector and first day of months whose days can be put together."""
    rows = connection.execute(QUERIES["months"], asked).fetchall()
    return [(source_id, sector, month) for source_id, sector, month in rows]


def note_leftover(connection: Connection, path: str, at: datetime) -> None:
    connection.execute(QUERIES["note_leftover"], {"path": path, "at": at})


def forget_leftover(connection: Connection, path: str) -> None:
    connection.execute(QUERIES["forget_leftover"], {"path": path})


def note_merged(connection: Connection, part: Part, file: PartFile, at: datetime) -> bool:
    """Whether a part, which was as it is told here, is in another file from now on."""
    facts = {"path": file.path, "byte_count": file.byte_count, "sha256": file.sha256, "at": at}
    asked = {**part.key(), **facts, "old_path": part.path, "old_sha256": part.sha256}
    return connection.execute(QUERIES["note_merged"], asked).rowcount == 1


def fetch_leftovers(connection: Connection, before: datetime, parts_max: int) -> list[str]:
    asked = {"left_before": before, "parts_max": parts_max}
    return [row[0] for row in connection.execute(QUERIES["leftovers"], asked).fetchall()]


def lock_unchanged(connection: Connection, part: Part, seconds_max: float) -> bool:
    """Whether no roll-up is at work and none is due, and the part is still what it was. Within a transaction, which is of no use
    after False.
    """
    facts = {
        **part.key(),
        "version": part.version,
        "sha256": part.sha256,
        "start": part.starts_at,
        "end": part.ends_at,
    }
    try:
        with connection.transaction():
            connection.execute(QUERIES["limit_waiting"], {"milliseconds": str(int(seconds_max * 1000))})
            connection.execute(QUERIES["lock_rollups"])
    except psycopg.errors.LockNotAvailable:
        return False
    if not connection.execute(QUERIES["lock_part"], facts).fetchall():
        return False
    return not _truth(connection, "has_unfinished", facts)


def delete_rows(connection: Connection, span: Span) -> tuple[int, int]:
    """How many rows and flags left the store."""
    rows = 0
    for result_type, query in DELETES.items():
        some = tuple(one for one in span.datastreams if one.result_type == result_type)
        if some:
            rows += connection.execute(ROWS[query], _parameters(Span(some, span.start, span.end))).rowcount
    return rows, connection.execute(ROWS["delete_flags"], _parameters(span)).rowcount


def drop_empty_chunks(connection: Connection, before: datetime) -> int:
    row = connection.execute(QUERIES["drop_empty_chunks"], {"before": before}).fetchone()
    return 0 if row is None else int(row[0])


def begin_restoring(connection: Connection) -> None:
    for statement in ROWS["restored_tables"].split(";"):
        connection.execute(statement)


def put_rows(connection: Connection, rows: Rows) -> None:
    """Rows of a file into the tables of this session."""
    places = by_type(rows)
    _put_categories(connection, rows, places["category"])
    _put_numbers(connection, "restored_positions", ("longitude", "latitude"), rows, places["position"])
    _put_numbers(connection, "restored_measurements", ("result",), rows, places["measurement"])


def _put_numbers(
    connection: Connection,
    table: LiteralString,
    names: Sequence[LiteralString],
    rows: Rows,
    which: NDArray[Any],
) -> None:
    if not len(which):
        return
    columns = [
        np.asarray(rows["datastream"])[which].astype(np.int32),
        np.asarray(rows["quality"])[which].astype(np.int16),
        np.asarray(rows["phenomenon_time"])[which] - POSTGRES_EPOCH_MICROSECONDS,
        *(np.asarray(rows[name])[which] for name in names),
        np.asarray(rows["batch"])[which],
    ]
    statement = f"COPY {table} (datastream_id, quality, phenomenon_time, {', '.join(names)}, batch_id) FROM STDIN (FORMAT binary)"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(copy_stream(columns))


def _put_categories(connection: Connection, rows: Rows, which: NDArray[Any]) -> None:
    if not len(which):
        return
    names = ("datastream", "quality", "phenomenon_time", TEXT, "batch")
    statement = (
        "COPY restored_categories (datastream_id, quality, phenomenon_time, result, batch_id) FROM STDIN"
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for place in which:
            number, quality, time, text, batch = (rows[name][place] for name in names)
            copy.write_row((int(number), int(quality), EPOCH + int(time) * MICROSECOND, text, int(batch)))


def put_flags(connection: Connection, rows: Rows, flags: Sequence[tuple[int, str, int, int]]) -> None:
    """Flags with the places of their rows."""
    numbers, times = np.asarray(rows["datastream"]), np.asarray(rows["phenomenon_time"])
    statement = "COPY restored_flags (datastream_id, phenomenon_time, test, quality, batch_id) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for place, *flag in flags:
            copy.write_row((int(numbers[place]), EPOCH + int(times[place]) * MICROSECOND, *flag))


def restore_rows(connection: Connection, part: Part, now: datetime) -> list[tuple[Any, ...]]:
    """From the tables of this session into the store; what came late and is not let in goes to the dead letters, as it would have,
    and is what comes back.
    """
    for table in ("restored_measurements", "restored_categories", "restored_positions"):
        connection.execute(f"ANALYZE {table}".encode())
    conflicts = connection.execute(ROWS["late_conflicts"]).fetchall()
    _quarantine(connection, conflicts, now)
    for query in RESTORES:
        connection.execute(ROWS[query])
    span = {"start": part.starts_at, "end": part.ends_at}
    connection.execute(ROWS["forget_late_flags"], span)
    connection.execute(ROWS["restore_flags"])
    return conflicts


def _quarantine(connection: Connection, conflicts: Sequence[tuple[Any, ...]], now: datetime) -> None:
    """Each value as the message that would say it."""
    for source, thing, observed_property, at, number, text, longitude, latitude, batch_id in conflicts:
        place = None if longitude is None else (longitude, latitude)
        result = text if number is None else number
        payload = encode(at, {} if place else {observed_property: result}, location=place)
        received = Received(
            f"falaj/v1/{source}/{thing}", payload, microseconds_of(now), retained=False, ticket=(0, 0)
        )
        rejection = Rejection(0, "conflicting_result", f"{place or result}")
        store_dead_letters(connection, [received], [rejection], batch_id)


def _parameters(span: Span) -> dict[str, object]:
    return {
        "datastreams": [one.number for one in span.datastreams],
        "start": span.start,
        "end": span.end,
    }


def _truth(connection: Connection, query: str, parameters: Mapping[str, object]) -> bool:
    row = connection.execute(QUERIES[query], parameters).fetchone()
    return row is not None and bool(row[0])


def _key(day: Day) -> dict[str, object]:
    return {"source_id": day.source_id, "local_date": day.local_date}
