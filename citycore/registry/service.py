"""Make a document true, and write one of what there is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
from psycopg import DataError, IntegrityError, OperationalError
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from citycore.places import orient, place_of
from citycore.registry.document import (
    DatastreamEntry,
    Document,
    MeaningEntry,
    PlaceEntry,
    SensorEntry,
    SourceEntry,
    ThingEntry,
)
from citycore.registry.errors import DocumentInvalid, NotYourSource
from citycore.registry.rules import Known, check_document
from citycore.store.connections import Connection
from citycore.store.described import (
    assign_places,
    outlines_of_places,
    property_of,
    stored_properties,
    values_of,
)
from citycore.store.queries import load_queries
from citycore.units import normalise_unit
from citycore.vocabulary import ObservedProperty, Sector

QUERIES = load_queries("citycore.registry")
#: Sources, things or datastreams that are sent to the store together.
ROWS_AT_ONCE = 1_000
#: An import that adds so many sources, things and datastreams has the planner's statistics of their tables made anew.
ROWS_COUNTED_ANEW_MIN = 1_000
_LOCATION = ("thing_id", "since", "longitude", "latitude", "place_code")
_THING = ("code", "source_id", "device", "kind", "name_en", "name_ar", "longitude", "latitude", "place_code")
_DATASTREAM = (
    "thing_id",
    "observed_property",
    "sensor",
    "unit",
    "result_type",
    "conflict_policy",
    "interval_seconds",
    "quality_tests",
)
Row = tuple[Any, ...]


@dataclass(slots=True)
class Changes:
    """How many of each kind a document describes, and how many of them are new."""

    described: Counter[str] = field(default_factory=Counter)
    new: Counter[str] = field(default_factory=Counter)

    def count(self, kind: str, *, is_new: bool) -> None:
        self.described[kind] += 1
        self.new[kind] += is_new

    @property
    def grown_rows(self) -> int:
        """The number of new sources, things and datastreams."""
        return self.new["source"] + self.new["thing"] + self.new["datastream"]


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who applies a document: an operator, or whoever speaks for these owners and for nobody else.

    ``decoders`` are the formats that there are, where that is known.
    """

    owners: Collection[str] | None = None
    decoders: Collection[str] | None = None


OPERATOR = Keeper()


def apply(
    connection: Connection,
    document: Document,
    now: datetime,
    keeper: Keeper = OPERATOR,
    *,
    is_trial: bool = False,
) -> Changes:
    """Make the registry as the document says, all or nothing; ``is_trial`` only looks whether that is possible.

    :class:`DocumentInvalid` says where something is wrong; :class:`NotYourSource` where a source belongs to others.
    Whoever is no operator adds sources of their own, what belongs to them, and sensors that nobody described yet.
    """
    try:
        with connection.transaction(force_rollback=is_trial):
            connection.execute(QUERIES["plan_for_growing"])
            changes = _Application(connection, document, now, keeper).run()
    except (
        DataError,
        IntegrityError,
    ) as error:  # what no rule knows of, such as a number too large for its column
        raise DocumentInvalid(where="", reason=str(error).splitlines()[0]) from error
    if not is_trial and changes.grown_rows >= ROWS_COUNTED_ANEW_MIN:
        _count_anew(connection)
    return changes


def _count_anew(connection: Connection) -> None:
    """Makes the planner's statistics of the registry's tables anew; until autovacuum does so, it plans as for the registry before.

    Where a table is held by another for too long it is left to autovacuum: the import itself stands.
    """
    with suppress(OperationalError), connection.transaction():
        connection.execute(QUERIES["count_anew"])


