"""ThingsBoard: https://thingsboard.io/docs/reference/mqtt-api/ and …/gateway-mqtt-api/. Pure.

``v1/devices/me/telemetry`` has an object of values, one with ``ts`` (milliseconds since 1970) and ``values``, or an array of either;
``v1/gateway/telemetry`` the same by the name of a device. Attributes, connects and RPC hold no observations. Names are those of the
device; objects in values are joined with dots.
"""

from __future__ import annotations

from typing import Any

from ingest.decoders.gathering import PAIRS, Gathering, Instant
from ingest.decoders.model import Arrival, Decoded, Decoder, Remark, Unreadable
from ingest.decoders.reading import UNREADABLE, read_json, shown
from ingest.decoders.times import MILLISECONDS, from_epoch

_GATEWAY = ["v1", "gateway"]
_SHORT_NAMES = {"t": "telemetry", "a": "attributes"}


def decode(arrival: Arrival) -> Decoded:
    subject = _subject(arrival.topic)
    if subject == "attributes":
        return Decoded(remark=Remark.CONFIGURATION)
    if subject in {"rpc", "request", "response", "claim"}:
        return Decoded(remark=Remark.COMMAND)
    if subject in {"connect", "disconnect"}:
        return Decoded(remark=Remark.STATUS)
    document = read_json(arrival.payload)
    gathering = Gathering(arrival.limits)
    if _parts(arrival.topic)[:2] == _GATEWAY:
        if type(document) is not dict:
            raise Unreadable(UNREADABLE, "no object of devices")
        for device, telemetry in document.items():
            _telemetry(gathering, device, telemetry)
    else:
        _telemetry(gathering, None, document)
    return gathering.decoded(Remark.STATUS if document in ({}, []) else None)


def _subject(topic: str) -> str:
    parts = _parts(topic)
    if parts[:2] == ["v2", "t"] or parts[:2] == ["v2", "a"]:  # short topics
        return _SHORT_NAMES[parts[1]]
    place = 3 if parts[1:2] == ["devices"] else 2
    return parts[place] if len(parts) > place else "telemetry"


def _parts(topic: str) -> list[str]:
    """From the version on; devices of one source put their names before it."""
    parts = topic.split("/")
    start = next((place for place, part in enumerate(parts) if part in {"v1", "v2"}), 0)
    return parts[start:]


def _telemetry(gathering: Gathering, device: str | None, telemetry: Any) -> None:
    if type(telemetry) is list:
        for entry in telemetry:
            _entry(gathering, device, entry)
    else:
        _entry(gathering, device, telemetry)


def _entry(gathering: Gathering, device: str | None, entry: Any) -> None:
    if type(entry) is not dict:
        gathering.refuse(device or "telemetry", "wrong_type", shown(entry))
        return
    if "ts" not in entry or type(entry.get("values")) is not dict:
        _values(gathering.at(device, None), entry)
        return
    try:
        time = from_epoch(entry["ts"], MILLISECONDS)
    except Unreadable as error:
        gathering.refuse_part("ts", error)
        return
    _values(gathering.at(device, time), entry["values"])


def _values(instant: Instant, values: dict[str, Any]) -> None:
    pair = next((pair for pair in PAIRS if pair[0] in values and pair[1] in values), ())
    if pair and values[pair[0]] is not None:
        instant.place(values[pair[0]], values[pair[1]])
    for name, value in values.items():
        if name in pair:
            continue
        if value is None:
            instant.add(name, None)
        else:
            instant.add_all(name, value)


DECODER = Decoder("thingsboard", "ThingsBoard", decode, ("v1/devices/me/telemetry", "v1/gateway/telemetry"))
