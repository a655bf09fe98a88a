"""A value for every parameter of every operation, which this very hub accepts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub_api.city.observations.metadata import BUCKET_QUALITIES
from hub_api.city.observations.rules import position_of
from hub_api.developers.documentation.examples import Names
from hub_api.developers.documentation.lists import NO_IDENTIFIER, beginning_of
from hub_api.serving.paging import Cursors, Key, question

Json = dict[str, Any]
#: What does not depend on the names of a hub; the others are found in them or in the schema.
VALUES: Json = {
    "limit": 10,
    "q": "water",
    "lang": "ar",
    "table": "who_2021",
    "limits": "who_2021",
    "averaging": "PT24H",
    "by": "place",
    "open": False,
    "general": True,
    "country": "OM",
    "rule": "wadi_flood",
    "severity": "severe",
    "index": "eu",
    "at": "{day}T00:00:00+04:00",
    "direction": 0,
    "timepoints": True,
    "bucket": "PT1H",
    "quality": ",".join(BUCKET_QUALITIES),
    "count": "estimated",
    "header": "metadata",
    "labels": True,
    "order": "desc",
    "f": "csv",
    "bom": True,
    "trailer": True,
    "seconds": 1,
    "sme": False,
    "overdue": False,
    "maturity_min": 1,
    "year": 2026,
    "month": "2026-11",
    "start": "{day}T00:00:00+04:00",
    "end": "{next_day}T00:00:00+04:00",
    "issued_by": "{next_day}T00:00:00+04:00",
    "since": "{day}",
    "above": 1,
    "page": 1,
    "pageSize": 10,
    "first_date": "{month}",
    "last_date": "{day}",
    "after": "0",
}
#: Columns by operation; of the others the first one.
FIELDS: Mapping[str, tuple[str, ...]] = {"observations": ("datastream", "unit")}
#: How far from the middle of the example's box, in metres.
NEAR_METRES = 50_000
#: The row before the first, by operation, where that does not follow from an open list; a cursor after it begins at the beginning.
BEGINNINGS: dict[str, Key] = {
    "search": "2147483647/a/a",
    "things": "",
    "datastreams": 0,
    "sources": "",
    "datasets": "",
    "presence": 0,
    "gaps": "0001-01-02T00:00:00+00:00",
    "flags": "0001-01-02T00:00:00+00:00 ",
    "limits": "",
    "calendar_days": "",
    "nowcasts": 0,
    "anomalies": "9999-12-28T00:00:00+00:00 1",
    "alerts": f"9999-12-30T00:00:00+00:00 {NO_IDENTIFIER}",
    "annotations": f"9999-12-30T00:00:00+00:00/{NO_IDENTIFIER}",
    "air_quality": " 0001-01-02T00:00:00+00:00",
    "transport_routes": '["",""]',
    "transport_service_alerts": '["",""]',
    "transport_performance": '["0001-01-02T00:00:00+00:00","","",-1,""]',
    "transport_segments": '["0001-01-02T00:00:00+00:00","","",0,"",""]',
    "transport_roads": '["","0001-01-02T00:00:00+00:00"]',
    "transport_parking": '["","0001-01-02T00:00:00+00:00"]',
    "latest": 0,
    "forecasts": 0,
    "forecast_exceedance": "",
    "forecast_skill": 0,
    "forecast_scenario": "",
    "bulk": " 0001-01-01",
    "organisations": NO_IDENTIFIER,
    "ambassadors": NO_IDENTIFIER,
    "reach": "0001-01///",
    "deadlines": "0001-01-01T00:00:00Z///",
    "results": f"//0/{NO_IDENTIFIER}",
    "awards": f"///0/{NO_IDENTIFIER}",
    "introductions": "0/",
    "figures": f"{NO_IDENTIFIER}/0",
    "voices": f"/{NO_IDENTIFIER}//",
    "themes": f"{NO_IDENTIFIER}//",
}
#: What cannot stand beside the other examples of its operation, by parameter: a cursor goes on with one question, only
#: JSON is counted, and a datastream's number names what thing and observed property name too. None: of any operation.
ALONE: Mapping[str, frozenset[str] | None] = {
    "cursor": None,
    "count": None,
    "datastream": frozenset({"observations", "forecasts", "forecast_exceedance", "forecast_skill"}),
    "at": frozenset({"air_quality"}),
}
#: Which datastream the cursor of observations is about.
NAMED = ("thing", "observed_property")
#: What the cursors of other operations are about that are always about something.
ABOUT: Mapping[str, tuple[str, ...]] = {
    "forecast_exceedance": NAMED,
    "forecast_scenario": ("place", "observed_property"),
}


def field_of(operation: str, parameter: str) -> str:
    """Where an example belongs: programs use every ``example`` of an operation at once, so those fit together."""
    alone = ALONE.get(parameter, frozenset())
    return "x-example" if alone is None or operation in alone else "example"


def value_of(operation: str, path: str, parameter: Json, names: Names, cursors: Cursors) -> Any:
    """An example; None where only an answer gives one, as the id of an event of the stream."""
    name, schema = parameter["name"], parameter["schema"]
    if operation == "ingest" and name == "topic":
        return "roof"
    if name == "cursor":
        return _cursor(operation, path, names, cursors)
    if operation == "bulk_file" and "bulk_file" in names:
        names = {**names, **_parts_of(names["bulk_file"])}
    if name == "fields":
        return list(FIELDS.get(operation, schema["items"].get("enum", ())[:1]))
    names = {**names, "near": _near(names["bbox"])}
    value = VALUES.get(name, names.get(name))
    value = value.format(**names) if isinstance(value, str) else value
    if schema.get("type") == "array":
        return None if value is None else [_of_type(value, schema["items"])]
    return _of_type(value, schema)


def _of_type(value: Any, schema: Json) -> Any:
    if "const" in schema:
        return schema["const"]
    if "enum" in schema and value not in schema["enum"]:
        return schema["enum"][0]
    return int(value) if value is not None and schema.get("type") == "integer" else value


def _near(bbox: str) -> str:
    """Around the middle of a box."""
    west, south, east, north = map(float, bbox.split(","))
    return f"{(west + east) / 2:.4f},{(south + north) / 2:.4f},{NEAR_METRES}"


def _parts_of(file_url: str) -> Names:
    """Dataset and date of a file that is there."""
    dataset, name = file_url.split("/")[-2:]
    return {"dataset": dataset, "date": name.removesuffix(".parquet")}


def _cursor(operation: str, path: str, names: Names, cursors: Cursors) -> str | None:
    if operation == "observations":
        position = position_of(f"{names['day']}T00:00:00+00:00")
        return cursors.write(question(path, {name: names[name] for name in NAMED}), position)
    beginning = BEGINNINGS.get(operation, beginning_of(operation))
    asked = {name: names[name] for name in ABOUT.get(operation, ())}
    return None if beginning is None else cursors.write(question(path, asked), beginning)
