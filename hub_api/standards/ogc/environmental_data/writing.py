"""Environmental data in its formats: CoverageJSON, GeoJSON, CSV. Pure."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO
from typing import Any

import orjson

from citycore.clock import microseconds_of
from citycore.model import Quality
from citycore.spreadsheets import inert
from hub_api.serving.turns import parts_of
from hub_api.standards.ogc.environmental_data.description import coverage_parameter
from hub_api.standards.ogc.environmental_data.model import Data, Observed, Station
from hub_api.standards.ogc.parameters import CRS84
from hub_api.standards.ogc.times import text_of

Json = dict[str, Any]
#: Values that are written together; each is a few dictionaries before it is text.
ROWS_AT_ONCE = 1_000
REFERENCING = [
    {"coordinates": ["x", "y"], "system": {"type": "GeographicCRS", "id": CRS84}},
    {"coordinates": ["t"], "system": {"type": "TemporalRS", "calendar": "Gregorian"}},
]
COLUMNS = (
    "thing",
    "longitude",
    "latitude",
    "observed_property",
    "unit",
    "phenomenon_time",
    "result",
    "quality",
    "datastream",
)
#: Flags whose values are no values: in CoverageJSON, which has no place for flags, they are null.
LEFT_OUT = frozenset({int(Quality.BAD), int(Quality.MISSING)})


def coverage_json(data: Data, told: Json, *, is_single: bool) -> bytes:
    """A coverage for each thing (a second one where it has two sensors for one property), as a point series.

    ``told`` goes with it. ``is_single``: where there is one, it stands alone.
    """
    series: dict[int, list[Observed]] = defaultdict(list)
    for row in data.rows:
        series[row.number].append(row)
    made = [_coverage(data, group, series) for group in _groups(data)]
    coverages = [one for one in made if one is not None]
    used = {code for one in coverages for code in one["ranges"]}
    parameters = {
        code: coverage_parameter(one, one.unit) for code, one in data.parameters.items() if code in used
    }
    if is_single and len(coverages) == 1:
        alone = {"parameters": parameters | coverages[0].pop("parameters", {})}
        alone["domain"] = coverages[0].pop("domain") | {"referencing": REFERENCING}
        return orjson.dumps({**coverages[0], **alone, **told})
    whole = {
        "type": "CoverageCollection",
        "domainType": "PointSeries",
        "parameters": parameters,
        "referencing": REFERENCING,
        "coverages": coverages,
        **told,
    }
    return orjson.dumps(whole)


def _groups(data: Data) -> list[list[Station]]:
    """Stations of one thing, none of which observe the same."""
    groups: dict[tuple[str, int], list[Station]] = defaultdict(list)
    seen: dict[tuple[str, str], int] = defaultdict(int)
    for one in data.stations:
        key = one.datastream.thing, one.datastream.observed_property
        groups[one.datastream.thing, seen[key]].append(one)
        seen[key] += 1
    return list(groups.values())


def _coverage(data: Data, group: Sequence[Station], series: Mapping[int, Sequence[Observed]]) -> Json | None:
    moments = sorted({row.moment for one in group for row in series[one.datastream.number]})
    if not moments:
        return None
    place = {moment: number for number, moment in enumerate(moments)}
    first = group[0]
    coverage: Json = {
        "type": "Coverage",
        "id": f"{first.datastream.thing}-{first.datastream.number}",
        "domain": {
            "type": "Domain",
            "domainType": "PointSeries",
            "axes": {
                "x": {"values": [first.longitude]},
                "y": {"values": [first.latitude]},
                "t": {"values": [text_of(moment) for moment in moments]},
            },
        },
        "ranges": {},
        "falaj:thing": first.datastream.thing,
        "falaj:name": {"en": first.name_en, "ar": first.name_ar},
    }
    own: Json = {}
    for one in group:
        rows, code = series[one.datastream.number], one.datastream.observed_property
        if not rows:
            continue
        values: list[float | str | None] = [None] * len(moments)
        for row in rows:
            values[place[row.moment]] = None if row.quality in LEFT_OUT else row.result
        coverage["ranges"][code] = {
            "type": "NdArray",
            "dataType": "string" if one.datastream.result_type == "category" else "float",
            "axisNames": ["t"],
            "shape": [len(moments)],
            "values": values,
        }
        if one.datastream.unit != data.parameters[code].unit:
            own[code] = coverage_parameter(data.parameters[code], one.datastream.unit)
    return coverage | ({"parameters": own} if own else {})


def geojson(data: Data, told: Json) -> list[bytes]:
    """A feature for each value, as the parts of a body: no more features are held than those of one part."""
    known = {one.datastream.number: one for one in data.stations}
    head = {"type": "FeatureCollection", "numberReturned": len(data.rows), **told, "features": []}
    parts = [orjson.dumps(head, option=orjson.OPT_UTC_Z).removesuffix(b"]}")]
    for number, rows in enumerate(parts_of(data.rows, ROWS_AT_ONCE)):
        features = [_feature(known[row.number], row) for row in rows]
        between = b"," if number else b""
        parts.append(between + orjson.dumps(features, option=orjson.OPT_UTC_Z)[1:-1])
    return [*parts, b"]}"]


def _feature(one: Station, row: Observed) -> Json:
    return {
        "type": "Feature",
        "id": f"{row.number}-{microseconds_of(row.moment)}",
        "geometry": {"type": "Point", "coordinates": [one.longitude, one.latitude]},
        "properties": {
            "thing": one.datastream.thing,
            "observed_property": one.datastream.observed_property,
            "unit": one.datastream.unit,
            "phenomenon_time": row.moment,
            "result": row.result,
            "quality": row.quality,
            "datastream": row.number,
        },
    }


def csv_text(data: Data) -> list[bytes]:
    """A line for each value, as the parts of a body; texts that look like formulas get an apostrophe."""
    known = {one.datastream.number: one for one in data.stations}
    return [_lines([COLUMNS]), *(_lines(_cells(known, rows)) for rows in parts_of(data.rows, ROWS_AT_ONCE))]


def _cells(known: Mapping[int, Station], rows: Sequence[Observed]) -> Iterator[Sequence[object]]:
    for row in rows:
        one = known[row.number]
        yield (
            inert(one.datastream.thing),
            one.longitude,
            one.latitude,
            one.datastream.observed_property,
            one.datastream.unit,
            text_of(row.moment),
            inert(row.result),
            row.quality,
            row.number,
        )


def _lines(rows: Iterable[Sequence[object]]) -> bytes:
    with StringIO(newline="") as out:
        csv.writer(out, lineterminator="\r\n").writerows(rows)
        return out.getvalue().encode()
