"""Datastreams, from SQL to the elements of the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from citycore.store.queries import load_queries
from hub_api.serving.database import Database, Reader, Row
from hub_api.serving.filters import IN_AREA, NO_AREA, arrays
from hub_api.serving.lists.model import Fetch, Listing, columns, name_columns
from hub_api.serving.shapes import names

QUERIES = load_queries("hub_api.city.datastreams")
PAGE = QUERIES["page"].replace("{in_area}", IN_AREA)
NO_FILTERS = dict.fromkeys(("datastream", "thing", "observed_property", "place", "source", "found"))


async def fetch_datastreams(
    database: Reader, filters: Mapping[str, object], after: object = None, rows: int = 1
) -> Sequence[Row]:
    """At most ``rows`` datastreams after a number, ordered by number. Filters are names and numbers, one or several; ``found``,
    numbers of datastreams; and an area as :func:`~hub_api.serving.filters.area_of` says it.
    """
    named = {name: value for name, value in filters.items() if name not in NO_AREA}
    area = {name: filters.get(name) for name in NO_AREA}
    wanted = {**NO_FILTERS, **arrays(named), **area}
    return await database.fetch(PAGE, {**wanted, "after": after, "rows": rows})


def datastreams_of(filters: Mapping[str, object]) -> Fetch:
    """How the datastreams that fit are fetched."""
    return lambda database, after, rows: fetch_datastreams(database, filters, after, rows)


async def fetch_newest(database: Database, datastream: int) -> datetime | None:
    """When the datastream was observed last, or None."""
    rows = await database.fetch(QUERIES["newest_of"], {"datastream": datastream})
    return rows[0][0] if rows else None


async def fetch_properties(database: Database, thing: str) -> list[str]:
    """The observed properties of a thing; empty if there is no such thing."""
    rows = await database.fetch(QUERIES["properties_of_thing"], {"thing": thing})
    return [row[0] for row in rows]


def datastream_key(row: Row) -> int:
    return int(row[0])


def datastream_element(row: Row) -> dict[str, Any]:
    (
        number,
        thing,
        english,
        arabic,
        observed_property,
        sensor,
        unit,
        result_type,
        interval_seconds,
        source,
        simulated,
        reviewed,
        place,
        has_forecast,
    ) = row
    return {
        "datastream": number,
        "thing": thing,
        "thing_name": names(english, arabic),
        "observed_property": observed_property,
        "sensor": sensor,
        "unit": unit,
        "result_type": result_type,
        "interval_seconds": interval_seconds,
        "source": source,
        "simulated": simulated,
        "reviewed": reviewed,
        "place": place,
        "has_forecast": has_forecast,
    }


DATASTREAMS = Listing(
    name="datastreams",
    key=datastream_key,
    key_type=int,
    element=lambda row, _: datastream_element(row),
    columns=(
        *columns("whole", "datastream"),
        *columns("text", "thing"),
        *name_columns("thing_name"),
        *columns("text", "observed_property", "sensor", "unit", "result_type"),
        *columns("whole", "interval_seconds"),
        *columns("text", "source"),
        *columns("truth", "simulated", "reviewed"),
        *columns("text", "place"),
        *columns("truth", "has_forecast"),
    ),
)
