"""The files of tables: Arrow IPC, Parquet, GeoParquet, written batch by batch.

All end with a part of their own: a footer, without which Parquet is no file, or the end-of-stream
marker of Arrow, which not every reader misses.
"""

from __future__ import annotations

import io
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from hub_api.serving.exports.writers import PlainWriter
from hub_api.serving.formats import Format

COMPRESSION = "zstd"
#: WKB of a point: byte order, type, longitude, latitude.
WKB_POINT = np.dtype([("order", "u1"), ("type", "<u4"), ("longitude", "<f8"), ("latitude", "<f8")])
LITTLE_ENDIAN, POINT = 1, 1
#: GeoParquet 1.1.0; no crs means longitude and latitude in WGS 84 degrees.
GEO = {
    "version": "1.1.0",
    "primary_column": "geometry",
    "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Point"]}},
}


class Batches(Protocol):
    """A schema, and how rows become batches in it."""

    schema: Any

    def batch(self, rows: list[Any]) -> Any: ...


class TableWriter(PlainWriter):
    """Rows in, bytes of a file out; holds one batch."""

    is_slow = True

    def __init__(self, batches: Batches, chosen: Format, *, batch_rows: int) -> None:
        self._batches = batches
        self._batch_rows = batch_rows
        self._sink = ForgetfulSink()
        open_writer = _open_stream if chosen == "arrow" else _open_parquet
        self._writer = open_writer(self._sink, batches.schema)
        self._waiting: list[Any] = []

    def start(self) -> bytes:
        return self._sink.take()

    def rows(self, rows: list[Any]) -> bytes:
        self._waiting += rows
        while len(self._waiting) >= self._batch_rows:
            self._write(self._waiting[: self._batch_rows])
            del self._waiting[: self._batch_rows]
        return self._sink.take()

    def end(self) -> bytes:
        if self._waiting:
            self._write(self._waiting)
        self._writer.close()
        return self._sink.take()

    def _write(self, rows: list[Any]) -> None:
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
    import pyarrow as pa
    from pyarrow import parquet

    texts = [
        field.name for field in schema if pa.types.is_string(field.type) or pa.types.is_dictionary(field.type)
    ]
    times = [field.name for field in schema if pa.types.is_timestamp(field.type)]
    return parquet.ParquetWriter(
        sink,
        schema,
        compression=COMPRESSION,
        use_dictionary=texts,
        column_encoding=dict.fromkeys(times, "DELTA_BINARY_PACKED"),
    )


def wkb_points(points: NDArray[np.float64]) -> Any:
    """Longitudes and latitudes as well-known binary; NaN becomes null."""
    import pyarrow as pa

    table = np.zeros(len(points), dtype=WKB_POINT)
    table["order"], table["type"] = LITTLE_ENDIAN, POINT
    table["longitude"], table["latitude"] = points[:, 0], points[:, 1]
    lacking = np.isnan(points[:, 0])
    fixed = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(WKB_POINT.itemsize), len(points), [None, pa.py_buffer(table.tobytes())]
    )
    plain = fixed.cast(pa.binary())
    return (
        pa.compute.if_else(pa.array(lacking), pa.scalar(None, pa.binary()), plain) if lacking.any() else plain
    )
