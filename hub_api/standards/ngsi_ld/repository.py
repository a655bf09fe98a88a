"""Things with their newest observations, and observations over time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from citycore.intervals import floor_hour
from hub_api.serving.database import Reader, Row
from hub_api.serving.shapes import names
from hub_api.standards.ngsi_ld.aggregates import BAD_QUALITY, NUMBER_MAX, Summary
from hub_api.standards.ngsi_ld.model import Entity, Span
from hub_api.standards.ngsi_ld.periods import Periods
from hub_api.standards.ngsi_ld.statements import (
    FIRST,
    LAST,
    QUERIES,
    Conditions,
    count_statement,
    entities_statement,
    measured_statement,
    rolled_up_statement,
)

Series = Mapping[str, Any]
FIELDS = (
    "thing_id",
    "datastream",
    "observed_property",
    "unit",
    "result_type",
    "sensor",
    "created_at",
    "at",
    "quality",
    "result",
    "text",
)


async def fetch_kinds(database: Reader) -> list[tuple[str, list[str]]]:
    """Kinds of things with the codes of what they observe."""
    return [(kind, codes or []) for kind, codes in await database.fetch(QUERIES["kinds"])]


async def fetch_entities(
    database: Reader, conditions: Conditions, kinds: Mapping[str, str], rows: int, offset: int
) -> list[Entity]:
    """``kinds`` are those that count, with their types. Two questions, however many entities there are."""
    asked = {**conditions.parameters, **_typed(kinds), "rows": rows, "offset": offset}
    found = await database.fetch(entities_statement(conditions), asked)
    series = await _fetch_series(database, [row[0] for row in found])
    return [_entity(row, series.get(row[0], [])) for row in found]


async def count_entities(database: Reader, conditions: Conditions, kinds: Mapping[str, str]) -> int:
    rows = await database.fetch(count_statement(conditions), {**conditions.parameters, **_typed(kinds)})
    return int(rows[0][0])


def _typed(kinds: Mapping[str, str]) -> dict[str, list[str]]:
    return {"kinds": list(kinds), "types": list(kinds.values())}


async def _fetch_series(database: Reader, things: list[int]) -> dict[int, list[Series]]:
    if not things:
        return {}
    rows = await database.fetch(QUERIES["series"], {"things": things})
    every = [dict(zip(FIELDS, row, strict=True)) for row in rows]
    return {thing: list(some) for thing, some in groupby(every, lambda one: one["thing_id"])}


def _entity(row: Row, series: Sequence[Series]) -> Entity:
    thing_id, code, kind_of_entity, kind, english, arabic, source, simulated, place = row[:9]
    longitude, latitude, seen_at, created_at = row[9:]
    return Entity(
        thing_id=thing_id,
        code=code,
        type=kind_of_entity,
        kind=kind,
        name=names(english, arabic),
        source=source,
        simulated=simulated,
        place=place,
        longitude=longitude,
        latitude=latitude,
        seen_at=seen_at,
        created_at=created_at,
        series=series,
    )


async def has_let_go(database: Reader, span: Span) -> bool:
    """Whether the store has let go of anything within a span."""
    asked = {"start": span.start or FIRST, "end": span.end or LAST}
    return bool((await database.fetch(QUERIES["let_go"], asked))[0][0])


async def fetch_circular(database: Reader, codes: Iterable[str]) -> frozenset[str]:
    """Those of some observed properties that are directions."""
    return frozenset(code for (code,) in await database.fetch(QUERIES["circular"], {"codes": list(codes)}))


async def fetch_first(database: Reader, series: Sequence[Series]) -> datetime | None:
    """The beginning of the hour in which the first of these values was observed, also where the store has let go of it."""
    rows = await database.fetch(QUERIES["first"], {"datastreams": [one["datastream"] for one in series]})
    first: datetime | None = rows[0][0]
    return None if first is None else floor_hour(first)


async def fetch_aggregated(
    database: Reader,
    series: Sequence[Series],
    asked: tuple[Periods, Span],
    circular: frozenset[str],
    rows: int,
) -> dict[int, dict[int, Summary]]:
    """By datastream and period, of at most so many values of each datastream."""
    periods, span = asked
    measured = [one for one in series if one["result_type"] == "measurement"]
    values = {
        "measurements": [one["datastream"] for one in measured],
        "circular": [one["observed_property"] in circular for one in measured],
        "categories": [one["datastream"] for one in series if one["result_type"] == "category"],
        "starts": list(periods.starts),
        "start": span.start or FIRST,
        "end": span.end or LAST,
        "rows": rows,
        "number_max": NUMBER_MAX,
        "bad": BAD_QUALITY,
    }
    return _summaries(await database.fetch(QUERIES["aggregated"], values))


async def fetch_rolled_up(
    database: Reader, series: Sequence[Series], periods: Periods, until: datetime
) -> dict[int, dict[int, Summary]]:
    """The same of numbers, from the hub's quarters of hours before ``until``, or its hours where each period is made of such."""
    values = {
        "datastreams": [one["datastream"] for one in series],
        "starts": list(periods.starts),
        "start": periods.starts[0],
        "end": until,
        "number_max": NUMBER_MAX,
    }
    are_hours = all(floor_hour(moment) == moment for moment in (*periods.starts, until))
    return _summaries(await database.fetch(rolled_up_statement(of_hours=are_hours), values))


def _summaries(rows: Sequence[Row]) -> dict[int, dict[int, Summary]]:
    found: dict[int, dict[int, Summary]] = {}
    for datastream, period, count, *more, low, high in rows:
        *numbers, minimum, maximum, distinct, across, up = more
        total, squares, deviations = (number or 0.0 for number in numbers)
        ends = (minimum, maximum) if minimum is not None else (low, high)
        found.setdefault(datastream, {})[period] = Summary(
            count, total, squares, deviations, *ends, distinct, across, up
        )
    return found


async def fetch_measured(
    database: Reader, series: Iterable[Series], span: Span, rows: int
) -> dict[int, list[tuple[Any, ...]]]:
    """By datastream, at most so many instants each: the newest first where the last are asked for, else the oldest."""
    numbers: dict[str, list[int]] = {"measurement": [], "category": [], "position": []}
    for one in series:
        numbers[one["result_type"]].append(one["datastream"])
    asked = {
        "measurements": numbers["measurement"],
        "categories": numbers["category"],
        "positions": numbers["position"],
        "start": span.start or FIRST,
        "end": span.end or LAST,
        "rows": rows,
    }
    statement = measured_statement(newest_first=span.last is not None)
    found: dict[int, list[tuple[Any, ...]]] = {}
    for row in await database.fetch(statement, asked):
        found.setdefault(row[0], []).append(tuple(row[1:]))
    for instants in found.values():
        instants.sort(key=lambda row: row[0], reverse=span.last is not None)
    return found
