"""Rows of statements as values, read by the names of columns.

``rows_of(connection, Need, QUERIES["needs"], parameters)`` fills every field of a dataclass or named tuple from the
column of its name. A field that is such a value itself is read from

* the column of its name, if there is one: from its JSON;
* columns that begin with its name, as ``agency_ar`` and ``agency_en`` for ``agency: Names``;
* columns that are named as its own fields, if none begins so.

``Thing | None`` is None where all its columns are. Enumerations, sets, tuples and lists become what the field says.
A column that no field reads, or two do, and a field without a column are an ``AssertionError`` at the first use: no
default stands in for a column that somebody forgot. Any other kind (``UUID``, ``int``, an enumeration) is that of a
statement with one column.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, LiteralString, TypeVar

from citycore.store.connections import Connection
from citycore.store.kinds import Convert, convert_of, fields_of, is_named_only, is_record, without_none

T = TypeVar("T")
_Make = Callable[[Sequence[Any]], Any]

_MAKES: dict[tuple[type, str], _Make] = {}


def rows_of(
    connection: Connection,
    kind: type[T],
    query: LiteralString,
    values: Mapping[str, object] | None = None,
    *,
    prepare: bool | None = None,
) -> list[T]:
    """What a statement answers; ``prepare`` is False for one whose plan depends on its values."""
    cursor = connection.execute(query, values, prepare=prepare)
    make = _MAKES.get((kind, query))
    if make is None:
        columns = [column.name for column in cursor.description or ()]
        make = _MAKES[kind, query] = make_of(kind, query, columns)
    return [make(row) for row in cursor.fetchall()]


def row_of(
    connection: Connection, kind: type[T], query: LiteralString, values: Mapping[str, object] | None = None
) -> T | None:
    """The first row, if there is one."""
    rows = rows_of(connection, kind, query, values)
    return rows[0] if rows else None


def only_row(
    connection: Connection, kind: type[T], query: LiteralString, values: Mapping[str, object] | None = None
) -> T:
    """The row of a statement that always has exactly one, as a count or EXISTS."""
    (row,) = rows_of(connection, kind, query, values)
    return row


def execute_each(
    connection: Connection, query: LiteralString, values: Sequence[Mapping[str, object]]
) -> None:
    """A statement that answers nothing, for each of these in their order, without waiting for one before the next is sent."""
    if len(values) == 1:
        connection.execute(query, values[0])
    elif values:
        with connection.cursor() as cursor:
            cursor.executemany(query, values)


def known(found: T | None) -> T:
    """What a caller knows to be there, such as the row that it has locked."""
    assert found is not None
    return found


class _Plan:
    """How a class is made of columns: a row becomes a list, in which some columns are converted, and to whose end the
    inner values are added.
    """

    def __init__(self, columns: Sequence[str]) -> None:
        self.slots = {column: slot for slot, column in enumerate(columns)}
        self.width = len(columns)
        self.read: list[str] = []
        self.missing: list[str] = []
        self.converts: list[tuple[int, Convert]] = []
        #: Those of an inner value that may be None, with all its columns: where they are, there is nothing to convert.
        self.optional: list[tuple[Sequence[int], Sequence[tuple[int, Convert]]]] = []
        self.inner: list[_Make] = []

    def constructor(self, kind: type, prefix: str = "") -> _Make:
        hints = fields_of(kind)
        slots = [self._slot_of(prefix, name, hint) for name, hint in hints.items()]
        if slots == list(range(self.width)) and not is_named_only(kind):
            return lambda row: kind(*row)
        get = itemgetter(*slots) if len(slots) > 1 else itemgetter(slice(slots[0], slots[0] + 1))
        if is_named_only(kind):
            names = tuple(hints)
            return lambda row: kind(**dict(zip(names, get(row), strict=True)))
        return lambda row: kind(*get(row))

    def _slot_of(self, prefix: str, field: str, hint: object) -> int:
        """Where in the list the field stands."""
        column, kind = prefix + field, without_none(hint)
        if column in self.slots:
            slot = self.slots[column]
            self.read.append(column)
            convert = convert_of(hint)
            if convert is not None:
                self.converts.append((slot, convert))
            return slot
        if not is_record(kind):
            self.missing.append(column)
            return 0
        first, first_convert = len(self.read), len(self.converts)
        make = self.constructor(kind, f"{column}_" if self._has_some(kind, f"{column}_") else prefix)
        if kind is not hint:
            slots, own = [self.slots[name] for name in self.read[first:]], self.converts[first_convert:]
            del self.converts[first_convert:]
            make = _unless_all_none(make, slots)
            if own:
                self.optional.append((slots, own))
        self.inner.append(make)
        return self.width + len(self.inner) - 1

    def _has_some(self, kind: type, prefix: str) -> bool:
        return any(
            prefix + name in self.slots
            or (is_record(inner := without_none(hint)) and self._has_some(inner, f"{prefix}{name}_"))
            for name, hint in fields_of(kind).items()
        )


def make_of(kind: type, query: str, columns: Sequence[str]) -> _Make:
    """How a row of these columns becomes a value; ``AssertionError`` if they are not those of the kind."""
    of = f"{kind.__qualname__} of the statement {query.splitlines()[0]!r}"
    if not is_record(kind):
        assert len(columns) == 1, f"{of}: not one column but {', '.join(columns)}"
        convert = convert_of(kind)
        return itemgetter(0) if convert is None else lambda row: convert(row[0])
    plan = _Plan(columns)
    make = plan.constructor(kind)
    unread = sorted(set(columns) - set(plan.read))
    twice = sorted({name for name in columns if columns.count(name) > 1 or plan.read.count(name) > 1})
    assert not plan.missing, f"{of}: no column for {', '.join(plan.missing)}"
    assert not unread, f"{of}: no field for {', '.join(unread)}"
    assert not twice, f"{of}: more than once {', '.join(twice)}"
    if not plan.converts and not plan.inner:
        return make
    converts, optional, inner = tuple(plan.converts), tuple(plan.optional), tuple(plan.inner)

    def make_all(row: Sequence[Any]) -> Any:
        values = list(row)
        for slot, convert in converts:
            values[slot] = convert(values[slot])
        for slots, own in optional:
            if any(row[slot] is not None for slot in slots):
                for slot, convert in own:
                    values[slot] = convert(values[slot])
        for make_inner in inner:
            values.append(make_inner(values))
        return make(values)

    return make_all


def _unless_all_none(make: _Make, slots: Sequence[int]) -> _Make:
    return lambda row: None if all(row[slot] is None for slot in slots) else make(row)
