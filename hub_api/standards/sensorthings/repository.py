"""Statements against the store, with what is computed beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from time import monotonic
from typing import Final, LiteralString

import orjson
import psycopg
from psycopg import sql

from hub_api.serving.database import Row, Snapshot
from hub_api.serving.hub import Hub
from hub_api.standards.sensorthings.compiling.scope import Spatial
from hub_api.standards.sensorthings.compiling.spatial import answers
from hub_api.standards.sensorthings.compiling.statements import Question
from hub_api.standards.sensorthings.compiling.streams import Narrowed, Spans, key_array
from hub_api.standards.sensorthings.compiling.values import Bound
from hub_api.standards.sensorthings.errors import RequestInvalid
from hub_api.standards.sensorthings.model import (
    ENTITY_MAX,
    FIRST_INSTANT,
    LAST_INSTANT,
    QUERIES,
    RESULT_TYPES,
    relation,
)
from hub_api.standards.sensorthings.settings import SensorThingsSettings
from hub_api.standards.sensorthings.shaping import Shaping

#: Where observations are, by the type of their results.
TABLES: Final[Mapping[str, LiteralString]] = {
    "measurement": "observations",
    "category": "observations_category",
    "position": "observations_position",
}


class Older:
    """Datastreams that are known to have more than one observation, of one process; forgotten all together now and then, since
    observations can be deleted.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._known: set[int] = set()
        self._since = monotonic()

    def among(self, datastreams: Iterable[int]) -> frozenset[int]:
        return frozenset(self._known.intersection(datastreams))

    def add(self, datastreams: Iterable[int]) -> None:
        if monotonic() - self._since > self._seconds:
            self._known.clear()
            self._since = monotonic()
        self._known.update(datastreams)


@dataclass(frozen=True, slots=True)
class Extent:
    """From when until when there are observations, both included, and the last datastream that has any."""

    oldest: datetime
    newest: datetime
    last_datastream: int


@dataclass(frozen=True, slots=True)
class LetGo:
    """Of which datastreams, in their order, observations may lie in the archive only, and before which instant."""

    streams: tuple[int, ...]
    until: datetime


