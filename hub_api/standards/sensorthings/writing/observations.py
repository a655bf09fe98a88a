"""Observations on their way to ingest, which alone writes them, and what it says of each."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from math import nan
from typing import Any

import msgspec
import numpy as np
import orjson
from numpy.typing import NDArray

from citycore.store.connections import Connection
from hub_api.serving.ingest import Ingest
from hub_api.serving.registry import Registry
from hub_api.standards.sensorthings.writing import repository
from hub_api.standards.sensorthings.writing.creating import Observed
from hub_api.standards.sensorthings.writing.errors import EntityInvalid, EntityMissing, WritingConflict
from hub_api.standards.sensorthings.writing.features import Features
from hub_api.standards.sensorthings.writing.model import Row, Span, Stream, Writer
from hub_api.standards.sensorthings.writing.rights import check_observations
from hub_api.standards.sensorthings.writing.rules import phenomenon_of, read_result
from hub_api.standards.sensorthings.writing.slots import Slots, settled

#: Beyond it not every whole number is one of its own as a result is kept.
WHOLE_MAX = 2**53
STORED, DUPLICATE, CONFLICTING, REPLACED = "stored", "duplicate", "conflicting", "replaced"
#: Of rows that are judged and not sent.
ACCEPTABLE, UNKNOWN = "acceptable", "unknown_datastream"
#: There is one with this id and this result now.
THERE = frozenset({STORED, DUPLICATE, REPLACED})
#: Something is kept at its time, which may state something else.
OPEN = frozenset({DUPLICATE, CONFLICTING})
#: How often a place is looked for that others take meanwhile.
_ROUNDS_MAX = 8


def row_of(values: Mapping[str, Any], stream: Stream, feature_id: int | None, now: int, where: str) -> Row:
    """A row out of checked properties; :class:`EntityInvalid` where the result is not of the datastream's type."""
    phenomenon = values.get("phenomenonTime") or Span(now)
    valid: Span | None = values.get("validTime")
    quality, parameters = values.get("resultQuality"), values.get("parameters")
    if feature_id is None and stream.since is not None and phenomenon.start < stream.since:
        # Where its thing is now is not where it was then, and whoever sends it now means now.
        feature_id = stream.feature_id
    return Row(
        stream.datastream_id,
        phenomenon.start,
        read_result(
            where,
            values["result"],
            observation_type=stream.observation_type,
            result_type=stream.result_type,
            is_json=stream.is_json,
        ),
        phenomenon.end,
        values.get("resultTime"),
        None if valid is None else valid.start,
        None if valid is None else valid.end,
        None if quality is None else orjson.dumps(quality).decode(),
        None if parameters is None else orjson.dumps(parameters).decode(),
        feature_id,
        exact_result=_exact(values["result"]) if stream.result_type == "measurement" else None,
        is_posted=stream.is_posted,
    )


def own_of(writer: Writer, row: Row) -> Row:
    """The row as this writer sends it."""
    return row if writer.thing_id is None else replace(row, is_device=True)


def _exact(result: Any) -> str | None:
    """A whole number of more digits than a result is kept with."""
    is_whole = isinstance(result, int) and not isinstance(result, bool)
    return str(result) if is_whole and abs(result) > WHOLE_MAX else None


def rows_of(
    connection: Connection,
    writer: Writer,
    observed: Sequence[Observed],
    now: int,
    waiting: Sequence[Row] | None = None,
) -> list[Row]:
    """Rows for drafts whose datastreams are there; in the transaction that made them, so that one that cannot be undoes it.
    ``waiting`` are those of a group that go to ingest before them.
    """
    if not observed:
        return []
    streams = repository.streams(connection, (each.datastream_id for each in observed))
    features = Features(connection, streams.values())
    rows = []
    for number, each in enumerate(observed):
        stream = streams[each.datastream_id]
        check_observations(writer, stream)
        span = phenomenon_of(each.draft, now + number)
        where = f"{each.draft.where}.result" if each.draft.where else "result"
        values = {**each.draft.values, "phenomenonTime": span}
        feature_id = features.default(stream, where) if each.feature_id is None else each.feature_id
        rows.append(own_of(writer, row_of(values, stream, feature_id, now, where)))
    return settled(connection, rows, streams, waiting)


