"""The tables of limits of a hub: those that ship, and those of its operator, which go before them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files

from citycore.air_quality.rules import TABLES
from citycore.limits.document import read_table
from citycore.limits.errors import LimitTableInvalid, LimitTableNotFound, LimitTableTooLarge
from citycore.limits.model import LimitTable
from citycore.limits.settings import LimitTableSettings
from citycore.store.connections import Connection
from citycore.store.described import stored_properties
from citycore.store.queries import load_queries
from citycore.units import conversion

QUERIES = load_queries("citycore.limits")


@cache
def shipped_tables() -> dict[str, LimitTable]:
    """By code, in the order of the alphabet."""
    folder = files("citycore") / "limits" / "tables"
    texts = sorted(file.read_text("utf-8") for file in folder.iterdir() if file.name.endswith(".toml"))
    tables = [read_table(text, is_shipped=True) for text in texts]
    return {table.origin.code: table for table in sorted(tables, key=lambda table: table.origin.code)}


def with_shipped(documents: Iterable[tuple[str, str]]) -> dict[str, LimitTable]:
    """The tables of a hub by code; ``documents`` are the codes and texts of its operator's."""
    own = {code: _known(document) for code, document in documents}
    return dict(sorted({**shipped_tables(), **own}.items()))


def tables_of(connection: Connection) -> dict[str, LimitTable]:
    """The tables of this hub by code."""
    return with_shipped(connection.execute(QUERIES["tables"]).fetchall())


def load(connection: Connection, text: str, settings: LimitTableSettings) -> LimitTable:
    """Keep an operator's table; one with the same code is replaced, also where that is shipped. What an index said by the one
    before is judged again by the worker.

    :class:`LimitTableInvalid` or :class:`LimitTableTooLarge`.
    """
    most = {"bytes_max": settings.bytes_max, "tables_max": settings.count_max}
    if len(text.encode()) > settings.bytes_max:
        raise LimitTableTooLarge(**most)
    table = read_table(text)
    with connection.transaction():
        connection.execute(QUERIES["lock"])
        _check_properties(connection, table)
        (others,) = connection.execute(QUERIES["others"], {"code": table.origin.code}).fetchone() or (0,)
        if others >= settings.count_max:
            raise LimitTableTooLarge(**most)
        connection.execute(QUERIES["load"], {"code": table.origin.code, "document": text})
        _judge_again(connection, table.origin.code)
    return table


def remove(connection: Connection, code: str) -> None:
    """Forget an operator's table; what it stood for of what ships is there again. :class:`LimitTableNotFound`."""
    with connection.transaction():
        connection.execute(QUERIES["lock"])
        if connection.execute(QUERIES["remove"], {"code": code}).fetchone() is None:
            own = connection.execute(QUERIES["tables"]).fetchall()
            raise LimitTableNotFound(code=code, known=", ".join(each for each, _ in own) or "-")
        _judge_again(connection, code)


def table_of(connection: Connection, code: str) -> LimitTable:
    """One of this hub; :class:`LimitTableNotFound`."""
    tables = tables_of(connection)
    if code not in tables:
        raise LimitTableNotFound(code=code, known=", ".join(tables))
    return tables[code]


def _judge_again(connection: Connection, code: str) -> None:
    """Of another table nothing is kept that it has said: whoever asks gets what it says now."""
    if code in TABLES.values():
        connection.execute(QUERIES["judge_again"])


def _check_properties(connection: Connection, table: LimitTable) -> None:
    """Limits are of properties that this hub knows, in units of theirs."""
    known = stored_properties(connection)
    for number, limit in enumerate(table.limits):
        where, found = f"limits[{number}]", known.get(limit.observed_property)
        if found is None:
            reason = f"there is no observed property {limit.observed_property!r} (falaj properties list)"
            raise LimitTableInvalid(where=f"{where}.observed_property", reason=reason)
        if conversion(found.unit, limit.unit, found.code, limit.reference_celsius) is None:
            reason = f"{limit.unit} is of another quantity than {found.unit}, in which {found.code} is kept"
            raise LimitTableInvalid(where=f"{where}.unit", reason=reason)


@lru_cache(maxsize=256)
def _known(document: str) -> LimitTable:
    return read_table(document)
