"""Tasmota: https://tasmota.github.io/docs/MQTT/ and the pages of its sensors. Pure.

``tele/DEVICE/SENSOR`` and ``STATE``, ``LWT``, ``stat/DEVICE/STATUS8`` (the same values, asked for), ``POWER`` and ``RESULT``;
the prefix may also stand after the device. Every chip is an object, ``{"BME280": {"Temperature": …}}``, and its readings
are ``PROPERTY/chip``, always, so that a second chip never changes what the first is called. The time is local and has
no offset unless the device was told one. Null stands for a chip that gave no value.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ingest.decoders.gathering import Gathering, Instant
from ingest.decoders.model import Arrival, Decoded, Decoder, Remark, Unreadable
from ingest.decoders.reading import UNREADABLE, read_json, read_object, read_text, shown
from ingest.decoders.tasmota_names import (
    ENERGY,
    MEANINGS,
    OF_CHIP,
    PARTICLES,
    PRESSURE,
    PRESSURES,
    SPEED,
    SPEEDS,
    TEMPERATURE,
    TEMPERATURES,
    WIND,
    ZIGBEE,
    ZIGBEE_STATES,
)
from ingest.decoders.times import parse_time

#: Who speaks, and settings, which are no observations.
_LEFT_OUT = frozenset(
    {
        "Time",
        "TempUnit",
        "PressureUnit",
        "SpeedUnit",
        "TotalStartTime",
        "Id",
        "Device",
        "Name",
        "IEEEAddr",
        "ModelId",
        "Manufacturer",
        "Endpoint",
        "Group",
        "Cluster",
        "BatteryLastSeenEpoch",
        "LastSeenEpoch",
        "LastSeen",
        "Model",
        "mac",
        "UvIndexText",
        "IASZone",
        "ZoneStatus",
        "ZoneStatusChange",
        "ZoneType",
    }
)
_NOTES = frozenset({"HASS_STATE", "INFO1", "INFO2", "INFO3", "LOGGING", "UPGRADE", "MARGINS"})
_STATUS_OF_SENSORS = frozenset({"STATUS8", "STATUS10", "STATUS11"})
_ROLES = ("tele", "stat", "cmnd")
_SETTLED = frozenset({"ON", "OFF"})


def decode(arrival: Arrival) -> Decoded:
    device, role, subject = _address(arrival.topic)
    if role == "cmnd":
        return Decoded(remark=Remark.COMMAND)
    gathering = Gathering(arrival.limits)
    if subject == "LWT" or subject.startswith("POWER"):
        word = read_text(arrival.payload, arrival.limits.text_characters_max).lower()
        gathering.at(device, None).add("connection" if subject == "LWT" else _switch(subject), word)
        return gathering.decoded()
    if subject == "RESULT":
        return _result(arrival, device, gathering)
    if subject in _NOTES or (subject.startswith("STATUS") and subject not in _STATUS_OF_SENSORS):
        return Decoded(remark=Remark.STATUS)
    document = read_object(arrival.payload)
    for wrapper in ("StatusSNS", "StatusSTS"):
        if type(inner := document.get(wrapper)) is dict:
            document = inner
            break
    if subject in {"STATE", "STATUS11"} or "UptimeSec" in document:
        _state(gathering, device, document)
    else:
        _sensors(gathering, device, document)
    return gathering.decoded(Remark.STATUS)


def _address(topic: str) -> tuple[str | None, str | None, str]:
    """Device, role and subject. A message without a topic is taken as one of sensors."""
    parts = topic.split("/") if topic else []
    if not parts:
        return None, None, "SENSOR"
    middle = parts[:-1]
    role = next((part for part in (*middle[:1], *middle[-1:]) if part in _ROLES), None)
    if role is not None:
        middle.remove(role)
    return ("/".join(middle) or None), role, parts[-1].upper()


def _switch(name: str) -> str:
    number = name[len("POWER") :]
    return f"switch_state/{number}" if number else "switch_state"


def _result(arrival: Arrival, device: str | None, gathering: Gathering) -> Decoded:
    """The answer to a command: only the state of switches is an observation."""
    document = read_json(arrival.payload)
    if type(document) is not dict:
        return Decoded(remark=Remark.COMMAND)
    if "ZbReceived" in document:
        _sensors(gathering, device, document)
    else:
        for name, value in document.items():
            if name.startswith("POWER") and type(value) is str and value in _SETTLED:
                gathering.at(device, None).add(_switch(name), value.lower())
    return gathering.decoded(Remark.COMMAND)


def _time_of(document: Mapping[str, Any]) -> datetime | None:
    return parse_time(stated) if (stated := document.get("Time")) is not None else None


def _state(gathering: Gathering, device: str | None, document: Mapping[str, Any]) -> None:
    instant = gathering.at(device, _time_of(document))
    for name, value in document.items():
        if value is None:
            continue
        if name == "UptimeSec":
            instant.add("uptime", value, "s")
        elif name == "Heap":
            instant.add("free_memory", value, "kBy")
        elif name == "Dimmer":
            instant.add("dimming_level", value, "%")
        elif name == "Vcc":
            instant.add("voltage/supply", value, "V")
        elif name == "Wifi" and type(value) is dict:
            if (signal := value.get("Signal")) is not None:
                instant.add("signal_strength", signal, "dB[mW]")
        elif name.startswith("POWER") and type(value) is str:
            instant.add(_switch(name), value.lower())


class _Units:
    """What the three settings of units say in this message."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._found = {
            TEMPERATURE: _given(document, "TempUnit", TEMPERATURES, "Cel"),
            PRESSURE: _given(document, "PressureUnit", PRESSURES, "hPa"),
            SPEED: _given(document, "SpeedUnit", SPEEDS, "km/h"),
        }

    def of(self, unit: str) -> str:
        return self._found.get(unit, unit)


