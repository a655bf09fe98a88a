"""What is described as rows of the store, and back: observed properties, and places with what stands in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from shapely.geometry.base import BaseGeometry

from citycore.places import place_of, read_outlines
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from citycore.vocabulary import ObservedProperty

QUERIES = load_queries("citycore.store")


def stored_properties(connection: Connection) -> dict[str, ObservedProperty]:
    """The observed properties of this hub by code: those that ship, and those of its operator."""
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(QUERIES["observed_properties"]).fetchall()
    return {row["code"]: property_of(row) for row in rows}


def property_of(row: Mapping[str, Any]) -> ObservedProperty:
    return ObservedProperty(**{**row, "aliases": tuple(row["aliases"])})


def values_of(described: msgspec.Struct) -> dict[str, Any]:
    """What is described as parameters of a statement."""
    values = msgspec.structs.asdict(described)
    for name, value in values.items():
        if isinstance(value, dict):
            values[name] = Jsonb(value)
        elif isinstance(value, tuple):
            values[name] = list(value)
    return values


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


def outlines_of_places(connection: Connection) -> dict[str, BaseGeometry]:
    """Outlines of the smallest places by their codes."""
    return read_outlines(dict(connection.execute(QUERIES["outlines_of_smallest_places"]).fetchall()))
