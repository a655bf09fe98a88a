"""Sources, from SQL to the elements of the answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from citycore.store.queries import load_queries
from hub_api.serving.database import Database, Row
from hub_api.serving.shapes import names

QUERIES = load_queries("hub_api.city.sources")


async def fetch_sources(database: Database) -> Sequence[Row]:
    """All sources, ordered by code."""
    return await database.fetch(QUERIES["list_all"])


def source_element(row: Row) -> dict[str, Any]:
    code, kind, simulated, english, arabic, licence, attribution = row
    return {
        "source": code,
        "kind": kind,
        "simulated": simulated,
        "name": names(english, arabic),
        "licence": licence,
        "attribution": attribution,
    }
