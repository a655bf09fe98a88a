"""The Things Stack v3: https://www.thethingsindustries.com/docs/integrations/data-formats/ and …/other-integrations/mqtt/. Pure.

``v3/APPLICATION@TENANT/devices/DEVICE/up`` has the ``normalized_payload`` of the device repository's schema, whose names and units
are fixed, or the ``decoded_payload`` of the device's codec, or bytes alone, which the codec of the source reads. Without
any of them the link values stay. The instant is when the network server received the message; its nanoseconds are cut.
Joins, downlinks and errors are status. Positions that a person entered are no observations; nor are simulated uplinks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingest.decoders.gathering import Gathering, Instant
from ingest.decoders.lorawan import add_frame, add_link, add_payload, add_position
from ingest.decoders.model import Arrival, Decoded, Decoder, Remark, Unreadable
from ingest.decoders.reading import UNREADABLE, read_object, shown
from ingest.decoders.times import parse_time

#: The schema "LoRaWAN Device Repository Payload": group and member, code and unit.
_NORMALIZED: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "air": {
        "temperature": ("air_temperature", "Cel"),
        "relativeHumidity": ("relative_humidity", "%"),
        "pressure": ("air_pressure", "hPa"),
        "co2": ("co2", "[ppm]"),
        "lightIntensity": ("illuminance", "lx"),
    },
    "soil": {
        "moisture": ("soil_moisture", "%"),
        "temperature": ("soil_temperature", "Cel"),
        "ec": ("soil_conductivity", "dS/m"),
        "pH": ("soil_ph", "[pH]"),
        "depth": ("soil_depth", "cm"),
        "n": ("soil_nitrogen", "[ppm]"),
        "p": ("soil_phosphorus", "[ppm]"),
        "k": ("soil_potassium", "[ppm]"),
    },
    "wind": {"speed": ("wind_speed", "m/s"), "direction": ("wind_direction", "deg")},
    "rain": {"intensity": ("precipitation_rate", "mm/h"), "cumulative": ("precipitation_total", "mm")},
}
_ON_OFF = {True: "on", False: "off"}
#: Groups with objects, and of their plain members the code and the words.
_STRUCTURED: Mapping[str, Mapping[str, tuple[str, Mapping[Any, str]]]] = {
    "action": {"contactState": ("contact", {})},
    "metering": {},
    "water": {"leak": ("leak", _ON_OFF)},
}
_INNER: Mapping[str, tuple[str, str]] = {
    "action.motion.count": ("motion_count", "{#}"),
    "metering.water.total": ("water_volume", "L"),
    "water.temperature.current": ("water_temperature", "Cel"),
    "water.temperature.avg": ("water_temperature/mean", "Cel"),
    "water.temperature.min": ("water_temperature/min", "Cel"),
    "water.temperature.max": ("water_temperature/max", "Cel"),
}
#: A location that a person entered in the console, or that a gateway's registry holds.
_REGISTERED = frozenset({"user", "SOURCE_REGISTRY"})


def decode(arrival: Arrival) -> Decoded:
    document = read_object(arrival.payload)
    thing = _device(document, arrival.topic)
    gathering = Gathering(arrival.limits)
    uplink = document.get("uplink_message", document.get("uplink_normalized"))
    if uplink is None:
        return _other(gathering, thing, document)
    if type(uplink) is not dict:
        raise Unreadable(UNREADABLE, f"uplink_message is no object: {shown(uplink)}")
    if document.get("simulated") is True:
        return Decoded(remark=Remark.STATUS)
    if type(versions := uplink.get("version_ids")) is dict:
        gathering.name_model(versions.get("model_id"))
    received = uplink.get("received_at", document.get("received_at"))
    instant = gathering.at(thing, None if received is None else parse_time(received))
    _payload(gathering, instant, thing, uplink, arrival.codec)
    add_link(instant, uplink.get("rx_metadata"))
    if (count := uplink.get("f_cnt")) is not None:
        instant.add("sequence_number", count, "1")
    _battery(gathering, thing, uplink.get("last_battery_percentage"))
    if instant.location is None and type(places := uplink.get("locations")) is dict:
        for source, place in places.items():
            if source not in _REGISTERED and instant.location is None:
                add_position(instant, place)
    return gathering.decoded(Remark.STATUS)


def _device(document: Mapping[str, Any], topic: str) -> str | None:
    identifiers = document.get("end_device_ids")
    if type(identifiers) is dict and type(device := identifiers.get("device_id")) is str and device:
        return device
    parts = topic.split("/")
    return parts[3] if len(parts) > 4 and parts[2] == "devices" else None


def _other(gathering: Gathering, thing: str | None, document: Mapping[str, Any]) -> Decoded:
    """Every other message of the application server says what it is by the name of a member."""
    solved = document.get("location_solved")
    if type(solved) is dict:
        received = document.get("received_at")
        instant = gathering.at(thing, None if received is None else parse_time(received))
        add_position(instant, solved.get("location"))
        return gathering.decoded()
    if any(name.startswith(("join_", "downlink_", "service_", "uplink_")) for name in document):
        return Decoded(remark=Remark.STATUS)
    if "downlinks" in document:
        return Decoded(remark=Remark.COMMAND)
    raise Unreadable(UNREADABLE, "no message of the application server")


def _payload(
    gathering: Gathering,
    instant: Instant,
    thing: str | None,
    uplink: Mapping[str, Any],
    codec: Mapping[str, Any] | None,
) -> None:
    normalized = uplink.get("normalized_payload")
    if normalized is not None:
        for measurement in normalized if type(normalized) is list else [normalized]:
            if type(measurement) is not dict:
                gathering.refuse("normalized_payload", "wrong_type", shown(measurement))
                continue
            stated = measurement.get("time")
            _normalized(instant if stated is None else gathering.at(thing, parse_time(stated)), measurement)
        return
    if (decoded := uplink.get("decoded_payload")) is not None and decoded != {}:
        add_payload(instant, decoded)
    elif (frame := uplink.get("frm_payload")) is not None:
        add_frame(instant, frame, uplink.get("f_port"), codec)


def _normalized(instant: Instant, measurement: Mapping[str, Any]) -> None:
    for group, members in measurement.items():
        if group == "time":
            continue
        if group == "battery":
            instant.add("battery_voltage", members, "V")
            continue
        if group == "position":
            add_position(instant, members)
            continue
        if group in _STRUCTURED and type(members) is dict:
            _structured(instant, group, members)
            continue
        known = _NORMALIZED.get(group)
        if known is None or type(members) is not dict:
            instant.add_all(group, members)
            continue
        for member, value in members.items():
            if group == "air" and member == "location":  # whether it is indoors, which is no observation
                continue
            code, unit = known.get(member, (f"{group}.{member}", None))
            instant.add_all(code, value) if type(value) is dict else instant.add(code, value, unit)


def _structured(instant: Instant, group: str, members: Mapping[str, Any]) -> None:
    """Groups whose members are objects or say yes and no."""
    for member, value in members.items():
        if type(value) is not dict:
            code, words = _STRUCTURED[group].get(member, (f"{group}.{member}", {}))
            instant.add(code, words.get(value, value) if type(value) in (bool, str) else value)
            continue
        for inner, part in value.items():
            name = f"{group}.{member}.{inner}"
            if name == "action.motion.detected" and type(part) is bool:
                instant.add("motion", _ON_OFF[part])
            elif (known := _INNER.get(name)) is not None:
                instant.add(known[0], part, known[1])
            else:
                instant.add_all(name, part)


def _battery(gathering: Gathering, thing: str | None, stated: Any) -> None:
    """The answer to DevStatusReq, which stays in every uplink until the next answer: it has an instant of its own."""
    if type(stated) is dict and "value" in stated and (received := stated.get("received_at")) is not None:
        gathering.at(thing, parse_time(received)).add("battery_level", stated["value"], "%")


DECODER = Decoder("things_stack", "The Things Stack", decode, ("v3/+/devices/+/#",))
