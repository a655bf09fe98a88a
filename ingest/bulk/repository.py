"""Days and their observations, from SQL to values; observations come in blocks of whole columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citycore.clock import EPOCH, MICROSECOND
from citycore.licences import licence_of
from citycore.model import ResultType
from citycore.store.binary import POSTGRES_EPOCH_MICROSECONDS
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from ingest.bulk.model import Dataset, Datastream, Day, DueDay, MadeFile, Snapshot, WrittenFile

QUERIES = load_queries("ingest.bulk")
#: The header of a binary COPY: signature, flags, and the length of an extension that is never there.
HEADER_BYTES = 19
TRAILER = b"\xff\xff"
#: Rows of one block.
BLOCK_ROWS = 16_384


def row_of(**columns: str) -> np.dtype[Any]:
    fields: list[tuple[str, str]] = [("fields", ">i2")]
    for name, kind in columns.items():
        fields += [(f"length_{name}", ">i4"), (name, kind)]
    return np.dtype(fields)


_COPIES = {
    "measurement": (
        QUERIES["copy_measurements"],
        row_of(datastream=">i4", phenomenon_time=">i8", result=">f8", quality=">i2"),
    ),
    "position": (
        QUERIES["copy_positions"],
        row_of(datastream=">i4", phenomenon_time=">i8", longitude=">f8", latitude=">f8", quality=">i2"),
    ),
}

#: Columns by name; instants are microseconds since 1970, UTC.
Block = Mapping[str, NDArray[Any] | list[str]]


def lock(connection: Connection) -> bool:
    """Whether this session is the one that writes."""
    row = connection.execute(QUERIES["lock_bulk"]).fetchone()
    return row is not None and bool(row[0])


def is_any_due(connection: Connection, due: Mapping[str, object]) -> bool:
    row = connection.execute(QUERIES["any_due"], due).fetchone()
    return row is not None and bool(row[0])


def fetch_due(connection: Connection, due: Mapping[str, object], days_max: int) -> list[DueDay]:
    rows = connection.execute(QUERIES["due_days"], {**due, "days_max": days_max}).fetchall()
    return [DueDay(*row) for row in rows]


def fetch_snapshot(connection: Connection, day: Day) -> Snapshot:
    """Within the transaction that reads the observations as well."""
    row = connection.execute(QUERIES["day"], _key(day)).fetchone()
    assert row is not None, "a day is never removed"
    change_count, sha256, generated_at, *described, attribution, licence, url, name_en, name_ar = row
    names = (
        "code",
        "is_simulated",
        "name_en",
        "name_ar",
        "description_en",
        "description_ar",
        "provider_en",
        "provider_ar",
        "homepage",
    )
    dataset = Dataset(
        **dict(zip(names, described, strict=True)),
        attribution=attribution,
        licence=licence_of(licence, url=url, name_en=name_en, name_ar=name_ar),
    )
    datastreams = connection.execute(QUERIES["datastreams"], {"source_id": day.source_id}).fetchall()
    return Snapshot(
        change_count=change_count,
        sha256=None if sha256 is None else bytes(sha256),
        generated_at=generated_at,
        dataset=dataset,
        datastreams=tuple(Datastream(*each) for each in datastreams),
    )


def read_blocks(
    connection: Connection, result_type: ResultType, datastreams: Sequence[Datastream], day: Day
) -> Iterator[Block]:
    """The day's observations of these datastreams, in the order of datastream and time."""
    parameters = {
        "datastreams": [one.number for one in datastreams],
        "start": day.start,
        "end": day.end,
    }
    if result_type == "category":
        return _read_categories(connection, parameters)
    statement, kind = _COPIES[result_type]
    return copy_blocks(connection, statement, parameters, kind)


def copy_blocks(
    connection: Connection, statement: Any, parameters: Mapping[str, object], kind: np.dtype[Any]
) -> Iterator[Block]:
    waiting: list[bytes] = []
    with connection.cursor() as cursor, cursor.copy(statement, parameters) as copy:
        is_first = True
        while data := copy.read():
            row = bytes(data)
            if is_first:
                row, is_first = row[HEADER_BYTES:], False
            if row and row != TRAILER:
                waiting.append(row)
            if len(waiting) >= BLOCK_ROWS:
                yield _columns(waiting, kind)
                waiting = []
    if waiting:
        yield _columns(waiting, kind)


def _columns(rows: list[bytes], kind: np.dtype[Any]) -> Block:
    table = np.frombuffer(b"".join(rows), dtype=kind)
    names = [name for name in kind.names or () if name != "fields" and not name.startswith("length_")]
    columns = {name: table[name].astype(table[name].dtype.newbyteorder("=")) for name in names}
    columns["phenomenon_time"] += POSTGRES_EPOCH_MICROSECONDS
    return columns


def _read_categories(connection: Connection, parameters: Mapping[str, object]) -> Iterator[Block]:
    with connection.cursor("categories", binary=True) as cursor:
        cursor.execute(QUERIES["read_categories"], parameters)
        while rows := cursor.fetchmany(BLOCK_ROWS):
            datastreams, times, results, qualities = zip(*rows, strict=True)
            yield {
                "datastream": np.array(datastreams, dtype=np.int32),
                "phenomenon_time": np.array([(at - EPOCH) // MICROSECOND for at in times], dtype=np.int64),
                "result_text": list(results),
                "quality": np.array(qualities, dtype=np.int16),
            }


def note_file(
    connection: Connection, day: Day, change_count: int, file: WrittenFile, generated_at: datetime
) -> None:
    facts = {**asdict(file), "change_count": change_count, "generated_at": generated_at}
    connection.execute(QUERIES["note_file"], {**_key(day), **facts})


def note_unchanged(connection: Connection, day: Day, change_count: int) -> None:
    connection.execute(QUERIES["note_unchanged"], {**_key(day), "change_count": change_count})


def fetch_files(connection: Connection) -> list[MadeFile]:
    """Every file there should be, the longest unread first."""
    return [_made(row) for row in connection.execute(QUERIES["files"]).fetchall()]


def fetch_file(connection: Connection, name: str) -> MadeFile | None:
    """The file of a day, as ``DueDay.name`` names it."""
    row = connection.execute(QUERIES["file"], {"name": name}).fetchone()
    return None if row is None else _made(row)


def note_verified(connection: Connection, day: Day, at: datetime) -> None:
    connection.execute(QUERIES["note_verified"], {**_key(day), "at": at})


def forget_file(connection: Connection, day: Day) -> None:
    connection.execute(QUERIES["forget_file"], _key(day))


def _made(row: tuple[Any, ...]) -> MadeFile:
    *day, byte_count, sha256, generated_at = row
    return MadeFile(day=Day(*day), byte_count=byte_count, sha256=bytes(sha256), generated_at=generated_at)


def _key(day: Day) -> dict[str, object]:
    return {"source_id": day.source_id, "local_date": day.local_date}
