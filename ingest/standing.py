"""Where a fixed thing stands, and whether a position that it sends is that place. Pure."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

from citycore.wire import LOCATION
from ingest.model import Thing
from ingest.physical import position_refusal

#: The mean radius of the Earth (IUGG), in metres.
_EARTH_METRES = 6_371_008.8


def metres_between(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Along the surface of a sphere, of two pairs of longitude and latitude (the haversine formula)."""
    (west, south), (east, north) = first, second
    half_height = sin(radians(north - south) / 2)
    half_width = sin(radians(east - west) / 2)
    square = half_height**2 + cos(radians(south)) * cos(radians(north)) * half_width**2
    return 2 * _EARTH_METRES * asin(min(1.0, sqrt(square)))


def metres_from_place(thing: Thing, position: tuple[float, float]) -> float | None:
    """How far from its place a fixed thing says that it is; None where its position counts as any other value."""
    if thing.place is None or LOCATION in thing.datastreams or LOCATION in thing.mapping:
        return None
    return None if position_refusal(position) is not None else metres_between(thing.place, position)


def misplaced(metres: float) -> str:
    """What to do about a position that is not that of the thing."""
    return f"{LOCATION}: {metres:.0f} m from where the thing stands; correct that, or give it a datastream"
