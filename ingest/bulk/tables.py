"""The schema of a bulk file, and its row groups from blocks of columns."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from citycore.clock import moment_at
from citycore.model import Quality
from ingest.bulk.model import Dataset, Datastream, Day, WrittenFile
from ingest.bulk.repository import Block
from ingest.bulk.settings import BulkSettings

#: What is said of the datastream; few different texts.
NAMED = ("thing", "observed_property", "unit")
NUMBERS = ("result", "longitude", "latitude")


class DayTable:
    """Blocks in, a Parquet file out; holds about one row group."""

    def __init__(
        self,
        sink: BinaryIO,
        day: Day,
        dataset: Dataset,
        datastreams: tuple[Datastream, ...],
        settings: BulkSettings,
    ) -> None:
        from pyarrow import parquet

        self._sink = DigestingSink(sink)
        self._numbers = np.array([one.number for one in datastreams], dtype=np.int32)
        # Each name once: of a dictionary with repetitions the writer leaves bytes unset, and no two
        # files of the same rows were the same.
        self._names = {
            name: np.unique([getattr(one, name) for one in datastreams], return_inverse=True)
            for name in NAMED
        }
        self._schema = _schema(day, dataset, datastreams)
        self._simulated = dataset.is_simulated
        self._group_rows = settings.row_group_rows
        self._waiting: list[Any] = []
        self._rows = self._rows_waiting = 0
        self._span: tuple[int, int] | None = None
        self._writer = parquet.ParquetWriter(
            self._sink,
            self._schema,
            compression="zstd",
            compression_level=settings.compression_level,
            use_dictionary=["datastream", *NAMED, "result_text"],
            write_page_index=True,
            column_encoding={"phenomenon_time": "DELTA_BINARY_PACKED"},
            sorting_columns=[parquet.SortingColumn(index) for index in (0, 4)],
        )

    def add(self, block: Block) -> None:
        """Blocks come in the order of datastream and time."""
        batch = self._batch(block)
        self._note_times(np.asarray(block["phenomenon_time"]))
        self._waiting.append(batch)
        self._rows_waiting += batch.num_rows
        while self._rows_waiting >= self._group_rows:
            self._write(self._group_rows)

    def end(self) -> WrittenFile:
        """Write the rest and the footer."""
        if self._rows_waiting:
            self._write(self._rows_waiting)
        self._writer.close()
        first, last = (None, None) if self._span is None else (moment_at(at) for at in self._span)
        return WrittenFile(
            row_count=self._rows,
            byte_count=self._sink.tell(),
            sha256=self._sink.digest(),
            first_phenomenon_time=first,
            last_phenomenon_time=last,
        )

    def _write(self, rows: int) -> None:
        import pyarrow as pa

        table = pa.Table.from_batches(self._waiting, self._schema)
        self._writer.write_table(table.slice(0, rows), row_group_size=rows)
        self._waiting = table.slice(rows).to_batches()
        self._rows += rows
        self._rows_waiting -= rows

    def _note_times(self, times: NDArray[Any]) -> None:
        first, last = int(times.min()), int(times.max())
        known = self._span or (first, last)
        self._span = (min(first, known[0]), max(last, known[1]))

    def _batch(self, block: Block) -> Any:
        import pyarrow as pa

        count = len(block["datastream"])
        which = np.searchsorted(self._numbers, np.asarray(block["datastream"]))
        arrays = []
        for field in self._schema:
            if field.name in NAMED:
                names, places = self._names[field.name]
                indices = pa.array(places[which].astype(np.int32))
                arrays.append(pa.DictionaryArray.from_arrays(indices, pa.array(names)))
            elif field.name == "simulated":
                arrays.append(pa.repeat(self._simulated, count))
            elif field.name in block:
                arrays.append(pa.array(block[field.name]).cast(field.type))
            else:
                arrays.append(pa.nulls(count, field.type))
        return pa.RecordBatch.from_arrays(arrays, schema=self._schema)


class DigestingSink(io.RawIOBase):
    """A file that is written from its beginning to its end, with the SHA-256 of what was written."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file
        self._digest = hashlib.sha256()
        self._position = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def write(self, data: Any) -> int:
        piece = memoryview(data)
        self._file.write(piece)
        self._digest.update(piece)
        self._position += piece.nbytes
        return piece.nbytes

    def digest(self) -> bytes:
        return self._digest.digest()


def _schema(day: Day, dataset: Dataset, datastreams: tuple[Datastream, ...]) -> Any:
    import pyarrow as pa

    text = pa.dictionary(pa.int32(), pa.string())
    fields = [
        pa.field("datastream", pa.int32(), nullable=False),
        *(pa.field(name, text) for name in NAMED),
        pa.field("phenomenon_time", pa.timestamp("us", "UTC"), nullable=False),
        pa.field("result", pa.float64(), metadata={"unit": "as the column unit says (UCUM)"}),
        pa.field("result_text", pa.string()),
        pa.field("longitude", pa.float64(), metadata={"unit": "deg"}),
        pa.field("latitude", pa.float64(), metadata={"unit": "deg"}),
        pa.field("quality", pa.int8(), nullable=False, metadata={"flags": _text(_flags())}),
        pa.field("simulated", pa.bool_(), nullable=False),
    ]
    told = dict(_facts(day, dataset, datastreams))
    return pa.schema(fields, metadata={name: _text(value) for name, value in told.items()})


def _facts(day: Day, dataset: Dataset, datastreams: tuple[Datastream, ...]) -> Iterator[tuple[str, Any]]:
    """What the file says about itself. No instant of its making: the same rows are the same bytes."""
    licence = dataset.licence
    yield "dataset", dataset.code
    yield "name", _both(dataset.name_en, dataset.name_ar)
    yield "description", _both(dataset.description_en, dataset.description_ar)
    yield "provider", {"name": _both(dataset.provider_en, dataset.provider_ar), "homepage": dataset.homepage}
    yield "simulated", dataset.is_simulated
    yield "licence", "not stated" if licence is None else licence.code
    if licence is not None:
        yield "licence_url", licence.url
        yield "licence_name", _both(licence.name_en, licence.name_ar)
    yield "attribution", dataset.attribution or "not stated"
    yield "local_date", day.local_date.isoformat()
    yield "zone", day.zone
    yield "interval", f"[{_rfc3339(day.start)}, {_rfc3339(day.end)})"
    yield "quality_flags", _flags()
    yield "units", {one.observed_property: one.unit for one in datastreams}


def _flags() -> dict[str, str]:
    return {str(int(flag)): flag.name.lower() for flag in Quality}


def _both(english: str | None, arabic: str | None) -> dict[str, str | None]:
    return {"en": english, "ar": arabic}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
