"""Conditions as SQL: texts of the statements' file put together, and every name and value of the question bound."""

from __future__ import annotations

from datetime import datetime
from typing import Any, LiteralString

from psycopg import sql

from citycore.store.queries import load_queries
from hub_api.standards.ngsi_ld.model import (
    Area,
    Between,
    Condition,
    Every,
    Question,
    Some,
    Span,
    Term,
    Value,
)
from hub_api.standards.ngsi_ld.vocabulary import UNIT_CODES

QUERIES = load_queries("hub_api.standards.ngsi_ld")
FALSE, TRUE = sql.SQL("false"), sql.SQL("true")
_OPERATORS: dict[str, sql.SQL] = {
    "==": sql.SQL("="),
    "!=": sql.SQL("<>"),
    ">": sql.SQL(">"),
    ">=": sql.SQL(">="),
    "<": sql.SQL("<"),
    "<=": sql.SQL("<="),
    "~=": sql.SQL("LIKE"),
    "!~=": sql.SQL("NOT LIKE"),
}
#: An older hub may hold instants that neither Python nor an answer can say.
FIRST, LAST = "0001-01-02T00:00:00Z", "9999-12-30T00:00:00Z"
#: What columns hold, by the types of values that can be compared with it.
_CASTS: dict[type, LiteralString] = {float: "float8", str: "text", bool: "boolean", datetime: "timestamptz"}
#: Columns of things by attribute and part, each with its type.
_OWN: dict[tuple[str, str | None], tuple[LiteralString, type]] = {
    ("id", None): ("'urn:ngsi-ld:' || typed.type || ':' || thing.code", str),
    ("type", None): ("typed.type", str),
    ("name", "en"): ("thing.name_en", str),
    ("name", "ar"): ("thing.name_ar", str),
    ("kind", None): ("thing.kind", str),
    ("source", None): ("source.code", str),
    ("simulated", None): ("(source.kind = 'simulated')", bool),
    ("place", None): ("thing.place_code", str),
    ("createdAt", None): ("thing.created_at", datetime),
    ("modifiedAt", None): ("coalesce(seen.phenomenon_time, thing.created_at)", datetime),
    ("location", "observedAt"): ("seen.phenomenon_time", datetime),
    # Only whether it is there can be asked.
    ("location", None): ("spot.longitude", bytes),
}
#: Columns of observations by part. What the value of one is depends on what it is compared with.
_OBSERVED: dict[str | None, tuple[LiteralString, type]] = {
    "observedAt": ("value.phenomenon_time", datetime),
    "modifiedAt": ("value.phenomenon_time", datetime),
    "createdAt": ("own.created_at", datetime),
    "qualityFlag": ("value.quality::float8", float),
    "unit": ("own.unit", str),
}