@dataclass(slots=True)
class Columns:
    """Rows as ingest takes them: columns of one length, and of those that have any their details."""

    ids: array[int] = field(default_factory=lambda: array("i"))
    times: array[int] = field(default_factory=lambda: array("q"))
    #: Results; no number where it stands in ``others``, by its row.
    numbers: array[float] = field(default_factory=lambda: array("d"))
    others: dict[int, Any] = field(default_factory=dict)
    details: list[tuple[Any, ...]] = field(default_factory=list)
    replaces: bool = False
    judges: bool = False
    is_device: bool = False
    #: Datastreams of which observations may be in the future.
    ahead: set[int] = field(default_factory=set)

    def add(self, row: Row) -> None:
        self.is_device |= row.is_device
        if row.is_posted:
            self.ahead.add(row.datastream_id)
        if row.has_details or self.replaces:  # what is replaced keeps nothing of what came with it
            self.details.append((len(self.times), *row.details))
        if isinstance(row.result, (float, int)):
            self.numbers.append(row.result)
        else:
            self.others[len(self.times)] = row.result
            self.numbers.append(nan)
        self.ids.append(row.datastream_id)
        self.times.append(row.time)

    def add_plain(self, datastream_id: int, times: NDArray[np.int64], results: list[float]) -> None:
        """Rows of one datastream that have nothing but a time and a number."""
        self.ids.extend(array("i", [datastream_id]) * len(times))
        self.times.frombytes(times.tobytes())
        self.numbers.fromlist(results)

    def rows(self, numbers: Sequence[int]) -> list[Row]:
        """Those of these numbers as they came."""
        details = {number: own for number, *own in self.details}
        return [self._row(number, details.get(number)) for number in numbers]

    def _row(self, number: int, details: Sequence[Any] | None) -> Row:
        result = self.others.get(number, self.numbers[number])
        id_ = self.ids[number]
        row = Row(id_, self.times[number], result, *(details or ()))
        return replace(row, is_device=self.is_device, is_posted=id_ in self.ahead)

    def put(self, number: int, row: Row) -> None:
        """Another row with this number."""
        self.times[number] = row.time
        place = next(place for place, own in enumerate(self.details) if own[0] == number)
        self.details[place] = (number, *row.details)

    def encoded(self) -> bytes:
        return msgspec.msgpack.encode(
            {
                "datastream_ids": self.ids.tobytes(),
                "times": self.times.tobytes(),
                "numbers": self.numbers.tobytes(),
                "others": self.others,
                "details": self.details,
                "replaces": self.replaces,
                "judges": self.judges,
                "is_device": self.is_device,
                "ahead": [] if self.is_device else sorted(self.ahead),
            }
        )


