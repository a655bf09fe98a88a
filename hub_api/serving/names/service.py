"""Whether the names in a filter exist; looked up only when an answer would be empty."""

from __future__ import annotations

from collections.abc import Mapping

from citycore.store.queries import load_queries
from hub_api.serving.errors import UnknownName
from hub_api.serving.hub import Hub

QUERIES = load_queries("hub_api.serving.names")


async def check_names(hub: Hub, filters: Mapping[str, object]) -> None:
    """``UnknownName`` for the first filter whose name nothing has; None means no filter."""
    for parameter, name in filters.items():
        if name is not None and parameter in QUERIES:
            await check_name(hub, parameter, str(name))


async def check_name(hub: Hub, parameter: str, name: str) -> None:
    """``UnknownName`` with the nearest known name unless ``name`` exists."""
    rows = await hub.database.fetch(
        QUERIES[parameter], {"name": name, "names_max": hub.settings.known_names_max}
    )
    known = [row[0] for row in rows]
    if name not in known[:1]:
        raise UnknownName(parameter, name, known)
