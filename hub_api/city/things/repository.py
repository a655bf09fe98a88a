"""Things, from SQL to the elements of the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from citycore.store.queries import load_queries
from hub_api.serving.database import Reader, Row
from hub_api.serving.filters import IN_AREA, NO_AREA, arrays
from hub_api.serving.lists.model import LOCATION_COLUMNS, Element, Fetch, Listing, columns, name_columns
from hub_api.serving.shapes import names, point

QUERIES = load_queries("hub_api.city.things")
PAGE = QUERIES["page"].replace("{in_area}", IN_AREA)
NO_FILTERS = dict.fromkeys(("thing", "source", "kind", "place", "observed_property", "found"))


async def fetch_things(
    database: Reader, filters: Mapping[str, object], after: object = None, rows: int = 1
) -> Sequence[Row]:
    """At most ``rows`` things after a code, ordered by code. Filters are names, one or several; ``found``, numbers of things;
    and an area as :func:`~hub_api.serving.filters.area_of` says it.
    """
    named = {name: value for name, value in filters.items() if name not in NO_AREA}
    area = {name: filters.get(name) for name in NO_AREA}
    wanted = {**NO_FILTERS, **arrays(named), **area}
    return await database.fetch(PAGE, {**wanted, "after": after, "rows": rows})


def things_of(filters: Mapping[str, object]) -> Fetch:
    """How the things that fit are fetched."""
    return lambda database, after, rows: fetch_things(database, filters, after, rows)


def thing_key(row: Row) -> str:
    return str(row[0])


def thing_element(row: Row) -> dict[str, Any]:
    code, kind, english, arabic, source, simulated, reviewed, longitude, latitude, place, datastreams = row
    return {
        "thing": code,
        "kind": kind,
        "name": names(english, arabic),
        "source": source,
        "simulated": simulated,
        "reviewed": reviewed,
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
        *columns("truth", "simulated", "reviewed"),
        *LOCATION_COLUMNS,
        *columns("text", "place", "datastreams", "observed_properties"),
    ),
    wholes={"observed_properties": "datastreams"},
    records=lambda element: (
        element
        | {
            "datastreams": _joined(element, "datastream"),
            "observed_properties": _joined(element, "observed_property"),
        },
    ),
)
