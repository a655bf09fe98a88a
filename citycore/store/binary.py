"""PostgreSQL's binary formats, written for whole columns at once.

A row-wise text COPY costs a Python call a value; here a batch is one structured array whose
memory *is* the COPY stream. Formats: PostgreSQL documentation, "COPY, Binary Format" and
``array_recv``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import pq
from psycopg.adapt import Dumper

#: Microseconds from the Unix epoch to PostgreSQL's, 2000-01-01T00:00Z.
POSTGRES_EPOCH_MICROSECONDS = 946_684_800_000_000

_COPY_HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_COPY_TRAILER = b"\xff\xff"

INT4_OID, INT8_OID, FLOAT8_OID, TIMESTAMPTZ_OID, INT2_OID = 23, 20, 701, 1184, 21
_WIRE_TYPES = {INT4_OID: ">i4", INT8_OID: ">i8", FLOAT8_OID: ">f8", TIMESTAMPTZ_OID: ">i8", INT2_OID: ">i2"}

Column = NDArray[Any]


def copy_stream(columns: Sequence[Column]) -> bytes:
    """Columns of equal length (integers and floats of any byte order) as a binary COPY stream.

    Each column keeps its own width: int16, int32, int64 and float64 become int2, int4, int8
    (also timestamps, already counted from PostgreSQL's epoch) and float8.
    """
    fields: list[tuple[str, str]] = [("fields", ">i2")]
    for number, column in enumerate(columns):
        kind = ">" + column.dtype.str[1:]
        fields += [(f"length_{number}", ">i4"), (f"value_{number}", kind)]
    rows = np.empty(len(columns[0]), dtype=fields)
    rows["fields"] = len(columns)
    for number, column in enumerate(columns):
        rows[f"length_{number}"] = column.dtype.itemsize
        rows[f"value_{number}"] = column
    return b"".join((_COPY_HEADER, rows.tobytes(), _COPY_TRAILER))


@dataclass(frozen=True, slots=True)
class ArrayParameter:
    """A one-dimensional array parameter in binary form, its element type named by OID."""

    oid: int
    values: Column

    def encode(self) -> bytes:
        kind = _WIRE_TYPES[self.oid]
        head = np.array([1, 0, self.oid, len(self.values), 1], dtype=">i4").tobytes()
        elements = np.empty(len(self.values), dtype=[("length", ">i4"), ("value", kind)])
        elements["length"] = np.dtype(kind).itemsize
        elements["value"] = self.values
        return head + elements.tobytes()


class ArrayParameterDumper(Dumper):
    """Hands :class:`ArrayParameter` to psycopg; the statement casts it to its type."""

    format = pq.Format.BINARY

    def dump(self, obj: ArrayParameter) -> bytes:
        return obj.encode()


def int4_array(values: Column) -> ArrayParameter:
    return ArrayParameter(INT4_OID, values)


def int8_array(values: Column) -> ArrayParameter:
    return ArrayParameter(INT8_OID, values)


def int2_array(values: Column) -> ArrayParameter:
    return ArrayParameter(INT2_OID, values)


def float8_array(values: Column) -> ArrayParameter:
    return ArrayParameter(FLOAT8_OID, values)


def timestamptz_array(unix_microseconds: Column) -> ArrayParameter:
    """Instants given as microseconds since 1970-01-01T00:00Z."""
    return ArrayParameter(TIMESTAMPTZ_OID, unix_microseconds - POSTGRES_EPOCH_MICROSECONDS)