def _given(document: Mapping[str, Any], name: str, known: Mapping[str, str], default: str) -> str:
    unit = document.get(name, default)
    if type(unit) is not str:
        raise Unreadable(UNREADABLE, f"{name} is no text: {shown(unit)}")
    return known.get(unit, unit)


def _sensors(gathering: Gathering, device: str | None, document: Mapping[str, Any]) -> None:
    time = _time_of(document)
    instant = gathering.at(device, time)
    units = _Units(document)
    for name, value in document.items():
        if name in _LEFT_OUT or value is None:
            continue
        if name == "ZbReceived" and type(value) is dict:
            for key, members in value.items():
                if type(members) is dict:
                    _zigbee(gathering.at(key, time), members, units)
                else:
                    gathering.refuse(key, "wrong_type", shown(members))
        elif type(value) is dict:
            _group(instant, name, value, units)
        elif name.startswith("Switch") and type(value) is str:
            instant.add(f"switch_state/{name.lower()}", value.lower())
        else:
            _measured(instant, name, "", value, units)


def _group(instant: Instant, name: str, members: Mapping[str, Any], units: _Units) -> None:
    """A member of the message that is an object: the meter, the inputs of the converter, or a chip."""
    if name == "ENERGY":
        _energy(instant, members)
    elif name == "COUNTER":
        for counter, count in members.items():
            if count is not None:
                instant.add(f"pulses_total/{counter.lower()}", count, "{#}")
    elif name == "ANALOG":
        _analog(instant, members, units)
    else:
        _chip(instant, name, members, units)


def _chip(
    instant: Instant,
    called: str,
    members: Mapping[str, Any],
    units: _Units,
) -> None:
    chip, own = f"/{called.lower()}", OF_CHIP.get(called, {})
    is_place = called == "GPS" and "lon" in members and "lat" in members
    if is_place:
        instant.place(members["lon"], members["lat"])
    for name, value in members.items():
        if name in _LEFT_OUT or value is None or (is_place and name in {"lon", "lat"}):
            continue
        if name in {"Speed", "Dir"} and type(value) is dict:
            _wind(instant, chip, name, value, units)
        elif type(value) is dict:  # for example the counts of particles by size
            instant.add_all(name, value, chip)
        elif name in PARTICLES:
            code, which, unit = PARTICLES[name]
            instant.add(f"{code}{chip}.{which}", value, unit)
        elif name in own:
            code, own_unit = own[name]
            instant.add(code + chip, value, units.of(own_unit) if own_unit else None)
        elif called.startswith("VL53L") and name == "Distance" and type(value) is int:
            instant.add("distance" + chip, value, "mm")  # whole numbers are those of earlier versions
        else:
            _measured(instant, name, chip, value, units)


def _wind(instant: Instant, chip: str, name: str, members: Mapping[str, Any], units: _Units) -> None:
    """Of a speed or direction, what it is now, its mean and its ends; points of the compass say the same again."""
    for which, value in members.items():
        if (known := WIND.get((name, which))) is not None and value is not None:
            code, suffix, unit = known
            instant.add(f"{code}{chip}{suffix}", value, units.of(unit))


def _measured(
    instant: Instant,
    name: str,
    chip: str,
    value: Any,
    units: _Units,
) -> None:
    code, unit = MEANINGS.get(name, (name, None))
    instant.add(code + chip, value, units.of(unit) if unit else None)


def _energy(instant: Instant, members: Mapping[str, Any]) -> None:
    for name, value in members.items():
        if name in _LEFT_OUT or value is None:
            continue
        code, unit = ENERGY.get(name, (f"{name}/energy", None))
        if type(value) is list:  # one for each phase or channel
            for number, part in enumerate(value, 1):
                instant.add(f"{code}{'_' if '/' in code else '/'}{number}", part, unit)
        else:
            instant.add(code, value, unit)


def _analog(
    instant: Instant,
    members: Mapping[str, Any],
    units: _Units,
) -> None:
    """``Temperature1`` and the like: a numbered input, or the bare converter (``A0``)."""
    for name, value in members.items():
        if value is None:
            continue
        plain = name.rstrip("0123456789")
        number = name[len(plain) :]
        if plain in MEANINGS:
            code, unit = MEANINGS[plain]
            instant.add(f"{code}/analog{number}", value, units.of(unit))
        elif plain == "CTEnergy" and type(value) is dict:
            for inner, part in value.items():
                _measured(instant, inner, f"/analog{number}", part, units)
        else:
            instant.add_all(name, value, "/analog")


def _zigbee(
    instant: Instant,
    members: Mapping[str, Any],
    units: _Units,
) -> None:
    for name, value in members.items():
        if name in _LEFT_OUT or value is None:
            continue
        state = ZIGBEE_STATES.get(name)
        if state is not None and type(value) in (int, bool) and value in state[1]:
            instant.add(state[0], state[1][value])
        elif name in ZIGBEE:
            code, unit = ZIGBEE[name]
            instant.add(code, value, unit)
        elif type(value) is dict:
            instant.add_all(name, value)
        else:
            _measured(instant, name, "", value, units)


DECODER = Decoder("tasmota", "Tasmota", decode, ("tele/#", "stat/#"))
