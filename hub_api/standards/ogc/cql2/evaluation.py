"""A checked filter as a function of one feature's values, with SQL's three answers: true, false, unknown (None).

Observations are read by services that also know the archive, so their filters run here. A value that is not known yet makes
a condition unknown: what is false for a datastream is false for all its rows.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from shapely import Point, from_wkt, prepare

from hub_api.standards.ogc.cql2 import model

Values = Mapping[str, Any]
Answer = bool | None
Test = Callable[[Values], Answer]
#: Stands for a value that is not known yet.
UNKNOWN: Any = object()
#: Under which name the place of a feature is: longitude and latitude, or None.
GEOMETRY = "geometry"
COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def evaluated(node: model.Node) -> Test:
    """The function of a tree."""
    match node:
        case model.Constant(value):
            return lambda _: value
        case model.Not(inner):
            test = evaluated(inner)
            return lambda values: None if (found := test(values)) is None else not found
        case model.All(inner) | model.Any(inner):
            tests = [evaluated(one) for one in inner]
            return _joined(tests, decisive=isinstance(node, model.Any))
        case model.Spatial():
            return _spatial(node)
        case model.IsNull(left):
            name = left.name
            return lambda values: None if (found := values.get(name)) is UNKNOWN else found is None
    return _of_value(node)


def _joined(tests: list[Test], *, decisive: bool) -> Test:
    def test(values: Values) -> Answer:
        is_unknown = False
        for one in tests:
            found = one(values)
            if found is decisive:
                return decisive
            is_unknown = is_unknown or found is None
        return None if is_unknown else not decisive

    return test


def _of_value(node: model.Node) -> Test:
    """A condition on one value that is there."""
    test: Callable[[Any], bool]
    match node:
        case model.Compare(sign, left, value, folded):
            compared, wanted = COMPARED[sign], _folded(value, is_wanted=folded)
            test = lambda found: compared(found, wanted)  # noqa: E731  # one of several
        case model.Between(left, low, high):
            test = lambda found: low <= found <= high  # noqa: E731
        case model.OneOf(left, values, folded):
            known = frozenset(_folded(one, is_wanted=folded) for one in values)
            test = known.__contains__
        case model.Like(left, pattern, folded):
            pieces = _pieces(str(_folded(pattern, is_wanted=folded)))
            test = lambda found: _is_like(found, pieces)  # noqa: E731
        case model.Temporal(relation, left, start, end):
            test = _temporal(relation, start, end)
        case _:
            raise AssertionError(node)
    name, is_folded = left.name, left.folded

    def whole(values: Values) -> Answer:
        found = values.get(name)
        if found is None or found is UNKNOWN:
            return None
        return test(found.lower() if is_folded else found)

    return whole


def _folded(value: model.Value, *, is_wanted: bool) -> model.Value:
    return value.lower() if is_wanted and isinstance(value, str) else value


def _temporal(
    relation: model.TemporalRelation, start: datetime | None, end: datetime | None
) -> Callable[[Any], bool]:
    def meets(found: datetime) -> bool:
        return (start is None or found >= start) and (end is None or found <= end)

    tests: Mapping[str, Callable[[Any], bool]] = {
        "t_after": lambda found: end is not None and found > end,
        "t_before": lambda found: start is not None and found < start,
        "t_equals": lambda found: start is not None and start == end and found == start,
        "t_during": lambda found: (start is None or found > start) and (end is None or found < end),
        "t_intersects": meets,
        "t_disjoint": lambda found: not meets(found),
    }
    return tests[relation]


def _spatial(node: model.Spatial) -> Test:
    geometry = from_wkt(node.geometry)
    prepare(geometry)
    relation, is_point = node.relation, geometry.geom_type == "Point"
    known: dict[Any, bool] = {}

    def meets(place: tuple[float, float]) -> bool:
        # Many features stand at one place; a filter is evaluated for one request, so this stays small.
        if place not in known:
            known[place] = bool(geometry.intersects(Point(place)))
        return known[place]

    def test(values: Values) -> Answer:
        place = values.get(GEOMETRY)
        if place is None or place is UNKNOWN:
            return None
        if relation in {"s_equals", "s_contains"}:
            return is_point and meets(place)
        return meets(place) != (relation == "s_disjoint")

    return test


#: A piece of a pattern: a character as it is, any one, or any number of them.
_ONE, _SOME = object(), object()


def _pieces(pattern: str) -> list[Any]:
    pieces: list[Any] = []
    characters = iter(pattern)
    for character in characters:
        if character == "\\":
            pieces.append(next(characters, "\\"))
        elif character == "_":
            pieces.append(_ONE)
        elif character != "%":
            pieces.append(character)
        elif not pieces or pieces[-1] is not _SOME:
            pieces.append(_SOME)
    return pieces


def _is_like(text: str, pieces: list[Any]) -> bool:
    """Greedy, and back to the last ``%`` only: never more than the product of both lengths."""
    at = piece = 0
    star, resumed = -1, 0
    while at < len(text):
        wanted = pieces[piece] if piece < len(pieces) else None
        if wanted is _SOME:
            star, resumed = piece, at
            piece += 1
        elif wanted is _ONE or wanted == text[at]:
            at, piece = at + 1, piece + 1
        elif star >= 0:
            resumed += 1
            at, piece = resumed, star + 1
        else:
            return False
    return all(one is _SOME for one in pieces[piece:])
