"""OwnTracks: https://owntracks.org/booklet/tech/json/. Pure.

``owntracks/USER/DEVICE`` has ``_type: location`` with seconds since 1970 in ``tst``; the HTTP mode sends arrays of them. Velocities are km/h,
altitudes and accuracies metres. Transitions, waypoints, cards, last wills and commands hold no observation of their own, and
what is encrypted cannot be read. The thing is ``USER/DEVICE`` of the topic, else the two letters of ``tid``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingest.decoders.gathering import Gathering
from ingest.decoders.model import Arrival, Decoded, Decoder, Remark, Unreadable
from ingest.decoders.reading import UNREADABLE, read_json, shown
from ingest.decoders.times import SECONDS, from_epoch

_MEMBERS: Mapping[str, tuple[str, str]] = {
    "acc": ("position_accuracy", "m"),
    "vac": ("altitude_accuracy", "m"),
    "alt": ("altitude", "m"),
    "vel": ("vehicle_speed", "km/h"),
    "cog": ("heading", "deg"),
    "batt": ("battery_level", "%"),
    "p": ("air_pressure", "kPa"),
}
#: What lies below zero says that the receiver does not know it.
_NOT_BELOW_0 = frozenset({"acc", "vac", "vel", "cog", "batt"})
_REMARKS = {
    "transition": Remark.STATUS,
    "lwt": Remark.STATUS,
    "status": Remark.STATUS,
    "beacon": Remark.STATUS,
    "steps": Remark.STATUS,
    "waypoint": Remark.CONFIGURATION,
    "waypoints": Remark.CONFIGURATION,
    "configuration": Remark.CONFIGURATION,
    "card": Remark.CONFIGURATION,
    "cmd": Remark.COMMAND,
    "request": Remark.COMMAND,
}


def decode(arrival: Arrival) -> Decoded:
    parts = arrival.topic.split("/")
    if parts[-1] in {"cmd", "step"}:
        return Decoded(remark=Remark.COMMAND)
    document = read_json(arrival.payload)
    gathering = Gathering(arrival.limits)
    remark: Remark | None = None
    path = parts[1:3] if parts[0] == "owntracks" else parts
    topic_thing = "/".join(path) or None
    for entry in document if type(document) is list else [document]:
        kind = entry.get("_type") if type(entry) is dict else None
        if kind == "location":
            _location(gathering, topic_thing, entry)
        elif kind == "encrypted":
            gathering.refuse("location", "encrypted", "the message is encrypted")
        elif type(kind) is str and kind in _REMARKS:
            remark = _REMARKS[kind]
        else:
            raise Unreadable(UNREADABLE, f"no message of OwnTracks: {shown(entry)}")
    return gathering.decoded(Remark.STATUS if document == [] else remark)


def _location(gathering: Gathering, thing: str | None, entry: Mapping[str, Any]) -> None:
    tracker = entry.get("tid")
    if thing is None and type(tracker) is str and tracker:
        thing = tracker
    stated = entry.get("tst")
    try:
        instant = gathering.at(thing, None if stated is None else from_epoch(stated, SECONDS))
    except Unreadable as error:
        gathering.refuse_part("tst", error)
        return
    instant.place(entry.get("lon"), entry.get("lat"))
    for member, (code, unit) in _MEMBERS.items():
        if (value := entry.get(member)) is not None and not (member in _NOT_BELOW_0 and _is_below(value)):
            instant.add(code, value, unit)


def _is_below(value: Any) -> bool:
    return type(value) in (int, float) and value < 0


DECODER = Decoder("owntracks", "OwnTracks", decode, ("owntracks/+/+",))
