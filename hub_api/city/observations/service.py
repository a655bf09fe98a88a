"""Pages of observations: of one datastream by one question, of several part by part."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import datetime

from hub_api.city.bulk.service import bulk_url
from hub_api.city.observations import repository
from hub_api.city.observations.archived import check_there, fetch_gone, stretches, version_of_gone
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
from hub_api.serving.database import ReadConnection, Reader, Row, Snapshot
from hub_api.serving.errors import QueryTooDear, QueryTooLong
from hub_api.serving.formats import Format
from hub_api.serving.hub import Hub

Page = tuple[Sequence[Row], datetime | None]


async def read_page(hub: Hub, reading: Reading, after: Position | None, rows: int) -> Page:
    """At most ``rows`` rows after a position, and the newest observation of the selection."""
    if not reading.selection.datastreams:
        return [], None
    if not await fetch_gone(hub, hub.database, reading):
        page = await _read_stored(hub.database, reading, after, rows)
        # What left the store meanwhile may be missing; what came back was not in the way.
        if not await fetch_gone(hub, hub.database, reading):
            return page
    async with hub.database.snapshot() as snapshot:
        return await _read_archived(hub, snapshot, reading, after, rows)


async def page_version(hub: Hub, reading: Reading, rows: int) -> tuple[int, int, int, str | None] | None:
    """What :func:`repository.fetch_page_version` says, where the rows need not be read for it."""
    if await fetch_gone(hub, hub.database, reading):
        return None
    return await repository.fetch_page_version(hub.database, reading, rows)


async def _read_stored(database: Reader, reading: Reading, after: Position | None, rows: int) -> Page:
    if reading.selection.is_one:
        if after is not None:
            reading = reading.within(*after_position(reading.start, reading.end, after[0], reading.order))
        return await repository.fetch_one(database, reading, rows)
    newest = await repository.fetch_newest(database, reading.selection)
    near = known_moment(reading, after, newest)
    return await _read_parts(database, reading, after, rows, near=near), newest


async def _read_archived(
    hub: Hub, snapshot: Reader, reading: Reading, after: Position | None, rows: int
) -> Page:
    """The same, with what the store has let go of."""
    newest, is_one = await repository.fetch_newest(snapshot, reading.selection), reading.selection.is_one
    if after is not None:
        move = after_position if is_one else from_position
        reading = reading.within(*move(reading.start, reading.end, after[0], reading.order))
    found: list[Row] = []
    gone = await fetch_gone(hub, snapshot, reading)
    async with aclosing(stretches(hub, snapshot, reading, gone, rows)) as some:
        async for part in some:
            wanted = rows - len(found)
            if is_one:
                found += (await repository.fetch_one(snapshot, part, wanted))[0]
            elif part.archived is None:
                found += await _read_parts(snapshot, part, after, wanted, near=None)
            else:
                found += await repository.fetch_part(snapshot, part, wanted, after)
            if len(found) >= rows:
                break
    return found, newest


async def _read_parts(
    database: Reader, reading: Reading, after: Position | None, rows: int, *, near: datetime | None
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
    connection: ReadConnection, reading: Reading, copied: Copied, rows: int | None, *, hub: Hub
) -> AsyncGenerator[list[bytes], None]:
    """All rows in blocks of one form, all in one transaction."""
    snapshot = Snapshot(connection)
    gone = await fetch_gone(hub, snapshot, reading)
    await check_there(hub, gone)
    rows_min = hub.settings.archive.answer_rows_max
    async with aclosing(stretches(hub, snapshot, reading, gone, rows_min)) as some:
        async for part in some:
            if rows == 0:
                return
            async with aclosing(_export_stretch(connection, part, copied, rows, hub=hub)) as blocks:
                async for block in blocks:
                    rows = None if rows is None else max(0, rows - len(block))
                    yield block


async def _export_stretch(
    connection: ReadConnection, reading: Reading, copied: Copied, rows: int | None, *, hub: Hub
) -> AsyncGenerator[list[bytes], None]:
    """Several datastreams of the store part by part, everything else at one go."""
    block_bytes = hub.settings.export_block_bytes
    if reading.selection.is_one or reading.archived is not None:
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
    spans = await _spans(hub, reading)
    return estimated_rows(reading, spans, hub.settings.interval_seconds_assumed)


async def _spans(hub: Hub, reading: Reading) -> dict[int, tuple[datetime, datetime]]:
    """From when to when there are observations, in the store or the archive."""
    spans = await repository.fetch_spans(hub.database, reading.selection)
    gone = await fetch_gone(hub, hub.database, reading)
    if not gone:
        return spans
    first, last = min(one.start for one in gone), max(one.end for one in gone)
    numbers = [one.number for one in reading.selection.datastreams]
    known = {number: spans.get(number, (last, last)) for number in numbers}
    return {number: (min(first, begin), end) for number, (begin, end) in known.items()}


async def _count_all(hub: Hub, reading: Reading) -> int:
    if not await fetch_gone(hub, hub.database, reading):
        return await repository.fetch_count(hub.database, reading, hub.settings.count_seconds_max)
    count = 0
    async with hub.database.snapshot() as snapshot:
        gone = await fetch_gone(hub, snapshot, reading)
        rows_min = hub.settings.archive.answer_rows_max
        async with aclosing(stretches(hub, snapshot, reading, gone, rows_min)) as some:
            async for part in some:
                count += await repository.count_all(snapshot, part)
    return count


async def count_rows(hub: Hub, reading: Reading, kind: str) -> dict[str, object]:
    """The number of rows, exactly or about; ``kind`` says which, also where exactly took too long."""
    if kind == "exact" and reading.selection.datastreams:
        try:
            value = await _count_all(hub, reading)
            return {"kind": "exact", "value": value}
        except QueryTooLong:
            pass
    return {"kind": "estimated", "value": await estimate(hub, reading)}


async def guard_cost(hub: Hub, reading: Reading, chosen: Format, limit: int | None) -> None:
    """:class:`QueryTooDear` for an export of too many rows, with what would answer the question."""
    spans = await _spans(hub, reading)

    def cost(asked: Reading) -> int:
        rows = estimated_rows(asked, spans, hub.settings.interval_seconds_assumed)
        return rows if limit is None else min(rows, limit)

    most, rows = rows_max(chosen, hub.settings), cost(reading)
    if rows > most:
        hint = cheaper(reading, chosen, cost, hub.settings)
        raise QueryTooDear(
            reason="sheet" if chosen == "xlsx" else "rows",
            estimated=rows,
            maximum=most,
            hint=hint,
            bulk_url=await _bulk_url(hub, reading),
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
    gone = await fetch_gone(hub, hub.database, reading)
    return *await repository.fetch_versions(hub.database, reading), version_of_gone(gone)
