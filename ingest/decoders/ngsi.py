"""NGSI-v2 (FIWARE Orion) and NGSI-LD (ETSI GS CIM 009): entities, keyValues, normalized and concise, notifications. Pure.

A payload is an entity, an array of them, or a notification ``{"data": [...]}``. Which attributes are observations says
:mod:`ingest.decoders.smart_data_models`; beside it the rule is: numbers and booleans are, texts, relationships, dates, addresses,
lists and objects are not. An attribute's own time (``observedAt``, metadata ``TimeInstant`` or ``timestamp``) comes before that of the
entity; of a period the start. An id that ends with the time of its observation stands for one thing at all times.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from citycore.gases import BY_MASS
from ingest.decoders.gathering import Gathering, Instant
from ingest.decoders.model import Arrival, Decoded, Decoder, Remark, Unreadable
from ingest.decoders.reading import UNREADABLE, as_number, read_json, shown
from ingest.decoders.smart_data_models import (
    BY_TYPE,
    LEFT_OUT,
    MEASURES,
    MINUS_ONE_IS_UNKNOWN,
    POSITIONS,
    STATES,
    TIMES,
)
from ingest.decoders.times import interval_start
from ingest.decoders.unit_codes import from_cefact

_TIME_AT_END = re.compile(r"(?:[-_:/]\d{4}-\d\d-\d\dT\d\d:?\d\d(?::?\d\d(?:\.\d{1,9})?)?Z?){1,2}$", re.ASCII)
_NOT_OBSERVED = frozenset({"id", "type", "@context", "@id", "@type", *TIMES, "dateObservedTo", *LEFT_OUT})
_NOT_VALUES = frozenset(
    {"Relationship", "LanguageProperty", "VocabProperty", "ListProperty", "JsonProperty", "DateTime"}
)
_STRUCTURES = (dict, list)
_LD_NULL = "urn:ngsi-ld:null"


def decode(arrival: Arrival) -> Decoded:
    document = read_json(arrival.payload)
    if type(document) is dict and type(document.get("data")) is list:
        document = document["data"]
    entities = document if type(document) is list else [document]
    gathering = Gathering(arrival.limits)
    for number, entity in enumerate(entities):
        if type(entity) is not dict:
            raise Unreadable(UNREADABLE, f"no entity: {shown(entity)}")
        try:
            _entity(gathering, entity, arrival.topic)
        except Unreadable as error:
            if len(entities) == 1:
                raise
            gathering.refuse_part(f"entity {number}", error)
    return gathering.decoded(Remark.STATUS)


def _short(name: Any) -> Any:
    """A term of JSON-LD as its model has it, also where a broker that knows no context gives its URI."""
    if type(name) is str and name.startswith(("https://", "http://")):
        return re.split(r"[/#]", name)[-1] or name
    return name


def _compacted(gathering: Gathering, entity: Mapping[str, Any]) -> Mapping[str, Any]:
    compacted: dict[str, Any] = {}
    for name, attribute in entity.items():
        if (short := _short(name)) in compacted:
            gathering.refuse(short, "doubled_key", shown(name))
        else:
            compacted[short] = attribute
    return compacted


def _entity(gathering: Gathering, entity: Mapping[str, Any], topic: str) -> None:
    entity = _compacted(gathering, entity)
    thing = entity.get("id", entity.get("@id"))
    if thing is None:
        # IoT agents send the attributes alone, and the topic tells the device.
        if "type" in entity or not topic:
            raise Unreadable(UNREADABLE, "an entity without id")
    elif type(thing) is not str:
        raise Unreadable(UNREADABLE, f"the id is no text: {shown(thing)}")
    else:
        thing = _TIME_AT_END.sub("", thing) or thing
    kind = _short(entity.get("type", entity.get("@type")))
    reader = _Reader(gathering, thing, _time_of(entity), BY_TYPE.get(kind, {}) if type(kind) is str else {})
    for name, attribute in entity.items():
        if name not in _NOT_OBSERVED:
            reader.read(name, attribute)


def _time_of(entity: Mapping[str, Any]) -> datetime | None:
    for name in TIMES:
        attribute = entity.get(name)
        stated = _value_of(attribute) if type(attribute) is dict else attribute
        if type(stated) is dict:  # {"@type": "DateTime", "@value": …}
            stated = stated.get("@value")
        if stated is not None:
            return interval_start(stated)
    return None


def _value_of(attribute: Mapping[str, Any]) -> Any:
    return attribute.get("value", attribute.get("@value"))


class _Reader:
    """Reads the attributes of one entity."""

    def __init__(
        self,
        gathering: Gathering,
        thing: str | None,
        time: datetime | None,
        of_type: Mapping[str, tuple[str, str | None]],
    ) -> None:
        self._gathering = gathering
        self._thing = thing
        self._instant = gathering.at(thing, time)
        self._of_type = of_type

    def read(self, name: str, attribute: Any) -> None:
        if type(attribute) is list and attribute and type(attribute[0]) is dict and "value" in attribute[0]:
            for one in (
                attribute
            ):  # NGSI-LD: several values, told apart by datasetId or each of an instant of its own
                if type(one) is dict:
                    dataset = one.get("datasetId")
                    self._attribute(name, one, dataset if type(dataset) is str else None)
            return
        if type(attribute) is dict and type(values := attribute.get("values")) is list:
            self._simplified(name, attribute, values)
        elif type(attribute) is dict and "coordinates" not in attribute:
            self._attribute(name, attribute, None)
        elif name in POSITIONS:
            _point(self._instant, attribute)
        else:
            self._value(self._instant, name, attribute, None)

    def _simplified(self, name: str, attribute: Mapping[str, Any], values: list[Any]) -> None:
        """NGSI-LD, simplified temporal representation: pairs of a value and its instant."""
        for pair in values:
            if type(pair) is list and len(pair) == 2:
                self._attribute(name, {**attribute, "value": pair[0], "observedAt": pair[1]}, None)
            else:
                self._gathering.refuse(name, "wrong_type", shown(pair))

    def _attribute(self, name: str, attribute: Mapping[str, Any], dataset: str | None) -> None:
        """Normalized or concise: an object with a value, its metadata beside it or within ``metadata``."""
        kind = attribute.get("type")
        if (type(kind) is str and kind in _NOT_VALUES) or not {"value", "@value"} & attribute.keys():
            return
        metadata = attribute.get("metadata")
        value = _value_of(attribute)
        described: Mapping[str, Any] = metadata if type(metadata) is dict else attribute
        try:
            time = _attribute_time(described)
        except Unreadable as error:
            self._gathering.refuse_part(name, error)
            return
        instant = self._instant if time is None else self._gathering.at(self._thing, time)
        if name in POSITIONS:
            _point(instant, value)
            return
        unit = _plain(described.get("unitCode"))
        self._value(instant, name, value, unit if type(unit) is str else None, dataset)

    def _value(
        self, instant: Instant, name: str, value: Any, unit: str | None, dataset: str | None = None
    ) -> None:
        suffix = f"/{dataset}" if dataset is not None else ""
        if value is None or value == _LD_NULL or type(value) in _STRUCTURES:
            return
        if name in STATES:
            instant.add(STATES[name] + suffix, value)
            return
        known = self._of_type.get(name) or MEASURES.get(name)
        if type(value) is str:
            if known is None or (number := as_number(value)) is None:
                return
            value = number
        if known is None:
            instant.add(name + suffix, value, from_cefact(unit) if unit else None)
            return
        if type(value) is bool:
            instant.gathering.refuse(known[0], "wrong_type", shown(value))
            return
        if value == -1 and name in MINUS_ONE_IS_UNKNOWN:
            return
        if name == "windDirection" and -180 <= value < 0:  # the model's range is -180 to 180
            value += 360
        sent = from_cefact(unit) if unit else known[1]
        is_by_mass = sent is not None and sent.endswith("/m3")
        code = BY_MASS.get(known[0], known[0]) if is_by_mass else known[0]
        instant.add(code + suffix, value, sent)


def _attribute_time(described: Mapping[str, Any]) -> datetime | None:
    for name in ("observedAt", "TimeInstant", "timestamp", "dateObserved"):
        if (stated := _plain(described.get(name))) is not None:
            return interval_start(stated)
    return None


def _plain(metadata: Any) -> Any:
    """A member of metadata, which is an object with a value or the value."""
    return _value_of(metadata) if type(metadata) is dict else metadata


def _point(instant: Instant, place: Any) -> None:
    """A GeoJSON Point, or ``"latitude, longitude"`` (``geo:point``). Lines and areas are no position of a thing."""
    if type(place) is dict and place.get("type") == "Point":
        coordinates = place.get("coordinates")
        if type(coordinates) is list and len(coordinates) in (2, 3):
            instant.place(coordinates[0], coordinates[1])
        else:
            instant.gathering.refuse("location", "wrong_type", shown(place))
    elif type(place) is str:
        latitude, _, longitude = place.partition(",")
        instant.place(as_number(longitude), as_number(latitude))


DECODER = Decoder("ngsi", "FIWARE NGSI", decode)
