"""Observations, from SQL to rows and to the elements of the answer."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from datetime import datetime
from functools import cache
from typing import Any

from hub_api.city.observations.binary import plain_rows
from hub_api.city.observations.columns import BUCKETED, json_columns, stored_columns
from hub_api.city.observations.copying import Connection, copy_blocks
from hub_api.city.observations.model import Reading, Series
from hub_api.city.observations.rules import Position, position_text
from hub_api.city.observations.statements import (
    QUERIES,
    Copied,
    copy_statement,
    page_columns,
    spans,
    statements,
)
from hub_api.city.selection.model import Datastream, Selection
from hub_api.serving.database import Database, Reader, Row

#: What the statements name of the one datastream that is copied.
NAMED = (
    *("simulated", "longitude", "latitude", "thing", "unit", "observed_property", "sensor"),
    *("thing_name_en", "thing_name_ar", "observed_property_name_en", "observed_property_name_ar"),
)
Element = dict[str, Any]
Versions = tuple[int, int, int]


async def fetch_one(database: Reader, reading: Reading, rows: int) -> tuple[Sequence[Row], datetime | None]:
    """At most ``rows`` rows of one datastream, and when it was observed last.

    A row is its :func:`page_columns` and its version.
    """
    found = await database.fetch(statements(reading).page, {**reading.parameters(), "rows": rows})
    if found and found[-1][-1] is None:
        return found[:-1], found[-1][0]
    return found, None


async def fetch_part(
    database: Reader, reading: Reading, rows: int, after: Position | None = None
) -> Sequence[Row]:
    """At most ``rows`` rows of several datastreams, after the row at a position."""
    known = statements(reading)
    parameters = {**reading.parameters(), "rows": rows}
    if after is None:
        return await database.fetch(known.page, parameters)
    return await database.fetch(
        known.page_after, {**parameters, "after": after[0], "after_datastream": after[1]}
    )


async def fetch_newest(database: Reader, selection: Selection) -> datetime | None:
    """When the selection was observed last, or None."""
    numbers = [one.number for one in selection.datastreams]
    newest: datetime | None = (await database.fetch(QUERIES["newest"], {"datastreams": numbers}))[0][0]
    return newest


async def fetch_next_moment(database: Reader, reading: Reading) -> datetime | None:
    """The first instant of a reading, in its order, at which there is a row of any quality."""
    moment: datetime | None = (await database.fetch(statements(reading).next_moment, reading.parameters()))[
        0
    ][0]
    return moment


async def copied_next_moment(connection: Connection, reading: Reading) -> datetime | None:
    """The same within an export."""
    async with connection.cursor(binary=True) as cursor:
        await cursor.execute(statements(reading).next_moment, reading.parameters())
        row = await cursor.fetchone()
    return None if row is None else row[0]


async def copy_rows(
    connection: Connection, reading: Reading, copied: Copied, rows: int | None, block_bytes: int
) -> AsyncGenerator[list[bytes], None]:
    """The rows of a reading in blocks, in the form that a format is made of."""
    parameters: dict[str, object] = {**reading.parameters(), "rows": rows}
    if reading.selection.is_one:
        one = reading.selection.datastreams[0]
        parameters |= {name: getattr(one, name) for name in NAMED}
    async with aclosing(
        copy_blocks(
            connection, copy_statement(reading.shape, copied, reading.layout), parameters, block_bytes
        )
    ) as blocks:
        async for lines in blocks:
            whole = plain_rows(lines) if copied == "binary" else lines
            if whole:
                yield whole


async def fetch_spans(database: Database, selection: Selection) -> dict[int, tuple[datetime, datetime]]:
    """The first and the newest instant of each datastream that has observations."""
    if not selection.datastreams:
        return {}
    parameters = {
        "measurements": selection.numbers("measurement"),
        "categories": selection.numbers("category"),
        "positions": selection.numbers("position"),
    }
    rows = await database.fetch(spans(tuple(sorted(selection.result_types))), parameters)
    return {number: (first, newest) for number, first, newest in rows}


async def fetch_count(database: Database, reading: Reading, seconds_max: float) -> int:
    """Exactly how many rows there are; ``QueryTooLong`` if that takes longer."""
    rows = await database.fetch(statements(reading).count, reading.parameters(), seconds_max=seconds_max)
    return int(rows[0][0])


async def count_all(reader: Reader, reading: Reading) -> int:
    """Exactly how many rows there are, however long it takes."""
    return int((await reader.fetch(statements(reading).count, reading.parameters()))[0][0])


async def fetch_versions(database: Database, reading: Reading) -> Versions:
    """How many rows a window has, their newest version, and the sum of all."""
    (found,) = await database.fetch(statements(reading).versions, reading.parameters())
    return int(found[0]), int(found[1]), int(found[2])


async def fetch_page_version(
    database: Database, reading: Reading, rows: int
) -> tuple[int, int, int, str | None]:
    """What :func:`hub_api.serving.validators.version_of` says of the first ``rows`` rows of one datastream."""
    parameters = {**reading.parameters(), "rows": rows}
    ((count, newest, total, last),) = await database.fetch(statements(reading).versions_of_page, parameters)
    return int(count), int(newest), int(total), None if last is None else position_text(last)


async def fetch_ledger_version(database: Database) -> int:
    """What changes with every batch that is stored."""
    return int((await database.fetch(QUERIES["ledger_version"]))[0][0])


def elements_of(reading: Reading) -> Callable[[Sequence[Row]], list[Element]]:
    """How the rows of a page become the elements of ``data``."""
    make = _element_of(reading)
    return _simple_ones if make is _simple else lambda rows: [make(row) for row in rows]


def _element_of(reading: Reading) -> Callable[[Row], Element]:
    layout, selection = reading.layout, reading.selection
    make = _makers()[layout.series]
    kept = None if layout.fields is None else tuple(column.name for column in json_columns(layout))
    if selection.is_one and kept is None and not layout.labels:
        return make
    told = {
        one.number: _named(one, has_labels=layout.labels or kept is not None) for one in selection.datastreams
    }
    if selection.is_one:
        (names,) = told.values()
        return _keeping(kept, lambda row: make(row) | names)
    place = len(page_columns(layout.series, is_one=False)) - 1
    return _keeping(kept, lambda row: make(row) | told[row[place]])


def _named(one: Datastream, *, has_labels: bool) -> Element:
    """What a row says of its datastream."""
    names: Element = {
        "datastream": one.number,
        "thing": one.thing,
        "observed_property": one.observed_property,
        "sensor": one.sensor,
        "unit": one.unit,
        "simulated": one.simulated,
    }
    if has_labels:
        names["thing_name"] = {"en": one.thing_name_en, "ar": one.thing_name_ar}
        names["observed_property_name"] = {
            "en": one.observed_property_name_en,
            "ar": one.observed_property_name_ar,
        }
    return names


def _keeping(kept: tuple[str, ...] | None, make: Callable[[Row], Element]) -> Callable[[Row], Element]:
    if kept is None:
        return make

    def some(row: Row) -> Element:
        element = make(row)
        return {name: element[name] for name in kept}

    return some


@cache
def _makers() -> dict[Series, Callable[[Row], Element]]:
    makers: dict[Series, Callable[[Row], Element]] = {
        "measurement": _simple,
        "category": _simple,
        "position": _position,
        "mixed": _mixed,
    }
    return makers | {series: _bucketed(series) for series in BUCKETED}


def _simple(row: Row) -> Element:
    return {"phenomenon_time": row[0], "result": row[1], "quality": row[2]}


def _simple_ones(rows: Sequence[Row]) -> list[Element]:
    """What nearly everybody asks for: a call a row would take longer than reading it. A row has its version behind it."""
    return [
        {"phenomenon_time": moment, "result": result, "quality": quality}
        for moment, result, quality, _ in rows
    ]


def _position(row: Row) -> Element:
    return {"phenomenon_time": row[0], "result": row[1:3], "quality": row[3]}


def _mixed(row: Row) -> Element:
    number, text, *position = row[1:5]
    return {
        "phenomenon_time": row[0],
        "result": position if position[0] is not None else text if number is None else number,
        "quality": row[5],
    }


def _bucketed(series: Series) -> Callable[[Row], Element]:
    keys = tuple(column.name for column in stored_columns(series))
    return lambda row: dict(zip(keys, row, strict=False))
