"""From CQL2 JSON to a checked tree: known operators only, queryables only, values of their kinds, bounded in every direction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Any as Json
from typing import cast, get_args

import orjson
from shapely import from_wkt, make_valid
from shapely.errors import ShapelyError
from shapely.geometry import LineString, Point, box, shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from hub_api.serving.errors import nearest
from hub_api.standards.ogc.cql2 import model
from hub_api.standards.ogc.cql2.text import read_text
from hub_api.standards.ogc.errors import refused
from hub_api.standards.ogc.settings import OgcSettings
from hub_api.standards.ogc.times import read_moment

FLIPPED: Mapping[str, model.Comparison] = {
    "=": "=",
    "<>": "<>",
    "<": ">",
    ">": "<",
    "<=": ">=",
    ">=": "<=",
}
SPATIAL: frozenset[str] = frozenset(get_args(model.SpatialRelation))
TEMPORAL: frozenset[str] = frozenset(get_args(model.TemporalRelation))
OPERATORS = (
    "and",
    "or",
    "not",
    *FLIPPED,
    "between",
    "in",
    "like",
    "isNull",
    "casei",
    *sorted(SPATIAL),
    *sorted(TEMPORAL),
)
TURNED_AROUND: Mapping[str, str] = {"t_after": "t_before", "t_before": "t_after"}
GEOMETRY_TYPES = frozenset(
    {"Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon"}
)
#: As far as coordinates may lie; a map that was moved around the globe once is still meant.
LONGITUDE_MAX, LATITUDE_MAX = 360.0, 90.0


def read_filter(text: str, queryables: Mapping[str, model.Kind], settings: OgcSettings) -> model.Node:
    """A filter in CQL2 Text, or in CQL2 JSON where it begins with a brace; ``InvalidParameters`` says what is wrong with it."""
    if len(text) > settings.filter_characters_max:
        raise refused("filter", "filter_too_long", maximum=settings.filter_characters_max)
    if "\0" in text or not text.strip():
        raise refused("filter", "filter_empty")
    if text.lstrip().startswith("{"):
        try:
            content = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise refused("filter", "filter_json", place=error.pos + 1) from None
    else:
        content = read_text(text, settings.filter_depth_max)
    return _Checker(queryables, settings).node(content, 0)


def read_geometry(text: str, settings: OgcSettings) -> BaseGeometry:
    """Well-known text as a valid geometry in longitude and latitude; ``InvalidParameters`` for anything else."""
    if len(text) > settings.filter_characters_max * 8 or "\0" in text:
        raise refused("filter", "not_a_geometry")
    checker = _Checker({}, settings)
    return from_wkt(checker.geometry(read_text(text, settings.filter_depth_max)))


@dataclass(slots=True)
class _Checker:
    queryables: Mapping[str, model.Kind]
    settings: OgcSettings
    terms: int = 0
    positions: int = 0

    def node(self, content: Json, depth: int) -> model.Node:
        """A predicate."""
        self.terms += 1
        if self.terms > self.settings.filter_terms_max:
            raise refused("filter", "filter_too_many", maximum=self.settings.filter_terms_max)
        if depth >= self.settings.filter_depth_max:
            raise refused("filter", "filter_too_deep", maximum=self.settings.filter_depth_max)
        if isinstance(content, bool):
            return model.Constant(content)
        if isinstance(content, dict) and "property" in content:
            left = self.property(content)
            if left.kind != "truth":
                raise refused("filter", "not_a_condition", name=left.name)
            return model.Compare("=", left, value=True)
        operator, arguments = self._call(content)
        if operator in {"and", "or"}:
            if len(arguments) < 2:  # as the standard says
                raise refused("filter", "wrong_arguments", operator=operator)
            inner = tuple(self.node(one, depth + 1) for one in arguments)
            return model.All(inner) if operator == "and" else model.Any(inner)
        if operator == "not":
            (one,) = self._exactly(operator, arguments, 1)
            return model.Not(self.node(one, depth + 1))
        return self._predicate(operator, arguments)

    def _call(self, content: Json) -> tuple[str, Sequence[Json]]:
        if not isinstance(content, dict) or not isinstance(content.get("op"), str):
            raise refused("filter", "not_a_predicate")
        self._refuse_unknown(content)
        operator, arguments = content["op"], content.get("args")
        if not isinstance(arguments, list):
            raise refused("filter", "wrong_arguments", operator=operator)
        return operator, arguments

    @staticmethod
    def _refuse_unknown(content: Json) -> None:
        """For a function or an operator that there is not."""
        operator = content.get("op") if isinstance(content, dict) else None
        if not isinstance(operator, str) or operator in OPERATORS:
            return
        likely, known = nearest(operator, OPERATORS), ", ".join(OPERATORS)
        if likely is None:
            raise refused("filter", "no_such_function", name=operator, known=known)
        raise refused("filter", "no_such_function_but", name=operator, likely=likely, known=known)

    @staticmethod
    def _exactly(operator: str, arguments: Sequence[Json], count: int) -> Sequence[Json]:
        if len(arguments) != count:
            raise refused("filter", "wrong_arguments", operator=operator)
        return arguments

    def _predicate(self, operator: str, arguments: Sequence[Json]) -> model.Node:
        if operator in FLIPPED:
            return self._comparison(operator, *self._exactly(operator, arguments, 2))
        if operator in SPATIAL:
            return self._spatial(operator, *self._exactly(operator, arguments, 2))
        if operator in TEMPORAL:
            return self._temporal(operator, *self._exactly(operator, arguments, 2))
        if operator == "isNull":
            return model.IsNull(self.property(self._exactly(operator, arguments, 1)[0], may_be_any=True))
        if operator == "between":
            first, low, high = self._exactly(operator, arguments, 3)
            left = self.property(first)
            if left.kind == "truth":
                raise refused("filter", "wrong_kind", name=left.name, kind=left.kind)
            return model.Between(left, self.value(left, low), self.value(left, high))
        if operator in {"in", "like"}:
            return self._text(operator, *self._exactly(operator, arguments, 2))
        raise refused("filter", "not_a_predicate")

    def _comparison(self, operator: str, first: Json, second: Json) -> model.Node:
        if not _is_property(first) and _is_property(second):
            operator, first, second = FLIPPED[operator], second, first
        if _is_property(second):
            raise refused("filter", "two_properties")
        left = self.property(first)
        is_folded, plain = _unfolded(second)
        return model.Compare(
            cast("model.Comparison", operator),
            left,
            self.value(left, plain),
            is_folded and left.kind == "text",
        )

    def _text(self, operator: str, first: Json, second: Json) -> model.Node:
        left = self.property(first)
        if operator == "in":
            if not isinstance(second, list) or not second:
                raise refused("filter", "wrong_arguments", operator=operator)
            self.terms += len(second)
            if self.terms > self.settings.filter_terms_max:
                raise refused("filter", "filter_too_many", maximum=self.settings.filter_terms_max)
            pairs = [_unfolded(one) for one in second]
            values = tuple(self.value(left, plain) for _, plain in pairs)
            return model.OneOf(left, values, left.kind == "text" and any(folded for folded, _ in pairs))
        is_folded, plain = _unfolded(second)
        if left.kind != "text" or not isinstance(plain, str):
            raise refused("filter", "like_needs_text", name=left.name)
        return model.Like(left, str(self.value(left, plain)), is_folded)

    def property(self, content: Json, *, may_be_any: bool = False) -> model.Property:
        """A queryable, perhaps within ``casei``; the geometry only where any is meant."""
        is_folded, plain = _unfolded(content)
        if not isinstance(plain, dict) or not isinstance(plain.get("property"), str):
            self._refuse_unknown(plain)
            raise refused("filter", "no_property")
        name = plain["property"]
        kind = self.queryables.get(name)
        if kind is None:
            likely, known = nearest(name, self.queryables), ", ".join(self.queryables)
            if likely is None:
                raise refused("filter", "no_such_queryable", name=name, known=known)
            raise refused("filter", "no_such_queryable_but", name=name, likely=likely, known=known)
        if (kind == "geometry" and not may_be_any) or (is_folded and kind != "text"):
            raise refused("filter", "wrong_kind", name=name, kind=kind)
        return model.Property(name, kind, is_folded)

    def value(self, left: model.Property, content: Json) -> model.Value:
        """A literal of the kind of the property."""
        if left.kind == "text" and isinstance(content, str):
            if "\0" in content:
                raise refused("filter", "filter_empty")
            return content
        if left.kind == "truth" and isinstance(content, bool):
            return content
        if left.kind == "number" and isinstance(content, (int, float)) and not isinstance(content, bool):
            if not isfinite(content) or abs(content) > 1e300:  # beyond what the store holds
                raise refused("filter", "wrong_value", name=left.name, kind=left.kind)
            return float(content)
        if left.kind == "instant":
            return self._moments(content)[0]
        self._refuse_unknown(content)
        raise refused("filter", "wrong_value", name=left.name, kind=left.kind)

    def _moments(self, content: Json) -> tuple[datetime, datetime]:
        if isinstance(content, dict):
            content = content.get("timestamp", content.get("date"))
        if not isinstance(content, str):
            raise refused("filter", "not_a_moment")
        return read_moment("filter", content)

    def _temporal(self, relation: str, first: Json, second: Json) -> model.Node:
        if not _is_property(first) and _is_property(second):
            if relation == "t_during":
                raise refused("filter", "no_property")
            relation, first, second = TURNED_AROUND.get(relation, relation), second, first
        left = self.property(first)
        if left.kind != "instant":
            raise refused("filter", "wrong_kind", name=left.name, kind=left.kind)
        start: datetime | None
        end: datetime | None
        if isinstance(second, dict) and "interval" in second:
            ends = second["interval"]
            if not isinstance(ends, list) or len(ends) != 2:  # a start and an end
                raise refused("filter", "not_a_moment")
            start = None if ends[0] == ".." else self._moments(ends[0])[0]
            end = None if ends[1] == ".." else self._moments(ends[1])[1]
        else:
            start, end = self._moments(second)
        return model.Temporal(cast("model.TemporalRelation", relation), left, start, end)

    def _spatial(self, relation: str, first: Json, second: Json) -> model.Node:
        if not _is_property(first) and _is_property(second):
            relation = {"s_within": "s_contains", "s_contains": "s_within"}.get(relation, relation)
            first, second = second, first
        left = self.property(first, may_be_any=True)
        if left.kind != "geometry":
            raise refused("filter", "wrong_kind", name=left.name, kind=left.kind)
        return model.Spatial(cast("model.SpatialRelation", relation), left, self.geometry(second))

    def geometry(self, content: Json) -> str:
        if not isinstance(content, dict):
            raise refused("filter", "not_a_geometry")
        if "bbox" in content:
            corners = content["bbox"]
            if not _are_numbers(corners) or len(corners) not in {4, 6}:
                raise refused("filter", "not_a_geometry")
            half = len(corners) // 2
            for corner in (corners[:2], corners[half : half + 2]):
                _check_position(corner)
            return box_wkt(corners[0], corners[1], corners[half], corners[half + 1])
        try:
            geometry = self._shape(content)
        except (ShapelyError, ValueError, TypeError, IndexError, AttributeError):
            raise refused("filter", "not_a_geometry") from None
        if geometry.is_empty:
            raise refused("filter", "not_a_geometry")
        return str(geometry.wkt)

    def _shape(self, content: Json, *, is_part: bool = False) -> BaseGeometry:
        """A geometry of GeoJSON, or a collection of such, as one that is valid."""
        if not is_part and content.get("type") == "GeometryCollection":
            parts = content.get("geometries")
            if not isinstance(parts, list) or not parts or len(parts) > self.settings.positions_max:
                raise refused("filter", "not_a_geometry")
            return unary_union([self._shape(one, is_part=True) for one in parts])
        if not isinstance(content, dict) or content.get("type") not in GEOMETRY_TYPES:
            raise refused("filter", "not_a_geometry")
        coordinates = self._flat(content.get("coordinates"), 0)
        geometry = shape({"type": content["type"], "coordinates": coordinates})
        return geometry if geometry.is_valid else make_valid(geometry)

    def _flat(self, coordinates: Json, depth: int) -> Json:
        """Longitudes and latitudes only, counted."""
        if _are_numbers(coordinates) and len(coordinates) in {2, 3}:
            self.positions += 1
            if self.positions > self.settings.positions_max:
                raise refused("filter", "too_many_positions", maximum=self.settings.positions_max)
            _check_position(coordinates)
            return tuple(coordinates[:2])
        if not isinstance(coordinates, list) or not coordinates or depth > 3:  # a multipolygon
            raise refused("filter", "not_a_geometry")
        return [self._flat(one, depth + 1) for one in coordinates]


def box_wkt(west: float, south: float, east: float, north: float) -> str:
    """A box; west of more than east passes the antimeridian."""
    if west == east or south == north:
        ends = ((west, south), (east, north))
        return str(Point(ends[0]).wkt if ends[0] == ends[1] else LineString(ends).wkt)
    if west > east:
        return str(unary_union([box(west, south, 180, north), box(-180, south, east, north)]).wkt)
    return str(box(west, south, east, north).wkt)


def _check_position(position: Sequence[float]) -> None:
    """``InvalidParameters`` for what lies nowhere on the globe (a filter of that kind has to fail: OGC 21-065r2, A.7.1)."""
    longitude, latitude = position[:2]
    if abs(longitude) > LONGITUDE_MAX or abs(latitude) > LATITUDE_MAX:
        raise refused("filter", "no_such_position", found=f"{longitude:g} {latitude:g}")


def _are_numbers(content: Json) -> bool:
    return isinstance(content, list) and all(
        isinstance(one, (int, float)) and not isinstance(one, bool) and isfinite(one) for one in content
    )


def _is_property(content: Json) -> bool:
    plain = _unfolded(content)[1]
    return isinstance(plain, dict) and "property" in plain


def _unfolded(content: Json) -> tuple[bool, Json]:
    """Whether it stands within ``casei``, and what does."""
    if isinstance(content, dict) and content.get("op") == "casei":
        arguments = content.get("args")
        if not isinstance(arguments, list) or len(arguments) != 1:
            raise refused("filter", "wrong_arguments", operator="casei")
        return True, arguments[0]
    return False, content
