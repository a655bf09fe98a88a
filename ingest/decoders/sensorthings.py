"""OGC SensorThings API 1.1, MQTT extension (18-088, clauses 11 and 14): Observations as they are published. Pure.

``v1.1/Datastreams(7)/Observations`` or ``Datastreams('code')/Observations`` with an Observation; ``v1.1/Observations`` with one that names
its Datastream; the array of ``CreateObservations`` (clause 13, dataArray). What an id is of, only its server knows: the name of a value
is the observed property where the Datastream is expanded, else what follows the last ``/`` of a text id, else
``Datastreams(7)``. The start of a period of time is the instant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ingest.decoders.gathering import Gathering, Instant
from ingest.decoders.model import Arrival, Decoded, Decoder, Remark, Unreadable
from ingest.decoders.reading import UNREADABLE, read_json, shown
from ingest.decoders.times import interval_start
from ingest.decoders.unit_codes import from_spelling

_IN_TOPIC = re.compile(r"(?:Multi)?Datastreams\((?:'([^']{1,200})'|([^)']{1,200}))\)")
_DATA_ARRAY = "dataArray"


def decode(arrival: Arrival) -> Decoded:
    document = read_json(arrival.payload)
    in_topic = _IN_TOPIC.search(arrival.topic)
    stream = _Stream(in_topic[1] or in_topic[2]) if in_topic is not None else None
    gathering = Gathering(arrival.limits)
    entries = document if type(document) is list else [document]
    if type(document) is dict and type(document.get("value")) is list:
        entries = document["value"]
    for number, entry in enumerate(entries):
        if type(entry) is not dict:
            raise Unreadable(UNREADABLE, f"no Observation: {shown(entry)}")
        try:
            if _DATA_ARRAY in entry:
                _data_array(gathering, stream, entry)
            else:
                _observation(gathering, stream, entry)
        except Unreadable as error:
            if len(entries) == 1:
                raise
            gathering.refuse_part(f"observation {number}", error)
    return gathering.decoded(Remark.STATUS if not entries else None)


class _Stream:
    """Which thing and property a Datastream is of, as far as the message tells."""

    def __init__(self, identifier: Any, entity: Mapping[str, Any] | None = None) -> None:
        entity = entity or {}
        self.thing = _name_of(entity.get("Thing"))
        self.unit: str | None = None
        observed = _name_of(entity.get("ObservedProperty"))
        text = identifier if type(identifier) is str else None
        if text is not None and not text.isdigit():
            before, _, after = text.rpartition("/")
            self.thing = self.thing or before or None
            self.name = observed or after
        else:
            self.name = observed or f"Datastreams({shown(identifier)})"
        unit = entity.get("unitOfMeasurement")
        if type(unit) is dict and type(symbol := unit.get("symbol")) is str and symbol:
            self.unit = from_spelling(symbol)


def _name_of(entity: Any) -> str | None:
    name = entity.get("name") if type(entity) is dict else None
    return name if type(name) is str and name else None


def _stream_of(entry: Mapping[str, Any], stream: _Stream | None) -> _Stream:
    entity = entry.get("Datastream", entry.get("MultiDatastream"))
    if type(entity) is dict and (identifier := entity.get("@iot.id")) is not None:
        return _Stream(identifier, entity)
    if type(link := entry.get("Datastream@iot.navigationLink")) is str and stream is None:
        linked = _IN_TOPIC.search(link[:1_000])
        if linked is not None:
            return _Stream(linked[1] or linked[2])
    if stream is None:
        raise Unreadable(UNREADABLE, "an Observation of no Datastream")
    return stream


def _observation(gathering: Gathering, stream: _Stream | None, entry: Mapping[str, Any]) -> None:
    if "result" not in entry:
        raise Unreadable(UNREADABLE, "an Observation without result")
    of = _stream_of(entry, stream)
    _result(_at(gathering, of, entry), of, entry["result"])


def _at(gathering: Gathering, of: _Stream, entry: Mapping[str, Any]) -> Instant:
    stated = entry.get("phenomenonTime")
    if stated is None:
        stated = entry.get("resultTime")
    return gathering.at(of.thing, None if stated is None else interval_start(stated))


def _result(instant: Instant, of: _Stream, result: Any) -> None:
    if type(result) is dict and result.get("type") == "Point":
        coordinates = result.get("coordinates")
        if type(coordinates) is list and len(coordinates) in (2, 3):
            instant.place(coordinates[0], coordinates[1])
        else:
            instant.gathering.refuse("location", "wrong_type", shown(result))
    elif type(result) is dict:
        instant.add_all(of.name, result)
    elif type(result) is list:  # of a MultiDatastream, in the order of its properties
        for number, part in enumerate(result):
            instant.add(f"{of.name}.{number}", part)
    else:
        instant.add(of.name, result, of.unit)


def _data_array(gathering: Gathering, stream: _Stream | None, entry: Mapping[str, Any]) -> None:
    """Rows of values under names of components."""
    of = _stream_of(entry, stream)
    components, rows = entry.get("components"), entry[_DATA_ARRAY]
    if type(components) is not list or type(rows) is not list or "result" not in components:
        raise Unreadable(UNREADABLE, "a dataArray without components or rows")
    for number, row in enumerate(rows):
        if type(row) is not list or len(row) != len(components):
            gathering.refuse(of.name, UNREADABLE, f"row {number} has other components: {shown(row)}")
            continue
        observation = {name: part for name, part in zip(components, row, strict=True) if type(name) is str}
        try:
            _result(_at(gathering, of, observation), of, observation["result"])
        except Unreadable as error:
            gathering.refuse_part(of.name, error)


DECODER = Decoder(
    "sensorthings",
    "OGC SensorThings",
    decode,
    ("v1.1/#", "v1.0/#"),
)
