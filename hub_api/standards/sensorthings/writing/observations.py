"""Observations on their way to ingest, which alone writes them, and what it says of each."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
from hub_api.standards.sensorthings.writing.errors import EntityInvalid, WritingConflict
from hub_api.standards.sensorthings.writing.model import Row, Span, Stream, Writer
from hub_api.standards.sensorthings.writing.rights import check_observations
from hub_api.standards.sensorthings.writing.rules import phenomenon_of, read_result
from hub_api.standards.sensorthings.writing.slots import Slots
from hub_api.standards.sensorthings.writing.telling import tell

#: Beyond it not every whole number is one of its own as a result is kept.
WHOLE_MAX = 2**53
STORED, DUPLICATE, CONFLICTING, REPLACED = "stored", "duplicate", "conflicting", "replaced"
#: There is one with this id and this result now.
THERE = frozenset({STORED, DUPLICATE, REPLACED})


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
    )


def _exact(result: Any) -> str | None:
    """A whole number of more digits than a result is kept with."""
    is_whole = isinstance(result, int) and not isinstance(result, bool)
    return str(result) if is_whole and abs(result) > WHOLE_MAX else None


def rows_of(
    connection: Connection,
    writer: Writer,
    observed: Sequence[Observed],
    now: int,
    waiting: Sequence[Row] = (),
) -> list[Row]:
    """Rows for drafts whose datastreams are there; in the transaction that made them, so that one that cannot be undoes it.
    ``waiting`` are those that go to ingest before them.
    """
    if not observed:
        return []
    streams = repository.streams(connection, (each.datastream_id for each in observed))
    features = _Features(connection)
    rows = []
    for number, each in enumerate(observed):
        stream = streams[each.datastream_id]
        check_observations(writer, stream)
        span = phenomenon_of(each.draft, now + number)
        where = f"{each.draft.where}.result" if each.draft.where else "result"
        values = {**each.draft.values, "phenomenonTime": span}
        feature_id = features.default(stream, where) if each.feature_id is None else each.feature_id
        rows.append(row_of(values, stream, feature_id, now, where))
    return Slots(connection, waiting).settled(rows)


class _Features:
    """Of one request, what observations are of that do not say it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._anew: dict[int, int] = {}

    def default(self, stream: Stream, where: str) -> int | None:
        """None for where its thing is, as its history tells; :class:`EntityInvalid` where it is nowhere."""
        if stream.feature_id is None:
            if not repository.is_any(self._connection, "has_place", id=stream.thing_id):
                raise EntityInvalid(where.removesuffix("result").removesuffix("."), "no_feature")
            return None
        if not stream.is_hidden:
            return None
        if stream.feature_id not in self._anew:
            ((number, is_new),) = repository.rows(self._connection, "feature_anew", id=stream.feature_id)
            self._anew[stream.feature_id] = number
            if is_new:
                tell(self._connection, [("FeatureOfInterest", number)])
        return self._anew[stream.feature_id]


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

    def add(self, row: Row) -> None:
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

    def encoded(self) -> bytes:
        return msgspec.msgpack.encode(
            {
                "datastream_ids": self.ids.tobytes(),
                "times": self.times.tobytes(),
                "numbers": self.numbers.tobytes(),
                "others": self.others,
                "details": self.details,
                "replaces": self.replaces,
            }
        )


@dataclass(slots=True)
class Outlet:
    """Where rows go; one per application. The secret shows ingest that it is the API that asks."""

    ingest: Ingest
    registry: Registry
    _secret: str = field(default="", init=False)

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
