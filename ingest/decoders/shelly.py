"""Shelly: https://shelly-api-docs.shelly.cloud, the pages "Gen1 MQTT" and "Gen2+ RPC: notifications, components". Pure.

Generation 1 publishes a value a topic, ``shellies/DEVICE/relay/0/power``. Generations 2 and on publish
``NotifyStatus`` and ``NotifyFullStatus`` on ``DEVICE/events/rpc``, each component on ``DEVICE/status/switch:0`` and
``DEVICE/online``. Readings of a component are ``PROPERTY/component``, always. Temperatures come twice, as ``tC`` and ``tF``:
the second is left out, as are settings, sources, error lists and the counters by minute. A ``ts`` below
2**28 is the time since the device was started, so none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ingest.decoders.gathering import Gathering, Instant
from ingest.decoders.model import Arrival, Decoded, Decoder, Remark, Unreadable
from ingest.decoders.reading import UNREADABLE, as_number, read_object, read_text
from ingest.decoders.times import SECONDS, from_epoch

_UPTIME_SECONDS_MAX = 2**28
_ON_OFF = {True: "on", False: "off"}
_ONLINE = {"true": "online", "false": "offline"}

#: Members of a component's status (Gen2+): code and unit.
_MEMBERS: Mapping[str, tuple[str, str]] = {
    "apower": ("electric_power", "W"),
    "act_power": ("electric_power", "W"),
    "aprt_power": ("apparent_power", "V.A"),
    "voltage": ("voltage", "V"),
    "current": ("electric_current", "A"),
    "pf": ("power_factor", "1"),
    "freq": ("electric_frequency", "Hz"),
    "total_act_energy": ("electric_energy", "W.h"),
    "total_act_ret_energy": ("electric_energy_returned", "W.h"),
    "total_act": ("electric_energy", "W.h"),
    "total_act_ret": ("electric_energy_returned", "W.h"),
    "total_act_power": ("electric_power", "W"),
    "total_aprt_power": ("apparent_power", "V.A"),
    "total_current": ("electric_current", "A"),
    "rh": ("relative_humidity", "%"),
    "lux": ("illuminance", "lx"),
    "brightness": ("dimming_level", "%"),
    "current_pos": ("cover_position", "%"),
    "target_C": ("target_temperature", "Cel"),
    "current_C": ("room_temperature", "Cel"),
    "current_humidity": ("room_humidity", "%"),
    "percent": ("generic_percentage", "%"),
    "rssi": ("signal_strength", "dB[mW]"),
    "uptime": ("uptime", "s"),
    "ram_free": ("free_memory", "By"),
}
#: Members that are objects: what in them counts, its code and unit.
_INNER: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "temperature": (("tC", "device_temperature", "Cel"),),
    "aenergy": (("total", "electric_energy", "W.h"),),
    "ret_aenergy": (("total", "electric_energy_returned", "W.h"),),
    "battery": (("V", "battery_voltage", "V"), ("percent", "battery_level", "%")),
    "counts": (("total", "pulses_total", "{#}"),),
}
#: Three-phase meters put the phase before the member.
_PHASES = ("a_", "b_", "c_", "n_")
_LEFT_OUT = frozenset(
    {
        "id",
        "source",
        "errors",
        "tF",
        "minute_ts",
        "by_minute",
        "unixtime",
        "time",
        "mac",
        "restart_required",
        "ram_size",
        "fs_size",
        "fs_free",
        "cfg_rev",
        "kvs_rev",
        "schedule_rev",
        "webhook_rev",
        "available_updates",
        "reset_reason",
        "sta_ip",
        "ssid",
        "connected",
        "status",
        "last_command_src",
        "timer_started_at",
        "timer_duration",
        "pos_control",
        "user_calibrated_phase",
        "calibration",
        "enable",
        "flags",
        "last_direction",
        "last_updated_ts",
        "move_started_at",
        "move_timeout",
        "mute",
        "phase_mismatch",
        "target_pos",
        "transition",
        "wakeup_period",
        "wakeup_reason",
        # Since generation 3: settings, the access point, and how the packets of a Bluetooth device are numbered.
        "btrelay_rev",
        "utc_offset",
        "bssid",
        "packet_id",
    }
)
#: Components that tell of the device and its network, whose own name is not needed to tell readings apart.
_OF_DEVICE = frozenset({"sys", "wifi"})
_SILENT = frozenset(
    {
        "mqtt",
        "cloud",
        "ble",
        "ws",
        "eth",
        "bthome",
        "matter",
        "knx",
        "modbus",
        "script",
        "ts",
        "ui",
        "plugs_ui",
    }
)
#: Members that mean something else in these components, or nothing that is known.
_OF_KIND: Mapping[tuple[str, str], tuple[str, str | None]] = {
    ("input", "freq"): ("pulse_frequency", "Hz"),
    ("illuminance", "illumination"): ("state", None),
    ("blutrv", "pos"): ("valve_opening", "%"),
    ("cct", "ct"): ("colour_temperature", "K"),
}

#: Last parts of generation-1 topics. An energy of a relay is a count of watt-minutes, one of a meter of watt-hours.
_GEN1: Mapping[str, tuple[str, str]] = {
    "power": ("electric_power", "W"),
    "energy": ("electric_energy", "W.min"),
    "returned_energy": ("electric_energy_returned", "W.min"),
    "total": ("electric_energy", "W.h"),
    "total_returned": ("electric_energy_returned", "W.h"),
    "voltage": ("voltage", "V"),
    "current": ("electric_current", "A"),
    "pf": ("power_factor", "1"),
    "reactive_power": ("reactive_power", "var"),
    "pos": ("cover_position", "%"),
    "temperature": ("device_temperature", "Cel"),
    "ext_temperature": ("air_temperature", "Cel"),
    "ext_humidity": ("relative_humidity", "%"),
}
#: ``shellies/DEVICE/sensor/…``. The unit of the temperature is the one that the device was set to, which it does not say here.
_GEN1_SENSORS: Mapping[str, tuple[str, str | None]] = {
    "temperature": ("air_temperature", None),
    "humidity": ("relative_humidity", "%"),
    "battery": ("battery_level", "%"),
    "lux": ("illuminance", "lx"),
    "concentration": ("gas_concentration", "[ppm]"),
    "tilt": ("tilt", "deg"),
}
_GEN1_STATES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "flood": ("leak", {"true": "on", "false": "off"}),
    "motion": ("motion", {"true": "on", "false": "off", "1": "on", "0": "off"}),
    "vibration": ("vibration", {"true": "on", "false": "off", "1": "on", "0": "off"}),
    "smoke": ("smoke", {"true": "on", "false": "off"}),
    "state": ("contact", {"open": "open", "close": "closed"}),
    "charger": ("external_power", {}),
    "illumination": ("state/illumination", {}),
    "gas": ("gas_alarm", {"none": "off"}),
}
_GEN1_NOTES = frozenset({"announce", "info", "status", "settings", "color", "white"})
#: Of a device that fares well: why it woke, whether it is too warm. What it repeats in another unit stands here too.
_GEN1_SILENT = frozenset(
    {
        "temperature_f",
        "ext_temperatures_f",
        "overpower_value",
        "overtemperature",
        "temperature_status",
        "act_reasons",
        "longpush",
        "self_test",
        "operation",
        "stop_reason",
    }
)
_GEN1_COMMANDS = frozenset({"command", "set", "rpc"})
_GEN1_COMPONENTS = frozenset(
    {
        "relay",
        "emeter",
        "meter",
        "sensor",
        "input",
        "roller",
        "light",
        "adc",
        "ext_temperature",
        "ext_humidity",
        "ext_switch",
        "longpush",
        "input_event",
        "temperature",
        "temperature_f",
        "temperature_status",
        "overtemperature",
        "voltage",
        "white",
        "color",
        "online",
        "announce",
        "info",
        "command",
        "status",
        "settings",
    }
)
_TEXT_MAX = 200


def decode(arrival: Arrival) -> Decoded:
    parts = arrival.topic.split("/") if arrival.topic else []
    if "command" in parts or (parts[-1:] == ["rpc"] and parts[-2:-1] != ["events"]):
        return Decoded(remark=Remark.COMMAND)
    if "shellies" in parts and (first := parts.index("shellies")) + 2 <= len(parts):
        after = parts[first + 1 :]
        if after[0] in _GEN1_NOTES:
            return Decoded(remark=Remark.STATUS)
        if len(after) > 1 and after[1] in _GEN1_COMPONENTS:
            return _generation_1(arrival, after[0], after[1:])
    return _generation_2(arrival, parts)


def _generation_2(arrival: Arrival, parts: list[str]) -> Decoded:
    gathering = Gathering(arrival.limits)
    if parts[-1:] == ["online"]:
        word = read_text(arrival.payload, _TEXT_MAX).lower()
        gathering.at(_prefix(parts[:-1]), None).add("connection", _ONLINE.get(word, word))
    elif parts[-2:-1] == ["status"]:
        _component(gathering.at(_prefix(parts[:-2]), None), parts[-1], read_object(arrival.payload))
    else:
        return _notification(gathering, read_object(arrival.payload), _prefix(parts[:-2]))
    return gathering.decoded(Remark.STATUS)


def _notification(gathering: Gathering, document: Mapping[str, Any], thing: str | None) -> Decoded:
    method, params = document.get("method"), document.get("params")
    if type(method) is not str:
        if "result" in document or "error" in document:
            return Decoded(remark=Remark.COMMAND)
        raise Unreadable(UNREADABLE, "neither a notification nor the status of a component")
    if method not in {"NotifyStatus", "NotifyFullStatus"}:
        return Decoded(remark=Remark.STATUS if method.startswith("Notify") else Remark.COMMAND)
    source = document.get("src")
    if thing is None and type(source) is str and source:
        thing = source
    if type(params) is not dict:
        raise Unreadable(UNREADABLE, "a notification without params")
    instant = gathering.at(thing, _time_of(params))
    for name, status in params.items():
        if type(status) is dict:
            _component(instant, name, status)
        elif name != "ts":
            instant.add_all(name, status)
    return gathering.decoded(Remark.STATUS)


def _prefix(parts: list[str]) -> str | None:
    """The topic prefix of a device: its id, unless its owner chose another. It is the only name that all its topics have."""
    return "/".join(parts).removeprefix("shellies/") or None


def _time_of(params: Mapping[str, Any]) -> datetime | None:
    stated = params.get("ts")
    if stated is None or (type(stated) in (int, float) and 0 <= stated < _UPTIME_SECONDS_MAX):
        return None
    return from_epoch(stated, SECONDS)


def _component(instant: Instant, name: str, status: Mapping[str, Any]) -> None:
    kind = name.partition(":")[0]
    if kind in _SILENT:
        return
    suffix = "" if kind in _OF_DEVICE else f"/{name}"
    for member, value in status.items():
        if value is None or member in _LEFT_OUT:
            continue
        if type(value) is dict:
            _inner(instant, kind, suffix, member, value)
        elif member == "tC":
            code = "air_temperature" if kind == "temperature" else "device_temperature"
            instant.add(code + suffix, value, "Cel")
        elif (known := _OF_KIND.get((kind, member))) is not None:
            instant.add(known[0] + suffix, value, known[1])
        elif member == "value" and kind.startswith("presence") and type(value) is bool:
            instant.add("presence" + suffix, _ON_OFF[value])
        elif member in {"output", "state", "alarm"} and type(value) is bool:
            code = {"output": "switch_state", "state": "switch_state"}.get(member, _ALARMS.get(kind, "alarm"))
            instant.add(code + suffix, _ON_OFF[value])
        else:
            _member(instant, suffix, member, value)


_ALARMS = {"flood": "leak", "smoke": "smoke", "presence": "presence"}


def _member(instant: Instant, suffix: str, member: str, value: Any) -> None:
    if (known := _MEMBERS.get(member)) is not None:
        instant.add(known[0] + suffix, value, known[1])
        return
    if member[:2] in _PHASES and (known := _MEMBERS.get(member[2:])) is not None:
        instant.add(f"{known[0]}{suffix or '/'}.{member[0]}", value, known[1])
        return
    instant.add(member + suffix, value)


def _inner(
    instant: Instant,
    kind: str,
    suffix: str,
    member: str,
    value: Mapping[str, Any],
) -> None:
    """An object in a component: temperatures, counters of energy, the battery."""
    if (inner_members := _INNER.get(member)) is not None:
        for inner, code, unit in inner_members:
            if (given := value.get(inner)) is not None:
                instant.add(code + suffix, given, unit)
    elif member == "external" and type(present := value.get("present")) is bool:
        instant.add("external_power" + suffix, present)
    elif kind not in _OF_DEVICE:
        for inner, given in value.items():
            if inner not in _LEFT_OUT:
                instant.add_all(f"{member}.{inner}", given, suffix)


def _generation_1(arrival: Arrival, device: str, path: list[str]) -> Decoded:
    gathering = Gathering(arrival.limits)
    instant = gathering.at(device, None)
    head, last = path[0], path[-1]
    if {head, last} & (_GEN1_NOTES | _GEN1_SILENT):
        return Decoded(remark=Remark.STATUS)
    if last in _GEN1_COMMANDS:
        return Decoded(remark=Remark.COMMAND)
    if head == "input_event":
        event = read_object(arrival.payload).get("event")
        if event in ("", None):
            return Decoded(remark=Remark.STATUS)
        instant.add_all(f"button/input:{last}", event)
        return gathering.decoded()
    _generation_1_value(instant, path, read_text(arrival.payload, arrival.limits.text_characters_max))
    return gathering.decoded()


def _generation_1_value(instant: Instant, path: list[str], word: str) -> None:
    head, last = path[0], path[-1]
    number = as_number(word)
    value: Any = word if number is None else number
    sensor = f"{head}:{path[1]}" if len(path) > 1 and path[1].isdigit() else None
    suffix = f"/{sensor}" if sensor else ""
    if head == "online":
        instant.add("connection", _ONLINE.get(word.lower(), word.lower()))
    elif head == "sensor" and last in _GEN1_STATES:
        code, words = _GEN1_STATES[last]
        instant.add(code, words.get(word.lower(), word.lower()))
    elif head == "sensor" and last in _GEN1_SENSORS:
        code, unit = _GEN1_SENSORS[last]
        instant.add(code, value, unit)
    elif head == "roller" and len(path) == 2:
        instant.add(f"state{suffix}", word.lower())
    elif head == "sensor" and last == "error":
        instant.add("error_code", word)
    elif head in {"relay", "light"} and len(path) == 2:
        instant.add(f"switch_state{suffix}", word.lower())
    elif head in {"input", "ext_switch"} and len(path) == 2:
        instant.add(f"switch_state{suffix}", {"0": "off", "1": "on"}.get(word, word.lower()))
    else:
        known = _GEN1.get(last if not last.isdigit() else head)
        name = known[0] if known else ".".join(part for part in path if not part.isdigit())
        instant.add(name + suffix, value, known[1] if known else None)


DECODER = Decoder("shelly", "Shelly", decode, ("shellies/#", "+/events/rpc", "+/status/#", "+/online"))
