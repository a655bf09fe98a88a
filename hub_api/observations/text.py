"""The formats that are text, from lines as PostgreSQL writes them: CSV, NDJSON, GeoJSON."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import orjson

from hub_api.observations.model import Reading
from hub_api.observations.rules import BYTE_ORDER_MARK, csv_header
from hub_api.observations.statements import Copied


class CsvText:
    """A header line and the rows; on request a byte order mark, what they mean, and a proof."""

    copied: Copied = "csv"

    def __init__(
        self, reading: Reading, metadata: Mapping[str, Any], *, bom: bool, trailer: bool, has_metadata: bool
    ) -> None:
        datastreams = reading.selection.datastreams
        unit = datastreams[0].unit if datastreams else ""
        self._start = (BYTE_ORDER_MARK if bom else b"") + (_comments(metadata) if has_metadata else b"")
        self._start += csv_header(reading.series, unit, is_one=reading.selection.is_one)
        self._proof = Proof() if trailer else None

    def start(self) -> bytes:
        return _proved(self._proof, self._start, 0)

    def rows(self, lines: list[bytes]) -> bytes:
        return _proved(self._proof, b"".join(lines), len(lines))

    def end(self) -> bytes:
        if self._proof is None:
            return b""
        return f"# complete rows={self._proof.rows} sha256={self._proof.digest}\n".encode()


class NdjsonText:
    """A JSON object a line; on request a last one that proves the others."""

    copied: Copied = "ndjson"

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


class GeojsonText:
    """One FeatureCollection; cut off, it is no JSON, so it proves itself."""

    copied: Copied = "geojson"

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