class _Application:
    """One document on its way."""

    def __init__(self, connection: Connection, document: Document, now: datetime, keeper: Keeper) -> None:
        self._connection = connection
        self._document = document
        self._now = now
        self._keeper = keeper
        self._outlines = outlines_of_places(connection)
        self._changes = Changes()
        self._things = _Waiting()
        self._datastreams = _Waiting()

    def run(self) -> Changes:
        document, present = self._document, _codes(self._connection, "sensor_codes")
        known = known_with(self._connection, document, self._keeper)
        self._properties: Mapping[str, ObservedProperty] = known.properties
        check_document(document, known)
        if self._keeper.owners is not None and (
            document.sectors or document.observed_properties or document.places
        ):
            raise NotYourSource
        for number, place in enumerate(document.places):
            self._place(f"places[{number}]", place)
        if document.places:
            assign_places(self._connection)
            self._outlines = outlines_of_places(self._connection)
        for name, entries in (
            ("sector", document.sectors),
            ("property", document.observed_properties),
            ("sensor", document.sensors),
        ):
            for entry in entries:
                if self._keeper.owners is None or entry.code not in present:
                    self._put(name, entry)
        for begin in range(0, len(document.sources), ROWS_AT_ONCE):
            self._put_sources(begin, document.sources[begin : begin + ROWS_AT_ONCE])
        self._put_things()
        self._put_datastreams()
        return self._changes

    def _put(self, kind: str, entry: msgspec.Struct) -> None:
        row = self._connection.execute(QUERIES[f"put_{kind}"], values_of(entry)).fetchone()
        assert row is not None
        self._changes.count(kind, is_new=row[0])

    def _place(self, where: str, place: PlaceEntry) -> None:
        values = msgspec.structs.asdict(place)
        values["geometry"] = None if place.geometry is None else Jsonb(orient(place.geometry, clockwise=True))
        row = self._connection.execute(QUERIES["put_place"], values).fetchone()
        if row is None:
            raise DocumentInvalid(
                where=f"{where}.geometry", reason="a new place needs its outline, as GeoJSON"
            )
        self._changes.count("place", is_new=row[0])

    def _put_sources(self, begin: int, sources: Sequence[SourceEntry]) -> None:
        were_there = [self._check_owner(source) for source in sources]
        rows = self._written("put_source", [self._source_values(source) for source in sources])
        for number, (source, was_there, row) in enumerate(zip(sources, were_there, rows, strict=True), begin):
            assert row is not None
            source_id, is_new = row
            if self._keeper.owners is not None and not was_there and not is_new:
                raise NotYourSource  # somebody else has made it since
            self._changes.count("source", is_new=is_new)
            for place, thing in enumerate(source.things):
                self._thing(f"sources[{number}].things[{place}]", source_id, thing)

    def _source_values(self, source: SourceEntry) -> dict[str, Any]:
        return msgspec.structs.asdict(source) | {
            "mapping": Jsonb(msgspec.to_builtins(source.mapping)),
            "codec": None if source.codec is None else Jsonb(source.codec),
            # What an operator registers is the city's from the start. What others do waits; a later change leaves it as it is.
            "review": "accepted" if self._keeper.owners is None else "waiting",
        }

    def _written(self, query: str, values: Sequence[Mapping[str, Any]]) -> list[Row | None]:
        """Runs a statement once for each of these values, all in one round trip; the row that each returns, None without one."""
        found: list[Row | None] = []
        with self._connection.cursor() as cursor:
            cursor.executemany(QUERIES[query], values, returning=True)
            for _ in values:
                found.append(cursor.fetchone())
                cursor.nextset()
        return found

    def _check_owner(self, source: SourceEntry) -> bool:
        """Whether there is such a source already; :class:`NotYourSource`."""
        owners = self._keeper.owners
        if owners is None:
            return True
        present = self._connection.execute(QUERIES["owner_of"], {"code": source.code}).fetchone()
        # Topics outside of its namespace may be another's, and an address is asked from where the hub runs: an operator
        # gives them.
        owner, filters = present or (source.owner, [])
        reaches_out = bool(set(source.topic_filters) - set(filters)) or "poll" in (source.codec or {})
        if source.owner not in owners or owner not in owners or reaches_out:
            raise NotYourSource
        return present is not None

    def _thing(self, where: str, source_id: int, thing: ThingEntry) -> None:
        place = None
        if thing.longitude is not None and thing.latitude is not None:
            place = place_of(thing.longitude, thing.latitude, self._outlines)
        if self._things.is_full or thing.code in self._things:
            self._put_things()
        values = msgspec.structs.asdict(thing) | {
            "source_id": source_id,
            "place_code": place,
            "since": thing.since or self._now,
        }
        self._things.add(thing.code, where, values)

    def _put_things(self) -> None:
        """Send things that wait, with where they stand; their datastreams wait then."""
        waiting, self._things = self._things, _Waiting()
        rows = self._connection.execute(QUERIES["put_things"], waiting.columns(*_THING)).fetchall()
        known = {code: (thing_id, is_new) for thing_id, code, is_new in rows}
        located = _Waiting()
        for where, values in waiting.rows:
            if values["code"] not in known:
                reason = f"a thing {values['code']!r} belongs to another source already"
                raise DocumentInvalid(where=f"{where}.code", reason=reason)
            thing_id, is_new = known[values["code"]]
            self._changes.count("thing", is_new=is_new)
            if values["longitude"] is not None:
                located.add(thing_id, where, values | {"thing_id": thing_id})
        self._connection.execute(QUERIES["note_locations"], located.columns(*_LOCATION))
        for where, values in waiting.rows:
            thing_id, _ = known[values["code"]]
            for number, datastream in enumerate(values["datastreams"]):
                self._datastream(f"{where}.datastreams[{number}]", thing_id, datastream)

    def _datastream(self, where: str, thing_id: int, datastream: DatastreamEntry) -> None:
        known = self._properties[datastream.observed_property]
        values = msgspec.structs.asdict(datastream) | {
            "thing_id": thing_id,
            "unit": normalise_unit(datastream.unit or known.unit),
            "result_type": str(datastream.result_type or known.result_type),
            "conflict_policy": str(datastream.conflict_policy),
            "quality_tests": Jsonb(datastream.quality_tests),
        }
        key = (thing_id, datastream.observed_property, datastream.sensor)
        if self._datastreams.is_full or key in self._datastreams:
            self._put_datastreams()
        self._datastreams.add(key, where, values)

    def _put_datastreams(self) -> None:
        waiting, self._datastreams = self._datastreams, _Waiting()
        rows = self._connection.execute(QUERIES["put_datastreams"], waiting.columns(*_DATASTREAM)).fetchall()
        known = {(thing_id, code, sensor): is_new for thing_id, code, sensor, is_new in rows}
        for where, values in waiting.rows:
            is_new = known.get((values["thing_id"], values["observed_property"], values["sensor"]))
            if is_new is None:
                raise DocumentInvalid(
                    where=f"{where}.unit",
                    reason=f"the datastream exists with another unit or type; {values['unit']!r} would mix them",
                )
            self._changes.count("datastream", is_new=is_new)


