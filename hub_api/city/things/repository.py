"""Things, from SQL to the elements of the answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from citycore.store.queries import load_queries
from hub_api.serving.database import Reader, Row
from hub_api.serving.lists.model import LOCATION_COLUMNS, Element, Fetch, Listing, columns, name_columns
from hub_api.serving.parameters import Box
from hub_api.serving.shapes import names, point

QUERIES = load_queries("hub_api.city.things")
NO_BOX = dict.fromkeys(Box._fields)


async def fetch_things(
    database: Reader, filters: dict[str, object], box: Box | None, after: object, rows: int
) -> Sequence[Row]:
    """At most ``rows`` things after a code, ordered by code."""
    wanted = dict.fromkeys(("thing", "source", "kind", "place", "observed_property")) | filters
    area = NO_BOX if box is None else box._asdict()
    return await database.fetch(QUERIES["page"], {**wanted, **area, "after": after, "rows": rows})


def things_of(filters: dict[str, object], box: Box | None) -> Fetch:
    """How the things that fit are fetched."""
    return lambda database, after, rows: fetch_things(database, filters, box, after, rows)


def thing_key(row: Row) -> str:
    return str(row[0])


def thing_element(row: Row) -> dict[str, Any]:
    code, kind, english, arabic, source, simulated, longitude, latitude, place, datastreams = row
    return {
        "thing": code,
        "kind": kind,
        "name": names(english, arabic),
        "source": source,
        "simulated": simulated,
        "location": point(longitude, latitude),
        "place": place,
        "datastreams": datastreams,
    }


def _joined(element: Element, key: str) -> str:
    """What the datastreams of a thing have under a key, separated by spaces."""
    return " ".join(str(one[key]) for one in element["datastreams"])


THINGS = Listing(
    name="things",
    key=thing_key,
    key_type=str,
    element=lambda row, _: thing_element(row),
    columns=(
        *columns("text", "thing", "kind"),
        *name_columns("name"),
        *columns("text", "source"),
        *columns("truth", "simulated"),
        *LOCATION_COLUMNS,
        *columns("text", "place", "datastreams", "observed_properties"),
    ),
    records=lambda element: (
        element
        | {
            "datastreams": _joined(element, "datastream"),
            "observed_properties": _joined(element, "observed_property"),
        },
    ),
)
