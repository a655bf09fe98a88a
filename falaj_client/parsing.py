"""From the JSON of the answers to values. Unknown keys are ignored, missing ones are a KeyError.

What a value is read from, its dataclass says: each field from the key of its name, or from where its metadata say
(:func:`falaj_client.model.within`), and as its type wants it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, reduce
from operator import or_
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from falaj_client.forecasts import Forecast
from falaj_client.live import LiveObservation, StreamEvent
from falaj_client.model import Name, Place, Position

Json = Mapping[str, Any]
Read = Callable[[Any], Any]
Value = TypeVar("Value")
#: What rows of one named datastream do not say themselves.
NAMELESS = ("datastream", "thing", "observed_property", "sensor", "unit", "simulated")


def parse(kind: type[Value], row: Json) -> Value:
    """A value of this dataclass."""
    value: Value = _parser_of(kind)(row)  # type: ignore[arg-type]  # classes are hashable
    return value


def parse_instant(text: str) -> datetime:
    """An RFC 3339 instant as aware UTC."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no offset")
    return moment.astimezone(UTC)


def parse_event(kind: str, body: Json, place: str | None) -> StreamEvent:
    """An event of the live stream from its name, its data and its id."""
    observations = body["data"] if kind == "observations" else ()
    return StreamEvent(
        kind=kind,
        id=place,
        observations=tuple(parse(LiveObservation, row) for row in observations),
        as_of=_read_as(datetime | None)(body.get("as_of")),
        database=body.get("database"),
        reason=body.get("reason"),
        detail=_read_as(Name | None)(body.get("detail")),
    )


@cache
def _parser_of(kind: Any) -> Callable[[Json], Any]:
    types, made_plain = get_type_hints(kind), _MADE_PLAIN.get(kind)
    as_they_are, converted = [], []
    optional = {each.name for each in fields(kind) if each.default is not MISSING}
    for each in fields(kind):
        key, *inner = each.metadata.get("path", (each.name,))
        convert = each.metadata.get("read") or _read_as(types[each.name])
        if inner or key != each.name or convert is not _as_it_is:
            converted.append((each.name, key, _inner_reader(inner, convert)))
        elif each.name not in optional:
            as_they_are.append(each.name)

    def parse_row(row: Json) -> Any:
        row = row if made_plain is None else made_plain(row)
        # What has a default may be missing.
        values = {name: row[name] for name in optional if name in row}
        values |= {name: row[name] for name in as_they_are}
        for name, key, convert in converted:
            if name not in optional or key in row:
                values[name] = convert(row[key])
        return kind(**values)

    return parse_row


def _inner_reader(path: list[str], convert: Read) -> Read:
    return (lambda value: convert(_within(value, path))) if path else convert


def _within(value: Any, path: list[str]) -> Any:
    """What stands there: nothing within nothing, and that of each element within a list."""
    if not path or value is None:
        return value
    if isinstance(value, list):
        return [_within(each, path) for each in value]
    return _within(value[path[0]], path[1:])


@cache
def _read_as(hint: Any) -> Read:
    """How a value of JSON becomes one of this type."""
    if NoneType in get_args(hint):
        convert = _read_as(without_none(hint))
        return convert if convert is _as_it_is else lambda value: None if value is None else convert(value)
    if get_origin(hint) is tuple:
        kinds = get_args(hint)
        each = float if Ellipsis not in kinds else _read_as(kinds[0])
        return tuple if each is _as_it_is else lambda values: tuple(map(each, values))
    if hint in _READS:
        return _READS[hint]
    return _parser_of(hint) if is_dataclass(hint) and isinstance(hint, type) else _as_it_is


def without_none(hint: Any) -> Any:
    """``A`` of ``A | None``."""
    kinds = [kind for kind in get_args(hint) if kind is not NoneType]
    return reduce(or_, kinds) if NoneType in get_args(hint) else hint


def _as_it_is(value: Any) -> Any:
    return value


def _result(result: Any) -> float | str | Position:
    if isinstance(result, list):
        longitude, latitude = result
        return Position(float(longitude), float(latitude))
    if not isinstance(result, (int, float, str)):
        raise TypeError(f"{result!r} is no result")
    return result


def _point(geometry: Json) -> Position:
    longitude, latitude = geometry["coordinates"][:2]
    return Position(float(longitude), float(latitude))


#: Of answers that are not what their dataclass says: GeoJSON, and forecasts that come without their hours.
_MADE_PLAIN: Mapping[Any, Callable[[Json], Json]] = {
    Place: lambda feature: {**feature["properties"], "geometry": feature["geometry"]},
    Forecast: lambda row: {**row, "values": row.get("values") or ()},
}
_READS: Mapping[Any, Read] = {
    datetime: parse_instant,
    date: date.fromisoformat,
    Decimal: Decimal,
    Position: _point,
    float | str | Position: _result,
}
