"""Which datastream a request means."""

from __future__ import annotations

from typing import Any, NoReturn

from hub_api.city.datastreams.repository import datastream_element, fetch_datastreams, fetch_properties
from hub_api.serving.errors import UnknownName
from hub_api.serving.hub import Hub
from hub_api.serving.names.service import check_name
from hub_api.serving.parameters import SelectionQuery


async def select_datastream(hub: Hub, query: SelectionQuery) -> dict[str, Any]:
    """The element of the datastream that ``query`` names; ``UnknownName`` with the nearest name.

    The query must have passed its ``check_selection``.
    """
    named = query.model_dump(include={"datastream", "thing", "observed_property"})
    rows = await fetch_datastreams(hub.database, named)
    if not rows:
        await explain_absence(hub, query)
    return datastream_element(rows[0])


async def explain_absence(hub: Hub, query: SelectionQuery) -> NoReturn:
    """``UnknownName`` for what the query names and does not exist, with the nearest name."""
    if query.datastream is not None:
        raise UnknownName("datastream", query.datastream)
    assert query.thing is not None
    assert query.observed_property is not None
    await check_name(hub, "thing", query.thing)
    properties = await fetch_properties(hub.database, query.thing)
    raise UnknownName("observed_property", query.observed_property, properties)
