"""``$filter`` and ``$orderby`` as SQL.

Nulls are as OData has them: ``eq`` and ``ne`` know null, what is greater or less than null is false, and a function of null is null.
So ``not`` is pushed down to the comparisons, whose opposites hold for null. A time that nobody stated is neither before nor after another,
nor different from it: neither a comparison of it nor the opposite holds, as with the functions of times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from difflib import get_close_matches
from typing import Final, LiteralString

from psycopg import sql

from hub_api.standards.sensorthings.compiling.functions import (
    FUNCTIONS,
    TEMPORAL,
    check_count,
    end_of,
    related,
    start_of,
)
from hub_api.standards.sensorthings.compiling.paths import path_value
from hub_api.standards.sensorthings.compiling.scope import Place, Scope, join
from hub_api.standards.sensorthings.compiling.spatial import SPATIAL, spatial_value
from hub_api.standards.sensorthings.compiling.values import (
    FALSE,
    TRUE,
    Readings,
    Value,
    literal_value,
    scalar_text,
)
from hub_api.standards.sensorthings.errors import RequestInvalid
from hub_api.standards.sensorthings.model import ENTITIES, key_of
from hub_api.standards.sensorthings.syntax import tree

SIGNS: Final[dict[str, LiteralString]] = {"eq": "=", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}
OPPOSITES: Final = {"ne": "eq", "eq": "ne"}
OTHER_SIDE: Final = {"gt": "lt", "lt": "gt", "ge": "le", "le": "ge", "eq": "eq", "ne": "ne"}
#: The kind as which two values of different kinds are compared; what is not here cannot be.
LOOSE: Final = ("json", "result")


class Compiler:
    """Of one expression. ``now`` is when the request came."""

    def __init__(self, scope: Scope, now: datetime) -> None:
        self.scope = scope
        self.now = now
        self.readings = Readings(scope.bound, scope.option)

    def condition(self, expression: tree.Expression, *, is_negated: bool = False) -> sql.Composable:
        """A condition; what is unknown does not hold."""
        match expression:
            case tree.Not(item):
                return self.condition(item, is_negated=not is_negated)
            case tree.Binary("and" | "or" as word, left, right):
                is_and = (word == "and") != is_negated
                parts = [self.condition(one, is_negated=is_negated) for one in (left, right)]
                return sql.SQL("({} AND {})" if is_and else "({} OR {})").format(*parts)
            case tree.Binary(word, left, right) if word in tree.COMPARISONS:
                return self._compared(word, self.value(left), self.value(right), is_negated=is_negated)
            case tree.Among():
                return self._among(expression, is_negated=is_negated)
            case tree.Lambda():
                return self._exists(expression, is_negated=is_negated)
            case _:
                truth = self.readings.truth(self.value(expression))
                return sql.SQL("(NOT {})").format(truth) if is_negated else truth

    def _exists(self, one: tree.Lambda, *, is_negated: bool) -> sql.Composable:
        keys = one.path.keys
        place, rest = self.scope.walk(keys[:-1]) if keys[:-1] else (self.scope.place, ())
        link = None if rest else place.entity.link_towards(keys[-1])
        if link is None or not link.is_many:
            raise RequestInvalid(self.scope.option, "not_several", piece="/".join(keys))
        if one.variable in self.scope.variables or place.entity.link_named(one.variable) is not None:
            raise RequestInvalid(self.scope.option, "variable_taken", piece=one.variable)
        found = Place(ENTITIES[link.target], self.scope.aliases.new())
        inner = self.scope.within(found, one.variable)
        if inner.steps >= inner.steps_max:
            raise RequestInvalid(self.scope.option, "too_many_steps", maximum=inner.steps_max)
        inner.steps += 1
        compiler = Compiler(inner, self.now)
        is_all = one.quantifier == "all"
        condition: sql.Composable = TRUE
        if one.condition is not None:
            condition = compiler.condition(one.condition, is_negated=is_all)
        self.scope.steps = inner.steps
        first = join(place, link, found, self.scope.aliases)
        key = sql.SQL("{}.{} IS NOT NULL").format(found.e, sql.Identifier(found.entity.key))
        exists = sql.SQL("EXISTS (SELECT FROM (SELECT) AS one {} {} WHERE {} AND {})").format(
            first, inner.joined(), key, condition
        )
        return sql.SQL("(NOT {})").format(exists) if is_negated != is_all else exists

    def _compared(self, word: str, a: Value, b: Value, *, is_negated: bool) -> sql.Composable:
        if not is_negated or word in OPPOSITES:
            return self._comparison(OPPOSITES[word] if is_negated else word, a, b)
        opposite: LiteralString = "(NOT {})" if "time" in (a.kind, b.kind) else "({} IS NOT TRUE)"
        return sql.SQL(opposite).format(self._comparison(word, a, b))

    def _among(self, one: tree.Among, *, is_negated: bool) -> sql.Composable:
        if one.is_array:
            found = self._within(self.value(one.item), self.value(one.choices[0]))
            return sql.SQL("({} IS NOT TRUE)").format(found) if is_negated else found
        word, glue = ("ne", " AND ") if is_negated else ("eq", " OR ")
        parts = [self._comparison(word, self.value(one.item), self.value(each)) for each in one.choices]
        return sql.SQL("({})").format(sql.SQL(glue).join(parts))

    def _within(self, item: Value, members: Value) -> sql.Composable:
        """Whether a value is one of a JSON array; a number is no text there."""
        if members.kind not in LOOSE:
            raise RequestInvalid(self.scope.option, "no_members", kind=members.kind)
        if item.kind not in ("number", "text", "truth", *LOOSE):
            raise RequestInvalid(self.scope.option, "not_comparable", left=item.kind, right=members.kind)
        one = self.readings.json(item) if item.kind in LOOSE else sql.SQL("to_jsonb({})").format(item.term)
        return sql.SQL(
            "EXISTS (SELECT FROM jsonb_array_elements(CASE WHEN jsonb_typeof({0}) = 'array' THEN {0} END)"
            " AS one (value) WHERE one.value = {1})"
        ).format(self.readings.json(members), one)

    def _comparison(self, word: str, a: Value, b: Value) -> sql.Composable:
        if a.kind == "null" or b.kind == "null":
            return self._with_null(word, b if a.kind == "null" else a)
        a, b = self._alike(a, b)
        special = {"time": self._times, "observation": self._observations, "geometry": self._geometries}.get(
            a.kind
        )
        return self._plain(word, a, b) if special is None else special(word, a, b)

    def _geometries(self, word: str, a: Value, b: Value) -> sql.Composable:
        raise RequestInvalid(self.scope.option, "geometry_compared", word=word, left=a.kind, right=b.kind)

    @staticmethod
    def _plain(word: str, a: Value, b: Value) -> sql.Composable:
        """Of one kind that the database compares. The plain forms are those for which it has indexes."""
        if a.kind == "json" and word in OPPOSITES:
            alike = sql.SQL("({0} IS NOT DISTINCT FROM {1} OR {2} = {3})").format(
                a.term, b.term, scalar_text(a.term), scalar_text(b.term)
            )
            return alike if word == "eq" else sql.SQL("({} IS NOT TRUE)").format(alike)
        if word == "ne":
            return sql.SQL("({} IS DISTINCT FROM {})").format(a.term, b.term)
        if word == "eq" and a.is_optional and b.is_optional:
            return sql.SQL("({} IS NOT DISTINCT FROM {})").format(a.term, b.term)
        if a.kind == "json" and word != "eq":
            return sql.SQL("(jsonb_typeof({0}) = jsonb_typeof({1}) AND {0} {2} {1})").format(
                a.term, b.term, sql.SQL(SIGNS[word])
            )
        return sql.SQL("({} {} {})").format(a.term, sql.SQL(SIGNS[word]), b.term)

    def _with_null(self, word: str, other: Value) -> sql.Composable:
        if word not in ("eq", "ne"):
            return FALSE
        is_null = other.kind == "null"
        if is_null:
            return TRUE if word == "eq" else FALSE
        value = self.readings.json(other) if other.kind in LOOSE else other.term
        if other.kind in LOOSE:
            value = sql.SQL("nullif({}, 'null')").format(value)
        return sql.SQL("({} IS NULL)" if word == "eq" else "({} IS NOT NULL)").format(value)

    def _alike(self, a: Value, b: Value) -> tuple[Value, Value]:
        """Both of one kind. What is loose, as JSON is, becomes what the other is."""
        kinds = {a.kind, b.kind}
        if "observation" in kinds:
            return (a, b) if a.kind == "observation" else (b, a)
        if kinds <= set(LOOSE):
            return tuple(replace(one, kind="json", term=self.readings.json(one)) for one in (a, b))  # type: ignore[return-value]
        if "time" in kinds:
            read_time = self._clocked if "clock" in kinds else self.readings.time
            return read_time(a), read_time(b)
        firm = next(one.kind for one in (a, b) if one.kind not in LOOSE)
        if firm == "text" and "date" in kinds:
            firm = "date"
        if firm == "text" and "clock" in kinds:
            firm = "clock"
        if "number" in kinds and "text" in kinds:
            return self._numbers(a, b)
        read = {
            "number": self.readings.number,
            "text": self.readings.written,
            "truth": self.readings.truth,
            "date": self.readings.date,
            "clock": self.readings.clock,
            "duration": self.readings.duration,
        }.get(firm)
        if read is None:
            return a, b
        return replace(a, kind=firm, term=read(a)), replace(b, kind=firm, term=read(b))

    @staticmethod
    def _clocked(value: Value) -> Value:
        """The time of day of an instant, or of an interval's start."""
        if value.kind == "clock":
            return value
        return Value("clock", sql.SQL("({} AT TIME ZONE 'UTC')::time").format(start_of(value)))

    def _numbers(self, a: Value, b: Value) -> tuple[Value, Value]:
        """A number and a text: only of ids, which some clients write in quotes."""
        for one in (a, b):
            if one.kind == "text":
                written = None if one.literal is None else str(one.literal.value)
                other = b if one is a else a
                if written is None or other.entity is None:
                    raise RequestInvalid(self.scope.option, "not_comparable", left=a.kind, right=b.kind)
                key = key_of(other.entity, written)
                bound = self.scope.bound.bind(key if isinstance(key, int) else -1, "whole")
                number = Value("number", bound, is_whole=True, is_optional=False)
                return (number, b) if one is a else (a, number)
        raise AssertionError("one of them is a text")

    @staticmethod
    def _times(word: str, a: Value, b: Value) -> sql.Composable:
        if word not in OPPOSITES:
            return related(word, a, b)
        alike: sql.Composable = related("eq", a, b)
        if a.is_optional and b.is_optional:
            alike = sql.SQL("({} IS TRUE OR ({} IS NULL AND {} IS NULL))").format(alike, a.term, b.term)
        return sql.SQL("(NOT {})").format(related("eq", a, b)) if word == "ne" else alike

    def _observations(self, word: str, a: Value, b: Value) -> sql.Composable:
        written = None if b.literal is None else b.literal.value
        key = key_of(a.entity, written) if isinstance(written, str) and a.entity else None
        if b.kind == "observation":
            left, right = self.readings.text(a), self.readings.text(b)
            return sql.SQL("({} {} {})").format(left, sql.SQL("<>" if word == "ne" else SIGNS[word]), right)
        if b.kind != "text":
            raise RequestInvalid(self.scope.option, "not_comparable", left="id", right=b.kind)
        if not isinstance(key, tuple):
            return TRUE if word == "ne" else FALSE
        datastream, moment = key
        row = sql.SQL("({e}.datastream_id, {e}.phenomenon_time) {} ({}, {})").format(
            sql.SQL("<>" if word == "ne" else SIGNS[word]),
            self.scope.bound.bind(datastream, "whole"),
            self.scope.bound.bind(moment, "time"),
            e=sql.Identifier(a.alias),
        )
        return sql.SQL("({})").format(row)

    def value(self, expression: tree.Expression) -> Value:
        match expression:
            case tree.Literal():
                return literal_value(expression, self.scope.bound)
            case tree.Path(keys):
                return path_value(self.scope, keys)
            case tree.Call(name, arguments):
                return self._call(name, arguments)
            case tree.Negative(item):
                inner = self.value(item)
                is_duration = inner.kind == "duration"
                plain = inner.term if is_duration else self.readings.number(inner)
                negative = sql.SQL("(- {})").format(plain)
                return Value("duration" if is_duration else "number", negative, is_whole=inner.is_whole)
            case tree.Binary(word, left, right) if word in tree.ARITHMETIC:
                return self._arithmetic(word, self.value(left), self.value(right))
            case _:
                return Value("truth", self.condition(expression))

    def _call(self, name: str, given: Sequence[tree.Expression]) -> Value:
        arguments = [self.value(one) for one in given]
        name = name.lower()
        if name == "now":
            check_count(self.scope.option, name, len(arguments), 0, 0)
            return Value("time", self.scope.bound.bind(self.now, "time"), is_optional=False)
        if name in SPATIAL:
            return spatial_value(self.scope, name, arguments)
        if name in TEMPORAL:
            return self._temporal(name, arguments)
        function = FUNCTIONS.get(name)
        if function is None:
            known = sorted({*FUNCTIONS, *SPATIAL, *TEMPORAL, "now"})
            near = get_close_matches(name, known, n=1)
            raise RequestInvalid(
                self.scope.option,
                "unknown_function_near" if near else "unknown_function",
                name=name,
                known=near[0] if near else "",
            )
        least, most, make = function
        check_count(self.scope.option, name, len(arguments), least, most)
        return make(self.readings, arguments)

    def _temporal(self, name: str, arguments: list[Value]) -> Value:
        check_count(self.scope.option, name, len(arguments), 2, 2)
        a, b = (self.readings.time(one) for one in arguments)
        if name == "during" and b.end is None:
            raise RequestInvalid(self.scope.option, "wanted_interval", name=name)
        return Value("truth", related(name, a, b))

    def _arithmetic(self, word: str, a: Value, b: Value) -> Value:
        kinds = (a.kind, b.kind)
        if "duration" in kinds or (word == "sub" and kinds == ("time", "time")):
            return self._with_duration(word, a, b)
        left, right = self.readings.number(a), self.readings.number(b)
        is_whole = a.is_whole and b.is_whole
        if is_whole:  # so that what would not fit into eight bytes does
            left, right = (sql.SQL("({})::float8").format(one) for one in (left, right))
        templates: dict[str, LiteralString] = {
            "add": "({0} + {1})",
            "sub": "({0} - {1})",
            "mul": "({0} * {1})",
            "div": "trunc({0} / nullif({1}, 0))" if is_whole else "({0} / nullif({1}, 0))",
            "divby": "({0} / nullif({1}, 0))",
            "mod": "({0} - {1} * trunc({0} / nullif({1}, 0)))",
        }
        return Value(
            "number", sql.SQL(templates[word]).format(left, right), is_whole=is_whole and word != "divby"
        )

    def _with_duration(self, word: str, a: Value, b: Value) -> Value:
        if word == "sub" and a.kind == b.kind == "time":
            return Value("duration", sql.SQL("({} - {})").format(start_of(a), start_of(b)))
        signs: dict[str, LiteralString] = {"add": "+", "sub": "-"}
        sign = signs.get(word)
        if sign is not None and a.kind == b.kind == "duration":
            return Value("duration", sql.SQL("({} {} {})").format(a.term, sql.SQL(sign), b.term))
        if word == "add" and a.kind == "duration":
            a, b = b, a
        if sign is None or b.kind != "duration":
            raise RequestInvalid(
                self.scope.option, "no_such_arithmetic", word=word, left=a.kind, right=b.kind
            )
        time = self.readings.time(a)
        moved = sql.SQL("({} " + sign + " {})").format(time.term, b.term)
        end = None if time.end is None else sql.SQL("({} " + sign + " {})").format(end_of(time), b.term)
        stated = None if time.stated is None else sql.SQL("({} " + sign + " {})").format(time.stated, b.term)
        return replace(time, term=moved, end=end, literal=None, stated=stated)
