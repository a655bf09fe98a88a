"""What LoRaWAN network servers have in common: values of a device's payload, link values, positions. Pure."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from math import inf
from typing import Any

from citycore.wire import LOCATION
from ingest.decoders.cayenne import add_cayenne
from ingest.decoders.gathering import PAIRS, Instant
from ingest.decoders.model import Unreadable
from ingest.decoders.raw_bytes import decode_bytes
from ingest.decoders.reading import DEPTH_MAX, as_number, shown

#: LoRaWAN 1.0.4, "MAC commands": a frame has at most 242 bytes of payload; relays and stacks that join fragments send more.
PAYLOAD_BYTES_MAX = 4_096
#: Names of widespread codecs (Dragino) that tell two sensors of a device apart.
_BY_MAKERS: Mapping[str, tuple[str, str]] = {
    "TempC_SHT": ("air_temperature/sht", "Cel"),
    "Hum_SHT": ("relative_humidity/sht", "%"),
    "TempC_DS": ("air_temperature/ds18b20", "Cel"),
    "TempC1": ("air_temperature/1", "Cel"),
    "TempC2": ("air_temperature/2", "Cel"),
    "TempC3": ("air_temperature/3", "Cel"),
    "temp_SOIL": ("soil_temperature", "Cel"),
    "water_SOIL": ("soil_moisture", "%"),
    "conduct_SOIL": ("soil_conductivity", "uS/cm"),
}
_BATTERY_NAMES = frozenset({"battery", "bat", "batt", "vbat"})
#: Nothing that ``battery`` may mean but millivolts is that large, and no whole per cent is a fraction.
_MILLIVOLTS = (1_000, 65_535)
_VOLTS = (1.0, 5.0)


def add_payload(instant: Instant, payload: Any) -> None:
    """The decoded payload: names as the codec of the device has them, a pair of coordinates as the position."""
    if type(payload) is not dict:
        instant.gathering.refuse("decoded payload", "wrong_type", shown(payload))
        return
    _add_members(instant, "", payload, DEPTH_MAX)


def add_frame(instant: Instant, frame: Any, port: Any, codec: Mapping[str, Any] | None) -> None:
    """The bytes of the device, read with the codec of the source."""
    if type(frame) is not str:
        instant.gathering.refuse("frm_payload", "wrong_type", shown(frame))
        return
    if codec is None:
        instant.gathering.refuse("frm_payload", "no_codec", shown(frame))
        return
    if len(frame) > PAYLOAD_BYTES_MAX * 4 // 3 + 4:
        raise Unreadable("too_large", f"a frame of {len(frame)} characters")

    try:
        payload = b64decode(frame, validate=True)
    except ValueError as error:
        instant.gathering.refuse("frm_payload", "unreadable_payload", f"no base64: {error}")
        return
    try:
        values = decode_bytes(payload, port if type(port) is int else None, codec)
    except Unreadable as error:
        instant.gathering.refuse_part("frm_payload", error)
        return
    for name, (value, unit) in values.items():
        if name == LOCATION:
            instant.place(*value)
        else:
            instant.add(name, value, unit)


def add_link(instant: Instant, gateways: Any) -> None:
    """RSSI and SNR of the gateway that heard the device best."""
    if type(gateways) is not list:
        return
    best: dict[str, Any] | None = None
    strongest = -inf
    for gateway in gateways:
        strength: Any = gateway.get("rssi") if type(gateway) is dict else None
        if type(strength) in (int, float) and strength > strongest:
            best, strongest = gateway, strength
    if best is not None:
        instant.add("signal_strength", strongest, "dB[mW]")
        if (noise := best.get("snr")) is not None:
            instant.add("signal_to_noise", noise, "dB")


def add_position(instant: Instant, place: Any) -> None:
    """An object of latitude, longitude and perhaps altitude."""
    if type(place) is not dict:
        instant.gathering.refuse("location", "wrong_type", shown(place))
        return
    instant.place(place.get("longitude"), place.get("latitude"))
    if (altitude := place.get("altitude")) is not None:
        instant.add("altitude", altitude, "m")


def _add_members(instant: Instant, prefix: str, members: Mapping[str, Any], depth: int) -> None:
    pair = next((pair for pair in PAIRS if pair[0] in members and pair[1] in members), ())
    if pair and members[pair[0]] is not None:
        instant.place(members[pair[0]], members[pair[1]])
    for key, value in members.items():
        if key in pair or value is None:
            continue
        name = f"{prefix}.{key}" if prefix else key
        if not prefix and add_cayenne(instant, key, value):
            continue
        if type(value) is dict and depth:
            _add_members(instant, name, value, depth - 1)
        elif key in _BY_MAKERS:
            code, unit = _BY_MAKERS[key]
            number = as_number(value) if type(value) is str else None
            instant.add(code, value if number is None else number, unit)
        elif key.lower() in _BATTERY_NAMES and type(value) in (int, float):
            _add_battery(instant, name, value)
        else:
            instant.add(name, value)


def _add_battery(instant: Instant, name: str, value: float) -> None:
    """``battery`` is per cent, volts or millivolts. Only what leaves no choice is decided here."""
    if _MILLIVOLTS[0] <= value <= _MILLIVOLTS[1]:
        instant.add("battery_voltage", value, "mV")
    elif _VOLTS[0] <= value <= _VOLTS[1] and value != int(value):
        instant.add("battery_voltage", value, "V")
    else:
        instant.add(name, value)
