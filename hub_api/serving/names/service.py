"""Whether the names in a filter exist; looked up only when an answer would be empty, or several were named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from citycore.store.queries import load_queries
from hub_api.serving.errors import UnknownName
from hub_api.serving.hub import Hub

QUERIES = load_queries("hub_api.serving.names")


async def check_names(hub: Hub, filters: Mapping[str, object]) -> None:
    """``UnknownName`` for the first filter with a name that nothing has; None means no filter."""
    for parameter, given in filters.items():
        if given is not None and parameter in QUERIES:
            await _check(hub, parameter, names_in(given))


async def check_several(hub: Hub, filters: Mapping[str, object]) -> None:
    """The same of filters that name several: what one of them lacks would not be seen in what the others have."""
    await check_names(hub, {name: given for name, given in filters.items() if len(names_in(given)) > 1})


async def check_name(hub: Hub, parameter: str, name: str) -> None:
    """``UnknownName`` with the nearest known name unless ``name`` exists."""
    await _check(hub, parameter, [name])


def names_in(given: object) -> list[str]:
    """The names that a filter holds: none, one or several."""
    if given is None:
        return []
    if isinstance(given, Sequence) and not isinstance(given, str):
        return [str(name) for name in given]
    return [str(given)]


async def _check(hub: Hub, parameter: str, names: list[str]) -> None:
    most = hub.settings.known_names_max + len(names)
    rows = await hub.database.fetch(QUERIES[parameter], {"names": names, "names_max": most})
    known = {row[0]: row[1:] for row in rows}
    lacking = next((name for name in names if name not in known), None)
    if lacking is not None:
        spoken = {called: code for code, calls in known.items() for called in calls}
        raise UnknownName(parameter, lacking, known, spoken)
