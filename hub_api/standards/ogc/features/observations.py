"""Observations as features: newest first, from the store and the archive, filtered row by row.

What a filter says of datastreams chooses them before anything is read; what is left is asked of each row. Of a filter that
takes few rows a page looks at a bounded number of them, ends, and the next one goes on behind the last that was looked at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from citycore.clock import microseconds_of, moment_at
from hub_api.city.observations import service
from hub_api.city.observations.model import Reading
from hub_api.city.observations.rules import series_of
from hub_api.city.selection.model import Datastream, Selection
from hub_api.city.selection.service import select
from hub_api.serving.database import Row
from hub_api.serving.errors import UnknownName
from hub_api.serving.hub import Hub
from hub_api.serving.several import DATASTREAM_MAX, NAME_CHARACTERS_MAX
from hub_api.standards.ogc.cql2 import model
from hub_api.standards.ogc.cql2.evaluation import UNKNOWN, Test, evaluated
from hub_api.standards.ogc.features.question import Question
from hub_api.standards.ogc.parameters import Warned
from hub_api.standards.ogc.settings import OgcSettings
from hub_api.standards.ogc.times import RESOLUTION, Window

IDENTIFIER = re.compile(r"(\d{1,10})-(-?\d{1,18})", re.ASCII)
#: What chooses datastreams by name, in one statement.
CHOOSING = ("datastream", "thing", "observed_property", "place", "source")
#: Rows that are read at once while a filter looks at them.
BLOCK_ROWS = 2_000
TIME = "phenomenon_time"
ANY_TIME = Window(None, None)
Json = dict[str, Any]
Answer = tuple[list[Json], Sequence[object] | None, Sequence[Warned]]


async def read_page(hub: Hub, settings: OgcSettings, asked: Question) -> Answer:
    """Features of a page, the key to go on from, and what looks odd."""
    conditions = _conditions(asked.filter)
    named = _named(conditions)
    if named is None:
        return [], None, []
    try:
        selection = await select(hub, named, is_one=False)
    except UnknownName as error:
        return [], None, [Warned("unknown_name", {"name": error.name, "likely": error.suggestion or "–"})]
    chosen, test = _chosen(selection, asked.filter)
    window = _window(asked.window, conditions)
    if not chosen.datastreams or window.is_reversed:
        return [], None, []
    reading = _reading(chosen, window.start, window.after_end)
    features, key = await _scan(hub, settings, _Scan(reading, test, asked))
    return features, key, []


async def read_one(hub: Hub, identifier: str) -> Json | None:
    """The observation of a datastream at an instant, or None."""
    found = IDENTIFIER.fullmatch(identifier)
    if found is None or not 1 <= int(found[1]) <= DATASTREAM_MAX:
        return None
    try:
        moment = moment_at(int(found[2]))
        selection = await select(hub, {"datastream": int(found[1])}, is_one=True)
        reading = _reading(selection, moment, moment + RESOLUTION)
    except (UnknownName, OverflowError):
        return None
    rows, _ = await service.read_page(hub, reading, None, 1)
    return _Maker(reading).feature(rows[0]) if rows else None


def _reading(selection: Selection, start: datetime | None, end: datetime | None) -> Reading:
    series = series_of(selection.result_types, "raw")
    assert series is not None, "raw rows have a series"
    return Reading(
        selection=selection, bucket="raw", series=series, start=start, end=end, order="desc", qualities=None
    )


def _conditions(node: model.Node | None) -> list[model.Node]:
    """What must hold together."""
    if isinstance(node, model.All):
        return [one for inner in node.inner for one in _conditions(inner)]
    return [] if node is None else [node]


def _named(conditions: Sequence[model.Node]) -> dict[str, object] | None:
    """Names that the datastreams must have; None where there can be none."""
    named: dict[str, object] = {}
    for one in conditions:
        if not isinstance(one, model.Compare) or one.operator != "=" or one.left.name not in CHOOSING:
            continue
        if one.left.folded or one.folded:
            continue
        value: object = one.value
        if isinstance(value, float):
            if not value.is_integer() or not 1 <= value <= DATASTREAM_MAX:
                return None
            value = int(value)
        elif not 1 <= len(str(value)) <= NAME_CHARACTERS_MAX:
            return None
        if named.setdefault(one.left.name, value) != value:
            return None
    return named


def _window(window: Window, conditions: Sequence[model.Node]) -> Window:
    """The stretch of time outside of which nothing fits."""
    stretches = [window, *(_stretch(one) for one in conditions)]
    return Window(
        max((one.start for one in stretches if one.start is not None), default=None),
        min((one.end for one in stretches if one.end is not None), default=None),
    )


def _stretch(node: model.Node) -> Window:
    """That of one condition, its edges included."""
    if not isinstance(node, (model.Compare, model.Between, model.Temporal)) or node.left.name != TIME:
        return ANY_TIME
    match node:
        case model.Temporal("t_intersects" | "t_during" | "t_equals", _, start, end):
            return Window(start, end)
        case model.Temporal("t_after" | "t_before" as relation, _, start, end):
            return Window(end, None) if relation == "t_after" else Window(None, start)
        case model.Between(_, datetime() as low, datetime() as high):
            return Window(low, high)
        case model.Compare("=" | ">" | ">=" | "<" | "<=" as sign, _, datetime() as moment):
            return Window(None if sign.startswith("<") else moment, None if sign.startswith(">") else moment)
    return ANY_TIME


def _chosen(selection: Selection, node: model.Node | None) -> tuple[Selection, Test | None]:
    """The datastreams of which rows may fit, and what is to be asked of each row: None where all fit."""
    if node is None:
        return _as_selection(selection.datastreams), None
    test = evaluated(node)
    known = [(one, test(_values(one))) for one in selection.datastreams]
    chosen = tuple(one for one, answer in known if answer is not False)
    is_certain = all(answer is True for _, answer in known if answer is not False)
    return _as_selection(chosen), None if is_certain else test


def _as_selection(datastreams: tuple[Datastream, ...]) -> Selection:
    return Selection(datastreams, is_one=len(datastreams) == 1)


def _values(one: Datastream) -> dict[str, Any]:
    """What is known of all observations of a datastream."""
    place = None if one.longitude is None or one.latitude is None else (one.longitude, one.latitude)
    return {
        "datastream": one.number,
        "thing": one.thing,
        "observed_property": one.observed_property,
        "unit": one.unit,
        "source": one.source,
        "simulated": one.simulated,
        "place": one.element["place"],
        "geometry": UNKNOWN if one.result_type == "position" else place,
        TIME: UNKNOWN,
        "result": UNKNOWN if one.result_type == "measurement" else None,
        "result_text": UNKNOWN if one.result_type == "category" else None,
        "quality": UNKNOWN,
    }


class _Maker:
    """From rows of a reading to values and features."""

    def __init__(self, reading: Reading) -> None:
        self._is_one = reading.selection.is_one
        self._series = reading.series
        self._known: Mapping[int, dict[str, Any]] = {
            one.number: _values(one) for one in reading.selection.datastreams
        }
        #: What all features of a datastream have: their geometry, and the beginning of their properties.
        self._shared = {number: _shared(values) for number, values in self._known.items()}
        self._only = reading.selection.datastreams[0].number

    def _parts(self, row: Row) -> tuple[int, float | None, str | None, tuple[float, float] | None, int]:
        """Datastream, number, text, position and quality: a row has its moment and the values of the series before them."""
        if self._series == "measurement":
            return self._only if self._is_one else row[3], row[1], None, None, row[2]
        if self._series == "category":
            return self._only if self._is_one else row[3], None, row[1], None, row[2]
        if self._series == "position":
            return self._only if self._is_one else row[4], None, None, row[1:3], row[3]
        number, text, longitude, latitude, quality, datastream = row[1:7]
        return datastream, number, text, None if longitude is None else (longitude, latitude), quality

    def values(self, row: Row) -> dict[str, Any]:
        """What a filter may ask of a row."""
        datastream, number, text, place, quality = self._parts(row)
        values = {
            **self._known[datastream],
            TIME: row[0],
            "result": number,
            "result_text": text,
            "quality": quality,
        }
        if place is not None:
            values["geometry"] = place
        return values

    def key(self, row: Row) -> tuple[datetime, int]:
        """Where a page goes on behind it."""
        return row[0], self._parts(row)[0]

    def feature(self, row: Row) -> Json:
        """GeoJSON."""
        datastream, number, text, place, quality = self._parts(row)
        geometry, shared = self._shared[datastream]
        moment: datetime = row[0]
        return {
            "type": "Feature",
            "id": f"{datastream}-{microseconds_of(moment)}",
            "geometry": geometry if place is None else {"type": "Point", "coordinates": place},
            "properties": {
                **shared,
                TIME: moment,
                "result": number,
                "result_text": text,
                "quality": quality,
            },
        }


def _shared(values: Mapping[str, Any]) -> tuple[Json | None, Json]:
    place = values["geometry"]
    geometry = None if place is None or place is UNKNOWN else {"type": "Point", "coordinates": place}
    names = ("datastream", "thing", "observed_property", "unit", "source", "simulated", "place")
    return geometry, {name: values[name] for name in names}


@dataclass(frozen=True, slots=True)
class _Scan:
    reading: Reading
    test: Test | None
    asked: Question


async def _scan(hub: Hub, settings: OgcSettings, scan: _Scan) -> tuple[list[Json], Sequence[object] | None]:
    """Rows that fit, until there are enough, none is left, or enough was looked at."""
    maker, limit, test = _Maker(scan.reading), scan.asked.limit, scan.test
    after: Any = scan.asked.after
    found: list[Row] = []
    seen = 0
    while True:
        wanted = limit + 1 - len(found)
        if test is not None:
            wanted = max(1, min(max(wanted, BLOCK_ROWS), settings.scan_rows_max - seen))
        rows, _ = await service.read_page(hub, scan.reading, after, wanted)
        seen += len(rows)
        found += rows if test is None else [row for row in rows if test(maker.values(row)) is True]
        if len(found) > limit:
            return [maker.feature(row) for row in found[:limit]], maker.key(found[limit - 1])
        if len(rows) < wanted:
            return [maker.feature(row) for row in found], None
        after = maker.key(rows[-1])
        if seen >= settings.scan_rows_max:
            return [maker.feature(row) for row in found], after
