"""Cayenne Low Power Payload as network servers hand it on: names with a channel behind them, or channels in objects. Pure.

The Things Stack says ``temperature_3``, ChirpStack ``{"temperatureSensor": {"3": 21.5}}``; both are ``air_temperature/3``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ingest.decoders.gathering import Instant

#: By the type's name at either server, code and unit.
_TYPES: Mapping[str, tuple[str, str | None]] = {
    "digital_in": ("digital_input", None),
    "digitalInput": ("digital_input", None),
    "digital_out": ("digital_output", None),
    "digitalOutput": ("digital_output", None),
    "analog_in": ("analog_input", None),
    "analogInput": ("analog_input", None),
    "analog_out": ("analog_output", None),
    "analogOutput": ("analog_output", None),
    "luminosity": ("illuminance", "lx"),
    "illuminanceSensor": ("illuminance", "lx"),
    "presence": ("presence", None),
    "presenceSensor": ("presence", None),
    "temperature": ("air_temperature", "Cel"),
    "temperatureSensor": ("air_temperature", "Cel"),
    "relative_humidity": ("relative_humidity", "%"),
    "humiditySensor": ("relative_humidity", "%"),
    "barometric_pressure": ("air_pressure", "hPa"),
    "barometer": ("air_pressure", "hPa"),
    "accelerometer": ("acceleration", "[g]"),
    "gyrometer": ("rotation", "deg/s"),
}
_NUMBERED = re.compile(r"(.+)_(\d{1,3})", re.ASCII)
_AXES = ("x", "y", "z")
_GPS = frozenset({"gps", "gpsLocation"})


def add_cayenne(instant: Instant, name: str, value: Any) -> bool:
    """Whether a member of a payload is of this format; then it is added."""
    if (known := _TYPES.get(name)) is not None or name in _GPS:
        if type(value) is not dict or not all(channel.isdecimal() for channel in value):
            return False
        return all(_add(instant, known, channel, part) for channel, part in value.items())
    numbered = _NUMBERED.fullmatch(name)
    if numbered is None or (numbered[1] not in _TYPES and numbered[1] not in _GPS):
        return False
    return _add(instant, _TYPES.get(numbered[1]), numbered[2], value)


def _add(instant: Instant, known: tuple[str, str | None] | None, channel: str, value: Any) -> bool:
    if known is None:
        if type(value) is not dict or not value.keys() >= {"latitude", "longitude"}:
            return False
        instant.place(value["longitude"], value["latitude"])
        if (altitude := value.get("altitude")) is not None:
            instant.add(f"altitude/{channel}", altitude, "m")
        return True
    code, unit = known
    if type(value) is dict:
        if not set(value) <= set(_AXES):
            return False
        for axis, part in value.items():
            instant.add(f"{code}_{axis}/{channel}", part, unit)
        return True
    instant.add(f"{code}/{channel}", value, unit)
    return True
