"""The columns of a file of the archive, what they say as a digest, and how some of its rows are read.

Rows come in the order of datastream and time. A file holds the columns that its rows need: measurements have ``result``,
categories ``result_text``, positions ``longitude`` and ``latitude``; ``flags`` says which tests of quality flagged a row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citycore.model import ResultType

Values = NDArray[Any] | list[str | None] | list[str]
Rows = Mapping[str, Values]
#: Place of the row, test, quality and batch.
Flag = tuple[int, str, int, int]
#: Always there, with the kinds that numpy has for them; instants are microseconds since 1970, UTC.
KEYS: Mapping[str, str] = {"datastream": "i4", "phenomenon_time": "i8", "quality": "i2", "batch": "i8"}
#: Those that stay the same over many rows.
RUNS = ("datastream", "quality")
NUMBERS = ("result", "longitude", "latitude")
TEXT = "result_text"
FLAGS = "flags"
#: Rows that are decoded at a time.
BLOCK_ROWS = 65_536


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows of a file: ``[start, end)`` in microseconds since 1970; ``datastreams`` in ascending order."""

    datastreams: NDArray[np.int32]
    start: int
    end: int


def schema(*, numbers: Sequence[str], has_text: bool, has_flags: bool) -> Any:
    """The columns that a file has."""
    import pyarrow as pa

    fields = [
        pa.field("datastream", pa.int32(), nullable=False),
        pa.field("phenomenon_time", pa.timestamp("us", "UTC"), nullable=False),
        pa.field("quality", pa.int8(), nullable=False),
        pa.field("batch", pa.int64(), nullable=False),
        *(pa.field(name, pa.float64()) for name in NUMBERS if name in numbers),
    ]
    if has_text:
        fields.append(pa.field(TEXT, pa.string()))
    if has_flags:
        flag = [("test", pa.string()), ("quality", pa.int8()), ("batch", pa.int64())]
        fields.append(pa.field(FLAGS, pa.list_(pa.struct(flag))))
    return pa.schema(fields)


def open_writer(sink: Any, columns: Any, compression_level: int) -> Any:
    """A Parquet writer: zstd, deltas for what climbs, floats by their bytes, and a checksum for every page.

    The schema of Arrow, statistics that nobody asks for and sizes of lists would weigh more than a day of a small source.
    """
    from pyarrow import parquet

    names = set(columns.names)
    return parquet.ParquetWriter(
        sink,
        columns,
        compression="zstd",
        compression_level=compression_level,
        use_dictionary=[name for name in ("datastream", "quality", TEXT) if name in names],
        column_encoding={
            "phenomenon_time": "DELTA_BINARY_PACKED",
            "batch": "DELTA_BINARY_PACKED",
            **{name: "BYTE_STREAM_SPLIT" for name in NUMBERS if name in names},
        },
        write_statistics=["datastream", "phenomenon_time"],
        write_page_checksum=True,
        store_schema=False,
    )


class RowsDigest:
    """What rows say, whatever file or store they come from, in whatever pieces: a hash over each column."""

    def __init__(self) -> None:
        self._columns = {name: hashlib.sha256() for name in (*KEYS, *NUMBERS, TEXT, FLAGS)}
        self._last: dict[str, Any] = {}
        self.rows = self.flags = 0

    def add(self, rows: Rows, flags: Sequence[Flag] = ()) -> None:
        """``flags``: with the places of their rows in this piece, in the order of rows and tests."""
        count = len(rows["datastream"])
        for name, kind in KEYS.items():
            column = np.asarray(rows[name]).astype("<" + kind, copy=False)
            if name in RUNS:
                self._add_runs(name, column)
            else:
                self._columns[name].update(np.ascontiguousarray(column).data)
        for name in NUMBERS:
            values = rows.get(name)
            if values is not None:
                numbers = np.ascontiguousarray(values, dtype="<f8")
                absent = np.isnan(numbers)
                self._columns[name].update((numbers[~absent] if absent.any() else numbers).data)
        texts = rows.get(TEXT)
        if texts is not None:
            self._columns[TEXT].update(b"".join(_told(text) for text in texts if text is not None))
        for place, test, quality, batch in flags:
            self._columns[FLAGS].update(f"{self.rows + place} {test} {quality} {batch}\n".encode())
        self.rows += count
        self.flags += len(flags)

    def _add_runs(self, name: str, column: NDArray[Any]) -> None:
        """Where another value begins, and which."""
        if not len(column):
            return
        begins = np.flatnonzero(column[1:] != column[:-1]) + 1
        if self._last.get(name) != column[0]:
            begins = np.concatenate([[0], begins])
        if not len(begins):
            return
        self._last[name] = column[-1]
        pairs = np.column_stack([begins + self.rows, column[begins]])  # whatever pieces the rows come in
        self._columns[name].update(pairs.astype("<i8").tobytes())

    def digest(self) -> bytes:
        whole = hashlib.sha256()
        for name, column in self._columns.items():
            whole.update(name.encode())
            whole.update(column.digest())
        return whole.digest()


