"""Latest values, from SQL to the elements of the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from operator import itemgetter
from typing import Any

from psycopg import sql

from citycore.store.queries import load_queries
from hub_api.serving.database import Reader, Row
from hub_api.serving.filters import IN_AREA, NO_AREA, arrays
from hub_api.serving.instants import Bounded
from hub_api.serving.lists.model import LOCATION_COLUMNS, Element, Fetch, Listing, columns, name_columns

QUERIES = load_queries("hub_api.city.latest")


CONDITIONS = {
    name: sql.SQL(text.replace("{in_area}", IN_AREA)) for name, text in QUERIES.items() if name != "page"
}


@cache
def statement(filters: frozenset[str]) -> Bounded:
    """The question with these filters; there are few combinations."""
    conditions = [CONDITIONS[name] for name in sorted(filters)] or [sql.SQL("true")]
    return Bounded(sql.SQL(QUERIES["page"]).format(filters=sql.SQL(" AND ").join(conditions)).as_bytes(None))


async def fetch_latest(
    database: Reader, filters: Mapping[str, object], after: object, rows: int
) -> Sequence[Row]:
    """At most ``rows`` newest observations after a datastream, ordered by datastream. Filters are as those of datastreams."""
    named = {name: value for name, value in filters.items() if name not in NO_AREA}
    area = {name: filters.get(name) for name in NO_AREA}
    has_area = any(value is not None for value in area.values())
    asked = {**named, "after": after, "area": True if has_area else None}
    given = frozenset(f"by_{name}" for name, value in asked.items() if value is not None)
    parameters = {**arrays(named), **(area if has_area else {}), "after": after, "rows": rows}
    return await database.fetch(statement(given), parameters)


def latest_of(filters: Mapping[str, object]) -> Fetch:
    """How the newest observations that fit are fetched."""
    return lambda database, after, rows: fetch_latest(database, filters, after, rows)


def latest_key(row: Row) -> int:
    return int(row[0])


#: When a row was observed.
latest_time: Callable[[Row], datetime] = itemgetter(8)


def latest_element(row: Row, as_of: datetime) -> dict[str, Any]:
    (
        datastream,
        thing,
        english,
        arabic,
        observed_property,
        sensor,
        unit,
        result_type,
        phenomenon_time,
        number,
        text,
        longitude,
        latitude,
        quality,
        simulated,
        reviewed,
        source,
        place,
        stands_longitude,
        stands_latitude,
        interval_seconds,
    ) = row
    # Written out: a call a row and key would take longer than the query.
    return {
        "datastream": datastream,
        "thing": thing,
        "thing_name": {"en": english, "ar": arabic},
        "observed_property": observed_property,
        "sensor": sensor,
        "unit": unit,
        "result_type": result_type,
        "phenomenon_time": phenomenon_time,
        "result": number
        if result_type == "measurement"
        else text
        if result_type == "category"
        else [longitude, latitude],
        "quality": quality,
        "age_seconds": (as_of - phenomenon_time).total_seconds(),
        "simulated": simulated,
        "reviewed": reviewed,
        "source": source,
        "place": place,
        "location": None
        if stands_longitude is None
        else {"type": "Point", "coordinates": [stands_longitude, stands_latitude]},
        "interval_seconds": interval_seconds,
    }


def _record(element: Element) -> Element:
    """A number and a text have columns of their own; a position is the location."""
    result = element["result"]
    kind = {"measurement": "result", "category": "result_text"}.get(element["result_type"])
    return {**element, "result": None, "result_text": None} | ({} if kind is None else {kind: result})


LATEST = Listing(
    name="latest",
    key=latest_key,
    key_type=int,
    element=latest_element,
    moment=latest_time,
    columns=(
        *columns("whole", "datastream"),
        *columns("text", "thing"),
        *name_columns("thing_name"),
        *columns("text", "observed_property", "sensor", "unit", "result_type"),
        *columns("instant", "phenomenon_time"),
        *columns("number", "result"),
        *columns("text", "result_text"),
        *columns("whole", "quality"),
        *columns("number", "age_seconds"),
        *columns("truth", "simulated", "reviewed"),
        *columns("text", "source", "place"),
        *LOCATION_COLUMNS,
        *columns("whole", "interval_seconds"),
    ),
    wholes={"result_text": "result"},
    records=lambda element: (_record(element),),
)
