"""Readings that reach what the store has let go of: its rows come from the archive and join the statement as one more source.

So whatever an answer is made of, formats, order, pages and filters, is made once. Which parts are gone, what came late for them
and the store's own rows are read in one transaction: each row is in one of both, whatever the archive does meanwhile.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import sql

from citycore.archive.errors import ArchiveUnavailable
from citycore.archive.parts import TEXT, Rows, Wanted, by_type, read_some
from citycore.archive.place import PartFile, Place
from citycore.clock import EPOCH, MICROSECOND
from hub_api.city.observations.model import FIRST, LAST, Archived, Reading
from hub_api.city.observations.pieces import Gone, Piece, pieces, sliced
from hub_api.city.observations.statements import QUERIES, RAW_TABLES
from hub_api.serving.database import Reader
from hub_api.serving.hub import Hub

#: Days of one datastream that are read without looking whether they are enough.
FILES_AT_ONCE = 16
Key = tuple[int, int]
#: Of each type the columns of its rows, as the statements name them and as the archive does.
RESULTS = {
    "measurement": {"results": "result"},
    "category": {"results": TEXT},
    "position": {"longitudes": "longitude", "latitudes": "latitude"},
}


async def fetch_gone(hub: Hub, reader: Reader, reading: Reading) -> list[Gone]:
    """What the store has let go of, as far as a reading may want it.

    Only observations leave the store: roll-ups stay.
    """
    selection = reading.selection
    if not reading.is_raw or not selection.datastreams or not await hub.has_gone():
        return []
    numbers = [one.number for one in selection.datastreams]
    asked = {
        "sources": [one.source for one in selection.sources],
        "start": reading.start or FIRST,
        "end": reading.end or LAST,
        "first_datastream": min(numbers),
        "last_datastream": max(numbers),
    }
    return [
        Gone(PartFile(dataset, sector, date, path, size, bytes(sha256)), *more)
        for dataset, sector, date, path, size, sha256, *more in await reader.fetch(QUERIES["gone"], asked)
    ]


def version_of_gone(gone: Sequence[Gone]) -> int:
    """Another number where other files hold what is gone."""
    return zlib.crc32(b"".join(one.file.sha256 for one in gone))


async def check_there(hub: Hub, gone: Sequence[Gone]) -> None:
    """:class:`ArchiveFileUnreadable` before anything is sent, if one of the files is missing or cut off."""

    def check() -> None:
        for one in gone:
            _check_known(one)
        for file in {one.file.path: one.file for one in gone}.values():
            hub.archive.check_size(file)

    await _in_time(hub, check)


async def stretches(
    hub: Hub, reader: Reader, reading: Reading, gone: Sequence[Gone], rows_min: int
) -> AsyncGenerator[Reading, None]:
    """A reading in parts, in its order: those of the store alone, and those with about ``rows_min`` rows of the archive."""
    waiting: list[Piece] = []
    rows: list[Rows] = []
    for several in _gathered(hub, reading, gone):
        if not several[0].parts:
            if waiting:
                yield await _joined(reader, reading, waiting, rows)
                waiting, rows = [], []
            yield reading.within(several[0].start, several[0].end)
            continue
        rows += await _load(hub, several, reading)
        waiting += several
        if sum(len(one["datastream"]) for one in rows) >= rows_min:
            yield await _joined(reader, reading, waiting, rows)
            waiting, rows = [], []
    if waiting:
        yield await _joined(reader, reading, waiting, rows)


async def joined_whole(
    hub: Hub, reader: Reader, reading: Reading, gone: Sequence[Gone], rows_max: int
) -> Reading | None:
    """A reading with all that the archive has of it at once; None where that is more than ``rows_max`` rows."""
    joined: list[Piece] = []
    rows: list[Rows] = []
    for several in _gathered(hub, reading, gone):
        if not several[0].parts:
            continue
        rows += await _load(hub, several, reading)
        joined += several
        if sum(len(one["datastream"]) for one in rows) > rows_max:
            return None
    if not joined:
        return reading
    return (await _joined(reader, reading, joined, rows)).within(reading.start, reading.end)


def _gathered(hub: Hub, reading: Reading, gone: Sequence[Gone]) -> Iterator[list[Piece]]:
    """Pieces that are read from files at one go: of one datastream more and more, of several one by one."""
    several: list[Piece] = []
    size = 1
    for whole in pieces(reading.start, reading.end, gone, reading.order):
        if not whole.parts or not reading.selection.is_one:
            if several:
                yield several
                several = []
            some = sliced(whole, hub.settings.archive.answer_rows_max)
            yield from ([piece] for piece in (some if reading.order == "asc" else some[::-1]))
            continue
        several.append(whole)
        if len(several) >= size:
            yield several
            several, size = [], min(size * 4, FILES_AT_ONCE)
    if several:
        yield several


async def _load(hub: Hub, several: Sequence[Piece], reading: Reading) -> list[Rows]:
    numbers = np.array([one.number for one in reading.selection.datastreams], dtype=np.int32)
    asked = []
    for piece in several:
        assert piece.start is not None
        end = piece.end or max(one.end for one in piece.parts)
        wanted = Wanted(numbers, (piece.start - EPOCH) // MICROSECOND, (end - EPOCH) // MICROSECOND)
        for one in piece.parts:
            _check_known(one)
        asked += [(file, wanted) for file in {one.file.path: one.file for one in piece.parts}.values()]
    found = await _in_time(hub, _read, hub.archive, asked)
    return [rows for rows in found if rows and len(rows["datastream"])]


def _check_known(one: Gone) -> None:
    if one.damage is not None:
        raise one.file.unreadable(one.damage)


def _read(place: Place, asked: Sequence[tuple[PartFile, Wanted]]) -> list[Rows]:
    found = []
    for file, wanted in asked:
        with place.open(file) as parquet:
            found.append(read_some(parquet, wanted))
    return found


async def _in_time(hub: Hub, work: Any, *arguments: Any) -> Any:
    seconds = hub.settings.archive.answer_seconds_max
    try:
        return await asyncio.wait_for(asyncio.to_thread(work, *arguments), seconds)
    except TimeoutError:
        raise ArchiveUnavailable(reason=f"no answer in {seconds:g} s") from None


async def _joined(reader: Reader, reading: Reading, some: Sequence[Piece], rows: Sequence[Rows]) -> Reading:
    """The reading of some neighbouring pieces with their rows of the archive."""
    first, last = (some[0], some[-1]) if reading.order == "asc" else (some[-1], some[0])
    part = reading.within(first.start, last.end)
    hidden, dropped = await _late(reader, part, rows)
    parameters: dict[str, object] = {
        "hidden_datastreams": [number for number, _ in hidden],
        "hidden_moments": [moment for _, moment in hidden],
    }
    by_kind: dict[str, list[tuple[Rows, NDArray[np.int64]]]] = {}
    for one in rows:
        for kind, places in by_type(one).items():
            chosen = places[_is_wanted(one, places, reading, dropped)]
            if len(chosen):  # a file without any has no column for them
                by_kind.setdefault(kind, []).append((one, chosen))
    for kind in part.selection.result_types:
        parameters |= _arrays(kind, by_kind.get(kind, []))
    return replace(part, archived=Archived(parameters))


def _is_wanted(
    rows: Rows, places: NDArray[np.int64], reading: Reading, dropped: set[Key]
) -> NDArray[np.bool_]:
    chosen = np.ones(len(places), dtype=bool)
    if reading.qualities is not None:
        chosen &= np.isin(
            np.asarray(rows["quality"])[places], [int(quality) for quality in reading.qualities]
        )
    if dropped:
        numbers, moments = np.asarray(rows["datastream"])[places], np.asarray(rows["phenomenon_time"])[places]
        keys = zip(numbers.tolist(), moments.tolist(), strict=True)
        chosen &= np.array([key not in dropped for key in keys], dtype=bool)
    return chosen


async def _late(reader: Reader, part: Reading, rows: Sequence[Rows]) -> tuple[list[Key], set[Key]]:
    """Of instants that both have: which rows of the store are hidden, and which of the archive, as the policy of the datastream
    will decide when they are merged.
    """
    if not rows:
        return [], set()
    numbers = np.unique(np.concatenate([np.asarray(one["datastream"]) for one in rows])).tolist()
    asked = {**part.parameters(), "datastreams": numbers}
    late: dict[Key, bool] = {}
    for kind in sorted(part.selection.result_types):
        statement = sql.SQL(QUERIES["late"]).format(table=sql.Identifier(RAW_TABLES[kind])).as_bytes(None)
        late |= {(number, moment): wins for number, moment, wins in await reader.fetch(statement, asked)}
    if not late:
        return [], set()
    both = {
        key
        for one in rows
        for key in zip(
            np.asarray(one["datastream"]).tolist(), np.asarray(one["phenomenon_time"]).tolist(), strict=True
        )
        if key in late
    }
    return sorted(key for key in both if not late[key]), {key for key in both if late[key]}


def _arrays(kind: str, some: Sequence[tuple[Rows, NDArray[np.int64]]]) -> dict[str, object]:
    """Columns as texts of PostgreSQL's arrays, which every kind of statement takes."""
    names = {
        "datastreams": "datastream",
        "moments": "phenomenon_time",
        "qualities": "quality",
        "versions": "batch",
    }
    return {
        f"{kind}_{name}": _array([(rows[column], places) for rows, places in some])
        for name, column in {**names, **RESULTS[kind]}.items()
    }


def _array(some: Sequence[tuple[Any, NDArray[np.int64]]]) -> str | list[str]:
    values = [value for column, places in some for value in _chosen(column, places)]
    if any(isinstance(column, list) for column, _ in some):
        return values
    return "{" + ",".join(map(repr, values)) + "}"


def _chosen(column: Any, places: NDArray[np.int64]) -> list[Any]:
    if isinstance(column, list):
        return [column[place] for place in places]
    chosen: list[Any] = np.asarray(column)[places].tolist()
    return chosen
