"""What a list is, once for all formats: how its rows are read, told and laid out in columns."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from hub_api.serving.database import Reader, Row
from hub_api.serving.paging import Key, KeyKind

Element = dict[str, Any]
Record = Mapping[str, Any]
Kind = Literal["text", "whole", "number", "truth", "instant"]
#: At most so many rows after a key.
Fetch = Callable[[Reader, Key | None, int], Awaitable[Sequence[Row]]]
#: What an export says of sources: of those with these codes, or without of all that its rows may come from.
FetchSources = Callable[[Collection[str] | None], Awaitable[Sequence[Mapping[str, Any]]]]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of CSV, Parquet and Arrow. ``path`` leads into the record where it is deeper, and ``cell`` makes what
    is told of what stands there.
    """

    name: str
    kind: Kind
    path: tuple[str | int, ...]
    cell: Callable[[Any], Any] | None = None

    def read(self, record: Record) -> Any:
        value: Any = record
        for step in self.path:
            if value is None:
                return None
            value = value[step]
        return value if self.cell is None or value is None else self.cell(value)


def columns(kind: Kind, *names: str) -> tuple[Column, ...]:
    """Columns that are called like the keys of the element."""
    return tuple(Column(name, kind, (name,)) for name in names)


def name_columns(key: str) -> tuple[Column, ...]:
    """A name in both languages."""
    return tuple(Column(f"{key}_{language}", "text", (key, language)) for language in ("en", "ar"))


LOCATION_COLUMNS = tuple(
    Column(name, "number", ("location", "coordinates", place))
    for place, name in enumerate(("longitude", "latitude"))
)


def _itself(element: Element) -> Iterable[Record]:
    return (element,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """``name`` is that of its files; ``records`` are the rows of tables that one element becomes."""

    name: str
    key: Callable[[Row], Key]
    key_type: KeyKind
    element: Callable[[Row, datetime], Element]
    columns: tuple[Column, ...]
    records: Callable[[Element], Iterable[Record]] = _itself
    #: When a row was observed, where rows are observations.
    moment: Callable[[Row], datetime] | None = None
    #: The key of the element that holds what a column of another name is made of.
    wholes: Mapping[str, str] = field(default_factory=dict)
    #: The keys of elements that are told, in that order, where only some are asked for.
    kept: tuple[str, ...] | None = None
