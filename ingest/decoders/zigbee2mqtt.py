"""Zigbee2MQTT: https://www.zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html and the "exposes" of its devices. Pure.

``zigbee2mqtt/FRIENDLY_NAME`` holds the whole state of a device; friendly names may have slashes. Names and units are those of the
exposes. ``last_seen`` has four forms (``ISO_8601``, ``ISO_8601_local``, ``epoch``, or it is disabled); without it a message
states no time. Null stands for what the device has not told yet. ``bridge/…`` is about the bridge.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ingest.decoders.gathering import Gathering, Instant
from ingest.decoders.model import Arrival, Decoded, Decoder, Remark
from ingest.decoders.reading import as_number, read_json, read_object, read_text
from ingest.decoders.times import MILLISECONDS, from_epoch, parse_time

#: Exposes with a fixed meaning: code and unit.
_EXPOSES: Mapping[str, tuple[str, str]] = {
    "temperature": ("air_temperature", "Cel"),
    "device_temperature": ("device_temperature", "Cel"),
    "cpu_temperature": ("device_temperature/cpu", "Cel"),
    "local_temperature": ("room_temperature", "Cel"),
    "current_heating_setpoint": ("target_temperature", "Cel"),
    "occupied_heating_setpoint": ("target_temperature", "Cel"),
    "pi_heating_demand": ("valve_opening", "%"),
    "angle": ("tilt", "deg"),
    "angle_x": ("tilt/x", "deg"),
    "angle_y": ("tilt/y", "deg"),
    "angle_z": ("tilt/z", "deg"),
    "rain_intensity": ("rain_intensity_raw", "mV"),
    "target_distance": ("distance/target", "m"),
    "soil_temperature": ("soil_temperature", "Cel"),
    "humidity": ("relative_humidity", "%"),
    "soil_moisture": ("soil_moisture", "%"),
    "pressure": ("air_pressure", "hPa"),
    "illuminance": ("illuminance", "lx"),
    "illuminance_lux": ("illuminance", "lx"),
    "battery": ("battery_level", "%"),
    "linkquality": ("link_quality", "1"),
    "power": ("electric_power", "W"),
    "power_apparent": ("apparent_power", "V.A"),
    "power_reactive": ("reactive_power", "var"),
    "power_factor": ("power_factor", "1"),
    "current": ("electric_current", "A"),
    "energy": ("electric_energy", "kW.h"),
    "produced_energy": ("electric_energy_returned", "kW.h"),
    "energy_produced": ("electric_energy_returned", "kW.h"),
    "ac_frequency": ("electric_frequency", "Hz"),
    "co2": ("co2", "[ppm]"),
    "eco2": ("co2/estimated", "[ppm]"),
    "co": ("co", "[ppm]"),
    "formaldehyd": ("formaldehyde", "mg/m3"),
    "hcho": ("formaldehyde", "mg/m3"),
    "pm1": ("pm1", "ug/m3"),
    "pm25": ("pm2_5", "ug/m3"),
    "pm10": ("pm10", "ug/m3"),
    "voc": ("tvoc_mass", "ug/m3"),
    "voc_index": ("voc_index", "1"),
    "noise": ("sound_level", "dB[SPL]"),
    "flow": ("water_flow", "m3/h"),
    "water_consumed": ("water_volume", "m3"),
    "power_outage_count": ("restart_count", "1"),
}
#: Booleans of the exposes: what they are of, and their words. A contact is true while it is closed.
_STATES: Mapping[str, tuple[str, Mapping[bool, str]]] = {
    "contact": ("contact", {True: "closed", False: "open"}),
    "occupancy": ("motion", {True: "on", False: "off"}),
    "presence": ("presence", {True: "on", False: "off"}),
    "vibration": ("vibration", {True: "on", False: "off"}),
    "water_leak": ("leak", {True: "on", False: "off"}),
    "water": ("leak", {True: "on", False: "off"}),
    "sos": ("alarm", {True: "on", False: "off"}),
    "window_open": ("contact/window", {True: "open", False: "closed"}),
    "smoke": ("smoke", {True: "on", False: "off"}),
    "gas": ("gas", {True: "on", False: "off"}),
    "carbon_monoxide": ("carbon_monoxide_alarm", {True: "on", False: "off"}),
    "tamper": ("tamper", {True: "on", False: "off"}),
    "battery_low": ("battery_low", {True: "on", False: "off"}),
}
#: What the bridge adds about the device, and its settings (category "config" of the exposes), which observe nothing.
_LEFT_OUT = frozenset(
    {
        "last_seen",
        "device",
        "elapsed",
        "update",
        "update_available",
        "options",
        "identify",
        "auto_lock",
        "auto_off",
        "button_lock",
        "child_lock",
        "color_mode",
        "color_options",
        "detection_interval",
        "eco_mode",
        "effect",
        "flip_indicator_light",
        "indicator_mode",
        "keypad_lockout",
        "keep_time",
        "led_disabled_night",
        "level_config",
        "measurement_poll_interval",
        "mode_switch",
        "operation_mode",
        "overload_protection",
        "power_on_behavior",
        "power_outage_memory",
        "schedule",
        "schedule_settings",
        "sensitivity",
        "switch_type",
        "temperature_unit",
        "trigger_indicator",
        "valve_detection",
        "window_detection",
    }
)
_SETTING = re.compile(r".+_(?:calibration|precision|sensitivity|timeout|unit)", re.ASCII)
#: A name may end with the phase or the endpoint that it is of.
_PART = re.compile(r"(.+?)_(?:phase_)?([abc]|l\d{1,2}|left|right|center|top|bottom|neutral)", re.ASCII)
_BRIGHTNESS_MAX = 254
#: Of these, a position is that of the valve.
_HEATING = ("local_temperature", "current_heating_setpoint", "occupied_heating_setpoint")
#: Whatever is measured beside a mains voltage; without any of them a voltage is that of a battery.
_MAINS = ("power", "current", "energy", "ac_frequency")
_MILLIVOLTS_MIN = 1_000
_BASE = "zigbee2mqtt"


def decode(arrival: Arrival) -> Decoded:
    path = arrival.topic.removeprefix(f"{_BASE}/")
    name, _, subject = path.rpartition("/")
    if path == "bridge" or path.startswith("bridge/"):
        described = subject in {"devices", "groups", "definitions", "info", "converters", "extensions"}
        return Decoded(remark=Remark.CONFIGURATION if described else Remark.STATUS)
    gathering = Gathering(arrival.limits, "ZCL")
    if name and subject == "availability":
        _availability(gathering, arrival, name)
        return gathering.decoded()
    if {"set", "get"} & set(path.split("/")[1:]):
        return Decoded(remark=Remark.COMMAND)
    if not arrival.payload:  # a retained message that was cleared
        return Decoded(remark=Remark.STATUS)
    if not arrival.payload.lstrip().startswith(b"{") and name:
        return _attribute(gathering, arrival, name, subject)
    document = read_object(arrival.payload)
    instant = gathering.at(path or None, _last_seen(document.get("last_seen")))
    for member, value in document.items():
        if value is not None and member not in _LEFT_OUT and _SETTING.fullmatch(member) is None:
            _expose(instant, document, member, value)
    return gathering.decoded(Remark.STATUS)


def _attribute(gathering: Gathering, arrival: Arrival, name: str, member: str) -> Decoded:
    """One attribute of a device, with the setting ``output: attribute``: ``zigbee2mqtt/NAME/temperature``, a plain text or a list."""
    text = read_text(arrival.payload, arrival.limits.text_characters_max)
    number = as_number(text)
    value: Any = {"true": True, "false": False, "null": None}.get(text, text.strip('"'))
    value = value if number is None else number
    if (
        member == "last_seen"
        or value is None
        or member in _LEFT_OUT
        or _SETTING.fullmatch(member) is not None
    ):
        return Decoded(remark=Remark.STATUS)
    _expose(gathering.at(name, None), {member: value}, member, value)
    return gathering.decoded(Remark.STATUS)


def _availability(gathering: Gathering, arrival: Arrival, name: str) -> None:
    """``{"state": "online"}``, and the bare word of earlier versions."""
    word: Any = None
    if arrival.payload[:1] == b"{":
        word = read_json(arrival.payload).get("state")
    if word is None:
        word = read_text(arrival.payload, arrival.limits.text_characters_max)
    gathering.at(name, None).add("connection", word)


def _last_seen(stated: Any) -> datetime | None:
    if stated is None:
        return None
    if type(stated) is str and (number := as_number(stated)) is not None:
        stated = number
    return from_epoch(stated, MILLISECONDS) if type(stated) in (int, float) else parse_time(stated)


def _expose(
    instant: Instant,
    document: Mapping[str, Any],
    member: str,
    value: Any,
) -> None:
    if member == "voltage":
        if not any(name in document for name in _MAINS) and _is_millivolts(value):
            instant.add("battery_voltage", value, "mV")
        else:
            instant.add("voltage", value, "V")
    elif type(value) is bool and member in _STATES:
        code, words = _STATES[member]
        instant.add(code, words[value])
    elif member.startswith("state") and type(value) is str and value in {"ON", "OFF"}:
        endpoint = member[len("state") :].lstrip("_")
        instant.add(f"switch_state/{endpoint}" if endpoint else "switch_state", value.lower())
    elif member == "brightness" and type(value) in (int, float):
        instant.add("dimming_level", value * 100 / _BRIGHTNESS_MAX, "%")
    elif member == "position":
        is_valve = any(name in document for name in _HEATING)
        instant.add("valve_opening" if is_valve else "cover_position", value, "%")
    elif member == "valve_state" and type(value) is str:
        instant.add("valve_state", value.lower())
    elif type(value) is not bool and (known := _known(document, member)) is not None:
        instant.add(known[0], value, known[1])
    else:
        instant.add_all(member, value)


def _known(document: Mapping[str, Any], member: str) -> tuple[str, str] | None:
    """Code and unit of an expose, also where it is one of several alike: ``power_phase_b``, ``energy_l2``."""
    if member == "illuminance" and "illuminance_lux" in document:
        return "illuminance_raw", "1"  # earlier versions: a logarithm beside the lux
    if member == "temperature" and "soil_moisture" in document and "humidity" not in document:
        return "soil_temperature", "Cel"
    known = _EXPOSES.get(member)
    if known is None and (part := _PART.fullmatch(member)) is not None:
        of = ("voltage", "V") if part[1] == "voltage" else _EXPOSES.get(part[1])
        if of is not None and "/" not in of[0]:
            known = f"{of[0]}/{part[2]}", of[1]
    return known


def _is_millivolts(value: Any) -> bool:
    return type(value) in (int, float) and value >= _MILLIVOLTS_MIN


DECODER = Decoder("zigbee2mqtt", "Zigbee2MQTT", decode, ("zigbee2mqtt/#",))
