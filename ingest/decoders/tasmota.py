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
from ingest.decoders.times import parse_time

_TEMPERATURES = {"C": "Cel", "F": "[degF]", "K": "K"}
_PRESSURES = {"hPa": "hPa", "mmHg": "mm[Hg]", "inHg": "[in_i'Hg]", "mbar": "mbar"}
_SPEEDS = {
    "km/h": "km/h",
    "m/s": "m/s",
    "mph": "[mi_i]/h",
    "kn": "[kn_i]",
    "ft/s": "[ft_i]/s",
    "yd/s": "[yd_i]/s",
}
_TEMPERATURE, _PRESSURE, _SPEED = "temperature of TempUnit", "pressure of PressureUnit", "speed of SpeedUnit"
#: What the names in a chip's object mean, and their units.
_MEANINGS: Mapping[str, tuple[str, str]] = {
    "Temperature": ("air_temperature", _TEMPERATURE),
    "Humidity": ("relative_humidity", "%"),
    "DewPoint": ("dew_point", _TEMPERATURE),
    "Pressure": ("air_pressure", _PRESSURE),
    "SeaPressure": ("sea_level_pressure", _PRESSURE),
    "CarbonDioxide": ("co2", "[ppm]"),
    "eCO2": ("co2", "[ppm]"),
    "TVOC": ("tvoc", "[ppb]"),
    "VOC_Index": ("voc_index", "1"),
    "PM1": ("pm1", "ug/m3"),
    "PM2.5": ("pm2_5", "ug/m3"),
    "PM4": ("pm4", "ug/m3"),
    "PM10": ("pm10", "ug/m3"),
    "Illuminance": ("illuminance", "lx"),
    "UvIndex": ("uv_index", "1"),
    "Distance": ("distance", "cm"),
    "Weight": ("weight", "kg"),
    "WindSpeed": ("wind_speed", _SPEED),
    "WindDirection": ("wind_direction", "deg"),
    "Rain": ("rainfall", "mm"),
    "SoilMoisture": ("soil_moisture", "%"),
    "Moisture": ("soil_moisture", "%"),
    "Conductivity": ("soil_conductivity", "uS/cm"),
    "pH": ("water_ph", "[pH]"),
    "ORP": ("orp", "mV"),
    "Battery": ("battery_level", "%"),
    "BatteryPercentage": ("battery_level", "%"),
    "BatteryVoltage": ("battery_voltage", "V"),
    "LinkQuality": ("link_quality", "1"),
    "RSSI": ("signal_strength", "dB[mW]"),
    "Voltage": ("voltage", "V"),
    "Current": ("electric_current", "A"),
    "Power": ("electric_power", "W"),
}
#: The meter: https://tasmota.github.io/docs/Energy-Monitoring/. Its counters are kWh; phases come as arrays.
_ENERGY: Mapping[str, tuple[str, str]] = {
    "Total": ("electric_energy", "kW.h"),
    "Today": ("electric_energy/today", "kW.h"),
    "Yesterday": ("electric_energy/yesterday", "kW.h"),
    "ExportActive": ("electric_energy/export", "kW.h"),
    "ExportToday": ("electric_energy/export_today", "kW.h"),
    "Period": ("electric_energy/period", "W.h"),
    "Power": ("electric_power", "W"),
    "ApparentPower": ("apparent_power", "V.A"),
    "ReactivePower": ("reactive_power", "var"),
    "Factor": ("power_factor", "1"),
    "Voltage": ("voltage", "V"),
    "Current": ("electric_current", "A"),
    "Frequency": ("electric_frequency", "Hz"),
}
#: Zigbee devices: numbers that stand for a state (https://tasmota.github.io/docs/Zigbee/).
_ZIGBEE_STATES: Mapping[str, tuple[str, Mapping[Any, str]]] = {
    "Power": ("switch_state", {0: "off", 1: "on"}),
    "Occupancy": ("motion", {0: "off", 1: "on"}),
    "Contact": ("contact", {0: "closed", 1: "open"}),
    "Water": ("leak", {0: "off", 1: "on"}),
}
_ZIGBEE: Mapping[str, tuple[str, str]] = {
    "ActivePower": ("electric_power", "W"),
    "RMSVoltage": ("voltage", "V"),
    "RMSCurrent": ("electric_current", "A"),
}
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
    }
)
_NOTES = frozenset({"INFO1", "INFO2", "INFO3", "LOGGING", "UPGRADE", "MARGINS"})
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
            _TEMPERATURE: _given(document, "TempUnit", _TEMPERATURES, "Cel"),
            _PRESSURE: _given(document, "PressureUnit", _PRESSURES, "hPa"),
            _SPEED: _given(document, "SpeedUnit", _SPEEDS, "km/h"),
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
    elif name == "ANALOG":
        _analog(instant, members, units)
    else:
        _chip(instant, f"/{name.lower()}", members, units)


def _chip(
    instant: Instant,
    chip: str,
    members: Mapping[str, Any],
    units: _Units,
) -> None:
    for name, value in members.items():
        if name in _LEFT_OUT or value is None:
            continue
        if type(value) is dict:  # for example the counts of particles by size
            instant.add_all(name, value, chip)
        else:
            _measured(instant, name, chip, value, units)


def _measured(
    instant: Instant,
    name: str,
    chip: str,
    value: Any,
    units: _Units,
) -> None:
    code, unit = _MEANINGS.get(name, (name, None))
    instant.add(code + chip, value, units.of(unit) if unit else None)


def _energy(instant: Instant, members: Mapping[str, Any]) -> None:
    for name, value in members.items():
        if name in _LEFT_OUT or value is None:
            continue
        code, unit = _ENERGY.get(name, (f"{name}/energy", None))
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
        if plain in _MEANINGS:
            code, unit = _MEANINGS[plain]
            instant.add(f"{code}/analog{number}", value, units.of(unit))
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
        state = _ZIGBEE_STATES.get(name)
        if state is not None and type(value) in (int, bool) and value in state[1]:
            instant.add(state[0], state[1][value])
        elif name in _ZIGBEE:
            code, unit = _ZIGBEE[name]
            instant.add(code, value, unit)
        elif type(value) is dict:
            instant.add_all(name, value)
        else:
            _measured(instant, name, "", value, units)


DECODER = Decoder("tasmota", "Tasmota", decode, ("tele/#", "stat/#"))
