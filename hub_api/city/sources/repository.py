"""Sources, from SQL to the elements of the answer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from citycore.store.queries import load_queries
from hub_api.serving.database import Database, Row
from hub_api.serving.lists.model import FetchSources
from hub_api.serving.paging import Key
from hub_api.serving.shapes import names

QUERIES = load_queries("hub_api.city.sources")
IN_EXPORTS = ("source", "simulated", "licence", "attribution")


async def fetch_sources(
    database: Database,
    *,
    named: Sequence[str] | None = None,
    after: Key | None = None,
    rows: int | None = None,
) -> Sequence[Row]:
    """At most ``rows`` sources after a code, all where there is no bound, ordered by code; or those that are named, as far as they exist."""
    return await database.fetch(
        QUERIES["page"], {"sources": None if named is None else list(named), "after": after, "rows": rows}
    )


def source_key(row: Row) -> str:
    return str(row[0])


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


def sources_of(database: Database, wanted: str | Sequence[str] | None = None) -> FetchSources:
    """What exports say of the sources that their rows come from: of those that are known to, else of those that are wanted, or all."""
    codes = [wanted] if isinstance(wanted, str) else wanted

    async def fetch(known: Collection[str] | None) -> list[dict[str, Any]]:
        named = codes if known is None else sorted(known)
        elements = map(source_element, await fetch_sources(database, named=named))
        return [{name: element[name] for name in IN_EXPORTS} for element in elements]

    return fetch
