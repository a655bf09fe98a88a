"""The statements of writing: values in, values out. They run in the registry's role and in whatever transaction there is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from hub_api.standards.sensorthings.writing.model import Row, Span, Stream
from hub_api.standards.sensorthings.writing.times import microseconds, moment_of

_PACKAGE = "hub_api.standards.sensorthings.writing"
QUERIES = {**load_queries(_PACKAGE), **load_queries(_PACKAGE, "deleting.sql")}
#: Of each entity, what its row says in the order of ``read_…``.
_READ: Mapping[str, tuple[str, ...]] = {
    "Thing": ("name", "description", "properties"),
    "Location": ("name", "description", "encodingType", "location", "properties"),
    "HistoricalLocation": ("time",),
    "Datastream": (
        "name",
        "description",
        "unitOfMeasurement",
        "observationType",
        "observedArea",
        "properties",
    ),
    "Sensor": ("name", "description", "encodingType", "metadata", "properties"),
    "ObservedProperty": ("name", "definition", "description", "properties"),
    "FeatureOfInterest": ("name", "description", "encodingType", "feature", "properties"),
}
_JSON = frozenset({"properties", "location", "feature", "metadata", "unitOfMeasurement", "observedArea"})


def parameters(entity: str, values: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """The properties of an entity as statements take them; what is not given is NULL."""
    found: dict[str, Any] = {}
    for name in _READ[entity]:
        value = values.get(name)
        if name == "time" and value is not None:
            value = moment_of(value)
        # metadata and the place may be JSON's null as little as any other: NULL is none.
        found[name] = Jsonb(value) if name in _JSON and value is not None else value
    return found | more


def execute(connection: Connection, query: str, **values: Any) -> None:
    connection.execute(QUERIES[query], values)


def one(connection: Connection, query: str, **values: Any) -> tuple[Any, ...] | None:
    return connection.execute(QUERIES[query], values).fetchone()


def number(connection: Connection, query: str, **values: Any) -> int:
    """The number that a statement gives back."""
    row = connection.execute(QUERIES[query], values).fetchone()
    assert row is not None
    return int(row[0])


def numbers(connection: Connection, query: str, **values: Any) -> list[int]:
    return [row[0] for row in connection.execute(QUERIES[query], values).fetchall()]


def rows(connection: Connection, query: str, **values: Any) -> list[tuple[Any, ...]]:
    return connection.execute(QUERIES[query], values).fetchall()


def read(connection: Connection, entity: str, key: int) -> dict[str, Any] | None:
    """The properties of an entity as they are now."""
    row = one(connection, f"read_{entity.lower()}", id=key)
    return None if row is None else dict(zip(_READ[entity], row, strict=True))


def add(connection: Connection, entity: str, values: Mapping[str, Any], **more: Any) -> int:
    row = connection.execute(QUERIES[f"add_{entity.lower()}"], parameters(entity, values, **more)).fetchone()
    assert row is not None
    return int(row[0])


def save(connection: Connection, entity: str, key: int, values: Mapping[str, Any], **more: Any) -> None:
    given = {"source_id": None, "stands_for": None, **parameters(entity, values, **more), "id": key}
    connection.execute(QUERIES[f"save_{entity.lower()}"], given)


def streams(connection: Connection, ids: Iterable[int]) -> dict[int, Stream]:
    found = connection.execute(QUERIES["streams"], {"ids": sorted(set(ids))}).fetchall()
    return {row[0]: Stream(*row) for row in found}


def is_any(connection: Connection, query: str, **values: Any) -> bool:
    row = one(connection, query, **values)
    return row is not None and bool(row[0])


def kept(connection: Connection, spans: Iterable[tuple[int, int, int]]) -> list[Row]:
    """What these datastreams keep from each of these instants on, until before the next."""
    ids, starts, ends = zip(*spans, strict=True)
    asked = {
        "ids": list(ids),
        "starts": [moment_of(start) for start in starts],
        "ends": [moment_of(end) for end in ends],
    }
    return [_row_of(*row) for row in rows(connection, "kept", **asked)]


def _row_of(datastream_id: int, time: datetime, result: Any, words: Any, *more: Any) -> Row:
    longitude, latitude, end, result_time, valid_start, valid_end, quality, parameters_, *rest = more
    feature_id, start, exact = rest
    return Row(
        datastream_id,
        microseconds(time),
        words if words is not None else result if result is not None else (longitude, latitude),
        _instant(end),
        _instant(result_time),
        _instant(valid_start),
        _instant(valid_end),
        None if quality is None else json.dumps(quality),
        None if parameters_ is None else json.dumps(parameters_),
        feature_id,
        _instant(start),
        exact,
    )


def _instant(moment: datetime | None) -> int | None:
    return None if moment is None else microseconds(moment)


def detailed(connection: Connection, keys: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of these datastreams and times that have more than a result."""
    ids, times = zip(*keys, strict=True)
    asked = {"ids": list(ids), "times": [moment_of(time) for time in times]}
    return {(row[0], microseconds(row[1])) for row in rows(connection, "detailed", **asked)}


def read_observation(connection: Connection, datastream_id: int, time: datetime) -> dict[str, Any] | None:
    """An observation as its row and its details have it; ``time`` is where it is kept, or was before."""
    row = one(connection, "read_observation", id=datastream_id, time=time)
    if row is None and (moved := one(connection, "moved_to", id=datastream_id, was=time)) is not None:
        row = one(connection, "read_observation", id=datastream_id, time=moved[0])
    if row is None:
        return None
    kept, end, result, text, longitude, latitude, result_time, start, until, *more, stated = row
    quality, parameters_, feature = more
    return {
        "key": kept,
        "phenomenonTime": Span(microseconds(stated or kept), None if end is None else microseconds(end)),
        "result": text if text is not None else result if result is not None else (longitude, latitude),
        "resultTime": None if result_time is None else microseconds(result_time),
        "validTime": None
        if start is None
        else Span(microseconds(start), None if until is None else microseconds(until)),
        "resultQuality": quality,
        "parameters": parameters_,
        "feature_id": feature,
    }


def count_observations(connection: Connection, ids: Sequence[int], maximum: int) -> int:
    return number(connection, "count_observations", ids=list(ids), maximum=maximum) if ids else 0
