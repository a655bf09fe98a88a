"""A CSV file as blocks of Arrow columns with the numbers of their lines, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from ingest.load.model import Malformed, no_lines
from ingest.load.settings import LoadSettings
from ingest.model import Int64s

_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class CsvForm:
    """How the text is to be read. ``types`` are those of the columns that are wanted.

    Without ``names`` they stand in the first line. With them the first ``header_line`` lines are left out.
    """

    delimiter: str
    types: Mapping[str, Any]
    encoding: str = "utf-8"
    names: Sequence[str] | None = None
    header_line: int = 1
    null_values: Sequence[str] = ("",)


class Block(NamedTuple):
    """Consecutive lines by column name; ``malformed`` ones lie before ``last_line`` too."""

    columns: dict[str, Any]
    lines: Int64s
    malformed: list[Malformed]
    last_line: int
    fraction: float


def read_blocks(file: Path, form: CsvForm, settings: LoadSettings) -> Iterator[Block]:
    """The blocks of a plain or gzipped file, one after the other."""
    from pyarrow import csv as arrow_csv

    raw = pa.OSFile(str(file))
    waiting: list[Malformed] = []

    def on_malformed(row: Any) -> str:
        if len(waiting) >= settings.malformed_lines_max:
            return "error"
        columns = f"{row.actual_columns} columns instead of {row.expected_columns}"
        waiting.append(Malformed(row.number, row.text, columns))
        return "skip"

    reader = arrow_csv.open_csv(
        inflated(raw, file),
        # One thread: only so are the numbers of malformed lines known.
        read_options=arrow_csv.ReadOptions(
            block_size=settings.csv_block_bytes,
            use_threads=False,
            encoding=form.encoding,
            column_names=None if form.names is None else list(form.names),
            skip_rows=0 if form.names is None else form.header_line,
        ),
        parse_options=arrow_csv.ParseOptions(
            delimiter=form.delimiter, invalid_row_handler=on_malformed, ignore_empty_lines=False
        ),
        convert_options=arrow_csv.ConvertOptions(
            include_columns=list(form.types),
            column_types=dict(form.types),
            null_values=list(form.null_values),
            strings_can_be_null=True,
        ),
    )
    size, line = file.stat().st_size, form.header_line
    for batch in reader:
        lines = number_lines(line + 1, len(batch), [m.line for m in waiting])
        line = int(lines[-1]) if len(lines) else line
        before = [m for m in waiting if m.line < line]
        del waiting[: len(before)]
        columns = {name: batch.column(name) for name in form.types}
        yield Block(columns, lines, before, line, min(raw.tell() / size, 1.0))
    if waiting:
        empty = {name: pa.array([], kind) for name, kind in form.types.items()}
        yield Block(empty, no_lines(), waiting, waiting[-1].line, 1.0)


def inflated(raw: Any, file: Path) -> Any:
    with file.open("rb") as begin:
        is_gzip = begin.read(2) == _GZIP
    return pa.CompressedInputStream(raw, "gzip") if is_gzip else raw


def number_lines(first: int, count: int, gaps: Sequence[int]) -> Int64s:
    """The numbers of ``count`` lines from ``first`` on, where the lines in ``gaps`` were left out."""
    candidates = np.arange(first, first + count + len(gaps), dtype=np.int64)
    return candidates[~np.isin(candidates, gaps)][:count] if gaps else candidates
