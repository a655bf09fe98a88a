"""A path of an expression as the value that it names."""

from __future__ import annotations

from difflib import get_close_matches
from typing import LiteralString

from psycopg import sql

from hub_api.standards.sensorthings.compiling.scope import Place, Scope, id_value
from hub_api.standards.sensorthings.compiling.values import Value
from hub_api.standards.sensorthings.errors import RequestInvalid
from hub_api.standards.sensorthings.model import ID_NAMES, QUERIES, EntityType, Property

SPANS: dict[str, tuple[LiteralString, LiteralString]] = {
    "phenomenonTime": (QUERIES["first_time"], QUERIES["last_time"]),
    "resultTime": (QUERIES["first_result_time"], QUERIES["last_result_time"]),
}


def path_value(scope: Scope, keys: tuple[str, ...]) -> Value:
    place, rest = scope.walk(keys)
    if not rest:
        raise RequestInvalid(scope.option, "path_to_entity", piece="/".join(keys))
    name, deeper = rest[0], rest[1:]
    if name in ID_NAMES:
        _check_end(scope, keys, deeper)
        return id_value(place)
    link = place.entity.link_named(name)
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
    def column(number: int = 0) -> sql.Composed:
        return sql.SQL(found.columns[number]).format(e=place.e)

    match found.kind:
        case "text":
            _check_end(scope, keys, deeper)
            is_own = place is scope.place
            return Value("text", column(), is_optional=not is_own)
        case "json":
            return _in_json(scope, column(), deeper)
        case "quality":
            return _in_json(scope, sql.SQL(QUERIES["quality"]).format(e=place.e), deeper)
        case "unit":
            return _in_json(scope, sql.SQL(QUERIES["unit"]).format(e=place.e), deeper)
        case "geometry" | "area":
            if deeper:
                return _in_json(scope, column(), deeper)
            return Value("geometry", column(), entity=place.entity, alias=place.alias)
        case "result":
            whole = Value(
                "result",
                sql.SQL(QUERIES["result_json"]).format(e=place.e),
                alias=place.alias,
                entity=place.entity,
                is_number_only=place.result_types == ("measurement",),
            )
            return _in_json(scope, whole.term, deeper) if deeper else whole
        case "span":
            _check_end(scope, keys, deeper)
            start, end = (sql.SQL(one).format(e=place.e) for one in SPANS[found.name])
            return Value("time", start, end, is_interval=True)
        case "time":
            _check_end(scope, keys, deeper)
            until = column(1) if len(found.columns) > 1 else None
            is_own = place is scope.place and found.name in ("phenomenonTime", "time")
            return Value("time", column(), until, is_optional=not is_own, is_interval=found.name == "validTime")


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
