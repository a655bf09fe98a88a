"""Spatial functions. The database has no geometry of its own: shapely answers for all geometries there are, and the answers are
bound by the number of the entity that has each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import orjson
import shapely
from psycopg import sql

from hub_api.standards.sensorthings.bounds import area_of
from hub_api.standards.sensorthings.compiling.functions import check_count
from hub_api.standards.sensorthings.compiling.scope import Scope, Spatial
from hub_api.standards.sensorthings.compiling.values import Value
from hub_api.standards.sensorthings.errors import RequestInvalid
from hub_api.standards.sensorthings.syntax import tree

TWO: Final[Mapping[str, Callable[..., Any]]] = {
    "geo.distance": shapely.distance,
    "geo.intersects": shapely.intersects,
    "st_equals": shapely.equals,
    "st_disjoint": shapely.disjoint,
    "st_touches": shapely.touches,
    "st_within": shapely.within,
    "st_overlaps": shapely.overlaps,
    "st_crosses": shapely.crosses,
    "st_intersects": shapely.intersects,
    "st_contains": shapely.contains,
}
LINES: Final = (
    shapely.GeometryType.LINESTRING,
    shapely.GeometryType.LINEARRING,
    shapely.GeometryType.MULTILINESTRING,
)
SPATIAL: Final = frozenset({*TWO, "geo.length", "st_relate"})
#: Functions whose answers are numbers, in degrees: the geometries have no other unit.
MEASURES: Final = frozenset({"geo.distance", "geo.length"})
PATTERN_SIGNS: Final = frozenset("012TF*")
PATTERN_LENGTH: Final = 9


def spatial_value(scope: Scope, name: str, arguments: Sequence[Value]) -> Value:
    """The call as a value that is looked up by the key of whatever has the geometry."""
    count = 3 if name == "st_relate" else 1 if name == "geo.length" else 2
    check_count(scope.option, name, len(arguments), count, count)
    pattern = _pattern(scope.option, arguments[2]) if name == "st_relate" else None
    shapes = arguments[:2]
    for one in shapes:
        if one.kind != "geometry":
            raise RequestInvalid(scope.option, "wanted_geometry", name=name)
    stored = [one for one in shapes if one.entity is not None]
    texts = tuple(
        one.literal.value.text if one.literal and isinstance(one.literal.value, tree.Geometry) else None
        for one in shapes
    )
    if not stored:
        answer = compute(name, [shapely.from_wkt(text) for text in texts], pattern)
        literal = tree.Literal(answer.item() if hasattr(answer, "item") else answer)
        if name in MEASURES:
            return Value(
                "number", scope.bound.bind(literal.value, "number"), literal=literal, is_optional=False
            )
        return Value("truth", sql.SQL("true" if literal.value else "false"), is_optional=False)
    if len({one.alias for one in stored}) > 1:
        raise RequestInvalid(scope.option, "two_geometries", name=name)
    entity, alias = stored[0].entity, stored[0].alias
    assert entity is not None
    geometry = entity.geometry
    assert geometry is not None
    placeholder = scope.bound.bind(None, "json")
    parameter = list(scope.bound.parameters)[-1]
    scope.spatial.append(Spatial(name, entity, geometry, texts, pattern, parameter))
    key = sql.SQL("{}.{}::text").format(sql.Identifier(alias), sql.Identifier(entity.key))
    if name in MEASURES:
        return Value("number", sql.SQL("({} ->> {})::float8").format(placeholder, key))
    return Value("truth", sql.SQL("({} ->> {})::boolean").format(placeholder, key))


def _pattern(option: str, value: Value) -> str:
    written = None if value.literal is None else value.literal.value
    if not isinstance(written, str) or len(written) != PATTERN_LENGTH or not set(written) <= PATTERN_SIGNS:
        raise RequestInvalid(option, "no_pattern", piece="" if written is None else written)
    return written


def compute(name: str, shapes: Sequence[Any], pattern: str | None) -> Any:
    """What a function says of geometries, or of arrays of them."""
    if name == "geo.length":
        # Of what is no line it is nothing, and not the way around it.
        kinds = shapely.get_type_id(shapes[0])
        return np.where(np.isin(kinds, LINES), shapely.length(shapes[0]), 0.0)
    if name == "st_relate":
        assert pattern is not None
        return shapely.relate_pattern(shapes[0], shapes[1], pattern)
    return TWO[name](shapes[0], shapes[1])


def answers(
    spatial: Spatial, keys: Sequence[int], geometries: Sequence[str | None]
) -> dict[str, float | bool]:
    """By key, what the function says of each geometry, given as GeoJSON; none of what shapely cannot read."""
    if spatial.property.kind == "area":
        geometries = [
            None if one is None else orjson.dumps(area_of(orjson.loads(one))).decode() for one in geometries
        ]
    stored = shapely.from_geojson(np.array(geometries, dtype=object), on_invalid="ignore")
    known = ~shapely.is_missing(stored)
    stored, numbers = stored[known], np.asarray(keys)[known]
    shapes = [stored if text is None else shapely.from_wkt(text) for text in spatial.arguments]
    try:
        found = compute(spatial.function, shapes, spatial.pattern)
    except shapely.errors.GEOSException:
        raise RequestInvalid("$filter", "geometry_refused", name=spatial.function) from None
    return {str(number): answer for number, answer in zip(numbers.tolist(), found.tolist(), strict=True)}
