"""A checked filter as a condition of SQL: names of queryables are identifiers, everything that was sent is bound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from psycopg import sql
from shapely import from_wkt

from hub_api.standards.ogc.cql2 import model

CASTS = {"text": "text", "number": "float8", "truth": "boolean", "instant": "timestamptz"}
OPERATORS = {name: sql.SQL(name) for name in ("=", "<>", "<", ">", "<=", ">=")}
FEATURE = "feature"
TRUE, FALSE = sql.SQL("true"), sql.SQL("false")
#: Whether the geometry of features lies so to another one, where features are areas.
Areas = Callable[[model.Spatial], list[str]]


class Condition:
    """Collects the values of one condition; ``areas`` answers for collections whose geometries the store does not compare."""

    def __init__(self, areas: Areas | None = None) -> None:
        self.values: dict[str, Any] = {}
        self._areas = areas

    def bind(self, value: object, cast: str) -> sql.Composed:
        """A placeholder with its type."""
        name = f"value_{len(self.values)}"
        self.values[name] = value
        return sql.SQL("{}::{}").format(sql.Placeholder(name), sql.SQL(cast))

    def of(self, node: model.Node) -> sql.Composable:
        """The condition of a tree."""
        match node:
            case model.Constant(value):
                return TRUE if value else FALSE
            case model.All(inner) | model.Any(inner):
                word = sql.SQL(" AND " if isinstance(node, model.All) else " OR ")
                return sql.SQL("({})").format(word.join([self.of(one) for one in inner]))
            case model.Not(inner):
                return sql.SQL("(NOT {})").format(self.of(inner))
            case model.Spatial():
                return self._spatial(node)
            case model.Temporal():
                return self._temporal(node)
            case _:
                return self._plain(node)

    def _plain(self, node: model.Node) -> sql.Composable:
        match node:
            case model.Compare(operator, left, value, folded):
                parts = _column(left), OPERATORS[operator], self._value(left, value, folded=folded)
                return sql.SQL("({} {} {})").format(*parts)
            case model.Between(left, low, high):
                ends = self._value(left, low), self._value(left, high)
                return sql.SQL("({} BETWEEN {} AND {})").format(_column(left), *ends)
            case model.OneOf(left, values, folded):
                some = sql.SQL(", ").join([self._value(left, one, folded=folded) for one in values])
                return sql.SQL("({} IN ({}))").format(_column(left), some)
            case model.Like(left, pattern, folded):
                # PostgreSQL wants something behind a backslash at the end; CQL2 takes it as it is.
                odd = (len(pattern) - len(pattern.rstrip("\\"))) % 2
                wanted = self._value(left, pattern + "\\" * odd, folded=folded)
                return sql.SQL("({} LIKE {})").format(_column(left), wanted)
            case model.IsNull(left):
                if left.kind == "geometry":
                    return sql.SQL("FALSE") if self._areas else sql.SQL("(feature.longitude IS NULL)")
                return sql.SQL("({} IS NULL)").format(_column(left))
        raise AssertionError(node)

    def _value(self, left: model.Property, value: model.Value, *, folded: bool = False) -> sql.Composable:
        bound = self.bind(value, CASTS[left.kind])
        return sql.SQL("lower({})").format(bound) if folded else bound

    def _temporal(self, node: model.Temporal) -> sql.Composable:
        column, start, end = _column(node.left), node.start, node.end

        def beside(operator: str, moment: object) -> sql.Composable:
            if moment is None:
                return FALSE if operator in {"=", "after", "before"} else TRUE
            sign = {"after": ">", "before": "<"}.get(operator, operator)
            return sql.SQL("({} {} {})").format(column, OPERATORS[sign], self.bind(moment, "timestamptz"))

        match node.relation:
            case "t_after":
                return beside("after", end)
            case "t_before":
                return beside("before", start)
            case "t_equals":
                return beside("=", start if start == end else None)
            case "t_during":
                return _both(beside(">", start), beside("<", end))
        met = _both(beside(">=", start), beside("<=", end))
        return met if node.relation == "t_intersects" else sql.SQL("(NOT {})").format(met)

    def _spatial(self, node: model.Spatial) -> sql.Composable:
        if self._areas is not None:
            codes = self.bind(self._areas(node), "text[]")
            return sql.SQL("(feature.id = ANY({}))").format(codes)
        geometry = from_wkt(node.geometry)
        if node.relation in {"s_equals", "s_contains"}:
            is_point = geometry.geom_type == "Point"
            return self._at(geometry) if is_point else FALSE
        if node.relation == "s_disjoint":
            return sql.SQL("(NOT {})").format(self._at(geometry))
        return self._at(geometry)

    def _at(self, geometry: Any) -> sql.Composable:
        """Whether the point of a feature lies on it, its edge included."""
        kind = geometry.geom_type
        if hasattr(geometry, "geoms"):
            parts = [self._at(part) for part in geometry.geoms]
            return sql.SQL("({})").format(sql.SQL(" OR ").join(parts))
        if kind == "Point":
            return self._on("point_at", x=geometry.x, y=geometry.y)
        if kind != "Polygon":
            path = ",".join(f"({x!r},{y!r})" for x, y in geometry.coords)
            return sql.SQL("(point(feature.longitude, feature.latitude) <@ {})").format(
                self.bind(f"[{path}]", "path")
            )
        west, south, east, north = geometry.bounds
        around = self._on("box", west=west, south=south, east=east, north=north)
        if geometry.equals(geometry.envelope):
            return around
        inside = sql.SQL("({} AND {})").format(around, self._within(geometry.exterior))
        for ring in geometry.interiors:
            inside = sql.SQL("({} AND NOT {})").format(inside, self._within(ring))
        return inside

    def _within(self, ring: Any) -> sql.Composable:
        corners = ",".join(f"({x!r},{y!r})" for x, y in ring.coords)
        return sql.SQL("(point(feature.longitude, feature.latitude) <@ {})").format(
            self.bind(f"({corners})", "polygon")
        )

    def _on(self, form: str, **ends: float) -> sql.Composable:
        bound = {name: self.bind(value, "float8") for name, value in ends.items()}
        if form == "point_at":
            return sql.SQL("(feature.longitude = {x} AND feature.latitude = {y})").format(**bound)
        return sql.SQL(
            "(feature.longitude BETWEEN {west} AND {east} AND feature.latitude BETWEEN {south} AND {north})"
        ).format(**bound)


def _column(left: model.Property) -> sql.Composable:
    column = sql.Identifier(FEATURE, left.name)
    return sql.SQL("lower({})").format(column) if left.folded else column


def _both(first: sql.Composable, second: sql.Composable) -> sql.Composable:
    return sql.SQL("({} AND {})").format(first, second)
