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
from citycore.recordings.mapping import Mapping
from ingest.load.columns import CODES, check_schema, plain
from ingest.load.csv_blocks import CsvForm, inflated, read_blocks
from ingest.load.model import OPTIONAL, REQUIRED, Chunk
from ingest.load.recordings import Recording
from ingest.load.settings import LoadSettings

Chunks = Iterator[Chunk]
_PARQUET, _IPC_FILE, _IPC_STREAM = b"PAR1", b"ARROW1", b"\xff\xff\xff\xff"
_DELIMITERS = (",", ";", "\t")
_PAGE_BYTES = 1 << 20


def read_history(
    file: Path, after_line: int, settings: LoadSettings, mapping: Mapping | None = None
) -> Chunks:
    """The chunks of ``file`` behind ``after_line``, each of ``settings.batch_rows`` rows but the last.

    With a ``mapping`` the file is a recording, and a line of it may be several rows: they stay together.

    :class:`InvalidFile` at once for a missing or unusable column, and where the file turns out
    to be damaged.
    """
    with _explained(file, 1):
        with file.open("rb") as begin:
            magic = begin.read(8)
        if mapping is not None:
            pieces = Recording(file, mapping, settings).chunks()
        elif magic.startswith(_PARQUET):
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
    names, delimiter = _read_header(file, settings)
    form = CsvForm(delimiter=delimiter, types={name: _csv_type(name) for name in names})
    for block in read_blocks(file, form, settings):
        columns = {name: plain(name, block.columns[name]) for name in names}
        chunk = Chunk(columns, block.lines, block.malformed, block.last_line, block.fraction)
        yield _without_blank(chunk) if len(chunk) else chunk


def _csv_type(name: str) -> Any:
    return pa.dictionary(pa.int32(), pa.string()) if name in CODES else pa.string()


def _read_header(file: Path, settings: LoadSettings) -> tuple[list[str], str]:
    """The known columns of a CSV file, and its delimiter: the one that finds the most of them."""
    with inflated(pa.OSFile(str(file)), file) as stream:
        begin = stream.read(settings.csv_header_bytes_max).decode("utf-8-sig", "replace")
    line = begin.splitlines()[0] if begin else ""
    found = {mark: next(csv.reader(io.StringIO(line), delimiter=mark), []) for mark in _DELIMITERS}
    delimiter = max(_DELIMITERS, key=lambda mark: len({*REQUIRED, *OPTIONAL} & set(found[mark])))
    names = check_schema(file, pa.schema([(name, pa.string()) for name in found[delimiter]]))
    return names, delimiter


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
    """The first ``rows`` rows and those of the line that is cut, and what is left."""
    if len(piece) <= rows:
        return piece, None
    last_line = int(piece.lines[rows - 1])
    rows = int(np.searchsorted(piece.lines, last_line, side="right"))
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
