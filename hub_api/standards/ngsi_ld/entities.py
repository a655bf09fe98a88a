"""Entities as NGSI-LD writes them: normalized, concise, simplified, and over time (ETSI GS CIM 009, 4.5). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from math import isfinite
from typing import Any

from hub_api.standards.ngsi_ld.model import Entity, Presentation
from hub_api.standards.ngsi_ld.vocabulary import RESERVED, UNIT_CODES

Json = dict[str, Any]
#: How `datasetId` calls an instance without a dataset.
DEFAULT_INSTANCE = "@none"
#: What every entity may have besides what was observed.
OWN_ATTRIBUTES = ("name", "location", "kind", "source", "simulated", "place")


def entity_json(entity: Entity, how: Presentation) -> Json:
    """One entity; instants are left to the encoder."""
    found: Json = {"id": entity.id, "type": entity.type}
    if how.has_system_attributes:
        found |= {"createdAt": entity.created_at, "modifiedAt": _modified(entity)}
    for name, value in _attributes(entity, how):
        found[name] = value
    return projected(found, how)


def projected(entity: Json, how: Presentation) -> Json:
    """What of an entity is picked, or not omitted."""
    if how.pick:
        return {name: value for name, value in entity.items() if name in how.pick}
    return {name: value for name, value in entity.items() if name not in how.omit} if how.omit else entity


def _modified(entity: Entity) -> datetime:
    times: list[datetime] = [one["at"] for one in entity.series if one["at"] is not None]
    return max([entity.created_at, *times])


def _attributes(entity: Entity, how: Presentation) -> Iterable[tuple[str, Any]]:
    wanted = how.attributes
    own = {
        "name": _name(entity, how),
        "location": _location(entity, how),
        "kind": _plain(entity.kind, entity, how),
        "source": _plain(entity.source, entity, how),
        "simulated": _plain(entity.simulated, entity, how),
        "place": None if entity.place is None else _plain(entity.place, entity, how),
    }
    if how.datasets and DEFAULT_INSTANCE not in how.datasets:
        own = {}
    yield from (
        (name, value) for name, value in own.items() if value is not None and (not wanted or name in wanted)
    )
    for code, several in groupby(entity.series, lambda one: one["observed_property"]):
        # NGSI-LD has no null: what is no number is no value.
        known = [one for one in several if one["result_type"] != "position" and value_of(one) is not None]
        if not known or code in RESERVED or (wanted and code not in wanted):
            continue
        is_default = len(known) == 1
        known = instances_of(known, how)
        if not known:
            continue
        if is_default:
            yield code, observed(known[0], how)
        elif how.form == "simplified":
            yield code, {"dataset": {dataset_of(one): observed(one, how) for one in known}}
        else:
            yield code, [{**_whole(observed(one, how)), "datasetId": dataset_of(one)} for one in known]


def instances_of(several: Sequence[Mapping[str, Any]], how: Presentation) -> list[Mapping[str, Any]]:
    """Of the datastreams of a property those of the datasets that are asked for; a single one is its default instance."""
    if not how.datasets:
        return list(several)
    if len(several) == 1:
        return list(several) if DEFAULT_INSTANCE in how.datasets else []
    return [one for one in several if dataset_of(one) in how.datasets]


def _whole(value: Any) -> Json:
    return value if isinstance(value, dict) else {"value": value}


def dataset_of(series: Mapping[str, Any]) -> str:
    """Of several datastreams of one property each has a number that stays."""
    return f"urn:ngsi-ld:dataset:{series['sensor'] or series['datastream']}"


def value_of(series: Mapping[str, Any]) -> float | str | None:
    if series["result_type"] == "category":
        text: str | None = series["text"]
        return text
    number: float | None = series["result"]
    return number if number is not None and isfinite(number) else None


def observed(series: Mapping[str, Any], how: Presentation) -> Any:
    """A property that was observed, with its unit and its flag."""
    value = value_of(series)
    if how.form == "simplified":
        return value
    found: Json = {} if how.form == "concise" else {"type": "Property"}
    found["value"] = value
    found["observedAt"] = series["at"]
    found |= unit_of(series)
    if "unit" in found:
        found["unit"] = _sub(found["unit"], how)
    found["qualityFlag"] = _sub(series["quality"], how)
    if how.has_system_attributes:
        found |= {"createdAt": series["created_at"], "modifiedAt": series["at"]}
    return found


def unit_of(series: Mapping[str, Any]) -> Json:
    """The code of the unit, or where UNECE has none the one of UCUM under a name of its own."""
    if series["result_type"] != "measurement":
        return {}
    code = UNIT_CODES.get(series["unit"])
    return {"unit": series["unit"]} if code is None else {"unitCode": code}


def _sub(value: object, how: Presentation) -> object:
    return value if how.form == "concise" else {"type": "Property", "value": value}


def _plain(value: object, entity: Entity, how: Presentation) -> Any:
    if how.form == "simplified" or (how.form == "concise" and not how.has_system_attributes):
        return value
    found: Json = {"value": value} if how.form == "concise" else {"type": "Property", "value": value}
    return found | _system(entity, how)


def _system(entity: Entity, how: Presentation) -> Json:
    return (
        {"createdAt": entity.created_at, "modifiedAt": entity.created_at} if how.has_system_attributes else {}
    )


def _name(entity: Entity, how: Presentation) -> Any:
    if how.language is not None:
        value = entity.name[how.language]
        if how.form == "simplified":
            return value
        kind = {} if how.form == "concise" else {"type": "Property"}
        return {**kind, "value": value, "lang": how.language, **_system(entity, how)}
    kind = {"type": "LanguageProperty"} if how.form == "normalized" else {}
    return {**kind, "languageMap": dict(entity.name), **_system(entity, how)}


def point_of(entity: Entity) -> Json | None:
    if entity.longitude is None or entity.latitude is None:
        return None
    return {"type": "Point", "coordinates": [entity.longitude, entity.latitude]}


def _location(entity: Entity, how: Presentation) -> Any:
    point = point_of(entity)
    if point is None or how.form == "simplified":
        return point
    times = {} if entity.seen_at is None else {"observedAt": entity.seen_at}
    if how.form == "concise":
        return (
            {"value": point, **times, **_system(entity, how)} if times or how.has_system_attributes else point
        )
    return {"type": "GeoProperty", "value": point, **times, **_system(entity, how)}


def feature(entity: Entity, how: Presentation) -> Json:
    """The entity as a feature of GeoJSON (4.5.16)."""
    found = entity_json(entity, how)
    found.pop("id", None)
    geometry = point_of(entity) if how.geometry == "location" else None
    return {"id": entity.id, "type": "Feature", "geometry": geometry, "properties": found}


def collection(entities: Sequence[Entity], how: Presentation) -> Json:
    return {"type": "FeatureCollection", "features": [feature(entity, how) for entity in entities]}


def temporal_json(entity: Entity, how: Presentation, rows: Mapping[int, Sequence[tuple[Any, ...]]]) -> Json:
    """An entity over time. ``rows`` has, by datastream, instants with flag, number, text, longitude and latitude."""
    found: Json = {"id": entity.id, "type": entity.type}
    if how.has_system_attributes:
        found |= {"createdAt": entity.created_at, "modifiedAt": _modified(entity)}
    for code, several in groupby(entity.series, lambda one: one["observed_property"]):
        if code in RESERVED and code != "location":
            continue
        known = [one for one in several if rows.get(one["datastream"])]
        is_default = len(known) == 1
        known = instances_of(known, how)
        if not known:
            continue
        rows = {**rows, **{one["datastream"]: _told(one, rows[one["datastream"]]) for one in known}}
        if how.form in {"temporalValues", "simplified"}:
            lists = [_values(one, rows[one["datastream"]], is_one=is_default) for one in known]
            found[code] = lists[0] if len(lists) == 1 else lists
            continue
        found[code] = [
            {**_instance(one, row, how), **({} if is_default else {"datasetId": dataset_of(one)})}
            for one in known
            for row in rows[one["datastream"]]
        ]
    return projected(found, how)


def _told(series: Mapping[str, Any], rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Without what is no value: NGSI-LD has no null."""
    if series["result_type"] == "position":
        return list(rows)
    return [row for row in rows if value_of({**series, "result": row[2], "text": row[3]}) is not None]


def _values(series: Mapping[str, Any], rows: Sequence[tuple[Any, ...]], *, is_one: bool) -> Json:
    is_place = series["result_type"] == "position"
    values = [
        [_point(row) if is_place else value_of({**series, "result": row[2], "text": row[3]}), row[0]]
        for row in rows
    ]
    found: Json = {"type": "GeoProperty" if is_place else "Property", "values": values}
    return found if is_one else {**found, "datasetId": dataset_of(series)}


def _point(row: tuple[Any, ...]) -> Json:
    return {"type": "Point", "coordinates": [row[4], row[5]]}


def _instance(series: Mapping[str, Any], row: tuple[Any, ...], how: Presentation) -> Json:
    at, quality, number, text = row[:4]
    if series["result_type"] == "position":
        kind = {} if how.form == "concise" else {"type": "GeoProperty"}
        return {**kind, "value": _point(row), "observedAt": at, "qualityFlag": _sub(quality, how)}
    found: Json = observed({**series, "at": at, "quality": quality, "result": number, "text": text}, how)
    return found
