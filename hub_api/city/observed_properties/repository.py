"""The vocabulary, from SQL to the elements of the answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from citycore.store.queries import load_queries
from hub_api.serving.database import Database, Row
from hub_api.serving.shapes import names

QUERIES = load_queries("hub_api.city.observed_properties")


async def fetch_properties(database: Database, sector: str | None) -> Sequence[Row]:
    """All observed properties (of one sector), ordered by code."""
    return await database.fetch(QUERIES["list_all"], {"sector": sector})


async def fetch_sectors(database: Database) -> list[str]:
    """The codes of all sectors, in the order of the alphabet."""
    return [code for (code,) in await database.fetch(QUERIES["list_sectors"], {})]


def property_element(row: Row) -> dict[str, Any]:
    code, english, arabic, sector, unit, lower_bound, upper_bound, datastream_count = row
    return {
        "observed_property": code,
        "name": names(english, arabic),
        "sector": sector,
        "unit": unit,
        "lower_bound": lower_bound,
        "upper_bound": upper_bound,
        "datastream_count": datastream_count,
    }
