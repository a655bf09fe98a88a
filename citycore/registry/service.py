"""Make a document true, and write one of what there is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
from psycopg import DataError, IntegrityError
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
#: Datastreams that are sent to the store together.
DATASTREAMS_AT_ONCE = 1_000


@dataclass(slots=True)
class Changes:
    """How many of each kind a document describes, and how many of them are new."""

    described: Counter[str] = field(default_factory=Counter)
    new: Counter[str] = field(default_factory=Counter)

    def count(self, kind: str, *, is_new: bool) -> None:
        self.described[kind] += 1
        self.new[kind] += is_new


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
            return _Application(connection, document, now, keeper).run()
    except (
        DataError,
        IntegrityError,
    ) as error:  # what no rule knows of, such as a number too large for its column
        raise DocumentInvalid(where="", reason=str(error).splitlines()[0]) from error


class _Application:
    """One document on its way."""

    def __init__(self, connection: Connection, document: Document, now: datetime, keeper: Keeper) -> None:
        self._connection = connection
        self._document = document
        self._now = now
        self._keeper = keeper
        self._outlines = outlines_of_places(connection)
        self._changes = Changes()
        self._waiting: list[tuple[str, dict[str, Any]]] = []

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
        for number, source in enumerate(document.sources):
            self._source(f"sources[{number}]", source)
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

    def _source(self, where: str, source: SourceEntry) -> None:
        was_there = self._check_owner(source)
        values = msgspec.structs.asdict(source) | {
            "mapping": Jsonb(msgspec.to_builtins(source.mapping)),
            "codec": None if source.codec is None else Jsonb(source.codec),
            # What an operator registers is the city's from the start. What others do waits; a later change leaves it as it is.
            "review": "accepted" if self._keeper.owners is None else "waiting",
        }
        row = self._connection.execute(QUERIES["put_source"], values).fetchone()
        assert row is not None
        if self._keeper.owners is not None and not was_there and not row[1]:
            raise NotYourSource  # somebody else has made it since
        self._changes.count("source", is_new=row[1])
        for number, thing in enumerate(source.things):
            self._thing(f"{where}.things[{number}]", row[0], thing)

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
        values = msgspec.structs.asdict(thing) | {"source_id": source_id, "place_code": place}
        row = self._connection.execute(QUERIES["put_thing"], values).fetchone()
        if row is None:
            raise DocumentInvalid(
                where=f"{where}.code", reason=f"a thing {thing.code!r} belongs to another source already"
            )
        thing_id, is_new = row
        self._changes.count("thing", is_new=is_new)
        if thing.longitude is not None:
            located = {**values, "thing_id": thing_id, "since": thing.since or self._now}
            self._connection.execute(QUERIES["note_location"], located)
        for number, datastream in enumerate(thing.datastreams):
            self._datastream(f"{where}.datastreams[{number}]", thing_id, datastream)

    def _datastream(self, where: str, thing_id: int, datastream: DatastreamEntry) -> None:
        known = self._properties[datastream.observed_property]
        unit = normalise_unit(datastream.unit or known.unit)
        values = msgspec.structs.asdict(datastream) | {
            "thing_id": thing_id,
            "unit": unit,
            "result_type": datastream.result_type or known.result_type,
            "quality_tests": Jsonb(datastream.quality_tests),
        }
        self._waiting.append((where, values))
        if len(self._waiting) >= DATASTREAMS_AT_ONCE:
            self._put_datastreams()

    def _put_datastreams(self) -> None:
        """Send those that wait, in their order."""
        waiting, self._waiting = self._waiting, []
        with self._connection.cursor() as cursor:
            cursor.executemany(QUERIES["put_datastream"], [values for _, values in waiting], returning=True)
            for where, values in waiting:
                row = cursor.fetchone()
                if row is None:
                    raise DocumentInvalid(
                        where=f"{where}.unit",
                        reason=f"the datastream exists with another unit or type; {values['unit']!r} would mix them",
                    )
                self._changes.count("datastream", is_new=row[1])
                cursor.nextset()


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
