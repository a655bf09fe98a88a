"""The bounds of what a datastream observes, as the geometry that they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

#: What the store gives where nobody posted an area: the geometries that it goes around.
BOUNDS: Final = "Bounds"


def area_of(stored: Any) -> Any:
    """What was posted as it is, and otherwise GeoJSON of the bounds: a polygon, or a line or a point where they have no area. None where
    no geometry has a position.
    """
    if not isinstance(stored, dict) or stored.get("type") != BOUNDS:
        return stored
    positions = [one for geometry in stored["geometries"] for one in _positions(geometry)]
    if not positions:
        return None
    west, east = min(x for x, _ in positions), max(x for x, _ in positions)
    south, north = min(y for _, y in positions), max(y for _, y in positions)
    if west == east and south == north:
        return {"type": "Point", "coordinates": [west, south]}
    if west == east or south == north:
        return {"type": "LineString", "coordinates": [[west, south], [east, north]]}
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _positions(geometry: Any) -> Iterator[tuple[float, float]]:
    """Of a geometry, a feature or a collection of either; what is none has no positions."""
    match geometry:
        case {"coordinates": list(coordinates)}:
            yield from _in_lists(coordinates)
        case {"geometry": inner}:
            yield from _positions(inner)
        case {"geometries": list(inner)} | {"features": list(inner)}:
            for one in inner:
                yield from _positions(one)


def _in_lists(coordinates: list[Any]) -> Iterator[tuple[float, float]]:
    match coordinates:
        case [int() | float() as x, int() | float() as y, *_]:
            yield x, y
        case _:
            for one in coordinates:
                if isinstance(one, list):
                    yield from _in_lists(one)