@dataclass(slots=True)
class Outlet:
    """Where rows go; one per application. The secret shows ingest that it is the API that asks."""

    ingest: Ingest
    registry: Registry
    _secret: str = field(default="", init=False)

    async def judge(self, rows: Sequence[Row], new: Collection[int]) -> None:
        """Nothing where ingest would take all of them; otherwise as :func:`check_fate`. ``new``: datastreams that it cannot know yet."""
        columns = Columns(judges=True)
        for row in rows:
            columns.add(row)
        others = await self.send_columns(columns)
        for number, row in enumerate(rows):
            fate = others.get(number, STORED)
            if fate != ACCEPTABLE and not (fate == UNKNOWN and row.datastream_id in new):
                check_fate(row, fate)

    async def send(self, rows: Sequence[Row], *, replaces: bool = False) -> list[str]:
        """What became of each: one of the words above, or why it was refused. ``IngestBusy``, ``OutcomeUnknown``."""
        columns = Columns(replaces=replaces)
        for row in rows:
            columns.add(row)
        others = await self.send_columns(columns)
        return [others.get(number, STORED) for number in range(len(rows))]

    async def send_columns(self, columns: Columns) -> dict[int, str]:
        """The same of many, by their number, but for those that are stored."""
        if not columns.times:
            return {}
        if not self._secret:
            self._secret = await self.registry.run(_secret)
        return await self.ingest.post_rows(self._secret, columns.encoded())

    async def keep(self, rows: Sequence[Row]) -> tuple[list[Row], list[str]]:
        """As :meth:`send`; but where another observation is kept at a row's time, the row is kept behind it. The rows where they are, and
        what became of each.
        """
        kept, fates = list(rows), dict(enumerate(await self.send(rows)))
        if not OPEN.isdisjoint(fates.values()):
            places = await self.placed(rows, fates)
            kept = [places.get(number, row) for number, row in enumerate(rows)]
        return kept, [fates[number] for number in range(len(rows))]

    async def settle(self, columns: Columns, streams: Mapping[int, Stream]) -> None:
        """Put intervals at places of their own, where the datastream keeps the last result of an instant."""
        numbers = [
            number
            for number, end, *_ in columns.details
            if end is not None and streams[columns.ids[number]].keeps_last
        ]
        if numbers:
            rows = columns.rows(numbers)
            settled_ = await self.registry.run(lambda connection: Slots(connection).settled(rows))
            for number, row in zip(numbers, settled_, strict=True):
                columns.put(number, row)

    async def placed(self, rows: Sequence[Row] | Columns, fates: dict[int, str]) -> dict[int, Row]:
        """Where rows are, by their numbers, that ingest has found something at the time of; ``fates`` then says what became of them."""
        places: dict[int, Row] = {}
        open_ = sorted(number for number, fate in fates.items() if fate in OPEN)
        its = rows.rows(open_) if isinstance(rows, Columns) else [rows[number] for number in open_]
        started = [_at_its_time(row) for row in its]
        alike = [number for number in open_ if fates[number] == DUPLICATE]
        waiting = dict(zip(open_, started, strict=True))
        if alike:
            for number in await self.registry.run(partial(_undetailed, waiting, alike)):
                del waiting[number]
        for _ in range(_ROUNDS_MAX):
            if not waiting:
                break
            found, are_there = await self.registry.run(partial(_looked_up, list(waiting.values())))
            new = []
            for number, row, is_there in zip(waiting, found, are_there, strict=True):
                fates[number] = CONFLICTING if row is None else DUPLICATE
                if row is not None:
                    places[number] = row
                if row is not None and not is_there:
                    new.append(number)
            told = await self.send([places[number] for number in new])
            fates.update(zip(new, told, strict=True))
            waiting = {number: waiting[number] for number in new if fates[number] in OPEN}
        for number in waiting:
            fates[number] = CONFLICTING
        return places


def _at_its_time(row: Row) -> Row:
    """As it was before a place was looked for."""
    if row.phenomenon_start is None:
        return row
    return replace(row, time=row.phenomenon_start, phenomenon_start=None)


def _undetailed(waiting: dict[int, Row], numbers: Sequence[int], connection: Connection) -> list[int]:
    """Of rows whose time and result are there, those of which there is nothing else to compare."""
    bare = [number for number in numbers if not waiting[number].has_details]
    if not bare:
        return []
    keys = [(waiting[number].datastream_id, waiting[number].time) for number in bare]
    known = repository.detailed(connection, keys)
    return [number for number, key in zip(bare, keys, strict=True) if key not in known]


def _looked_up(rows: Sequence[Row], connection: Connection) -> tuple[list[Row | None], list[bool]]:
    return Slots(connection).looked_up(rows)


def _secret(connection: Connection) -> str:
    row = repository.one(connection, "secret")
    assert row is not None
    return str(row[0].hex())


def check_fate(row: Row, fate: str) -> None:
    """Nothing where the observation is there now; otherwise why not."""
    if fate == CONFLICTING:
        raise WritingConflict("conflicting", id=row.id)
    if fate not in THERE:
        raise EntityInvalid("", fate)


def check_possible(connection: Connection, rows: Sequence[Row], new: set[int]) -> None:
    """Whether the datastreams are there still, and of those that ingest does not know yet whether results can be any of theirs."""
    known = repository.streams(connection, {row.datastream_id for row in rows})
    for row in rows:
        if row.datastream_id not in known:
            raise EntityMissing("no_such_entity", entity="Datastream", id=row.datastream_id)
    numbers = [row for row in rows if row.datastream_id in new and isinstance(row.result, float)]
    if not numbers:
        return
    found = repository.rows(connection, "possible", ids=sorted({row.datastream_id for row in numbers}))
    bounds = {number: (lowest, highest) for number, lowest, highest in found}
    for row in numbers:
        lowest, highest = bounds[row.datastream_id]
        if row.result < lowest or row.result > highest:
            raise EntityInvalid("", "not_physical")
