"""Sources, from SQL to the elements of the answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from citycore.store.queries import load_queries
from hub_api.serving.database import Database, Row
from hub_api.serving.shapes import names

QUERIES = load_queries("hub_api.city.sources")
IN_EXPORTS = ("source", "simulated", "licence", "attribution")


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


def sources_of(
    database: Database, wanted: str | Sequence[str] | None = None
) -> Callable[[], Awaitable[list[dict[str, Any]]]]:
    """What exports say of the sources that their rows come from: of all, or of those that are wanted."""
    codes = {wanted} if isinstance(wanted, str) else wanted

    async def fetch() -> list[dict[str, Any]]:
        elements = map(source_element, await fetch_sources(database))
        return [
            {name: element[name] for name in IN_EXPORTS}
            for element in elements
            if codes is None or element["source"] in codes
        ]

    return fetch
