"""Parts of an expression as SQL with their kinds, and how one kind is read as another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from psycopg import sql

from hub_api.standards.sensorthings.errors import RequestInvalid
from hub_api.standards.sensorthings.model import QUERIES, EntityType
from hub_api.standards.sensorthings.syntax import literals, tree

Kind = Literal[
    "text",
    "number",
    "truth",
    "time",
    "date",
    "clock",
    "duration",
    "json",
    "result",
    "geometry",
    "observation",
    "null",
]
FALSE: Final = sql.SQL("false")
TRUE: Final = sql.SQL("true")


@dataclass(frozen=True, slots=True)
class Value:
    """``term`` is the value, of times the start; ``end`` is the end of what may be an interval, NULL for an instant."""

    kind: Kind
    term: sql.Composable
    end: sql.Composable | None = None
    #: Of what stands in the request itself.
    literal: tree.Literal | None = None
    #: Whole numbers only, for which division has no rest.
    is_whole: bool = False
    #: Whether it can be NULL.
    is_optional: bool = True
    #: Whether a time is an interval for certain.
    is_interval: bool = False
    #: Of a time whose row may be kept a little behind its start, the start as it was stated; ``term`` has the index.
    stated: sql.Composable | None = None
    #: Of geometries, results and ids: whose.
    entity: EntityType | None = None
    alias: str = ""
    #: Only numbers are stored as results here.
    is_number_only: bool = False


class Bound:
    """Values that a statement binds, by made-up names."""

    def __init__(self, prefix: str = "p") -> None:
        self._prefix = prefix
        self.parameters: dict[str, object] = {}

    def bind(self, value: object, cast: str) -> sql.Composed:
        """A placeholder; ``cast`` is one of ours."""
        name = f"{self._prefix}{len(self.parameters)}"
        self.parameters[name] = value
        return sql.SQL("{}::{}").format(sql.Placeholder(name), sql.SQL(CASTS[cast]))


CASTS: Final = {
    "text": "text",
    "number": "float8",
    "whole": "bigint",
    "truth": "boolean",
    "time": "timestamptz",
    "date": "date",
    "clock": "time",
    "duration": "interval",
    "json": "jsonb",
    "texts": "text[]",
    "wholes": "bigint[]",
    "times": "timestamptz[]",
}  # by what is bound


#: The kind of a literal by its type, and as what it is bound; of a whole number see below. A truth is a number to Python, and an
#: instant a day.
_LITERALS: Final[tuple[tuple[type, Kind], ...]] = (
    (float, "number"),
    (str, "text"),
    (datetime, "time"),
    (date, "date"),
    (time, "clock"),
    (timedelta, "duration"),
)


def literal_value(literal: tree.Literal, bound: Bound) -> Value:
    """A literal, bound."""
    value = literal.value
    match value:
        case None:
            return Value("null", sql.SQL("NULL"), literal=literal)
        case bool():
            return Value("truth", TRUE if value else FALSE, literal=literal, is_optional=False)
        case int():
            return Value(
                "number", bound.bind(value, "whole"), None, literal, is_whole=True, is_optional=False
            )
        case tree.Interval(start, end):
            first, last = bound.bind(start, "time"), bound.bind(end, "time")
            return Value("time", first, last, literal, is_optional=False, is_interval=True)
        case tree.Geometry():
            return Value("geometry", sql.SQL("NULL"), literal=literal, is_optional=False)
        case _:
            kind = next(kind for known, kind in _LITERALS if isinstance(value, known))
            return Value(kind, bound.bind(value, kind), literal=literal, is_optional=False)


def wrong_kind(option: str, wanted: str, value: Value) -> RequestInvalid:
    return RequestInvalid(option, f"wanted_{wanted}", kind=value.kind)


class Readings:
    """How a value of one kind is read as another. ``RequestInvalid`` for what can be none."""

    def __init__(self, bound: Bound, option: str) -> None:
        self.bound = bound
        self.option = option

    def json(self, value: Value) -> sql.Composable:
        """A JSON value, SQL's NULL for JSON's."""
        if value.kind == "result":
            return sql.SQL(QUERIES["result_json"]).format(e=sql.Identifier(value.alias))
        return value.term

    def number(self, value: Value) -> sql.Composable:
        match value.kind:
            case "number" | "null":
                return value.term
            case "result":
                plain = sql.SQL(QUERIES["result_number"]).format(e=sql.Identifier(value.alias))
                if value.is_number_only:
                    return plain
                return sql.SQL("coalesce({}, {})").format(plain, self._number_in(self.json(value)))
            case "json":
                return self._number_in(value.term)
            case _:
                raise wrong_kind(self.option, "number", value)

    @staticmethod
    def _number_in(json: sql.Composable) -> sql.Composable:
        return sql.SQL("(CASE WHEN jsonb_typeof({0}) = 'number' THEN ({0})::float8 END)").format(json)

    def text(self, value: Value) -> sql.Composable:
        match value.kind:
            case "text" | "null":
                return value.term
            case "json" | "result":
                json = self.json(value)
                return sql.SQL("(CASE WHEN jsonb_typeof({0}) = 'string' THEN ({0}) #>> '{{}}' END)").format(
                    json
                )
            case "observation":
                return _observation_id(value)
            case _:
                raise wrong_kind(self.option, "text", value)

    def written(self, value: Value) -> sql.Composable:
        """The same to compare with a text: of JSON and of results a number or a truth too, as it is written."""
        return scalar_text(self.json(value)) if value.kind in ("json", "result") else self.text(value)

    def truth(self, value: Value) -> sql.Composable:
        match value.kind:
            case "truth" | "null":
                return value.term
            case "json" | "result":
                json = self.json(value)
                return sql.SQL("(CASE WHEN jsonb_typeof({0}) = 'boolean' THEN ({0})::boolean END)").format(
                    json
                )
            case _:
                raise wrong_kind(self.option, "truth", value)

    def time(self, value: Value) -> Value:
        """A time with start and perhaps end; a text that is one, and a day as its first instant."""
        match value.kind:
            case "time":
                return value
            case "null":
                return replace(value, kind="time", term=sql.SQL("NULL::timestamptz"))
            case "date":
                start = sql.SQL("({}::timestamp AT TIME ZONE 'UTC')").format(value.term)
                return replace(value, kind="time", term=start)
            case "text" if value.literal is not None:
                text = str(value.literal.value)
                read = literals.interval if "/" in text else literals.instant
                return literal_value(tree.Literal(read(text, self.option)), self.bound)
            case "json" | "result":
                return Value("time", self._time_in(self.text(value)), is_optional=True)
            case _:
                raise wrong_kind(self.option, "time", value)

    @staticmethod
    def _time_in(text: sql.Composable) -> sql.Composable:
        """What is no instant is none; the database would end the whole statement."""
        return sql.SQL(
            "(CASE WHEN pg_input_is_valid({0}, 'timestamptz') THEN ({0})::timestamptz END)"
        ).format(text)

    def date(self, value: Value) -> sql.Composable:
        match value.kind:
            case "date" | "null":
                return value.term
            case "text" if value.literal is not None:
                day = literals.day(str(value.literal.value), self.option)
                return self.bound.bind(day, "date")
            case _:
                raise wrong_kind(self.option, "date", value)

    def clock(self, value: Value) -> sql.Composable:
        match value.kind:
            case "clock" | "null":
                return value.term
            case "text" if value.literal is not None:
                return self.bound.bind(literals.time_of_day(str(value.literal.value), self.option), "clock")
            case _:
                raise wrong_kind(self.option, "clock", value)

    def duration(self, value: Value) -> sql.Composable:
        if value.kind in ("duration", "null"):
            return value.term
        raise wrong_kind(self.option, "duration", value)


def scalar_text(json: sql.Composable) -> sql.Composed:
    """What is no object and no array, as a text: some clients write ``'5'`` for 5."""
    return sql.SQL(
        "(CASE WHEN jsonb_typeof({0}) IN ('string', 'number', 'boolean') THEN ({0}) #>> '{{}}' END)"
    ).format(json)


def _observation_id(value: Value) -> sql.Composed:
    return sql.SQL(
        "({e}.datastream_id || '-' || (extract(epoch FROM {e}.phenomenon_time) * 1000000)::bigint)"
    ).format(e=sql.Identifier(value.alias))
