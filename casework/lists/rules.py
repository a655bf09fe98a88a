"""What an address asks of a list, and what is asked of the database for it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import LiteralString, NamedTuple
from uuid import UUID

from casework.lists.model import READS, Condition, DeskList, Filter, Place, Row, Sort, Wanted
from citycore.store.queries import load_queries

QUERIES = load_queries("casework.lists")

#: What stands between the key of a row and what it is sorted by.
_BETWEEN = "~"
#: As many as a ``bigint`` holds.
_WHOLE_MAX = 2**63 - 1


class Statement(NamedTuple):
    """``prepare`` is False where the plan depends on what is looked for."""

    sql: LiteralString
    values: Mapping[str, object]
    prepare: bool | None = None


def wanted_of(desk: DeskList, query: Mapping[str, str]) -> Wanted:
    """As an address says it; ``ValueError`` for what no page of the list links to."""
    chosen = {one.name: query.get(one.name, one.default).strip() for one in desk.filters}
    for one in desk.filters:
        if chosen[one.name]:
            one.read(chosen[one.name])
    sort = query.get("sort") or desk.first
    after, before = (_place_of(desk, sort, query.get(name)) for name in ("after", "before"))
    return Wanted(chosen, sort, after, None if after else before)


def address_of(desk: DeskList, wanted: Wanted, **changed: str) -> dict[str, str]:
    """The parameters of the address of the same list, without what it says anyway and without the place."""
    defaults = {one.name: one.default for one in desk.filters} | {"sort": desk.first}
    said = {**wanted.chosen, "sort": wanted.sort, **changed}
    return {name: text for name, text in said.items() if text != defaults.get(name, "")}


def is_asked(wanted: Wanted) -> bool:
    """Whether anything is chosen by."""
    return any(wanted.chosen.values())


def text_of(place: Place) -> str:
    return f"{place.key}{_BETWEEN}{place.value}"


def place_of(desk: DeskList, row: Row) -> Place:
    value = row["place"]
    return Place(value.isoformat() if hasattr(value, "isoformat") else str(value), str(row[desk.key]))


def page_of(desk: DeskList, wanted: Wanted, values: Mapping[str, object], rows: int) -> Statement:
    """At most so many rows from the place on, or backwards from it: those then come in the other order."""
    sort, backwards = _sort_of(desk, wanted.sort), wanted.before is not None
    order: LiteralString = "DESC" if wanted.is_descending != backwards else "ASC"
    conditions, asked = _conditions(desk, wanted)
    place = wanted.before or wanted.after
    if place is not None:
        read, kind = READS[sort.kind]
        sign: LiteralString = "<" if order == "DESC" else ">"
        conditions.append(
            f"({sort.sql}, listed.{desk.key}) {sign} (%(place)s::{kind}, %(place_key)s::{_key_type(desk)})"
        )
        asked |= {"place": read(place.value), "place_key": _key_of(desk, place.key)}
    sql = QUERIES["page"].replace("sorted_by", sort.sql).replace("in_order", order)
    return Statement(_filled(sql, desk, conditions), {**values, **asked, "rows": rows}, _prepare(wanted))


def counts_of(desk: DeskList, wanted: Wanted, by: Filter, values: Mapping[str, object]) -> Statement:
    """How many rows there are of each value that is counted by."""
    conditions, asked = _conditions(desk, wanted, without=by.name)
    sql = QUERIES["counts"].replace("counted_by", by.column or "''")
    return Statement(_filled(sql, desk, conditions), {**values, **asked}, _prepare(wanted))


def some_of(desk: DeskList, keys: Collection[object], values: Mapping[str, object]) -> Statement:
    """The rows with these keys, as far as they are in the list at all."""
    return Statement(_filled(QUERIES["some"], desk), {**values, "keys": list(keys)})


def total_of(desk: DeskList, wanted: Wanted, values: Mapping[str, object], most: int) -> Statement:
    """How many rows match, up to so many."""
    conditions, asked = _conditions(desk, wanted)
    sql = _filled(QUERIES["total"], desk, conditions)
    return Statement(sql, {**values, **asked, "most": most}, _prepare(wanted))


def counts_by_choice(by: Filter, counted: Mapping[str, int]) -> dict[str, int]:
    """How many there are of each choice, and of all under no choice."""
    counts = {choice: sum(counted.get(code, 0) for code in codes) for choice, codes in by.counts.items()}
    return {"": sum(counted.values()), **counts}


def _conditions(
    desk: DeskList, wanted: Wanted, without: str | None = None
) -> tuple[list[LiteralString], dict[str, object]]:
    read: dict[str, Condition] = {
        one.name: one.read(wanted.chosen[one.name])
        for one in desk.filters
        if one.name != without and wanted.chosen[one.name]
    }
    return [one.sql for one in read.values()], {name: one.value for name, one in read.items()}


def _filled(sql: LiteralString, desk: DeskList, conditions: Sequence[LiteralString] = ()) -> LiteralString:
    """The statement of the list, what is asked of its rows, and its key, in their places."""
    met: LiteralString = " AND ".join(f"({one})" for one in conditions) if conditions else "true"
    sql = sql.replace("conditions_met", met).replace("key_of_row", desk.key)
    return sql.replace("type_of_key", _key_type(desk)).replace("statement_of_a_noun", desk.statement)


def _prepare(wanted: Wanted) -> bool | None:
    return False if wanted.chosen.get("q") else None


def _sort_of(desk: DeskList, sort: str) -> Sort:
    found = desk.sorts.get(sort.removeprefix("-"))
    if found is None:
        raise ValueError(sort)
    return found


def _place_of(desk: DeskList, sort: str, text: str | None) -> Place | None:
    kind = _sort_of(desk, sort).kind
    if not text:
        return None
    key, _, value = text.partition(_BETWEEN)
    _ = _key_of(desk, key)
    read = READS[kind][0](value)
    if isinstance(read, int) and abs(read) > _WHOLE_MAX:
        raise ValueError(text)
    if kind == "instant" and getattr(read, "tzinfo", None) is None:
        raise ValueError(text)
    return Place(value, key)


def _key_of(desk: DeskList, text: str) -> object:
    if not desk.is_numbered:
        return UUID(text)
    number = int(text)
    if not 0 <= number <= _WHOLE_MAX:
        raise ValueError(text)
    return number


def _key_type(desk: DeskList) -> LiteralString:
    return "bigint" if desk.is_numbered else "uuid"
