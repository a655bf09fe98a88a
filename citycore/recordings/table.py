"""The text of a recording: its encoding, its delimiter, and the line with the names of its columns."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from citycore.recordings.entries import FileEntry
from citycore.recordings.errors import InvalidRecording
from citycore.recordings.mapping import Mapping

#: What a damaged or wrong file makes the readers raise.
UNREADABLE = (csv.Error, UnicodeError, EOFError, OSError, zlib.error)
_GZIP = b"\x1f\x8b"


def is_gzip(path: Path) -> bool:
    """By its content; a file that is named so and is not cannot be read."""
    try:
        with path.open("rb") as begin:
            return begin.read(2) == _GZIP or path.suffix == ".gz"
    except OSError as error:
        raise InvalidRecording(path, 1, "unreadable", why=error.strerror or error) from error


@contextmanager
def open_text(path: Path, layout: FileEntry) -> Iterator[TextIO]:
    """The text of a plain or gzipped file from the line with the names of the columns on."""
    opener = gzip.open if is_gzip(path) else open
    try:
        opened = opener(path, "rt", encoding=python_encoding(layout.encoding), newline="")
    except OSError as error:
        raise InvalidRecording(path, 1, "unreadable", why=error.strerror or error) from error
    with opened as lines:
        try:
            for _ in range(layout.header_line - 1):
                lines.readline()
        except UNREADABLE as error:
            raise InvalidRecording(path, 1, "unreadable", why=error) from error
        yield lines


def python_encoding(encoding: str) -> str:
    """UTF-8 with or without the mark at its beginning is the same."""
    return "utf-8-sig" if encoding.lower().replace("_", "-") in {"utf-8", "utf8"} else encoding


def read_names(path: Path, lines: TextIO, mapping: Mapping) -> list[str]:
    """The names of the columns; :class:`InvalidRecording` where they are not those of the mapping."""
    line = mapping.layout.header_line
    try:
        names = [name.strip() for name in next(csv.reader(lines, delimiter=mapping.layout.delimiter), [])]
    except UNREADABLE as error:
        raise InvalidRecording(path, line, "unreadable", why=error) from error
    if not names:
        raise InvalidRecording(path, line, "no_header")
    expected = {*mapping.time.names, *mapping.columns}
    if mapping.thing_column is not None:
        expected.add(mapping.thing_column)
    for name in names:
        if names.count(name) > 1 and not (name in mapping.ignore and name not in expected):
            raise InvalidRecording(path, line, "repeated_column", column=name)
        if name not in expected and name not in mapping.ignore:
            raise InvalidRecording(path, line, "unmapped_column", column=name)
    for name in sorted(expected.difference(names)):
        raise InvalidRecording(path, line, "missing_column", column=name)
    return names
