"""Geo-queries (ETSI GS CIM 009, 4.10) about things, which are points. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isfinite
from typing import Any, Literal

import orjson

from hub_api.serving.errors import invalid
from hub_api.standards.ngsi_ld.model import Area
from hub_api.standards.ngsi_ld.settings import NgsiLdSettings

RELATIONS = ("near", "within", "contains", "intersects", "equals", "disjoint", "overlaps")
GEOMETRIES = ("Point", "Polygon", "MultiPolygon", "MultiPoint", "LineString", "MultiLineString")
OFFERED = ("Point", "Polygon", "MultiPolygon")
#: Longer than half way around the world nothing is away.
METRES_MAX = 20_100_000.0
RING_POINTS_MIN = 4


def parse_area(
    georel: str | None,
    geometry: str | None,
    coordinates: Any,
    geoproperty: str | None,
    settings: NgsiLdSettings,
) -> Area | None:
    """None without any of the three; with one, all are needed. ``coordinates`` is text or JSON that is read already."""
    given = {"georel": georel, "geometry": geometry, "coordinates": coordinates}
    lacking = [name for name, value in given.items() if value is None or value == ""]
    if len(lacking) == len(given):
        if geoproperty is not None:
            raise invalid("georel", "ngsi_ld_needed", other="geoproperty")
        return None
    if lacking:
        raise invalid(lacking[0], "ngsi_ld_needed", other=next(name for name in given if name not in lacking))
    relation, modifiers = _relation(str(georel))
    if geometry not in OFFERED:
        raise invalid("geometry", "not_one_of", expected=", ".join(OFFERED))
    read = _read(coordinates, settings)
    if geoproperty not in {None, "location"}:
        # No entity has another one.
        return Area(relation="nothing")
    if geometry == "Point":
        return _about_point(relation, modifiers, _point(read))
    polygons = [read] if geometry == "Polygon" else read
    if not isinstance(polygons, list) or not polygons:
        raise invalid("coordinates", "ngsi_ld_coordinates", geometry=geometry)
    return _about_polygons(relation, polygons, settings)


def _relation(text: str) -> tuple[str, dict[str, float]]:
    name, *modifiers = text.split(";")
    if name not in RELATIONS:
        raise invalid("georel", "not_one_of", expected=", ".join(RELATIONS))
    found: dict[str, float] = {}
    for modifier in modifiers:
        key, _, number = modifier.partition("==")
        try:
            metres = float(number)
        except ValueError:
            metres = inf
        if key not in {"maxDistance", "minDistance"} or not isfinite(metres) or metres < 0:
            raise invalid("georel", "ngsi_ld_distance")
        found[key] = min(metres, METRES_MAX)
    if (name == "near") != bool(found):
        raise invalid("georel", "ngsi_ld_distance")
    return name, found


def _read(coordinates: Any, settings: NgsiLdSettings) -> Any:
    if not isinstance(coordinates, str):
        return coordinates
    if len(coordinates) > settings.coordinates_characters_max:
        raise invalid("coordinates", "too_long", maximum=settings.coordinates_characters_max)
    try:
        return orjson.loads(coordinates)
    except ValueError:
        raise invalid("coordinates", "ngsi_ld_coordinates", geometry="Point") from None


def _point(value: Any) -> tuple[float, float]:
    is_pair = (
        isinstance(value, list) and len(value) in {2, 3} and all(type(one) in {int, float} for one in value)
    )
    if not is_pair:
        raise invalid("coordinates", "ngsi_ld_coordinates", geometry="Point")
    longitude, latitude = float(value[0]), float(value[1])
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise invalid("coordinates", "ngsi_ld_order")
    return longitude, latitude


def _about_point(relation: str, modifiers: dict[str, float], point: tuple[float, float]) -> Area:
    if relation == "near":
        return Area(
            relation="near",
            point=point,
            metres_max=modifiers.get("maxDistance"),
            metres_min=modifiers.get("minDistance"),
        )
    if relation == "overlaps":  # points never do
        return Area(relation="nothing")
    return Area(relation="disjoint" if relation == "disjoint" else "equals", point=point)


def _about_polygons(relation: str, polygons: Sequence[Any], settings: NgsiLdSettings) -> Area:
    if relation == "near":
        raise invalid("geometry", "not_one_of", expected="Point")
    found, left = [], settings.points_max
    for polygon in polygons:
        if not isinstance(polygon, list) or not polygon:
            raise invalid("coordinates", "ngsi_ld_coordinates", geometry="Polygon")
        rings = []
        for ring in polygon:
            left -= len(ring) if isinstance(ring, list) else 0
            if left < 0:
                raise invalid("coordinates", "ngsi_ld_values", maximum=settings.points_max)
            rings.append(_ring(ring))
        found.append((rings[0], tuple(rings[1:])))
    known: dict[str, Literal["within", "disjoint"]] = {
        "within": "within",
        "intersects": "within",
        "disjoint": "disjoint",
    }
    # A point neither contains a surface nor equals or overlaps one.
    return Area(relation=known.get(relation, "nothing"), polygons=tuple(found))


def _ring(ring: Any) -> str:
    if not isinstance(ring, list) or len(ring) < RING_POINTS_MIN:
        raise invalid("coordinates", "ngsi_ld_ring")
    points = [_point(point) for point in ring]
    if points[0] != points[-1]:
        raise invalid("coordinates", "ngsi_ld_ring")
    return "(" + ",".join(f"({x!r},{y!r})" for x, y in points) + ")"


def swapped(area: Area) -> Area | None:
    """The same with latitude first, if that can be: what somebody may have meant who finds nothing."""
    if area.point is None or abs(area.point[0]) > 90:  # no latitude
        return None
    return Area(
        relation=area.relation,
        point=(area.point[1], area.point[0]),
        metres_max=area.metres_max,
        metres_min=area.metres_min,
    )
