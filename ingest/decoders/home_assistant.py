"""Home Assistant MQTT discovery: https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery. Pure.

A device describes each of its entities on ``homeassistant/COMPONENT/[NODE/]OBJECT/config``, or all of them on
``homeassistant/device/OBJECT/config``; what its state topics mean is then known. That is kept in the memory of the source, by state
topic. Abbreviations and ``~`` are expanded. A value is named ``PROPERTY/object`` after its ``device_class``, or after its object where
it has none; the device's first identifier is the thing. Templates are read in their simple forms (:mod:`ingest.decoders.templates`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingest.decoders.gathering import Gathering
from ingest.decoders.home_assistant_classes import BINARY, PROPERTIES, WORDS
from ingest.decoders.model import Arrival, Decoded, Decoder, Remark, Unreadable
from ingest.decoders.reading import UNREADABLE, as_number, read_json, read_object, read_text, shown
from ingest.decoders.templates import TemplateUnknown, find_value
from ingest.decoders.unit_codes import from_spelling

#: Of the list "Supported abbreviations", those that are read here.
_ABBREVIATIONS: Mapping[str, str] = {
    "avty": "availability",
    "avty_t": "availability_topic",
    "avty_tpl": "availability_template",
    "cmps": "components",
    "dev": "device",
    "dev_cla": "device_class",
    "ids": "identifiers",
    "cns": "connections",
    "obj_id": "object_id",
    "p": "platform",
    "pl_avail": "payload_available",
    "pl_not_avail": "payload_not_available",
    "pl_off": "payload_off",
    "pl_on": "payload_on",
    "stat_cla": "state_class",
    "stat_off": "state_off",
    "stat_on": "state_on",
    "stat_t": "state_topic",
    "t": "topic",
    "uniq_id": "unique_id",
    "unit_of_meas": "unit_of_measurement",
    "val_tpl": "value_template",
}
_SWITCHED = frozenset({"binary_sensor", "switch"})
_READ = frozenset({"sensor", "number", "select", "text"}) | _SWITCHED
_NO_VALUES = frozenset({"", "none", "unknown", "unavailable"})
_STATE, _CONFIG = "state:", "config:"
_TOPIC_CHARACTERS_MAX = 480


def decode(arrival: Arrival) -> Decoded:
    if arrival.topic.endswith("/config"):
        return _configure(arrival)
    entities = (
        arrival.memory.get(_STATE + arrival.topic) if len(arrival.topic) <= _TOPIC_CHARACTERS_MAX else None
    )
    if not entities:
        raise Unreadable("not_described", f"no configuration named this topic: {shown(arrival.topic)}")
    gathering = Gathering(arrival.limits)
    text = read_text(arrival.payload, max(len(arrival.payload), 1))
    document = _document(arrival.payload)
    for entity in entities:
        if entity["kind"] != "other":
            _state(gathering, entity, text, document)
    return gathering.decoded(Remark.STATUS)


def _document(payload: bytes) -> Any:
    try:
        return read_json(payload)
    except Unreadable as error:
        if payload[:1] in (b"{", b"["):
            raise
        if error.reason == "doubled_key":
            raise
        return None


def _state(gathering: Gathering, entity: Mapping[str, Any], text: str, document: Any) -> None:
    name = entity["name"]
    try:
        value = find_value(entity["template"], text, document)
    except TemplateUnknown:
        gathering.refuse(name, "template_unknown", shown(entity["template"]))
        return
    if value is None or (type(value) is str and value.strip().lower() in _NO_VALUES):
        return
    instant = gathering.at(entity["thing"], None)
    if entity["kind"] in {"switched", "availability"}:
        word = value if type(value) is str else str(value)  # as a template prints it: True, 1
        instant.add(
            name, {entity["on"]: entity["words"][0], entity["off"]: entity["words"][1]}.get(word, word)
        )
    elif type(value) is str and (number := as_number(value)) is not None:
        instant.add(name, number, entity["unit"])
    elif type(value) in (int, float):
        instant.add(name, value, entity["unit"])
    else:
        instant.add(name, value)


def _configure(arrival: Arrival) -> Decoded:
    if len(arrival.topic) > _TOPIC_CHARACTERS_MAX:
        raise Unreadable("too_large", f"a topic of {len(arrival.topic)} characters")
    entities: list[tuple[str, dict[str, Any]]] = []
    if arrival.payload.strip():  # nothing takes the entity away
        entities = list(_entities(arrival, _expanded(read_object(arrival.payload))))
    by_topic: dict[str, list[dict[str, Any]]] = {}
    for topic, entity in entities:
        by_topic.setdefault(topic, []).append(entity)
    memory = arrival.memory
    known = memory.get(_CONFIG + arrival.topic) or []
    for topic in {*known, *by_topic}:
        others = [one for one in memory.get(_STATE + topic) or [] if one["from"] != arrival.topic]
        described = others + by_topic.get(topic, [])
        if len(described) > arrival.limits.results_max:
            raise Unreadable("too_large", f"more than {arrival.limits.results_max} entities on one topic")
        memory.put(_STATE + topic, described or None)
    memory.put(_CONFIG + arrival.topic, sorted(by_topic) or None)
    return Decoded(remark=Remark.CONFIGURATION)


def _expanded(document: Mapping[str, Any]) -> dict[str, Any]:
    """Abbreviations written out, and ``~`` at either end of a topic."""
    known = {_ABBREVIATIONS.get(key, key): value for key, value in document.items()}
    base = known.get("~")
    for key, value in known.items():
        if type(base) is str and type(value) is str and key.endswith("topic"):
            if value.startswith("~"):
                known[key] = base + value[1:]
            elif value.endswith("~"):
                known[key] = value[:-1] + base
        elif key == "device" and type(value) is dict:
            known[key] = _expanded(value)
        elif key == "availability":
            known[key] = [
                _expanded({"~": base, **each})
                for each in (value if type(value) is list else [value])
                if type(each) is dict
            ]
    return known


def _entities(arrival: Arrival, document: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    parts = arrival.topic.split("/")[:-1]
    component, found = (parts[-2] if len(parts) < 4 else parts[-3]) if len(parts) > 1 else "", []
    own = parts[-1] if parts else ""
    if type(components := document.get("components")) is dict:
        if len(components) > arrival.limits.results_max:
            raise Unreadable("too_large", f"more than {arrival.limits.results_max} components")
        base = document.get("~")
        shared = {key: value for key, value in document.items() if key != "components"}
        for name, inner in components.items():
            if type(inner) is not dict:
                raise Unreadable(UNREADABLE, f"component {shown(name)} is no object")
            entity = shared | _expanded({"~": base, **inner})
            found += _entity(arrival.topic, str(entity.get("platform", "")), name, entity)
    else:
        found += _entity(arrival.topic, component, own, document)
    return found


def _entity(
    config: str, component: str, own: str, entity: Mapping[str, Any]
) -> list[tuple[str, dict[str, Any]]]:
    """What is remembered of an entity: its state topic, and the topic of its availability."""
    found: list[tuple[str, dict[str, Any]]] = []
    thing = _thing(entity.get("device")) or (config.split("/")[-3] if config.count("/") >= 4 else own)
    if (topic := _topic(entity, "availability_topic")) is not None:
        found.append((topic, _availability(config, thing, entity, "availability_template")))
    several = entity.get("availability")
    found += [
        (topic, _availability(config, thing, each, "value_template"))
        for each in (several if type(several) is list else ())
        if (topic := _topic(each, "topic")) is not None
    ]
    if (topic := _topic(entity, "state_topic")) is None:
        return found
    own = _text(entity, "object_id") or own
    device_class = _text(entity, "device_class") or ""
    switched = component in _SWITCHED
    code = (BINARY.get(device_class) if switched else None) or PROPERTIES.get(device_class)
    if component == "switch":
        code = "switch_state"
    kind = ("switched" if switched else "value") if component in _READ else "other"
    unit = _text(entity, "unit_of_measurement")
    described = {
        "from": config,
        "kind": kind,
        "thing": thing,
        "name": f"{code}/{own}" if code else own,
        "template": _text(entity, "value_template"),
        "unit": from_spelling(unit) if unit else None,
        "words": list(WORDS.get(code or "", ("on", "off"))),
        "on": _text(entity, "state_on") or _text(entity, "payload_on") or "ON",
        "off": _text(entity, "state_off") or _text(entity, "payload_off") or "OFF",
    }
    found.append((topic, described))
    return found


def _availability(config: str, thing: str, entity: Mapping[str, Any], template: str) -> dict[str, Any]:
    return {
        "from": config,
        "kind": "availability",
        "thing": thing,
        "name": "connection",
        "template": _text(entity, template),
        "unit": None,
        "words": ["online", "offline"],
        "on": _text(entity, "payload_available") or "online",
        "off": _text(entity, "payload_not_available") or "offline",
    }


def _topic(entity: Mapping[str, Any], key: str) -> str | None:
    value = entity.get(key)
    return value if type(value) is str and 0 < len(value) <= _TOPIC_CHARACTERS_MAX else None


def _text(entity: Mapping[str, Any], key: str) -> str | None:
    value = entity.get(key)
    if type(value) is bool or type(value) is int:
        return str(value)
    return value if type(value) is str and value else None


def _thing(device: Any) -> str | None:
    identifiers = device.get("identifiers") if type(device) is dict else None
    first = identifiers[0] if type(identifiers) is list and identifiers else identifiers
    return first if type(first) is str and first else None


DECODER = Decoder("home_assistant", "Home Assistant discovery", decode, ("homeassistant/#",))