def _told(text: str) -> bytes:
    content = text.encode()
    return len(content).to_bytes(4, "little") + content


def read_all(file: Any, start: int, end: int) -> Iterator[tuple[Rows, list[Flag]]]:
    """Every row of an open Parquet file in ``[start, end)`` (microseconds since 1970) with its flags, piece by piece."""
    for batch in file.iter_batches(batch_size=BLOCK_ROWS):
        rows, flags = _columns(batch), _flags(batch)
        times = np.asarray(rows["phenomenon_time"])
        which = np.flatnonzero((times >= start) & (times < end))
        if len(which) == len(times):
            yield rows, flags
        elif len(which):
            places = {int(place): number for number, place in enumerate(which)}
            chosen = [(places[place], *flag) for place, *flag in flags if place in places]
            yield {name: _taken(values, which) for name, values in rows.items()}, chosen  # type: ignore[misc]


def read_some(file: Any, wanted: Wanted) -> Rows:
    """The wanted rows of an open Parquet file, without flags; other row groups are not read."""
    found: dict[str, list[Values]] = {}
    columns = [name for name in file.schema_arrow.names if name != FLAGS]
    for group in range(file.metadata.num_row_groups):
        if not _may_hold(file.metadata.row_group(group), wanted):
            continue
        rows = _columns(file.read_row_group(group, columns=columns, use_threads=False))
        which = _which(rows, wanted)
        for name, values in rows.items():
            found.setdefault(name, []).append(_taken(values, which))
    return {name: _joined(pieces) for name, pieces in found.items()}


def _may_hold(group: Any, wanted: Wanted) -> bool:
    """By the least and the greatest datastream and instant of a row group."""
    datastreams, times = group.column(0).statistics, group.column(1).statistics
    if datastreams is None or times is None:
        return True
    first = np.searchsorted(wanted.datastreams, datastreams.min)
    has_one = first < len(wanted.datastreams) and wanted.datastreams[first] <= datastreams.max
    return bool(has_one and times.max_raw >= wanted.start and times.min_raw < wanted.end)


def _which(rows: Rows, wanted: Wanted) -> NDArray[np.int64]:
    datastreams, times = np.asarray(rows["datastream"]), np.asarray(rows["phenomenon_time"])
    place = np.minimum(np.searchsorted(wanted.datastreams, datastreams), len(wanted.datastreams) - 1)
    chosen = (wanted.datastreams[place] == datastreams) & (times >= wanted.start) & (times < wanted.end)
    return np.flatnonzero(chosen)


def _taken(values: Values, which: NDArray[np.int64]) -> Values:
    return [values[place] for place in which] if isinstance(values, list) else values[which]


def by_type(rows: Rows) -> dict[ResultType, NDArray[np.int64]]:
    """The places of measurements, categories and positions: what a row is, is told by the column that it has."""
    count = len(rows["datastream"])
    is_text, is_position = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    if TEXT in rows:
        is_text = np.array([text is not None for text in rows[TEXT]], dtype=bool)
    if "longitude" in rows:
        is_position = ~np.isnan(np.asarray(rows["longitude"]))
    is_number = ~(is_text | is_position)
    return {
        "measurement": np.flatnonzero(is_number),
        "category": np.flatnonzero(is_text),
        "position": np.flatnonzero(is_position),
    }


def _joined(pieces: list[Values]) -> Values:
    texts = [piece for piece in pieces if isinstance(piece, list)]
    if texts:
        return [text for piece in texts for text in piece]
    return np.concatenate([piece for piece in pieces if not isinstance(piece, list)])


def _columns(batch: Any) -> dict[str, Values]:
    """Columns of a batch or table of Arrow; NaN where there is no number, since no result is NaN."""
    import pyarrow as pa

    found: dict[str, Values] = {}
    for name in batch.schema.names:
        column = batch.column(name)
        if isinstance(column, pa.ChunkedArray):
            column = column.combine_chunks()
        if name == "phenomenon_time":
            found[name] = column.cast(pa.int64()).to_numpy(zero_copy_only=False)
        elif name == TEXT:
            found[name] = column.to_pylist()
        elif name != FLAGS:
            found[name] = column.to_numpy(zero_copy_only=False)
    return found


def _flags(batch: Any) -> list[Flag]:
    if FLAGS not in batch.schema.names:
        return []
    column = batch.column(FLAGS)
    flagged = np.flatnonzero(np.asarray(column.is_valid()))
    return [
        (int(place), flag["test"], flag["quality"], flag["batch"])
        for place in flagged
        for flag in column[int(place)].as_py()
    ]
