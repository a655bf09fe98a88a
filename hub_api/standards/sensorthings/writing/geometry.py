"""GeoJSON as it is posted: whether it is any, and the point that stands for it on a map. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any

from hub_api.standards.sensorthings.writing.errors import EntityInvalid

GEOJSON = ("application/geo+json", "application/vnd.geo+json", "application/geojson")
#: How deep positions lie in the coordinates of each.
_DEPTHS = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
_RING_MIN = 4
_GEOMETRIES_DEEP_MAX = 4


def check_place(where: str, value: object, positions_max: int) -> None:
    """GeoJSON: a geometry, a Feature, or a FeatureCollection; longitude first, WGS 84."""
    for number, position in enumerate(_positions(where, value, 0)):
        if number >= positions_max:
            raise EntityInvalid(where, "too_many_positions", maximum=positions_max)
        _check_position(where, position)


def _check_position(where: str, position: Any) -> None:
    is_one = isinstance(position, list) and len(position) in {2, 3}
    if not is_one or not all(_is_number(each) for each in position):
        raise EntityInvalid(where, "not_a_position", given=position)
    longitude, latitude = position[:2]
    if abs(latitude) > 90 >= abs(longitude):
        raise EntityInvalid(where, "swapped", longitude=longitude, latitude=latitude)
    if abs(longitude) > 180 or abs(latitude) > 90:
        raise EntityInvalid(where, "off_the_earth", longitude=longitude, latitude=latitude)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)


def _positions(where: str, value: object, depth: int) -> Iterator[Any]:
    if not isinstance(value, Mapping) or depth > _GEOMETRIES_DEEP_MAX:
        raise EntityInvalid(where, "not_geojson")
    kind = value.get("type")
    if kind == "Feature":
        if value.get("geometry") is not None:
            yield from _positions(f"{where}.geometry", value["geometry"], depth + 1)
        return
    parts = {"FeatureCollection": "features", "GeometryCollection": "geometries"}.get(str(kind))
    if parts is not None:
        for part in _list(f"{where}.{parts}", value.get(parts)):
            yield from _positions(f"{where}.{parts}", part, depth + 1)
        return
    if kind not in _DEPTHS:
        raise EntityInvalid(f"{where}.type", "not_geojson")
    yield from _within(
        f"{where}.coordinates", value.get("coordinates"), _DEPTHS[kind], is_ring="Polygon" in kind
    )


def _within(where: str, value: Any, depth: int, *, is_ring: bool) -> Iterator[Any]:
    if depth == 0:
        yield value
        return
    parts = _list(where, value)
    if is_ring and depth == 1 and (len(parts) < _RING_MIN or parts[0] != parts[-1]):
        raise EntityInvalid(where, "open_ring")
    for part in parts:
        yield from _within(where, part, depth - 1, is_ring=is_ring)


def _list(where: str, value: object) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise EntityInvalid(where, "not_geojson")
    return value


def point_of(encoding: str, value: Any) -> tuple[float, float] | None:
    """Longitude and latitude in the middle of GeoJSON; None for anything else (an address, an empty Feature)."""
    if encoding not in GEOJSON:
        return None
    try:
        positions = list(_positions("", value, 0))
    except EntityInvalid:
        return None
    if not positions:
        return None
    longitudes, latitudes = [p[0] for p in positions], [p[1] for p in positions]
    return (min(longitudes) + max(longitudes)) / 2, (min(latitudes) + max(latitudes)) / 2
