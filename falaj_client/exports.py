"""Exports as CSV: received whole or not at all, and turned into tables.

The API ends an export with a line that counts the rows and gives a SHA-256 over all bytes before it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from falaj_client.model import Datastream
from falaj_client.tables import Kind, arrow_types, needed

if TYPE_CHECKING:
    from pandas import DataFrame
    from pyarrow import Table

LAST_LINE = re.compile(rb"# complete rows=(\d+) sha256=([0-9a-f]{64})\n")
#: The last line and the line break before it fit in so many bytes.
TAIL_BYTES = 160
WITH_UNIT = re.compile(r"(\w+) \[(.*)\]")


class CsvSink:
    """Takes an export into ``file``, without its last line, which it holds against the rest."""

    def __init__(self, file: IO[bytes]) -> None:
        self.rows = 0
        self._file = file
        self._tail = b""
        self._digest = sha256()

    def begin(self) -> None:
        self._file.seek(0)
        self._file.truncate()
        self._tail = b""
        self._digest = sha256()

    def feed(self, piece: bytes) -> None:
        held = self._tail + piece
        self._write(held[:-TAIL_BYTES])
        self._tail = held[-TAIL_BYTES:]

    def finish(self) -> str | None:
        position = self._tail.rfind(b"\n# complete rows=") + 1
        last = LAST_LINE.fullmatch(self._tail[position:]) if position else None
        if last is None:
            return "no_trailer"
        self._write(self._tail[:position])
        if self._digest.hexdigest() != last[2].decode():
            return "wrong_digest"
        self.rows = int(last[1])
        self._file.seek(0)
        return None

    def _write(self, piece: bytes) -> None:
        self._digest.update(piece)
        self._file.write(piece)


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A new file beside ``path`` that takes its name once it is complete, and vanishes otherwise."""
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of an export by name, and the units of those that have one."""

    names: tuple[str, ...]
    units: Mapping[str, str]

    def kind(self, name: str) -> Kind:
        """What a column holds."""
        if name in ("phenomenon_time", "bucket_start"):
            return "instant"
        if name == "quality" or name.endswith("_count"):
            return "whole"
        if name == "simulated":
            return "truth"
        # Text takes what a later API adds, too.
        return "number" if name in self.units or name == "completeness" else "text"


def read_header(file: IO[bytes]) -> Header:
    """The header of an export; the file stands behind it afterwards."""
    (cells,) = csv.reader([file.readline().decode("utf-8-sig")])
    parts = [(WITH_UNIT.fullmatch(cell), cell) for cell in cells]
    names = tuple(match[1] if match else cell for match, cell in parts)
    return Header(names, {match[1]: match[2] for match, _ in parts if match})


def frame_of(file: IO[bytes], described: Datastream) -> DataFrame:
    """An export as a table; ``attrs`` say what it holds and in which unit."""
    pandas = needed("pandas", "pandas", "to_pandas()")
    header = read_header(file)
    kinds = {name: header.kind(name) for name in header.names}
    dtypes = {"whole": "Int64", "number": "float64", "text": "str", "instant": "str", "truth": "str"}
    frame: DataFrame = pandas.read_csv(
        file, header=None, names=header.names, dtype={name: dtypes[kind] for name, kind in kinds.items()},
        keep_default_na=False, na_values={n: [""] for n, k in kinds.items() if k in ("whole", "number")},
    )  # fmt: skip
    for name, kind in kinds.items():
        if kind == "instant":
            frame[name] = pandas.to_datetime(frame[name], format="ISO8601", utc=True)
        elif kind == "truth":
            frame[name] = frame[name] == "true"
    frame.attrs.update(description(described))
    return frame


def table_of(file: IO[bytes], described: Datastream) -> Table:
    """An export as an Arrow table; the schema's metadata say what it holds, the fields' in which unit."""
    pyarrow = needed("pyarrow", "arrow", "to_arrow()")
    csv_reader = needed("pyarrow.csv", "arrow", "to_arrow()")
    header = read_header(file)
    schema = _schema(header, described, pyarrow)
    begin = file.tell()
    if not file.read(1):  # pyarrow refuses an export of no rows
        return schema.empty_table()
    file.seek(begin)
    return csv_reader.read_csv(
        file,
        read_options=csv_reader.ReadOptions(column_names=schema.names),
        parse_options=csv_reader.ParseOptions(newlines_in_values=True),
        convert_options=csv_reader.ConvertOptions(column_types=schema, strings_can_be_null=False),
    ).cast(schema)


def _schema(header: Header, described: Datastream, pyarrow: Any) -> Any:
    types = arrow_types(pyarrow)
    fields = [
        pyarrow.field(
            name,
            types[header.kind(name)],
            metadata={"unit": header.units[name]} if name in header.units else None,
        )
        for name in header.names
    ]
    metadata = {key: str(value) for key, value in description(described).items()}
    return pyarrow.schema(fields, metadata=metadata)


def description(described: Datastream) -> dict[str, Any]:
    """What a table of one datastream says about itself."""
    names = ("datastream", "thing", "observed_property", "unit", "source", "simulated")
    return {name: getattr(described, name) for name in names}
