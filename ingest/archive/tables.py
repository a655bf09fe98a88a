"""Blocks of rows in, a file of the archive out, with the digest of what the rows say."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from citycore.archive.parts import FLAGS, NUMBERS, TEXT, Flag, Rows, RowsDigest, Values, open_writer, schema
from citycore.clock import EPOCH, MICROSECOND
from citycore.store.connections import Connection
from ingest.archive import repository
from ingest.archive.model import Span, WrittenPart
from ingest.archive.settings import ArchiveSettings
from ingest.bulk.rules import runs
from ingest.bulk.tables import DigestingSink

#: Room for the microseconds of a day beside the number of a datastream in one integer.
_DAY_BITS = 37
#: Row groups that are written by one call, about 16 MB: digesting and encoding by turns drive each other out of the caches.
_GROUPS_AT_ONCE = 64
_BUFFER_BYTES = 1 << 20
_COLUMNS = {"measurement": ("result",), "position": ("longitude", "latitude"), "category": (TEXT,)}


def columns_of(span: Span) -> frozenset[str]:
    """What rows of these datastreams have beside their keys."""
    return frozenset(name for one in span.datastreams for name in _COLUMNS[one.result_type])


class FlagsAlone(Exception):
    """There are flags of observations that are not there."""


def read_rows(
    connection: Connection, span: Span, datastreams_max: int, *, flagged: bool
) -> Iterator[tuple[Rows, list[Flag]]]:
    """The rows of a span in the order of datastream and time, each block with its flags.

    :class:`FlagsAlone` where a flag has no row. All within the caller's transaction.
    """
    for result_type, some in runs(span.datastreams, datastreams_max):
        few = Span(tuple(some), span.start, span.end)
        flags = _Flags(repository.fetch_flags(connection, few) if flagged else [], few)
        for block in repository.read_blocks(connection, result_type, few):
            yield block, flags.of(block)
        flags.check_all_placed()


class _Flags:
    """The flags of some datastreams, given to the rows that they belong to."""

    def __init__(self, flags: Sequence[repository.Flag], span: Span) -> None:
        self._flags = flags
        self._start = (span.start - EPOCH) // MICROSECOND
        numbers = np.array([flag[0] for flag in flags], dtype=np.int64)
        self._keys = self._key(numbers, np.array([flag[1] for flag in flags], dtype=np.int64))
        self._placed = 0

    def _key(self, numbers: NDArray[Any], times: NDArray[Any]) -> NDArray[np.int64]:
        keys: NDArray[np.int64] = (numbers.astype(np.int64) << _DAY_BITS) + (times - self._start)
        return keys

    def of(self, block: Rows) -> list[Flag]:
        if not len(self._keys):
            return []
        keys = self._key(np.asarray(block["datastream"]), np.asarray(block["phenomenon_time"]))
        first, last = np.searchsorted(self._keys, [keys[0], keys[-1] + 1])
        places = np.searchsorted(keys, self._keys[first:last])
        if not np.array_equal(keys[np.minimum(places, len(keys) - 1)], self._keys[first:last]):
            raise FlagsAlone
        self._placed += int(last - first)
        return [(int(place), *flag[2:]) for place, flag in zip(places, self._flags[first:last], strict=True)]

    def check_all_placed(self) -> None:
        if self._placed != len(self._keys):
            raise FlagsAlone


class PartTable:
    """Holds some row groups."""

    def __init__(
        self, sink: BinaryIO, columns: Collection[str], settings: ArchiveSettings, *, has_flags: bool
    ) -> None:
        import pyarrow as pa

        self._schema = schema(
            numbers=[name for name in NUMBERS if name in columns],
            has_text=TEXT in columns,
            has_flags=has_flags,
        )
        self._sink = DigestingSink(sink)
        # A page is small, and a call of Python for each of them dear.
        self._buffer = pa.BufferedOutputStream(pa.PythonFile(self._sink, mode="w"), _BUFFER_BYTES)
        self._writer = open_writer(self._buffer, self._schema, settings.compression_level)
        self._group_rows = settings.row_group_rows
        self._waiting: list[Any] = []
        self._rows_waiting = 0
        self._digest = RowsDigest()
        self._datastreams: tuple[int, int] | None = None
        self._first: int | None = None

    def add(self, rows: Rows, flags: Sequence[Flag]) -> None:
        """Blocks come in the order of datastream and time."""
        self._digest.add(rows, flags)
        self._note(np.asarray(rows["datastream"]), np.asarray(rows["phenomenon_time"]))
        self._waiting.append(self._batch(rows, flags))
        self._rows_waiting += len(rows["datastream"])
        while self._rows_waiting >= self._group_rows * _GROUPS_AT_ONCE:
            self._write(self._group_rows * _GROUPS_AT_ONCE)

    def end(self) -> WrittenPart | None:
        """Write the rest and the footer; None if there was no row."""
        if self._rows_waiting:
            self._write(self._rows_waiting)
        self._writer.close()
        self._buffer.flush()
        if self._datastreams is None or self._first is None:
            return None
        return WrittenPart(
            row_count=self._digest.rows,
            flag_count=self._digest.flags,
            byte_count=self._sink.tell(),
            sha256=self._sink.digest(),
            rows_digest=self._digest.digest(),
            first_datastream_id=self._datastreams[0],
            last_datastream_id=self._datastreams[1],
            first_phenomenon_time=EPOCH + timedelta(microseconds=self._first),
        )

    def _note(self, datastreams: NDArray[Any], times: NDArray[Any]) -> None:
        first, last = int(datastreams[0]), int(datastreams[-1])
        known = self._datastreams or (first, last)
        self._datastreams = (min(first, known[0]), max(last, known[1]))
        earliest = int(times.min())
        self._first = earliest if self._first is None else min(self._first, earliest)

    def _write(self, rows: int) -> None:
        import pyarrow as pa

        table = pa.Table.from_batches(self._waiting, self._schema)
        self._writer.write_table(table.slice(0, rows), row_group_size=self._group_rows)
        self._waiting = table.slice(rows).to_batches()
        self._rows_waiting -= rows

    def _batch(self, rows: Rows, flags: Sequence[Flag]) -> Any:
        import pyarrow as pa

        count, arrays = len(rows["datastream"]), []
        for field in self._schema:
            if field.name == FLAGS:
                arrays.append(_flag_lists(flags, count, field.type))
            elif field.name in rows:
                arrays.append(_array(rows[field.name], field.type))
            else:
                arrays.append(pa.nulls(count, field.type))
        return pa.RecordBatch.from_arrays(arrays, schema=self._schema)


def _array(values: Values, kind: Any) -> Any:
    """As a column of the file. A quality that it had no room for would be another number there, as its digest then says."""
    import pyarrow as pa

    if kind == pa.int8():  # Arrow's own cast takes four times as long
        return pa.array(np.asarray(values).astype(np.int8, copy=False))
    array = pa.array(values, None if isinstance(values, np.ndarray) else kind)
    return array if array.type == kind else array.view(kind)


def _flag_lists(flags: Sequence[Flag], count: int, kind: Any) -> Any:
    import pyarrow as pa

    lists: list[list[dict[str, object]] | None] = [None] * count
    for place, test, quality, batch in flags:
        flag = {"test": test, "quality": quality, "batch": batch}
        lists[place] = [*(lists[place] or []), flag]
    return pa.array(lists, kind) if flags else pa.nulls(count, kind)
