"""Where a fixed thing stands, and whether a position that it sends is that place. Pure."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

#: The mean radius of the Earth (IUGG), in metres.
_EARTH_METRES = 6_371_008.8


def metres_between(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Along the surface of a sphere, of two pairs of longitude and latitude (the haversine formula)."""
    (west, south), (east, north) = first, second
    half_height = sin(radians(north - south) / 2)
    half_width = sin(radians(east - west) / 2)
    square = half_height**2 + cos(radians(south)) * cos(radians(north)) * half_width**2
    return 2 * _EARTH_METRES * asin(min(1.0, sqrt(square)))
