"""Write the registry: vocabulary, sources, things with their datastreams, places.

An operator's work, done by the owner role through the command line. Everything here is
idempotent: the same description twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from citycore.errors import InvalidParameter
from citycore.model import PlaceDescription, SourceDescription, ThingDescription
from citycore.places import place_of
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from citycore.units import normalise_unit
from citycore.vocabulary import ObservedProperty, known_property, observed_properties, sectors

QUERIES = load_queries("citycore.store")


def store_vocabulary(owner_url: str) -> None:
    """Make sectors and observed properties equal to what ships, but for rows that an operator has changed or added."""
    with psycopg.connect(owner_url) as connection, connection.cursor() as cursor:
        cursor.executemany(QUERIES["store_shipped_sector"], [asdict(known) for known in sectors().values()])
        cursor.executemany(
            QUERIES["store_shipped_property"],
            [
                {**asdict(known), "aliases": list(known.aliases), "quality_tests": Jsonb(known.quality_tests)}
                for known in observed_properties().values()
            ],
        )


def stored_properties(connection: Connection) -> dict[str, ObservedProperty]:
    """The observed properties of this hub by code: those that ship, and those of its operator."""
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(QUERIES["observed_properties"]).fetchall()
    return {row["code"]: ObservedProperty(**row | {"aliases": tuple(row["aliases"])}) for row in rows}


def missing_things(connection: Connection, source: str, codes: Sequence[str]) -> list[str]:
    """Those of the codes that are no things of the source; what they publish would be quarantined."""
    rows = connection.execute(
        QUERIES["registered_things"], {"source": source, "codes": list(codes)}
    ).fetchall()
    known = {code for (code,) in rows}
    return [code for code in codes if code not in known]


def register(connection: Connection, source: SourceDescription, things: Sequence[ThingDescription]) -> int:
    """Register a source and its things in one transaction; the number of datastreams described.

    Places are found from the coordinates. A datastream that exists keeps its unit:
    :class:`InvalidParameter` if the description names another one. :class:`UnknownProperty` if a datastream
    observes what neither ships nor was added here.
    """
    with connection.transaction():
        source_id = _register_source(connection, source)
        outlines = outlines_of_places(connection)
        properties = stored_properties(connection)
        for thing in things:
            _register_thing(connection, source_id, thing, outlines, properties)
    return sum(len(thing.datastreams) for thing in things)


def _register_source(connection: Connection, source: SourceDescription) -> int:
    row = connection.execute(QUERIES["store_source"], asdict(source)).fetchone()
    assert row is not None
    return int(row[0])


def _register_thing(
    connection: Connection,
    source_id: int,
    thing: ThingDescription,
    outlines: dict[str, dict[str, object]],
    properties: Mapping[str, ObservedProperty],
) -> None:
    located = thing.longitude is not None and thing.latitude is not None
    row = connection.execute(
        QUERIES["store_thing"],
        {
            "code": thing.code,
            "source_id": source_id,
            "kind": thing.kind,
            "name_en": thing.name_en,
            "name_ar": thing.name_ar,
            "longitude": thing.longitude,
            "latitude": thing.latitude,
            "place_code": place_of(thing.longitude, thing.latitude, outlines)
            if located and thing.longitude is not None and thing.latitude is not None
            else None,
        },
    ).fetchone()
    if row is None:
        raise InvalidParameter(
            parameter=thing.code, reason="a thing of this name already belongs to another source"
        )
    for datastream in thing.datastreams:
        known = known_property(datastream.observed_property, properties)
        unit = normalise_unit(datastream.unit or known.unit)
        stored = connection.execute(
            QUERIES["store_datastream"],
            {
                "thing_id": row[0],
                "observed_property": known.code,
                "unit": unit,
                "result_type": datastream.result_type,
                "conflict_policy": datastream.conflict_policy,
                "interval_seconds": datastream.interval_seconds,
            },
        ).fetchone()
        if stored is None:
            raise InvalidParameter(
                parameter=f"{thing.code}.{known.code}",
                reason=f"the datastream exists with another unit or type; {unit!r} would mix them",
            )


def store_places(connection: Connection, places: Iterable[PlaceDescription]) -> int:
    """Replace all places and assign every fixed thing to its place anew; the number of places."""
    rows = [asdict(place) | {"geometry": Jsonb(place.geometry)} for place in places]
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(QUERIES["remove_other_places"], {"codes": [row["code"] for row in rows]})
        cursor.executemany(QUERIES["store_place"], rows)
        assign_places(connection)
    return len(rows)


def assign_places(connection: Connection) -> None:
    """Say of every fixed thing in which place it stands."""
    outlines = outlines_of_places(connection)
    located = connection.execute(QUERIES["located_things"]).fetchall()
    with connection.cursor() as cursor:
        cursor.executemany(
            QUERIES["assign_place"],
            [
                {"thing_id": thing_id, "place_code": place_of(longitude, latitude, outlines)}
                for thing_id, longitude, latitude in located
            ],
        )


def outlines_of_places(connection: Connection) -> dict[str, dict[str, object]]:
    """Outlines of the smallest places by their codes."""
    return dict(connection.execute(QUERIES["outlines_of_smallest_places"]).fetchall())
