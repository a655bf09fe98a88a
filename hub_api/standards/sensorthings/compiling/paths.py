"""A path of an expression as the value that it names."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final, LiteralString

from psycopg import sql

from hub_api.standards.sensorthings.compiling.scope import Place, Scope, id_value
from hub_api.standards.sensorthings.compiling.values import Value
from hub_api.standards.sensorthings.errors import RequestInvalid
from hub_api.standards.sensorthings.model import ID_NAMES, QUERIES, EntityType, Property
from hub_api.standards.sensorthings.units import known_units

SPANS: Final[dict[str, tuple[LiteralString, LiteralString]]] = {
    "phenomenonTime": (QUERIES["first_time"], QUERIES["last_time"]),
    "resultTime": (QUERIES["first_result_time"], QUERIES["last_result_time"]),
}
#: What they ask of a datastream; the statement of all spans has columns of these names.
_ASKED: Final = ("newest_time", "is_detailed")
#: What every entity that has it says.
NEVER_NULL = frozenset(
    {"name", "description", "encodingType", "definition", "observationType", "phenomenonTime", "time"}
)


def span_of(name: str, e: sql.Composable, *, is_asked: bool = False) -> tuple[sql.Composable, sql.Composable]:
    """From when until when; ``is_asked`` where ``e`` has what they ask as columns."""
    asked = {
        one: sql.SQL("{}.{}").format(e, sql.Identifier(one))
        if is_asked
        else sql.SQL(QUERIES[one]).format(e=e)
        for one in _ASKED
    }
    start, end = (sql.SQL(one).format(e=e, **asked) for one in SPANS[name])
    return start, end


def path_value(scope: Scope, keys: tuple[str, ...]) -> Value:
    place, rest = scope.walk(keys)
    if not rest:
        raise RequestInvalid(scope.option, "path_to_entity", piece="/".join(keys))
    name, deeper = rest[0], rest[1:]
    if name in ID_NAMES:
        _check_end(scope, keys, deeper)
        return id_value(place)
    link = place.entity.link_towards(name)
    if link is not None:  # the id of the one entity that it leads to, which is a column here
        column = sql.SQL("{}.{}").format(place.e, sql.Identifier(link.source_column))
        return Value(
            "number", column, is_whole=True, entity=place.entity, is_optional=link.name != "Datastream"
        )
    found = place.entity.property_named(name)
    if found is None:
        raise unknown(scope.option, place.entity, name)
    return _property_value(scope, place, found, keys, deeper)


def _property_value(
    scope: Scope, place: Place, found: Property, keys: tuple[str, ...], deeper: tuple[str, ...]
) -> Value:
    first = sql.SQL(found.columns[0]).format(e=place.e)
    if found.kind == "unit":
        known = scope.bound.bind(known_units(), "json")
        return _in_json(scope, sql.SQL(QUERIES["unit"]).format(e=place.e, known=known), deeper)
    if found.kind == "quality":
        return _in_json(scope, sql.SQL(QUERIES["quality"]).format(e=place.e), deeper)
    if found.kind == "json" or (deeper and found.kind in ("geometry", "area")):
        return _in_json(scope, first, deeper)
    if found.kind == "result":
        return _result(scope, place, deeper)
    _check_end(scope, keys, deeper)
    if found.kind in ("geometry", "area"):
        return Value("geometry", first, entity=place.entity, alias=place.alias)
    is_own = place is scope.place and found.name in NEVER_NULL
    return (
        Value("text", first, is_optional=not is_own)
        if found.kind == "text"
        else _time(place, found, is_own=is_own)
    )


def _result(scope: Scope, place: Place, deeper: tuple[str, ...]) -> Value:
    json = sql.SQL(QUERIES["result_json"]).format(e=place.e)
    if deeper:
        return _in_json(scope, json, deeper)
    is_number_only = place.result_types == ("measurement",)
    return Value("result", json, alias=place.alias, entity=place.entity, is_number_only=is_number_only)


def _time(place: Place, found: Property, *, is_own: bool) -> Value:
    if found.kind == "span":
        start, end = span_of(found.name, place.e)
        return Value("time", start, end, is_interval=True)
    start, *ends = (sql.SQL(one).format(e=place.e) for one in found.columns)
    end_column = ends[0] if ends else None
    if place.entity.is_observation and found.name == "phenomenonTime":
        kept = sql.SQL("{}.phenomenon_time").format(place.e)
        return Value("time", kept, end_column, is_optional=not is_own, stated=start)
    return Value("time", start, end_column, is_optional=not is_own, is_interval=found.name == "validTime")


def _in_json(scope: Scope, json: sql.Composable, keys: tuple[str, ...]) -> Value:
    """A value within JSON; its keys are bound as all that a request says is."""
    if not keys:
        return Value("json", json)
    path = scope.bound.bind(list(keys), "texts")
    return Value("json", sql.SQL("({} #> {})").format(json, path))


def _check_end(scope: Scope, keys: tuple[str, ...], deeper: tuple[str, ...]) -> None:
    if deeper:
        raise RequestInvalid(scope.option, "path_too_far", piece="/".join(keys))


def unknown(option: str, entity: EntityType, name: str) -> RequestInvalid:
    """The error for a name that an entity does not have, with the nearest that it has."""
    known = ["id", *(one.name for one in entity.properties), *(one.name for one in entity.links)]
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    if near:
        return RequestInvalid(option, "unknown_name_near", name=name, entity=entity.name, known=near[0])
    return RequestInvalid(option, "unknown_name", name=name, entity=entity.name, known=", ".join(known))
