"""Pages of observations: of one datastream by one question, of several part by part."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import datetime

from hub_api.city.bulk.service import bulk_url
from hub_api.city.observations import repository
from hub_api.city.observations.copying import Connection
from hub_api.city.observations.model import Reading
from hub_api.city.observations.rules import (
    Position,
    after_position,
    cheaper,
    cut_part,
    estimated_rows,
    from_position,
    is_closed,
    known_moment,
    longer,
    part_length,
    rows_max,
)
from hub_api.city.observations.statements import Copied
from hub_api.serving.database import Database, Row
from hub_api.serving.errors import QueryTooDear, QueryTooLong
from hub_api.serving.formats import Format
from hub_api.serving.hub import Hub

Page = tuple[Sequence[Row], datetime | None]


async def read_page(hub: Hub, reading: Reading, after: Position | None, rows: int) -> Page:
    """At most ``rows`` rows after a position, and the newest observation of the selection."""
    if not reading.selection.datastreams:
        return [], None
    if reading.selection.is_one:
        if after is not None:
            reading = reading.within(*after_position(reading.start, reading.end, after[0], reading.order))
        return await repository.fetch_one(hub.database, reading, rows)
    newest = await repository.fetch_newest(hub.database, reading.selection)
    near = known_moment(reading, after, newest)
    return await _read_parts(hub.database, reading, after, rows, near=near), newest


async def _read_parts(
    database: Database, reading: Reading, after: Position | None, rows: int, *, near: datetime | None
) -> Sequence[Row]:
    """Part by part, since no index has all datastreams in the order of time.

    A part begins where there is a row (``near`` if the first such instant is known) and is about as
    long as the wanted rows need, so that a page deep inside costs what the first one does.
    """
    found: list[Row] = []
    length = part_length(rows, reading.rows_per_second)
    rest: tuple[datetime | None, datetime | None] | None = (reading.start, reading.end)
    if after is not None:
        rest = from_position(reading.start, reading.end, after[0], reading.order)
    while rest is not None and len(found) < rows:
        near = near or await repository.fetch_next_moment(database, reading.within(*rest))
        if near is None:
            break
        part, near = cut_part(*rest, near, length, reading.order), None
        wanted = rows - len(found)
        some = await repository.fetch_part(database, reading.within(part.start, part.end), wanted, after)
        found += some
        length, rest = longer(length, wanted, len(some)), part.rest
    return found


async def export_rows(
    connection: Connection, reading: Reading, copied: Copied, rows: int | None, *, hub: Hub
) -> AsyncGenerator[list[bytes], None]:
    """All rows in blocks of one form; several datastreams part by part, all in one transaction."""
    block_bytes = hub.settings.export_block_bytes
    if reading.selection.is_one:
        async with aclosing(repository.copy_rows(connection, reading, copied, rows, block_bytes)) as blocks:
            async for block in blocks:
                yield block
        return
    length = part_length(hub.settings.export_part_rows, reading.rows_per_second)
    rest: tuple[datetime | None, datetime | None] | None = (reading.start, reading.end)
    while rest is not None and rows != 0 and reading.selection.datastreams:
        near = await repository.copied_next_moment(connection, reading.within(*rest))
        if near is None:
            return
        part, found = cut_part(*rest, near, length, reading.order), 0
        async with aclosing(
            repository.copy_rows(connection, reading.within(part.start, part.end), copied, rows, block_bytes)
        ) as blocks:
            async for block in blocks:
                found += len(block)
                yield block
        rows = None if rows is None else max(0, rows - found)
        if found < hub.settings.export_part_rows:
            length = longer(length, hub.settings.export_part_rows, found)
        rest = part.rest


async def estimate(hub: Hub, reading: Reading) -> int:
    """About how many rows there are."""
    spans = await repository.fetch_spans(hub.database, reading.selection)
    return estimated_rows(reading, spans, hub.settings.interval_seconds_assumed)


async def count_rows(hub: Hub, reading: Reading, kind: str) -> dict[str, object]:
    """The number of rows, exactly or about; ``kind`` says which, also where exactly took too long."""
    if kind == "exact" and reading.selection.datastreams:
        try:
            value = await repository.fetch_count(hub.database, reading, hub.settings.count_seconds_max)
            return {"kind": "exact", "value": value}
        except QueryTooLong:
            pass
    return {"kind": "estimated", "value": await estimate(hub, reading)}


async def guard_cost(hub: Hub, reading: Reading, chosen: Format, limit: int | None) -> None:
    """:class:`QueryTooDear` for an export of too many rows, with what would answer the question."""
    spans = await repository.fetch_spans(hub.database, reading.selection)

    def cost(asked: Reading) -> int:
        rows = estimated_rows(asked, spans, hub.settings.interval_seconds_assumed)
        return rows if limit is None else min(rows, limit)

    most, rows = rows_max(chosen, hub.settings), cost(reading)
    if rows > most:
        hint = cheaper(reading, chosen, cost, hub.settings)
        raise QueryTooDear(
            reason="rows", estimated=rows, maximum=most, hint=hint, bulk_url=await _bulk_url(hub, reading)
        )


async def _bulk_url(hub: Hub, reading: Reading) -> str | None:
    """The bulk files that hold the rows; they hold no statistics."""
    if not reading.is_raw:
        return None
    zones = {one.source: one.source_zone for one in reading.selection.sources}
    return await bulk_url(hub, zones, reading.start, reading.end)


async def export_versions(hub: Hub, reading: Reading, now: datetime) -> tuple[int, ...]:
    """The version of a whole window: exactly where it is closed or rolled up, else that of the ledger."""
    if not reading.selection.datastreams:
        return ()
    if reading.is_raw and not is_closed(reading.end, now, hub.settings):
        return (await repository.fetch_ledger_version(hub.database),)
    return await repository.fetch_versions(hub.database, reading)
