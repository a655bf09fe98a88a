"""Latitude before longitude: the mistake that everybody makes once, and that an empty list would not tell."""

from __future__ import annotations

from citycore.store.queries import load_queries
from hub_api.serving.errors import Fault, InvalidParameters
from hub_api.serving.filters import IN_AREA, area_of
from hub_api.serving.hub import Hub

IS_SWAPPED = load_queries("hub_api.serving", "filters.sql")["is_swapped"].replace("{in_area}", IN_AREA)


async def check_area(hub: Hub, bbox: str | None, near: str | None) -> None:
    """``InvalidParameters`` for an area that nothing is in, and something would be with its coordinates the other way round."""
    if bbox is None and near is None:
        return
    ((is_swapped,),) = await hub.database.fetch(IS_SWAPPED, area_of(bbox, near))
    if is_swapped:
        given = [name for name, value in (("bbox", bbox), ("near", near)) if value is not None]
        raise InvalidParameters([Fault(name, "area_swapped") for name in given])