class Conditions:
    """What a question asks for, as one condition, and the values that are bound in it."""

    def __init__(self, question: Question, span: Span | None = None) -> None:
        self.parameters: dict[str, Any] = {}
        self._span = span
        #: Whether values within the span are compared, not the newest ones.
        self.asks_span = False
        parts: list[sql.Composable] = []
        if question.ids:
            self.parameters["ids"] = list(question.ids)
            self.parameters["codes"] = [one.rpartition(":")[2] for one in question.ids]
            parts += [sql.SQL(QUERIES["by_codes"]), sql.SQL(QUERIES["by_ids"])]
        if question.id_pattern is not None:
            self.parameters["id_pattern"] = question.id_pattern
            parts.append(sql.SQL(QUERIES["by_id_pattern"]))
        if question.attributes:
            parts.append(self._has_any(question.attributes, is_temporal=span is not None))
        if question.condition is not None:
            parts.append(self._condition(question.condition))
        if question.area is not None:
            parts.append(self._area(question.area))
        self.sql: sql.Composable = sql.SQL(" AND ").join(parts) if parts else TRUE

    def _bound(self, value: object) -> sql.Composed:
        name = f"v{len(self.parameters)}"
        self.parameters[name] = value
        kind = next((cast for known, cast in _CASTS.items() if type(value) is known), None)
        suffix = sql.SQL("") if kind is None else sql.SQL("::") + sql.SQL(kind)
        return sql.Composed([sql.Placeholder(name), suffix])

    def _has_any(self, attributes: tuple[str, ...], *, is_temporal: bool) -> sql.Composable:
        own = [_OWN[known] for known in _OWN if known[0] in attributes]
        if "name" in attributes:
            return TRUE
        self.parameters["attributes"] = list(attributes)
        observed = sql.SQL(QUERIES["in_span" if is_temporal else "by_attributes"])
        parts = [sql.SQL(column) + sql.SQL(" IS NOT NULL") for column, _ in own]
        return sql.SQL("({})").format(sql.SQL(" OR ").join([observed, *parts]))

    def _condition(self, condition: Condition) -> sql.Composable:
        if isinstance(condition, Term):
            return self._term(condition)
        joint = sql.SQL(" AND " if isinstance(condition, Every) else " OR ")
        assert isinstance(condition, Every | Some)
        return sql.SQL("({})").format(joint.join(self._condition(each) for each in condition.of))

    def _term(self, term: Term) -> sql.Composable:
        if term.attribute == "name" and term.part is None:
            both = [Term("name", part, term.operator, term.values) for part in ("en", "ar")]
            joint = sql.SQL(" AND " if term.operator in {"!=", "!~="} else " OR ")
            return sql.SQL("({})").format(joint.join(self._term(each) for each in both))
        own = _OWN.get((term.attribute, term.part))
        if own is not None:
            return self._own(sql.SQL(own[0]), own[1], term)
        if term.attribute in {
            "name",
            "kind",
            "source",
            "simulated",
            "place",
            "location",
            "createdAt",
            "modifiedAt",
        }:
            return FALSE
        if self._span is not None:
            self.asks_span = True
            self.parameters |= {"span_start": self._span.start or FIRST, "span_end": self._span.end or LAST}
        observed = sql.SQL(QUERIES["observed" if self._span is None else "observed_in_span"])
        return observed.format(name=self._bound(term.attribute), comparison=self._observed(term))

    def _own(self, column: sql.SQL, kind: type, term: Term) -> sql.Composable:
        if term.operator is None:
            return column + sql.SQL(" IS NOT NULL")
        return self._compared(column, kind, term)

    def _observed(self, term: Term) -> sql.Composable:
        if term.part is None or term.part == "value":
            if term.operator is None:
                return TRUE
            return self._compared(None, None, term)
        if term.part == "unitCode":
            return self._unit_code(term)
        if term.part not in _OBSERVED:
            return FALSE
        column, kind = _OBSERVED[term.part]
        return TRUE if term.operator is None else self._compared(sql.SQL(column), kind, term)

    def _unit_code(self, term: Term) -> sql.Composable:
        wanted = {value for value in term.values if isinstance(value, str)}
        units = [unit for unit, code in UNIT_CODES.items() if code in wanted]
        known = sql.SQL("own.unit = ANY ({})").format(self._bound(list(UNIT_CODES)))
        same = sql.SQL("own.unit = ANY ({})").format(self._bound(units))
        if term.operator is None:
            return known
        if term.operator == "==":
            return same
        return sql.SQL("({} AND NOT {})").format(known, same) if term.operator == "!=" else FALSE

    def _compared(self, column: sql.SQL | None, kind: type | None, term: Term) -> sql.Composable:
        """Of several values one has to be equal, or all to be unequal."""
        joint = sql.SQL(" AND " if term.operator in {"!=", "!~="} else " OR ")
        compared = [self._comparison(column, kind, str(term.operator), value) for value in term.values]
        return sql.SQL("({})").format(joint.join(compared))

    def _comparison(
        self, column: sql.SQL | None, kind: type | None, operator: str, value: Value | Between
    ) -> sql.Composable:
        sample = value.low if isinstance(value, Between) else value
        if column is None:
            # A value is a number or a text; a truth and an instant are texts where they are observed.
            if isinstance(sample, bool | datetime):
                value = (
                    Between(_text(value.low), _text(value.high))
                    if isinstance(value, Between)
                    else _text(value)
                )
                sample = _text(sample)
            column, kind = _value_column(sample)
        if type(sample) is not kind:
            # What is of another type is not equal to it, and neither less nor more.
            return column + sql.SQL(" IS NOT NULL") if operator == "!=" else FALSE
        if isinstance(value, Between):
            both = sql.SQL("{} BETWEEN {} AND {}").format(
                column, self._bound(value.low), self._bound(value.high)
            )
            if operator == "==":
                return both
            return sql.SQL("NOT ({})").format(both) if operator == "!=" else FALSE
        compared = sql.SQL("({} {} {})").format(column, _OPERATORS[operator], self._bound(value))
        if kind is float:
            # To the database what is no number is more than all numbers.
            return sql.SQL("({} AND {} <> 'NaN')").format(compared, column)
        return compared

    def _area(self, area: Area) -> sql.Composable:
        if area.relation == "nothing":
            return FALSE
        if area.point is not None:
            self.parameters |= {"longitude": area.point[0], "latitude": area.point[1]}
        if area.relation == "near":
            return self._near(area)
        if area.point is not None:
            same = sql.SQL("(spot.longitude = %(longitude)s AND spot.latitude = %(latitude)s)")
            is_apart = sql.SQL("(spot.longitude IS NOT NULL AND NOT ") + same + sql.SQL(")")
            return is_apart if area.relation == "disjoint" else same
        inside = sql.SQL(" OR ").join(self._polygon(*polygon) for polygon in area.polygons)
        if area.relation == "disjoint":
            return sql.SQL("(spot.longitude IS NOT NULL AND NOT ({}))").format(inside)
        return sql.SQL("(spot.longitude IS NOT NULL AND ({}))").format(inside)

    def _near(self, area: Area) -> sql.Composable:
        distance = sql.SQL(QUERIES["distance"])
        parts: list[sql.Composable] = []
        if area.metres_max is not None:
            self.parameters["metres_max"] = area.metres_max
            parts += [sql.SQL(QUERIES["near_box"]), sql.SQL(QUERIES["near_max"]).format(distance=distance)]
        if area.metres_min is not None:
            self.parameters["metres_min"] = area.metres_min
            parts.append(sql.SQL(QUERIES["near_min"]).format(distance=distance))
        return sql.SQL("({})").format(sql.SQL(" AND ").join(parts))

    def _polygon(self, outer: str, holes: tuple[str, ...]) -> sql.Composable:
        point = sql.SQL("point(spot.longitude, spot.latitude)")
        inside = sql.SQL("{}::polygon @> {}").format(self._bound_text(outer), point)
        if not holes:
            return inside
        left = [sql.SQL("NOT {}::polygon @> {}").format(self._bound_text(hole), point) for hole in holes]
        return sql.SQL("({})").format(sql.SQL(" AND ").join([inside, *left]))

    def _bound_text(self, value: str) -> sql.Composed:
        name = f"v{len(self.parameters)}"
        self.parameters[name] = value
        return sql.Composed([sql.Placeholder(name), sql.SQL("::text")])


def _value_column(sample: Value) -> tuple[sql.SQL, type]:
    if type(sample) is float:
        return sql.SQL("value.result"), float
    return sql.SQL("value.result_text"), str


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime) else str(value)


def entities_statement(conditions: Conditions) -> bytes:
    return sql.SQL(QUERIES["entities"]).format(conditions=conditions.sql).as_bytes(None)


def count_statement(conditions: Conditions) -> bytes:
    return sql.SQL(QUERIES["count"]).format(conditions=conditions.sql).as_bytes(None)


def measured_statement(*, newest_first: bool) -> bytes:
    order = sql.SQL("DESC" if newest_first else "ASC")
    return sql.SQL(QUERIES["measured"]).format(order=order).as_bytes(None)


def rolled_up_statement(*, of_hours: bool) -> bytes:
    table = sql.Identifier("observations_hourly" if of_hours else "observations_quarter_hourly")
    return sql.SQL(QUERIES["rolled_up"]).format(table=table).as_bytes(None)