@dataclass(slots=True)
class _Waiting:
    """Rows that go to the store in one statement, each with its place in the document; none has the key of another."""

    rows: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    _keys: set[Hashable] = field(default_factory=set)

    @property
    def is_full(self) -> bool:
        return len(self.rows) >= ROWS_AT_ONCE

    def __contains__(self, key: Hashable) -> bool:
        return key in self._keys

    def add(self, key: Hashable, where: str, values: dict[str, Any]) -> None:
        self.rows.append((where, values))
        self._keys.add(key)

    def columns(self, *names: str) -> dict[str, list[Any]]:
        return {name: [values[name] for _, values in self.rows] for name in names}


def known_with(connection: Connection, document: Document, keeper: Keeper) -> Known:
    """What there is, with what the document adds."""
    described = {entry.code: entry for entry in document.observed_properties}
    return Known(
        stored_properties(connection) | described,
        _codes(connection, "sector_codes") | {entry.code for entry in document.sectors},
        _codes(connection, "sensor_codes") | {entry.code for entry in document.sensors},
        _codes(connection, "place_codes") | {entry.code for entry in document.places},
        keeper.decoders,
    )


def _codes(connection: Connection, query: str) -> set[str]:
    return {code for (code,) in connection.execute(QUERIES[query]).fetchall()}


def vocabulary(connection: Connection) -> Document:
    """All sectors, observed properties, places and sensors: those that ship, and those of this hub."""
    return Document(
        sectors=[Sector(**row) for row in _rows(connection, "all_sectors")],
        observed_properties=sorted(stored_properties(connection).values(), key=lambda entry: entry.code),
        places=[PlaceEntry(**row) for row in _rows(connection, "all_places")],
        sensors=[SensorEntry(**row) for row in _rows(connection, "all_sensors")],
    )


def describe(
    connection: Connection, source: str | None = None, owners: Sequence[str] | None = None
) -> Document:
    """The registry as a document that :func:`apply` takes: all of it, one source, or the sources of these owners.

    Of the vocabulary only what an operator added or changed: the rest ships.
    """
    with connection.transaction():
        asked = {"code": source, "owners": None if owners is None else list(owners)}
        sources = _rows(connection, "described_sources", asked)
        ids = {"sources": [row["source_id"] for row in sources]}
        datastreams: dict[int, list[DatastreamEntry]] = {}
        for row in _rows(connection, "described_datastreams", ids):
            datastreams.setdefault(row.pop("thing_id"), []).append(DatastreamEntry(**row))
        things: dict[int, list[ThingEntry]] = {}
        for row in _rows(connection, "described_things", ids):
            own = datastreams.get(row.pop("thing_id"), [])
            things.setdefault(row.pop("source_id"), []).append(ThingEntry(**row, datastreams=own))
        is_whole = source is None and owners is None
        return Document(
            sectors=[Sector(**row) for row in _rows(connection, "edited_sectors")] if is_whole else [],
            observed_properties=[property_of(row) for row in _rows(connection, "edited_properties")]
            if is_whole
            else [],
            places=[PlaceEntry(**row) for row in _rows(connection, "all_places")] if is_whole else [],
            sensors=[SensorEntry(**row) for row in _rows(connection, "all_sensors")] if is_whole else [],
            sources=[_source_entry(row, things.get(row.pop("source_id"), [])) for row in sources],
        )


def _source_entry(row: dict[str, Any], things: list[ThingEntry]) -> SourceEntry:
    mapping = msgspec.convert(row.pop("mapping"), dict[str, MeaningEntry | None])
    return SourceEntry(**row, mapping=mapping, things=things)


def _rows(
    connection: Connection, query: str, parameters: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(QUERIES[query], parameters).fetchall()
