"""Which columns a file must have, and Arrow's many types as few. Pure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from ingest.load.errors import MissingColumn, UnusableColumn
from ingest.load.model import OPTIONAL, REQUIRED

#: Columns of few distinct words.
CODES = frozenset({"thing", "observed_property", "unit"})
_EXPECTED = {
    "thing": "text",
    "observed_property": "text",
    "phenomenon_time": "timestamp / text",
    "result": "double / text",
    "unit": "text",
    "quality": "integer",
}
#: A file of another kind may begin with anything, and the error is one line.
_NAMES_MAX = 20
_NAME_CHARACTERS_MAX = 40


def check_schema(file: Path, schema: Any) -> list[str]:
    """The known columns that the file has; others are left out.

    :class:`MissingColumn` or :class:`UnusableColumn` if a row could not be understood.
    """
    for name in REQUIRED:
        if name not in schema.names:
            found = ", ".join(repr(column[:_NAME_CHARACTERS_MAX]) for column in schema.names[:_NAMES_MAX])
            raise MissingColumn(file=file, line=1, column=name, found=found or "–")
    names = [name for name in (*REQUIRED, *OPTIONAL) if name in schema.names]
    for name in names:
        if schema.names.count(name) > 1:
            raise UnusableColumn(file=file, line=1, column=name, type="2 ×", expected="1 ×")
        kind = schema.field(name).type
        if not _is_usable(name, kind):
            raise UnusableColumn(file=file, line=1, column=name, type=kind, expected=_EXPECTED[name])
    return names


def _is_usable(name: str, kind: Any) -> bool:
    if is_text(kind):
        return True
    if name == "phenomenon_time":
        return bool(types.is_timestamp(kind))
    if name in {"result", "quality"}:
        return bool(
            types.is_floating(kind) or types.is_integer(kind) or types.is_decimal(kind) or types.is_null(kind)
        )
    return name == "unit" and bool(types.is_null(kind))


def is_text(kind: Any) -> bool:
    if types.is_dictionary(kind):
        kind = kind.value_type
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def plain(name: str, column: Any) -> Any:
    """Codes as ``dictionary<int32, string>``, texts as ``string``, numbers as ``double``; times as they are."""
    kind = column.type
    if name in CODES:
        return _coded(column)
    if is_text(kind):
        return column.cast(pa.string())
    if name in {"result", "quality"}:
        return column.cast(pa.float64(), safe=False)
    return column


def _coded(column: Any) -> Any:
    if not types.is_dictionary(column.type):
        column = pc.dictionary_encode(column.cast(pa.string()))
    return column.cast(pa.dictionary(pa.int32(), pa.string()))
