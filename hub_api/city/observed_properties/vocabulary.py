"""The vocabulary as it is searched: everything that is said of each observed property."""

from __future__ import annotations

from typing import Any

from citycore.vocabulary import ObservedProperty, Sector
from hub_api.city.observed_properties.repository import QUERIES
from hub_api.serving.database import Database


async def fetch_vocabulary(database: Database) -> tuple[dict[str, ObservedProperty], list[Sector]]:
    """All observed properties by code, and the sectors that they are listed under."""
    rows = await database.fetch(QUERIES["vocabulary"], {}, is_named=True)
    sectors = await database.fetch(QUERIES["sectors"], {}, is_named=True)
    known = [ObservedProperty(**row | {"aliases": tuple(row["aliases"])}) for row in map(_named, rows)]
    return {each.code: each for each in known}, [Sector(**_named(row)) for row in sectors]


def _named(row: Any) -> dict[str, Any]:
    """A row by the names of its columns."""
    found: dict[str, Any] = row._asdict()
    return found
