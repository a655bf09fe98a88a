"""Exports: received whole or not at all, and turned into tables.

The API ends a CSV with a line that counts the rows and gives a SHA-256 over all bytes before it; Arrow
streams and Parquet files end with a part of their own.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal

from falaj_client import footer
from falaj_client.frames import Kind, needed
from falaj_client.model import Datastream
from falaj_client.parameters import Parameters

if TYPE_CHECKING:
    from pandas import DataFrame
    from pyarrow import Table

#: What a table of one datastream says about it.
DESCRIBED = ("datastream", "thing", "observed_property", "sensor", "unit", "source", "simulated")
LAST_LINE = re.compile(rb"# complete rows=(\d+) sha256=([0-9a-f]{64})\n")
#: The last line and the line break before it fit in so many bytes.
TAIL_BYTES = 160
#: Media types, and the bytes with which a whole file ends.
BINARY = {
    "arrow": ("application/vnd.apache.arrow.stream", b"\xff\xff\xff\xff\x00\x00\x00\x00"),
    "parquet": ("application/vnd.apache.parquet", b"PAR1"),
}
NUMBERS = frozenset(
    {
        "mean",
        "minimum",
        "maximum",
        "standard_deviation",
        "p05",
        "p50",
        "p95",
        "first_result",
        "last_result",
        "total",
        "completeness",
        "longitude",
        "latitude",
    }
)
WITH_UNIT = re.compile(r"(\w+) \[(.*)\]")


class CsvSink:
    """Takes an export into ``file``, without its last line, which it holds against the rest."""

    accept = "text/csv"

    def __init__(self, file: IO[bytes], *, bom: bool = False) -> None:
        self.parameters: Parameters = (
            ("f", "csv"),
            ("trailer", "true"),
            *((("bom", "true"),) if bom else ()),
        )
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


class BinarySink:
    """Takes an Arrow stream or a Parquet file into ``file``."""

    def __init__(self, file: IO[bytes], form: Literal["arrow", "parquet"]) -> None:
        self.accept, self._end = BINARY[form]
        self.parameters: Parameters = (("f", form),)
        #: Of a Parquet file, once it is whole.
        self.rows = 0
        self._file = file
        self._form = form

    def begin(self) -> None:
        self._file.seek(0)
        self._file.truncate()

    def feed(self, piece: bytes) -> None:
        self._file.write(piece)

    def finish(self) -> str | None:
        length = self._file.tell()
        self._file.seek(max(0, length - len(self._end)))
        is_whole = self._file.read() == self._end
        self._file.seek(0)
        if is_whole and self._form == "parquet":
            try:
                self.rows = footer.row_count(self._file)
            except ValueError:
                return "no_end"
        return None if is_whole else "no_end"


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A new file beside ``path`` that takes its name once it is complete, and vanishes otherwise."""
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("w+b") as file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of an export by name, and the units of those that have one."""

    names: tuple[str, ...]
    units: Mapping[str, str]
    #: What the results are, where all are of one datastream.
    result: Kind | Literal["either"] = "either"

    def kind(self, name: str) -> Kind | Literal["either"]:
        """What a column holds; the results of several datastreams may be numbers or texts."""
        if name in ("phenomenon_time", "bucket_start", "bucket_end"):
            return "instant"
        if name in ("datastream", "quality") or name.endswith("_count"):
            return "whole"
        if name == "result" and name not in self.units:
            return self.result
        if name == "simulated":
            return "truth"
        # Text takes what a later API adds, too.
        return "number" if name in self.units or name in NUMBERS else "text"


def read_header(file: IO[bytes]) -> Header:
    """The header of an export; the file stands behind it afterwards."""
    (cells,) = csv.reader([file.readline().decode("utf-8-sig")])
    parts = [(WITH_UNIT.fullmatch(cell), cell) for cell in cells]
    names = tuple(match[1] if match else cell for match, cell in parts)
    return Header(names, {match[1]: match[2] for match, _ in parts if match})


def frame_of(file: IO[bytes], described: Datastream | None) -> DataFrame:
    """An export as a table; ``attrs`` say what it holds and in which unit, if it is of one datastream."""
    pandas = needed("pandas", "pandas", "to_pandas()")
    header = read_header(file)
    if described is not None:
        header = replace(header, result="number" if described.result_type == "measurement" else "text")
    kinds = {name: header.kind(name) for name in header.names}
    dtypes = {"whole": "Int64", "number": "float64", "text": "str", "instant": "str", "truth": "str"}
    frame: DataFrame = pandas.read_csv(
        file,
        header=None,
        names=header.names,
        keep_default_na=False,
        dtype={name: dtypes[kind] for name, kind in kinds.items() if kind in dtypes},
        na_values={n: [""] for n, k in kinds.items() if k in ("whole", "number", "either")},
    )
    for name, kind in kinds.items():
        if kind == "instant":
            frame[name] = pandas.to_datetime(frame[name], format="ISO8601", utc=True)
        elif kind == "truth":
            frame[name] = frame[name] == "true"
    if described is not None:
        frame.attrs.update({name: getattr(described, name) for name in DESCRIBED})
    return frame


def table_of(file: IO[bytes]) -> Table:
    """An Arrow stream as a table; it says itself what it holds and in which unit."""
    ipc = needed("pyarrow.ipc", "arrow", "to_arrow()")
    with ipc.open_stream(file) as stream:
        table: Table = stream.read_all()
    return table