class Store:
    """What one request asks the database."""

    def __init__(
        self, hub: Hub, settings: SensorThingsSettings, older: Older, snapshot: Snapshot | None = None
    ) -> None:
        self._hub = hub
        self._settings = settings
        self._older = older
        #: What spatial functions say, which several statements of a request may ask.
        self._answered: dict[Spatial, str] = {}
        self._snapshot = snapshot

    def within(self, snapshot: Snapshot) -> Store:
        """The same, whose :meth:`rows` are of one state of the database."""
        store = Store(self._hub, self._settings, self._older, snapshot)
        store._answered = self._answered
        return store

    async def rows(
        self,
        statement: sql.Composable,
        bound: Bound,
        spatial: Sequence[Spatial] = (),
        more: Mapping[str, object] | None = None,
        seconds_max: float | None = None,
    ) -> Sequence[Row]:
        """The rows; ``RequestInvalid`` where an expression cannot be computed, as of a number that grows too large."""
        parameters = {**bound.parameters, **(more or {})}
        for one in spatial:
            if one not in self._answered:
                self._answered[one] = await self._answers(one)
            parameters[one.parameter] = self._answered[one]
        try:
            if self._snapshot is not None:
                return await self._snapshot.fetch(
                    statement.as_bytes(None), parameters, seconds_max=seconds_max
                )
            return await self._hub.database.fetch(
                statement.as_bytes(None), parameters, seconds_max=seconds_max
            )
        except psycopg.DataError as error:
            raise RequestInvalid("$filter", "not_computable", text=str(error.diag.message_primary)) from error

    async def _answers(self, spatial: Spatial) -> str:
        most = self._settings.geometries_max
        entity = spatial.entity
        geometry = sql.SQL(spatial.property.columns[0]).format(e=sql.Identifier("e"))
        statement = sql.SQL(QUERIES["geometries"]).format(
            key=sql.Identifier(entity.key),
            geometry=geometry,
            source=relation(entity),
            limit=sql.Literal(most + 1),
        )
        rows = await self._hub.database.fetch(statement.as_bytes(None), {})
        if len(rows) > most:
            raise RequestInvalid("$filter", "too_many_geometries", maximum=most)
        found = await asyncio.to_thread(answers, spatial, [row[0] for row in rows], [row[1] for row in rows])
        return orjson.dumps(found).decode()

    async def count(self, question: Question) -> int:
        """How many entities fit; ``QueryTooLong`` where nobody has counted them in time."""
        seconds = self._settings.count_seconds_max
        rows = await self.rows(question.count(), question.bound, question.spatial, seconds_max=seconds)
        return int(rows[0][0])

    async def narrowed(self, of_stream: Question) -> Narrowed:
        """The datastreams that fit."""
        columns = [sql.SQL("e.datastream_id"), sql.SQL("e.result_type")]
        text = of_stream.select(columns, ENTITY_MAX, 0)
        rows = await self.rows(text, of_stream.bound, of_stream.spatial)
        return Narrowed([row[0] for row in rows], _types_of(rows))

    async def narrowed_to_feature(self, feature: int) -> Narrowed:
        """The datastreams that have observations of a feature of interest, and when those were of it that do not state theirs."""
        rows = await self._hub.database.fetch(QUERIES["spans_of_feature"], {"feature": feature})
        always = [row for row in rows if row[2] is None and row[3] is None and row[4]]
        sometimes = [row for row in rows if row[4] and not (row[2] is None and row[3] is None)]
        spans = Spans(
            [row[0] for row in always],
            [row[0] for row in sometimes],
            [row[2] or FIRST_INSTANT for row in sometimes],
            [row[3] or LAST_INSTANT for row in sometimes],
        )
        return Narrowed(sorted({row[0] for row in rows}), _types_of(rows), spans)

    async def with_older(self, kind: str, datastreams: Sequence[int]) -> frozenset[int]:
        """Which of these datastreams have more than their newest observation. A datastream that had more a moment ago has so now:
        to look takes longer than all else that is asked of the newest.
        """
        known = self._older.among(datastreams)
        if len(known) < len(datastreams):
            unknown = sorted({*datastreams} - known)
            table = sql.Identifier(TABLES[kind])
            statement = sql.SQL(QUERIES["has_older"]).format(table=table).as_bytes(None)
            rows = await self._hub.database.fetch(statement, {"datastreams": key_array(unknown)})
            found = frozenset(row[0] for row in rows)
            self._older.add(found)
            known |= found
        return known

    async def slow_of(self, shaping: Shaping, rows: Sequence[Row]) -> Sequence[Row]:
        """The slow columns of each row."""
        statement = sql.SQL(QUERIES["spans"]).format(
            columns=sql.SQL(", ").join(shaping.slow_columns),
            is_detailed=sql.SQL(QUERIES["is_detailed"]).format(e=sql.Identifier("e")),
        )
        place = shaping.hidden["result_type"]
        asked = {"datastreams": key_array([row[0] for row in rows]), "types": [row[place] for row in rows]}
        return await self._hub.database.fetch(statement.as_bytes(None), asked)

    async def features_of(self, keys: Sequence[tuple[int, datetime]]) -> list[int | None]:
        """Of each observation the number of its feature of interest."""
        asked = {"datastreams": [key[0] for key in keys], "moments": [key[1] for key in keys]}
        return [row[0] for row in await self._hub.database.fetch(_features_of(), asked)]

    async def extent(self) -> Extent | None:
        """Of all observations in the store; None where there is none."""
        oldest, newest, last = (await self._hub.database.fetch(QUERIES["extent"]))[0]
        return None if oldest is None else Extent(oldest, newest, last)

    async def moved_to(self, key: tuple[int, datetime]) -> tuple[int, datetime] | None:
        """Where an observation is now that once had this key."""
        asked = {"datastream": key[0], "moment": key[1]}
        rows = await self._hub.database.fetch(QUERIES["moved_to"], asked)
        return (key[0], rows[0][0]) if rows else None

    async def let_go(self, streams: Sequence[int] | None, since: datetime, until: datetime) -> LetGo | None:
        """What the store may lack of these datastreams in ``[since, until)``; no ``streams`` are all."""
        if not await self._hub.has_gone():
            return None
        asked = {"streams": None if streams is None else list(streams), "since": since, "until": until}
        rows = await self._hub.database.fetch(QUERIES["let_go"], asked)
        if not rows:
            return None
        return LetGo(tuple(row[0] for row in rows), max(row[1] for row in rows))

    async def last_datastream(self) -> int:
        """The largest number of a datastream; 0 where there is none."""
        number: int = (await self._hub.database.fetch(QUERIES["last_datastream"]))[0][0]
        return number


@cache
def _features_of() -> bytes:
    found = sql.SQL(QUERIES["feature_of"]).format(e=sql.Identifier("e"))
    return sql.SQL(QUERIES["features_of"]).format(features=found).as_bytes(None)


def _types_of(rows: Sequence[Row]) -> tuple[str, ...]:
    """The types of results in the second column, in their order; of no datastream all."""
    types = {row[1] for row in rows}
    return tuple(one for one in RESULT_TYPES if one in types) or RESULT_TYPES
