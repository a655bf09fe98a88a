"""The functions of the standard as SQL: the only ones there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, LiteralString

from psycopg import sql

from hub_api.standards.sensorthings.compiling.values import Readings, Value
from hub_api.standards.sensorthings.errors import RequestInvalid

Make = Callable[[Readings, Sequence[Value]], Value]
#: The least and the most arguments, and what makes the value.
Function = tuple[int, int, Make]
FIRST_INSTANT: Final = datetime(1, 1, 1, tzinfo=UTC)
LAST_INSTANT: Final = datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)


def _of_texts(kind: str, template: LiteralString) -> Make:
    def make(readings: Readings, arguments: Sequence[Value]) -> Value:
        parts = [readings.text(one) for one in arguments]
        return _value(kind, sql.SQL(template).format(*parts))

    return make


def _value(kind: str, made: sql.Composable) -> Value:
    match kind:
        case "truth":
            return Value("truth", made)
        case "whole":
            return Value("number", made, is_whole=True)
        case "number":
            return Value("number", made)
        case "date":
            return Value("date", made)
        case "clock":
            return Value("clock", made)
        case _:
            return Value("text", made)


def _substring(readings: Readings, arguments: Sequence[Value]) -> Value:
    """Counted from 0; from before the beginning is from the beginning. The database counts with four bytes."""
    text = readings.text(arguments[0])
    start, *length = (
        sql.SQL("trunc(least(greatest({}, 0), 1000000000))::integer").format(readings.number(one))
        for one in arguments[1:]
    )
    if not length:
        return Value("text", sql.SQL("substr({}, {} + 1)").format(text, start))
    return Value("text", sql.SQL("substr({}, {} + 1, {})").format(text, start, length[0]))


def _of_number(template: LiteralString) -> Make:
    def make(readings: Readings, arguments: Sequence[Value]) -> Value:
        return Value("number", sql.SQL(template).format(readings.number(arguments[0])), is_whole=True)

    return make


def _of_time(kind: str, template: LiteralString) -> Make:
    """Of an interval, what its start has. All in UTC, as answers say times."""

    def make(readings: Readings, arguments: Sequence[Value]) -> Value:
        moment = sql.SQL("({} AT TIME ZONE 'UTC')").format(start_of(readings.time(arguments[0])))
        return _value(kind, sql.SQL(template).format(moment))

    return make


def _of_day_or_time(kind: str, template: LiteralString) -> Make:
    of_time = _of_time(kind, template)

    def make(readings: Readings, arguments: Sequence[Value]) -> Value:
        if arguments[0].kind in ("date", "clock"):
            return _value(kind, sql.SQL(template).format(arguments[0].term))
        return of_time(readings, arguments)

    return make


def _offset(readings: Readings, arguments: Sequence[Value]) -> Value:
    moment = readings.time(arguments[0])
    return Value(
        "number", sql.SQL("(CASE WHEN {} IS NOT NULL THEN 0 END)").format(moment.term), is_whole=True
    )


def _bound(moment: datetime) -> Make:
    return lambda readings, _: Value("time", readings.bound.bind(moment, "time"), is_optional=False)


FUNCTIONS: Final[Mapping[str, Function]] = {
    "substringof": (2, 2, _of_texts("truth", "(strpos({1}, {0}) > 0)")),
    "contains": (2, 2, _of_texts("truth", "(strpos({0}, {1}) > 0)")),
    "endswith": (2, 2, _of_texts("truth", "(right({0}, length({1})) = {1})")),
    "startswith": (2, 2, _of_texts("truth", "starts_with({0}, {1})")),
    "length": (1, 1, _of_texts("whole", "length({0})")),
    # From 1, 0 where it is not there: so counts the standard's own example, and so do other services (OData's own is one less).
    "indexof": (2, 2, _of_texts("whole", "strpos({0}, {1})")),
    "substring": (2, 3, _substring),
    "tolower": (1, 1, _of_texts("text", "lower({0})")),
    "toupper": (1, 1, _of_texts("text", "upper({0})")),
    "trim": (1, 1, _of_texts("text", "btrim({0}, E' \\t\\r\\n')")),
    "concat": (2, 2, _of_texts("text", "({0} || {1})")),
    "year": (1, 1, _of_day_or_time("whole", "extract(year FROM {})::integer")),
    "month": (1, 1, _of_day_or_time("whole", "extract(month FROM {})::integer")),
    "day": (1, 1, _of_day_or_time("whole", "extract(day FROM {})::integer")),
    "hour": (1, 1, _of_day_or_time("whole", "extract(hour FROM {})::integer")),
    "minute": (1, 1, _of_day_or_time("whole", "extract(minute FROM {})::integer")),
    "second": (1, 1, _of_day_or_time("whole", "floor(extract(second FROM {}))::integer")),
    "fractionalseconds": (1, 1, _of_day_or_time("number", "mod(extract(second FROM {}), 1)::float8")),
    "date": (1, 1, _of_time("date", "{}::date")),
    "time": (1, 1, _of_time("clock", "{}::time")),
    "totaloffsetminutes": (1, 1, _offset),
    "mindatetime": (0, 0, _bound(FIRST_INSTANT)),
    "maxdatetime": (0, 0, _bound(LAST_INSTANT)),
    # A half goes away from zero, unlike in the database's own rounding, and nothing is added that could round.
    "round": (
        1,
        1,
        _of_number("(trunc({0}) + CASE WHEN abs({0} - trunc({0})) >= 0.5 THEN sign({0}) ELSE 0 END)"),
    ),
    "floor": (1, 1, _of_number("floor({})")),
    "ceiling": (1, 1, _of_number("ceil({})")),
}
#: Of two times, whether they stand to each other so. An interval ends before its end; an instant has no length.
RELATIONS: Final[Mapping[str, LiteralString]] = {
    "before": "({a_end} <= {b} AND {a} < {b})",
    "after": "({b_end} <= {a} AND {b} < {a})",
    "meets": "({a_end} = {b} OR {a} = {b_end})",
    "during": "({b} <= {a} AND {a_end} <= {b_end} AND {a} < {b_end})",
    "overlaps": "(({a} < {b_end} OR {a} = {b}) AND ({b} < {a_end} OR {a} = {b}))",
    "starts": "({a} = {b})",
    "finishes": "({a_end} = {b_end})",
    "eq": "({a} = {b} AND {a_end} = {b_end})",
    "le": "({a} <= {b} AND {a_end} <= {b_end})",
    "ge": "({a} >= {b} AND {a_end} >= {b_end})",
}
#: The same where a row may be kept a little behind its start: first what the index finds, and of that what is so by the stated start.
STATED: Final[Mapping[str, LiteralString]] = {
    "before": "({a} < {b_late} AND {a_start} < {b_start} AND {a_end} <= {b_start})",
    "after": "({b} < {a_late} AND {b_start} < {a_start} AND {b_end} <= {a_start})",
    "meets": "({a_end} = {b_start} OR {a_start} = {b_end})",
    "during": "({b} <= {a_late} AND {a} < {b_end_late} AND {b_start} <= {a_start} AND {a_end} <= {b_end} AND {a_start} < {b_end})",
    "overlaps": "({a} <= {b_end_late} AND {b} <= {a_end_late}"
    " AND ({a_start} < {b_end} OR {a_start} = {b_start}) AND ({b_start} < {a_end} OR {a_start} = {b_start}))",
    "starts": "({a} <= {b_late} AND {b} <= {a_late} AND {a_start} = {b_start})",
    "eq": "({a} <= {b_late} AND {b} <= {a_late} AND {a_start} = {b_start} AND {a_end} = {b_end})",
    "le": "({a} <= {b_late} AND {a_start} <= {b_start} AND {a_end} <= {b_end})",
    "ge": "({b} <= {a_late} AND {b_start} <= {a_start} AND {a_end} >= {b_end})",
}
#: How far behind its start the row of an observation may be kept.
SLACK: Final[LiteralString] = "interval '1 millisecond'"
ALIKE: Final = {"lt": "before", "gt": "after"}
TEMPORAL: Final = ("before", "after", "meets", "during", "overlaps", "starts", "finishes")


def related(name: str, a: Value, b: Value) -> sql.Composed:
    """Whether two times stand to each other as ``name`` says."""
    word = ALIKE.get(name, name)
    if a.stated is None and b.stated is None:
        return sql.SQL(RELATIONS[word]).format(a=a.term, a_end=end_of(a), b=b.term, b_end=end_of(b))
    parts = {"a": a.term, "a_start": start_of(a), "a_end": end_of(a)}
    parts |= {"b": b.term, "b_start": start_of(b), "b_end": end_of(b)}
    # The bound for what is kept of the one, seen from the other.
    for one, other in (("a", b), ("b", a)):
        late: LiteralString = "{}" if other.stated is None else "({} + " + SLACK + ")"
        parts |= {f"{key}_late": sql.SQL(late).format(parts[key]) for key in (one, f"{one}_end")}
    return sql.SQL(STATED.get(word, RELATIONS[word])).format(**parts)


def start_of(time: Value) -> sql.Composable:
    return time.term if time.stated is None else time.stated


def end_of(time: Value) -> sql.Composable:
    """An instant ends when it is, as it was stated."""
    if time.end is None:
        return start_of(time)
    return time.end if time.is_interval else sql.SQL("coalesce({}, {})").format(time.end, start_of(time))


def check_count(option: str, name: str, given: int, least: int, most: int) -> None:
    if not least <= given <= most:
        raise RequestInvalid(
            option,
            "argument_count",
            name=name,
            wanted=least if least == most else f"{least}–{most}",
            given=given,
        )
