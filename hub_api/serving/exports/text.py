"""The formats that are text, from lines that are ready: CSV, NDJSON, GeoJSON."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

import orjson

from citycore.spreadsheets import inert
from hub_api.serving.exports.writers import PlainWriter

BYTE_ORDER_MARK = "\ufeff".encode()


#: As ``csv`` is told, so that it quotes whatever a reader takes for the end of a row.
ROW_END = "\r\n"


class _Lines:
    """What ``csv`` writes, line by line."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []

    def write(self, line: str) -> None:
        self.lines.append((line.removesuffix(ROW_END) + "\n").encode())


def csv_lines(rows: Iterable[Sequence[object]]) -> list[bytes]:
    """A line a row; None is an empty field, and no text is a formula."""
    sink = _Lines()
    csv.writer(sink, lineterminator=ROW_END).writerows([inert(cell) for cell in row] for row in rows)
    return sink.lines


def csv_line(row: Sequence[object]) -> bytes:
    (line,) = csv_lines([row])
    return line


class CsvText(PlainWriter):
    """A header line and the rows; on request a byte order mark, what they mean, and a proof."""

    is_slow = False

    def __init__(
        self, titles: Sequence[str], metadata: Mapping[str, Any] | None, *, bom: bool, trailer: bool
    ) -> None:
        self._start = (BYTE_ORDER_MARK if bom else b"") + _comments(metadata or {}) + csv_line(titles)
        self._proof = Proof() if trailer else None

    def start(self) -> bytes:
        return _proved(self._proof, self._start, 0)

    def rows(self, lines: list[bytes]) -> bytes:
        return _proved(self._proof, b"".join(lines), len(lines))

    def end(self) -> bytes:
        if self._proof is None:
            return b""
        return f"# complete rows={self._proof.rows} sha256={self._proof.digest}\n".encode()


class NdjsonText(PlainWriter):
    """A JSON object a line; on request a last one that proves the others."""

    is_slow = False

    def __init__(self, *, trailer: bool) -> None:
        self._proof = Proof() if trailer else None

    def start(self) -> bytes:
        return b""

    def rows(self, lines: list[bytes]) -> bytes:
        return _proved(self._proof, b"".join(lines), len(lines))

    def end(self) -> bytes:
        if self._proof is None:
            return b""
        return (
            orjson.dumps({"complete": True, "rows": self._proof.rows, "sha256": self._proof.digest}) + b"\n"
        )


class GeojsonText(PlainWriter):
    """One FeatureCollection; cut off, it is no JSON, so it proves itself."""

    is_slow = False

    def __init__(self, metadata: Mapping[str, Any]) -> None:
        self._metadata = metadata
        self._rows = 0

    def start(self) -> bytes:
        return b'{"type":"FeatureCollection","meta":' + orjson.dumps(self._metadata) + b',"features":[\n'

    def rows(self, lines: list[bytes]) -> bytes:
        before = b"," if self._rows else b""
        self._rows += len(lines)
        return before + b",".join(lines)

    def end(self) -> bytes:
        return f'],"numberReturned":{self._rows}}}\n'.encode()


class Proof:
    """Counts and digests everything that was written."""

    def __init__(self) -> None:
        self.rows = 0
        self._digest = sha256()

    def take(self, block: bytes, rows: int) -> None:
        self.rows += rows
        self._digest.update(block)

    @property
    def digest(self) -> str:
        return self._digest.hexdigest()


def _proved(proof: Proof | None, block: bytes, rows: int) -> bytes:
    if proof is not None:
        proof.take(block, rows)
    return block


def _comments(metadata: Mapping[str, Any]) -> bytes:
    """One comment line a fact; line breaks in a licence must not end the comment."""
    lines = [
        f"# {name}: {value if isinstance(value, str) else orjson.dumps(value).decode()}"
        for name, value in metadata.items()
    ]
    return "".join(" ".join(line.splitlines()) + "\n" for line in lines).encode()
