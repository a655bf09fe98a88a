"""PostgreSQL's binary rows as columns of numpy: whole batches at once, no value by itself.

Format: PostgreSQL documentation, "COPY, Binary Format". Rows of fixed length are one structured
array; only rows with text are read one by one.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hub_api.city.observations.columns import Column, Kind

SIGNATURE = b"PGCOPY\n\xff\r\n\x00"
HEADER_BYTES = len(SIGNATURE) + 8
TRAILER = b"\xff\xff"
#: Microseconds from the Unix epoch to PostgreSQL's, 2000-01-01T00:00Z.
EPOCH_MICROSECONDS = 946_684_800_000_000
WIRE: dict[Kind, str] = {"instant": ">i8", "second": ">i8", "number": ">f8", "count": ">i4"}
LENGTH = struct.Struct(">i")

Columns = list[NDArray[Any] | list[str | None]]


def plain_rows(rows: list[bytes]) -> list[bytes]:
    """Rows of a COPY without its header, which comes with the first of all, and its trailer, the last.

    No row is taken for a header: it would have twenty thousand columns.
    """
    if rows and rows[0].startswith(SIGNATURE):
        rows = [rows[0][HEADER_BYTES:], *rows[1:]]
        if not rows[0]:
            rows = rows[1:]
    return rows[:-1] if rows and rows[-1] == TRAILER else rows


def columns_of(rows: list[bytes], columns: Sequence[Column]) -> Columns:
    """A value each for every row: instants in microseconds since 1970, NaN and -1 for nothing."""
    if any(column.kind == "text" for column in columns):
        return _varying(rows, columns)
    return _fixed(rows, columns)


def _fixed(rows: list[bytes], columns: Sequence[Column]) -> Columns:
    fields: list[tuple[str, str]] = [("fields", ">i2")]
    for number, column in enumerate(columns):
        fields += [(f"length_{number}", ">i4"), (f"value_{number}", WIRE[column.kind])]
    table = np.frombuffer(b"".join(rows), dtype=np.dtype(fields))
    return [_native(table[f"value_{number}"], column.kind) for number, column in enumerate(columns)]


def _native(values: NDArray[Any], kind: Kind) -> NDArray[Any]:
    native = values.astype(values.dtype.newbyteorder("="))
    return native + EPOCH_MICROSECONDS if kind in ("instant", "second") else native


def _varying(rows: list[bytes], columns: Sequence[Column]) -> Columns:
    found: list[list[Any]] = [[] for _ in columns]
    readers = [None if column.kind == "text" else struct.Struct(_code(column.kind)) for column in columns]
    for row in rows:
        place = 2
        for values, reader in zip(found, readers, strict=True):
            (length,) = LENGTH.unpack_from(row, place)
            place += 4
            if length < 0:
                values.append(None)
                continue
            piece = row[place : place + length]
            values.append(piece.decode() if reader is None else reader.unpack(piece)[0])
            place += length
    return [
        values if column.kind == "text" else _native(np.array(values, dtype=WIRE[column.kind]), column.kind)
        for column, values in zip(columns, found, strict=True)
    ]


def _code(kind: Kind) -> str:
    return {">i8": ">q", ">f8": ">d", ">i4": ">i"}[WIRE[kind]]
