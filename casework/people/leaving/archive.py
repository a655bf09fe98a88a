"""All data of a person in one ZIP file: ``data.json``, and beside it the files that belong to them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import groupby
from pathlib import PurePosixPath
from typing import BinaryIO
from uuid import UUID

from casework.people.holders import Attachment, Row

DATA_NAME = "data.json"
#: The oldest instant that a ZIP file can name.
_STAMP = (1980, 1, 1, 0, 0, 0)


def write_archive(
    file: BinaryIO, head: Row, rows: Iterable[tuple[str, Row]], attachments: Iterable[Attachment]
) -> None:
    """Write section by section, piece by piece: memory does not grow with what somebody has."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open(_entry(DATA_NAME), "w", force_zip64=True) as entry:
            for piece in _document(head, rows):
                entry.write(piece.encode())
        for attachment in attachments:
            with archive.open(_entry(f"files/{_inside(attachment.path)}"), "w", force_zip64=True) as entry:
                for part in attachment.pieces:
                    entry.write(part)


def _document(head: Row, rows: Iterable[tuple[str, Row]]) -> Iterator[str]:
    """A JSON object: the members of ``head``, then ``sections`` with a list of objects each."""
    yield _json(head).removesuffix("}") + ', "sections": {'
    for number, (section, group) in enumerate(groupby(rows, key=lambda row: row[0])):
        yield (",\n" if number else "\n") + _json(section) + ": ["
        for index, (_, row) in enumerate(group):
            yield (",\n  " if index else "\n  ") + _json(row)
        yield "]"
    yield "}}\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=_text)


def _text(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in an export")


def _inside(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError(f"{name!r} would leave the folder that it is unpacked in")
    return str(path)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _STAMP)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry
