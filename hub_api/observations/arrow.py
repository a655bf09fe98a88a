"""The files of tables: Arrow IPC, Parquet, GeoParquet, written batch by batch.

All end with a part of their own (end of stream, footer), so a file that was cut off is no file.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from hub_api.formats import Format
from hub_api.observations.batches import BatchMaker
from hub_api.observations.binary import is_start, plain_rows
from hub_api.observations.columns import NAMES
from hub_api.observations.model import Reading
from hub_api.observations.statements import Copied

COMPRESSION = "zstd"


class TableWriter:
    """Rows of a binary COPY in, bytes of a file out; holds one batch."""

    copied: Copied = "binary"

    def __init__(
        self, reading: Reading, metadata: Mapping[str, Any], chosen: Format, *, batch_rows: int
    ) -> None:
        self._batches = BatchMaker(reading, metadata, has_geometry=chosen == "geoparquet")
        self._batch_rows = batch_rows
        self._sink = ForgetfulSink()
        open_writer = _open_stream if chosen == "arrow" else _open_parquet
        self._writer = open_writer(self._sink, self._batches.schema)
        self._waiting: list[bytes] = []

    def start(self) -> bytes:
        return self._sink.take()

    def rows(self, lines: list[bytes]) -> bytes:
        # Each part of an export is a COPY of its own, with a header of its own.
        self._waiting += plain_rows(lines, is_first=is_start(lines))
        while len(self._waiting) >= self._batch_rows:
            self._write(self._waiting[: self._batch_rows])
            del self._waiting[: self._batch_rows]
        return self._sink.take()

    def end(self) -> bytes:
        if self._waiting:
            self._write(self._waiting)
        self._writer.close()
        return self._sink.take()

    def _write(self, rows: list[bytes]) -> None:
        self._writer.write_batch(self._batches.batch(rows))


class ForgetfulSink(io.RawIOBase):
    """A file whose bytes are taken away as they come; it only knows how many there were."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []
        self._position = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._pieces.append(piece)
        self._position += len(piece)
        return len(piece)

    def take(self) -> bytes:
        taken, self._pieces = b"".join(self._pieces), []
        return taken


def _open_stream(sink: ForgetfulSink, schema: Any) -> Any:
    import pyarrow as pa

    return pa.ipc.new_stream(sink, schema)


def _open_parquet(sink: ForgetfulSink, schema: Any) -> Any:
    from pyarrow import parquet

    texts = [column.name for column in NAMES if column.name in schema.names and column.kind == "text"]
    times = [name for name in ("phenomenon_time", "bucket_start") if name in schema.names]
    return parquet.ParquetWriter(
        sink, schema, compression=COMPRESSION, use_dictionary=texts,
        column_encoding=dict.fromkeys(times, "DELTA_BINARY_PACKED"),
    )  # fmt: skip
