"""ChirpStack v4: https://www.chirpstack.io/docs/chirpstack/integrations/events.html (JSON marshaler). Pure.

``application/ID/device/EUI/event/EVENT``. ``up`` has the ``object`` of the device profile's codec, or ``data`` in base64, which the codec
of the source reads; ``status`` has the battery and the margin; ``location`` a position. ``join``, ``ack``, ``txack`` and
``log`` are status. The thing is the EUI of the device.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ingest.decoders.gathering import Gathering, Instant
from ingest.decoders.lorawan import add_frame, add_link, add_payload, add_position
from ingest.decoders.model import Arrival, Decoded, Decoder, Remark, Unreadable
from ingest.decoders.reading import UNREADABLE, read_object
from ingest.decoders.times import parse_time

_NOTES = frozenset({"join", "ack", "txack", "log", "stats", "state", "exec", "raw"})


def decode(arrival: Arrival) -> Decoded:
    parts = arrival.topic.split("/")
    if "command" in parts:
        return Decoded(remark=Remark.COMMAND)
    document = read_object(arrival.payload)
    event = parts[-1] if len(parts) > 1 and parts[-2] == "event" else _event_of(document)
    if event in _NOTES:
        return Decoded(remark=Remark.STATUS)
    gathering = Gathering(arrival.limits)
    instant = gathering.at(_device(document, parts), _time_of(document))
    if type(information := document.get("deviceInfo")) is dict:
        gathering.name_model(information.get("deviceProfileName"))
    if event == "up":
        _uplink(instant, document, arrival.codec)
    elif event == "status":
        _status(instant, document)
    elif event == "location":
        add_position(instant, document.get("location"))
    elif event == "integration":
        add_payload(instant, document.get("object"))
    else:
        raise Unreadable(UNREADABLE, "no event of ChirpStack")
    return gathering.decoded(Remark.STATUS)


def _uplink(instant: Instant, document: Mapping[str, Any], codec: Mapping[str, Any] | None) -> None:
    if type(document.get("object")) is dict and document["object"]:
        add_payload(instant, document["object"])
    elif document.get("data") not in (None, ""):
        add_frame(instant, document["data"], document.get("fPort"), codec)
    add_link(instant, document.get("rxInfo"))
    if (count := document.get("fCnt")) is not None:
        instant.add("sequence_number", count, "1")


def _status(instant: Instant, document: Mapping[str, Any]) -> None:
    """The device's answer about its battery, and how well the network heard its last request."""
    if document.get("batteryLevelUnavailable") is not True and "batteryLevel" in document:
        instant.add("battery_level", document["batteryLevel"], "%")
    if "margin" in document:
        instant.add("signal_to_noise/margin", document["margin"], "dB")
    if type(powered := document.get("externalPowerSource")) is bool:
        instant.add("external_power", powered)


def _event_of(document: Mapping[str, Any]) -> str | None:
    """The event of a message that came without its topic."""
    if "rxInfo" in document or "data" in document or "object" in document:
        return "up"
    if "batteryLevel" in document or "margin" in document:
        return "status"
    return "location" if "location" in document else None


def _device(document: Mapping[str, Any], parts: list[str]) -> str | None:
    information = document.get("deviceInfo")
    if type(information) is dict and type(device := information.get("devEui")) is str and device:
        return device
    return parts[3] if len(parts) > 4 and parts[2] == "device" else None


def _time_of(document: Mapping[str, Any]) -> datetime | None:
    return None if (stated := document.get("time")) is None else parse_time(stated)


DECODER = Decoder("chirpstack", "ChirpStack", decode, ("application/+/device/+/event/+",))
