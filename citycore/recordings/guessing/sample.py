"""A bounded sample of a file as a table of texts: its encoding, its delimiter, and where its header is."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from citycore.recordings.errors import InvalidRecording
from citycore.recordings.table import is_gzip

HEAD_BYTES = 1 << 20
#: What is read at several places of the rest, up to the end.
PIECE_BYTES = 1 << 16
_PIECES = tuple(range(1, 17))
#: A compressed file cannot be sought in: so many times the size of the head are read, and a piece of each is kept.
COMPRESSED_PIECES_MAX = 64
_DELIMITERS = (",", ";", "\t", "|")
_LINES_LOOKED_AT = 200
_ARABIC = re.compile(r"[\u0621-\u064a]{3}")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
_DECIMAL_POINT = re.compile(r"[+-]?\d+\.\d+")


@dataclass(frozen=True, slots=True)
class Table:
    """What was sampled: the names of the columns, and the cells below them by column."""

    encoding: str
    delimiter: str
    decimal: str
    header_line: int
    names: tuple[str, ...]
    columns: tuple[tuple[str, ...], ...]


def read_table(path: Path) -> Table:
    """The sample of a file; :class:`InvalidRecording` if it is no table."""
    try:
        head, pieces = _read(path)
    except (OSError, EOFError, zlib.error) as error:
        raise InvalidRecording(path, 1, "unreadable", why=error) from error
    table = read_sample(head, pieces)
    if table is None:
        raise InvalidRecording(path, 1, "no_table")
    return table


def _read(path: Path) -> tuple[bytes, list[bytes]]:
    if is_gzip(path):
        with gzip.open(path) as opened:
            head, pieces = opened.read(HEAD_BYTES), []
            for _ in range(COMPRESSED_PIECES_MAX):
                piece = opened.read(HEAD_BYTES)
                pieces.append(piece[:PIECE_BYTES])
                if len(piece) < HEAD_BYTES:
                    break
            return head, pieces
    size = path.stat().st_size
    with path.open("rb") as opened:
        head, pieces = opened.read(HEAD_BYTES), []
        for number in _PIECES if size > HEAD_BYTES + len(_PIECES) * PIECE_BYTES else ():
            opened.seek(HEAD_BYTES + (size - HEAD_BYTES) * number // len(_PIECES) - PIECE_BYTES)
            pieces.append(opened.read(PIECE_BYTES))
    return head, pieces


def read_sample(head: bytes, pieces: list[bytes]) -> Table | None:
    """The same of bytes that were read already."""
    encoding = _encoding(head)
    lines = _lines(head, encoding, is_whole=len(head) < HEAD_BYTES)
    delimiter, width = max(((mark, *_width(lines, mark)) for mark in _DELIMITERS), key=lambda each: each[2])[
        :2
    ]
    rows = list(csv.reader(lines, delimiter=delimiter))
    start = next((number for number, row in enumerate(rows) if len(row) == width and any(row)), None)
    if width < 2 or start is None:
        return None
    if encoding != "utf-16":  # its pieces have no mark of their own
        for piece in pieces:
            rows += csv.reader(_lines(piece, encoding, is_whole=False)[1:], delimiter=delimiter)
    cells = [[cell.strip() for cell in row] for row in rows[start + 1 :] if len(row) == width]
    return Table(
        encoding,
        delimiter,
        _decimal(cells, delimiter),
        start + 1,
        tuple(name.strip() for name in rows[start]),
        tuple(zip(*cells, strict=True)) if cells else ((),) * width,
    )


def _encoding(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        # Where the sample ends within a character, the rest is wanting and not wrong.
        head[: head.rfind(b"\n") + 1 or None].decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        is_arabic = _ARABIC.search(head.decode("windows-1256", "replace"))
        return "windows-1256" if is_arabic else "windows-1252"


def _lines(content: bytes, encoding: str, *, is_whole: bool) -> list[str]:
    text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding, "replace")
    lines = io.StringIO(text, newline="").readlines()
    return lines if is_whole or len(lines) < 2 else lines[:-1]


def _width(lines: list[str], delimiter: str) -> tuple[int, int]:
    """The commonest number of cells above one, and how many lines times cells it holds."""
    counts = Counter(
        len(row) for row in csv.reader(lines[:_LINES_LOOKED_AT], delimiter=delimiter) if len(row) > 1
    )
    if not counts:
        return 0, 0
    width, lines_so = counts.most_common(1)[0]
    # Decimal commas cut cells, so that lines differ: many lines of one width go before many cells.
    return width, lines_so * 1_000 + min(width, 999)


def _decimal(cells: list[list[str]], delimiter: str) -> str:
    if delimiter == ",":
        return "."
    flat = [cell for row in cells[:_LINES_LOOKED_AT] for cell in row]
    commas = sum(_DECIMAL_COMMA.fullmatch(cell) is not None for cell in flat)
    return "," if commas > sum(_DECIMAL_POINT.fullmatch(cell) is not None for cell in flat) else "."
