"""Features of the collections that are statements, from bound SQL to GeoJSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from psycopg import sql

from citycore.places import orient
from citycore.store.queries import load_queries
from hub_api.serving.database import Reader, Row
from hub_api.serving.parameters import Box
from hub_api.standards.ogc.cql2.statements import Condition
from hub_api.standards.ogc.features.model import Collection
from hub_api.standards.ogc.times import Window

QUERIES = load_queries("hub_api.standards.ogc.features")
TRUE = sql.SQL("true")
#: Where the condition belongs; no statement has it otherwise.
MARK = "/*condition*/"
Json = dict[str, Any]
Extent = tuple[Box | None, datetime | None, datetime | None]


@dataclass(frozen=True, slots=True)
class Where:
    """A condition on the features of a collection with its values."""

    condition: sql.Composable
    values: dict[str, Any]


def everything() -> Where:
    """All features of a collection."""
    return Where(TRUE, {})


@cache
def _columns(collection: Collection) -> sql.Composed:
    geometry = ("geometry",) if collection.geometry == "area" else ("longitude", "latitude")
    names = ("id", *geometry, *(one.name for one in collection.properties))
    return sql.SQL(", ").join([sql.Identifier("feature", name) for name in names])


@cache
def _order(collection: Collection) -> sql.Composed:
    direction = sql.SQL("DESC" if collection.is_newest_first else "ASC")
    parts = [
        sql.SQL("{} {}").format(sql.Identifier("feature", name), direction) for name, _ in collection.key
    ]
    return sql.SQL(", ").join(parts)


def _source(collection: Collection) -> sql.SQL:
    return sql.SQL(QUERIES[collection.name])


@cache
def _page(collection: Collection) -> tuple[bytes, bytes]:
    """The statement before and after its condition: to put it together takes as long as some hundred rows."""
    whole = sql.SQL(QUERIES["page"]).format(
        columns=_columns(collection),
        source=_source(collection),
        condition=sql.SQL(MARK),
        order=_order(collection),
    )
    before, _, after = whole.as_bytes(None).partition(MARK.encode())
    return before, after


def after_key(collection: Collection, key: Sequence[object], condition: Condition) -> sql.Composable:
    """The features behind the one with this key, in the order of the collection."""
    names = [sql.Identifier("feature", name) for name, _ in collection.key]
    bound = [condition.bind(value, kind) for value, (_, kind) in zip(key, collection.key, strict=True)]
    sign = sql.SQL("<" if collection.is_newest_first else ">")
    return sql.SQL("(({}) {} ({}))").format(sql.SQL(", ").join(names), sign, sql.SQL(", ").join(bound))


def in_window(collection: Collection, window: Window, condition: Condition) -> sql.Composable:
    """Features that are, or last, in a window; what has no end yet goes on."""
    if collection.time is None:
        return TRUE
    first, last = (sql.Identifier("feature", name) for name in collection.time)
    parts = []
    if window.end is not None:
        parts.append(sql.SQL("{} <= {}").format(first, condition.bind(window.end, "timestamptz")))
    if window.start is not None:
        start = condition.bind(window.start, "timestamptz")
        parts.append(sql.SQL("({} >= {} OR {} IS NULL)").format(last, start, last))
    return sql.SQL("({})").format(sql.SQL(" AND ").join(parts))


async def fetch_page(reader: Reader, collection: Collection, where: Where, rows: int) -> Sequence[Row]:
    """At most ``rows`` rows: id, geometry (JSON) or longitude and latitude, then the properties in their order."""
    before, after = _page(collection)
    statement = before + where.condition.as_bytes(None) + after
    return await reader.fetch(statement, {**where.values, "rows": rows})


async def fetch_count(reader: Reader, collection: Collection, where: Where, most: int) -> int | None:
    """How many fit, or None if these are more than ``most``."""
    statement = sql.SQL(QUERIES["count"]).format(source=_source(collection), condition=where.condition)
    ((count,),) = await reader.fetch(statement.as_bytes(None), {**where.values, "rows": most + 1})
    return None if count > most else int(count)


async def fetch_extent(reader: Reader, collection: Collection) -> Extent:
    """Where and when the features of a collection of points are."""
    first, last = collection.time or (None, None)
    ends = {
        "first": sql.SQL("NULL")
        if first is None
        else sql.SQL("min({})").format(sql.Identifier("feature", first)),
        "last": sql.SQL("NULL")
        if last is None
        else sql.SQL("max({})").format(sql.Identifier("feature", last)),
    }
    statement = sql.SQL(QUERIES["extent"]).format(source=_source(collection), **ends)
    ((west, south, east, north, start, end),) = await reader.fetch(statement.as_bytes(None))
    return (None if west is None else Box(west, south, east, north)), start, end


async def fetch_areas(reader: Reader) -> Sequence[Row]:
    """The code and the outline of every place."""
    return await reader.fetch(QUERIES["areas"])


async def fetch_first_observation(reader: Reader) -> datetime | None:
    """When the first observation was made, or None."""
    ((first,),) = await reader.fetch(QUERIES["first_observation"])
    found: datetime | None = first
    return found


def features_of(collection: Collection, rows: Sequence[Row]) -> list[Json]:
    """GeoJSON features of rows of :func:`fetch_page`."""
    names = tuple(one.name for one in collection.properties)
    if collection.geometry == "area":
        return [
            {
                "type": "Feature",
                "id": row[0],
                "geometry": orient(row[1], clockwise=False),
                "properties": dict(zip(names, row[2:], strict=True)),
            }
            for row in rows
        ]
    # Written out: a call a row would take longer than the query.
    return [
        {
            "type": "Feature",
            "id": row[0],
            "geometry": None if row[1] is None else {"type": "Point", "coordinates": row[1:3]},
            "properties": dict(zip(names, row[3:], strict=True)),
        }
        for row in rows
    ]
