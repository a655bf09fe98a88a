"""Sensor.Community (once Luftdaten): the airRohr firmware's push, and the arrays of API v2. Pure.

https://github.com/opendata-stuttgart/meta/wiki and the firmware's "send to own API". A push is one instant of the device
``esp8266id`` and states no time; the API gives an array of sensors, each with its time in UTC. Numbers are text.
``P1`` is PM10 and ``P2`` PM2.5. Air chips are told apart always, ``air_temperature/bme280``; values without a chip's
name are those of the DHT22. Pressures are Pa.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingest.decoders.gathering import Gathering, Instant
from ingest.decoders.model import Arrival, Decoded, Decoder, Remark, Unreadable
from ingest.decoders.reading import UNREADABLE, as_number, read_json, shown
from ingest.decoders.times import parse_time_utc

#: What a value is of, by the last part of its name.
_MEANINGS: Mapping[str, tuple[str, str]] = {
    "P0": ("pm1", "ug/m3"),
    "P1": ("pm10", "ug/m3"),
    "P2": ("pm2_5", "ug/m3"),
    "P4": ("pm4", "ug/m3"),
    "TS": ("typical_particle_size", "um"),
    "temperature": ("air_temperature", "Cel"),
    "humidity": ("relative_humidity", "%"),
    "pressure": ("air_pressure", "Pa"),
    "pressure_at_sealevel": ("sea_level_pressure", "Pa"),
    "co2_ppm": ("co2", "[ppm]"),
    "noise_LAeq": ("sound_level_a_equivalent", "dB[SPL]"),
    "noise_LA_max": ("sound_level_a_max", "dB[SPL]"),
    "noise_LA_min": ("sound_level_a_min", "dB[SPL]"),
    "counts_per_minute": ("radiation_count_rate", "{#}/min"),
}
#: Counts of particles: up to which size in micrometres.
_SIZES = {"N05": "0_5", "N1": "1_0", "N25": "2_5", "N4": "4_0", "N10": "10"}
#: Chips by the prefix of the firmware. The first one for particles is what nearly every station has, and has no name here.
_CHIPS: Mapping[str, str] = {
    "SDS": "",
    "PMS": "pms",
    "HPM": "hpm",
    "NPM": "npm",
    "IPS": "ips",
    "SPS30": "sps30",
    "BME280": "bme280",
    "BMP280": "bmp280",
    "BMP": "bmp180",
    "HTU21D": "htu21d",
    "SHT3X": "sht3x",
    "SCD30": "scd30",
    "DNMS": "",
    "DS18B20": "ds18b20",
    "Si22G": "si22g",
}
#: What the firmware measures with the DHT22, whose values have no prefix.
_UNNAMED = frozenset({"temperature", "humidity"})
#: Of the device itself, not of the air.
_OF_DEVICE: Mapping[str, tuple[str, str]] = {
    "signal": ("signal_strength", "dB[mW]"),
    "samples": ("samples", "{#}"),
    "min_micro": ("loop_time_min", "us"),
    "max_micro": ("loop_time_max", "us"),
    "interval": ("sending_interval", "ms"),
}
_POSITION = {"GPS_lat": "latitude", "GPS_lon": "longitude", "lat": "latitude", "lon": "longitude"}
_ALTITUDE = frozenset({"GPS_height", "height"})
_NO_NUMBERS = frozenset({"nan", "inf", "-inf"})
_GPS_TIMES = frozenset({"GPS_date", "GPS_time", "GPS_timestamp"})


def decode(arrival: Arrival) -> Decoded:
    document = read_json(arrival.payload)
    gathering = Gathering(arrival.limits, "airRohr")
    if type(document) is dict:
        if "sensordatavalues" not in document:
            raise Unreadable(UNREADABLE, "no sensordatavalues")
        _push(gathering, document)
        return gathering.decoded(Remark.STATUS)
    if type(document) is not list or not document:
        raise Unreadable(UNREADABLE, "neither a push nor an array of sensors")
    for number, sensor in enumerate(document):
        try:
            _sensor(gathering, sensor)
        except Unreadable as error:
            gathering.refuse_part(f"sensor {number}", error)
    return gathering.decoded(Remark.STATUS)


def _push(gathering: Gathering, document: Mapping[str, Any]) -> None:
    thing = next(
        (_identifier(document.get(key)) for key in ("esp8266id", "raspiid") if key in document), None
    )
    _values(gathering.at(thing, None), document["sensordatavalues"], "dht22")


def _sensor(gathering: Gathering, entry: Any) -> None:
    """One element of the API: the values of one chip, with the place of its station."""
    if type(entry) is not dict or type(sensor := entry.get("sensor")) is not dict:
        raise Unreadable(UNREADABLE, "no sensor")
    thing = _identifier(sensor.get("id"))
    if thing is None:
        raise Unreadable(UNREADABLE, "a sensor without id")
    instant = gathering.at(thing, parse_time_utc(entry.get("timestamp")))
    _values(instant, entry.get("sensordatavalues"), None)
    place = entry.get("location")
    if type(place) is dict and place.get("latitude") not in (None, ""):
        _place(instant, place.get("longitude"), place.get("latitude"))


def _values(instant: Instant, values: Any, chip: str | None) -> None:
    if type(values) is not list:
        raise Unreadable(UNREADABLE, "sensordatavalues is no array")
    position: dict[str, Any] = {}
    for entry in values:
        if type(entry) is not dict or type(name := entry.get("value_type")) is not str:
            instant.gathering.refuse("sensordatavalues", "wrong_type", shown(entry))
            continue
        value = entry.get("value")
        if type(value) is str and (number := as_number(value)) is not None:
            value = number
        if type(value) is str and value.strip().lower() in _NO_NUMBERS:
            instant.gathering.refuse(name, "non_finite", value)
        elif name in _POSITION:
            position[_POSITION[name]] = value
        elif name in _ALTITUDE:
            instant.add("altitude", value, "m")
        elif name not in _GPS_TIMES:
            code, unit = _meaning(name, chip)
            instant.add(code, value, unit)
    if position:
        _place(instant, position.get("longitude"), position.get("latitude"))


def _meaning(name: str, chip: str | None) -> tuple[str, str | None]:
    """Code and unit of a value. ``chip`` is what values without a prefix are of; None where each sensor is a thing."""
    if name in _OF_DEVICE:
        return _OF_DEVICE[name]
    prefix, _, rest = name.partition("_")
    if (size := _SIZES.get(rest if prefix in _CHIPS else name)) is not None:
        counter = _CHIPS.get(prefix, "")
        return f"particle_count/{counter}.{size}" if counter else f"particle_count/{size}", "{#}/cm3"
    known = prefix in _CHIPS and rest in _MEANINGS
    meaning = _MEANINGS.get(rest if known else name)
    if meaning is None:
        return name, None
    label = _CHIPS[prefix] if known else (chip if name in _UNNAMED else None)
    return (f"{meaning[0]}/{label}" if label else meaning[0]), meaning[1]


def _place(instant: Instant, longitude: Any, latitude: Any) -> None:
    numbers = [as_number(one) if type(one) is str else one for one in (longitude, latitude)]
    instant.place(numbers[0], numbers[1])


def _identifier(value: Any) -> str | None:
    if type(value) is int:
        return str(value)
    return value if type(value) is str and value else None


DECODER = Decoder("sensor_community", "Sensor.Community", decode)
