"""Places, from SQL to GeoJSON features."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from citycore.places import orient
from citycore.store.queries import load_queries
from hub_api.serving.database import Database, Row
from hub_api.serving.shapes import names

QUERIES = load_queries("hub_api.city.places")


async def fetch_places(database: Database, kind: str | None) -> Sequence[Row]:
    """All places (of one kind), ordered by code."""
    return await database.fetch(QUERIES["list_all"], {"kind": kind})


def place_feature(row: Row) -> dict[str, Any]:
    """A feature whose exterior rings run counter-clockwise, as RFC 7946 wants."""
    code, kind, parent, english, arabic, geometry, provenance, zone, thing_count = row
    properties = {
        "place": code,
        "kind": kind,
        "name": names(english, arabic),
        "parent": parent,
        "provenance": provenance,
        "zone": zone,
        "thing_count": thing_count,
    }
    outline = orient(geometry, clockwise=False)
    return {"type": "Feature", "id": code, "geometry": outline, "properties": properties}
