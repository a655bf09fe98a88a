"""Files of history as chunks of Arrow columns, in bounded memory whatever their size.

The content decides what a file is, never its name: Parquet, Arrow IPC (file or stream), or CSV,
gzipped or not. Parquet is read page by page, CSV block by block, Arrow IPC through a memory map.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from citycore.errors import InvalidFile
from ingest.load.columns import CODES, check_schema, plain
from ingest.load.model import OPTIONAL, REQUIRED, Chunk, Malformed, no_lines
from ingest.load.settings import LoadSettings
from ingest.model import Int64s

Chunks = Iterator[Chunk]
_GZIP, _PARQUET, _IPC_FILE, _IPC_STREAM = b"\x1f\x8b", b"PAR1", b"ARROW1", b"\xff\xff\xff\xff"
_DELIMITERS = (",", ";", "\t")
_PAGE_BYTES = 1 << 20


def read_history(file: Path, after_line: int, settings: LoadSettings) -> Chunks:
    """The chunks of ``file`` behind ``after_line``, each of ``settings.batch_rows`` rows but the last.

    :class:`InvalidFile` at once for a missing or unusable column, and where the file turns out
    to be damaged.
    """
    with _explained(file, 1):
        with file.open("rb") as begin:
            magic = begin.read(8)
        if magic.startswith(_PARQUET):
            pieces = _parquet(file, after_line, settings)
        elif magic.startswith(_IPC_FILE):
            pieces = _ipc_file(file, settings)
        elif magic.startswith(_IPC_STREAM):
            pieces = _ipc_stream(file, settings)
        else:
            pieces = _csv(file, settings)
        first = next(pieces, None)
    return _regroup(_watched(file, first, pieces), after_line, settings.batch_rows)


def _watched(file: Path, first: Chunk | None, pieces: Chunks) -> Chunks:
    """The pieces, with what the reader says of a damaged file as an error for people."""
    last_line = 0
    piece = first
    while piece is not None:
        last_line = piece.last_line
        yield piece
        with _explained(file, last_line + 1):
            piece = next(pieces, None)


@contextmanager
def _explained(file: Path, line: int) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError, EOFError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise InvalidFile(file=file, line=line, reason=reason) from error


def _parquet(file: Path, after_line: int, settings: LoadSettings) -> Chunks:
    from pyarrow import parquet

    metadata = parquet.read_metadata(file)
    names = check_schema(file, metadata.schema.to_arrow_schema())
    reader = parquet.ParquetFile(
        file,
        metadata=metadata,
        pre_buffer=False,  # a page at a time: whole row groups may be gigabytes
        buffer_size=_PAGE_BYTES,
        read_dictionary=[name for name in names if name in CODES],
    )
    sizes = [metadata.row_group(n).num_rows for n in range(metadata.num_row_groups)]
    starts = np.concatenate(([0], np.cumsum(sizes, dtype=np.int64)))
    first = min(int(np.searchsorted(starts, after_line, side="right")) - 1, len(sizes))
    done, total = int(starts[first]), int(starts[-1])
    for batch in reader.iter_batches(
        settings.batch_rows, columns=names, row_groups=list(range(first, len(sizes))), use_threads=False
    ):
        yield _numbered(batch, names, done, (done + len(batch)) / total)
        done += len(batch)


def _ipc_file(file: Path, settings: LoadSettings) -> Chunks:
    reader = pa.ipc.open_file(pa.memory_map(str(file)))
    names = check_schema(file, reader.schema)
    done = 0
    for number in range(reader.num_record_batches):
        for piece in _slices(reader.get_batch(number), settings.batch_rows):
            yield _numbered(piece, names, done, (number + 1) / reader.num_record_batches)
            done += len(piece)


def _ipc_stream(file: Path, settings: LoadSettings) -> Chunks:
    source = pa.memory_map(str(file))
    reader = pa.ipc.open_stream(source)
    names = check_schema(file, reader.schema)
    done, size = 0, file.stat().st_size
    for batch in reader:
        for piece in _slices(batch, settings.batch_rows):
            yield _numbered(piece, names, done, source.tell() / size)
            done += len(piece)


def _slices(batch: Any, rows: int) -> Iterator[Any]:
    for start in range(0, len(batch), rows):
        yield batch.slice(start, rows)


def _numbered(batch: Any, names: Sequence[str], done: int, fraction: float) -> Chunk:
    columns = {}
    for name in names:
        column = batch.column(name)
        column.validate(full=True)  # Arrow trusts a file's offsets and its UTF-8; we do not
        columns[name] = plain(name, column)
    lines = np.arange(done + 1, done + 1 + len(batch), dtype=np.int64)
    return Chunk(columns, lines, (), done + len(batch), fraction)


def _csv(file: Path, settings: LoadSettings) -> Chunks:
    from pyarrow import csv as arrow_csv

    raw = pa.OSFile(str(file))
    names, delimiter = _read_header(file, settings)
    waiting: list[Malformed] = []

    def on_malformed(row: Any) -> str:
        if len(waiting) >= settings.malformed_lines_max:
            return "error"
        columns = f"{row.actual_columns} columns instead of {row.expected_columns}"
        waiting.append(Malformed(row.number, row.text, columns))
        return "skip"

    reader = arrow_csv.open_csv(
        _inflated(raw, file),
        # One thread: only so are the numbers of malformed lines known.
        read_options=arrow_csv.ReadOptions(block_size=settings.csv_block_bytes, use_threads=False),
        parse_options=arrow_csv.ParseOptions(
            delimiter=delimiter, invalid_row_handler=on_malformed, ignore_empty_lines=False
        ),
        convert_options=arrow_csv.ConvertOptions(
            include_columns=names,
            column_types={name: _csv_type(name) for name in names},
            null_values=[""],
            strings_can_be_null=True,
        ),
    )
    size, line = file.stat().st_size, 1
    for batch in reader:
        lines = number_lines(line + 1, len(batch), [m.line for m in waiting])
        line = int(lines[-1]) if len(lines) else line
        before = [m for m in waiting if m.line < line]
        del waiting[: len(before)]
        columns = {name: plain(name, batch.column(name)) for name in names}
        yield _without_blank(Chunk(columns, lines, before, line, min(raw.tell() / size, 1.0)))
    if waiting:
        empty = {name: pa.array([], _csv_type(name)) for name in names}
        yield Chunk(empty, no_lines(), waiting, waiting[-1].line, 1.0)


def _csv_type(name: str) -> Any:
    return pa.dictionary(pa.int32(), pa.string()) if name in CODES else pa.string()


def _inflated(raw: Any, file: Path) -> Any:
    with file.open("rb") as begin:
        is_gzip = begin.read(2) == _GZIP
    return pa.CompressedInputStream(raw, "gzip") if is_gzip else raw


def _read_header(file: Path, settings: LoadSettings) -> tuple[list[str], str]:
    """The known columns of a CSV file, and its delimiter: the one that finds the most of them."""
    with _inflated(pa.OSFile(str(file)), file) as stream:
        begin = stream.read(settings.csv_header_bytes_max).decode("utf-8-sig", "replace")
    line = begin.splitlines()[0] if begin else ""
    found = {mark: next(csv.reader(io.StringIO(line), delimiter=mark), []) for mark in _DELIMITERS}
    delimiter = max(_DELIMITERS, key=lambda mark: len({*REQUIRED, *OPTIONAL} & set(found[mark])))
    names = check_schema(file, pa.schema([(name, pa.string()) for name in found[delimiter]]))
    return names, delimiter


def number_lines(first: int, count: int, gaps: Sequence[int]) -> Int64s:
    """The numbers of ``count`` lines from ``first`` on, where the lines in ``gaps`` were left out."""
    candidates = np.arange(first, first + count + len(gaps), dtype=np.int64)
    return candidates[~np.isin(candidates, gaps)][:count] if gaps else candidates


def _without_blank(chunk: Chunk) -> Chunk:
    """A line that holds nothing holds no value: it is not a row."""
    filled = np.zeros(len(chunk), dtype=np.bool_)
    for name in REQUIRED:
        column = chunk.columns[name]
        if column.null_count == 0:
            return chunk
        filled |= column.is_valid().to_numpy(zero_copy_only=False)
    if filled.all():
        return chunk
    keep = pa.array(filled)
    columns = {name: column.filter(keep) for name, column in chunk.columns.items()}
    return replace(chunk, columns=columns, lines=chunk.lines[filled])


def _regroup(pieces: Chunks, after_line: int, rows: int) -> Chunks:
    """The same rows behind ``after_line`` in chunks of ``rows``."""
    held: list[Chunk] = []
    count = 0
    for piece in pieces:
        fresh = _behind(piece, after_line)
        while fresh is not None:
            part, fresh = _split(fresh, rows - count)
            held.append(part)
            count += len(part)
            if count >= rows:
                yield _joined(held)
                held, count = [], 0
    if held:
        yield _joined(held)


def _behind(piece: Chunk, after_line: int) -> Chunk | None:
    if piece.last_line <= after_line:
        return None
    first = int(np.searchsorted(piece.lines, after_line, side="right"))
    malformed = [m for m in piece.malformed if m.line > after_line]
    columns = {name: column.slice(first) for name, column in piece.columns.items()}
    return replace(piece, columns=columns, lines=piece.lines[first:], malformed=malformed)


def _split(piece: Chunk, rows: int) -> tuple[Chunk, Chunk | None]:
    """The first ``rows`` rows, and what is left."""
    if len(piece) <= rows:
        return piece, None
    last_line = int(piece.lines[rows - 1])
    first = replace(
        piece,
        columns={name: column.slice(0, rows) for name, column in piece.columns.items()},
        lines=piece.lines[:rows],
        malformed=[m for m in piece.malformed if m.line < last_line],
        last_line=last_line,
    )
    return first, _behind(piece, last_line)


def _joined(held: Sequence[Chunk]) -> Chunk:
    if len(held) == 1:
        return held[0]
    columns = {name: _concatenated([piece.columns[name] for piece in held]) for name in held[0].columns}
    return Chunk(
        columns,
        np.concatenate([piece.lines for piece in held]),
        [m for piece in held for m in piece.malformed],
        held[-1].last_line,
        held[-1].fraction,
    )


def _concatenated(arrays: Sequence[Any]) -> Any:
    joined = pa.chunked_array(arrays)
    if pa.types.is_dictionary(joined.type):
        joined = joined.unify_dictionaries()
    return joined.combine_chunks()
