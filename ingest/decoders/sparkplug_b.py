"""Sparkplug B, version 3: metrics of edge nodes and their devices. Pure.

A birth names all metrics once; what follows may carry numbers (aliases) alone. Births are remembered in
:attr:`Arrival.memory`, and where one was missed, the node is asked for it (``Node Control/Rebirth``).

The thing is ``GROUP/NODE`` or ``GROUP/NODE/DEVICE``. The property is the last part of the metric's name in snake case:
``Environment/PM2_5`` is ``pm2_5``. Where two metrics of one birth end alike, what stands before tells them apart:
``Pump 1/Current`` is ``current/pump_1``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from citycore.wire import Message
from ingest.decoders.model import Arrival, Decoded, Decoder, Reading, Refusal, Remark, Request, Unreadable
from ingest.decoders.sparkplug_payload import (
    NotStorable,
    properties_of,
    read_payload,
    rebirth,
    time_of,
    value_of,
)

NAMESPACE = "spBv1.0"
CONNECTION = "connection"
NAME_CHARACTERS_MAX = 400
DEVICES_MAX = 1_000

_BIRTHS = ("NBIRTH", "DBIRTH")
_DATA = ("NDATA", "DDATA")
_DEATHS = ("NDEATH", "DDEATH")
_COMMANDS = ("NCMD", "DCMD")
_CONTROL = ("Node Control/", "Device Control/")
_BD_SEQ = "bdSeq"
_UNITS = ("engUnit", "engUnits", "Engineering Units", "unit")
#: The property Quality: good is 192; stale is 500, bad is 0.
_GOOD = 192
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z][a-z])")
_BETWEEN = re.compile(r"\W+")


class _Topic(NamedTuple):
    kind: str
    group: str
    node: str
    device: str | None

    @property
    def edge(self) -> str:
        return f"{self.group}/{self.node}"

    @property
    def thing(self) -> str:
        return self.edge if self.device is None else f"{self.edge}/{self.device}"


class _Known(NamedTuple):
    """What a birth says of a metric."""

    code: str
    datatype: int
    unit: str | None


def _decode(arrival: Arrival) -> Decoded:
    topic = _topic(arrival.topic)
    if topic is None:
        return Decoded(remark=Remark.STATUS)
    if topic.kind in _COMMANDS:
        return Decoded(remark=Remark.COMMAND)
    return _Reader(arrival, topic).read()


def _topic(topic: str) -> _Topic | None:
    """The parts; None for the state of a host application."""
    parts = topic.split("/")
    if parts[0] == "STATE" or (parts[0] == NAMESPACE and "STATE" in parts[1:3]):
        return None
    if parts[0] == NAMESPACE and len(parts) in {4, 5} and all(parts):
        kind, device = parts[2], parts[4] if len(parts) == 5 else None
        if kind in {*_BIRTHS, *_DATA, *_DEATHS, *_COMMANDS} and (kind[0] == "D") == (device is not None):
            if len(topic) > NAME_CHARACTERS_MAX:
                raise Unreadable("too_large", f"a topic of more than {NAME_CHARACTERS_MAX} characters")
            return _Topic(kind, parts[1], parts[3], device)
    raise Unreadable("unknown_topic", f"not of {NAMESPACE}/GROUP/TYPE/NODE[/DEVICE]: {topic[:200]}")


class _Reader:
    """One message of a node or device."""

    def __init__(self, arrival: Arrival, topic: _Topic) -> None:
        self._arrival = arrival
        self._memory = arrival.memory
        self._topic = topic
        self._payload = read_payload(arrival.payload)
        self._decoded = Decoded()
        self._instants: dict[datetime | None, list[tuple[str, Any, str | None]]] = {}
        state = self._memory.get(f"sparkplug/{topic.edge}")
        self._state: dict[str, Any] = dict(state) if isinstance(state, dict) else {}
        self._received = arrival.received.timestamp() if arrival.received else None
        #: A dead letter that is replayed says nothing of how the node fares now.
        self._is_late = self._received is not None and self._received < self._state.get("received", 0)
        self._needs_rebirth = False

    def read(self) -> Decoded:
        kind = self._topic.kind
        if kind in _DEATHS:
            self._death()
        elif kind in _BIRTHS:
            self._birth()
        else:
            self._data()
        self._gather()
        if self._needs_rebirth and not self._is_late:
            now = None if self._received is None else round(self._received * 1_000)
            topic = f"{NAMESPACE}/{self._topic.group}/NCMD/{self._topic.node}"
            self._decoded.requests.append(Request(topic, rebirth(now)))
        if self._decoded.readings or self._decoded.refusals:
            return self._decoded
        return Decoded(remark=Remark.STATUS, requests=self._decoded.requests)

    def _birth(self) -> None:
        payload, topic = self._payload, self._topic
        table = self._table(payload.metrics)
        if not self._is_late:
            if topic.device is None:
                self._state = {"bd": self._bd_seq(), "birth": payload.timestamp, "is_online": True}
                self._forget_devices()
            elif not self._state.get("is_online", False):
                self._needs_rebirth = True  # the birth of its node was missed
            else:
                self._add_device(topic.device)
            self._step()
            table["birth"] = self._state.get("birth")
            self._memory.put(f"sparkplug_metrics/{topic.thing}", table)
        self._connection(topic.thing, "online", self._payload_time())
        for metric in payload.metrics:
            self._metric(metric, table)

    def _data(self) -> None:
        table = self._memory.get(f"sparkplug_metrics/{self._topic.thing}")
        if not self._state.get("is_online", False):
            self._needs_rebirth = True
        if not isinstance(table, dict) or table.get("birth") != self._state.get("birth"):
            self._needs_rebirth = True
            table = {}
        if not self._is_late:
            self._step()
        for metric in self._payload.metrics:
            self._metric(metric, table)

    def _death(self) -> None:
        topic = self._topic
        if topic.device is not None:
            if not self._is_late:
                self._step()
            self._connection(topic.thing, "offline", self._payload_time())
            return
        bd_seq, known = self._bd_seq(), self._state.get("bd")
        if known is not None and bd_seq is not None and bd_seq != known:
            return  # the will of a connection that another has followed
        # A will is written when the node connects: its timestamp is not that of its death.
        self._connection(topic.edge, "offline", self._arrival.received)
        for device in self._devices():
            self._connection(f"{topic.edge}/{device}", "offline", self._arrival.received)
        if not self._is_late and self._state:
            self._state["is_online"] = False
            self._keep()

    def _step(self) -> None:
        """Notice whether a message is missing: numbers follow one another, from 255 to 0."""
        if not self._payload.HasField("seq"):
            self._keep()
            return
        seq, last = self._payload.seq % 256, self._state.get("seq")
        if isinstance(last, int) and seq not in {last, (last + 1) % 256}:  # twice: delivered again
            self._needs_rebirth = True
        self._state["seq"] = seq
        self._keep()

    def _keep(self) -> None:
        if self._received is not None:
            self._state["received"] = self._received
        self._memory.put(f"sparkplug/{self._topic.edge}", self._state)

    def _add_device(self, device: str) -> None:
        devices = self._devices()
        if device in devices:
            return
        if len(devices) >= DEVICES_MAX:
            raise Unreadable("too_large", f"a node of more than {DEVICES_MAX} devices")
        self._memory.put(f"sparkplug_devices/{self._topic.edge}", [*devices, device])

    def _forget_devices(self) -> None:
        """After the birth of a node, each of its devices is born anew."""
        for device in self._devices():
            self._memory.put(f"sparkplug_metrics/{self._topic.edge}/{device}", None)
        self._memory.put(f"sparkplug_devices/{self._topic.edge}", None)

    def _devices(self) -> list[str]:
        devices = self._memory.get(f"sparkplug_devices/{self._topic.edge}")
        return devices if isinstance(devices, list) else []

    def _bd_seq(self) -> int | None:
        for metric in self._payload.metrics:
            if metric.name == _BD_SEQ.encode():
                return int(metric.long_value or metric.int_value)
        return None

    def _payload_time(self) -> datetime | None:
        if not self._payload.HasField("timestamp"):
            return None
        try:
            return time_of(self._payload.timestamp)
        except NotStorable:
            return None

    def _connection(self, thing: str, state: str, time: datetime | None) -> None:
        message = Message(phenomenon_time=time, results={CONNECTION: state})
        self._decoded.readings.append(Reading(thing, message))

    @staticmethod
    def _table(metrics: Iterable[Any]) -> dict[str, Any]:
        """Metrics by name, and names by alias, as JSON keeps them."""
        born: dict[str, Any] = {}
        aliases: dict[str, str] = {}
        for metric in metrics:
            name = metric.name.decode("utf-8", "replace")[:NAME_CHARACTERS_MAX]
            if name and name != _BD_SEQ and not name.startswith(_CONTROL):
                born[name] = metric
                if metric.HasField("alias"):
                    aliases[str(metric.alias)] = name
        codes = property_codes(born)
        known = {
            name: [codes[name], metric.datatype, _unit(properties_of(metric))]
            for name, metric in born.items()
        }
        return {"metrics": known, "aliases": aliases}

    def _metric(self, metric: Any, table: dict[str, Any]) -> None:
        name = metric.name.decode("utf-8", "replace")
        if name == _BD_SEQ or name.startswith(_CONTROL):
            return
        if not name and not metric.HasField("alias"):
            self._refuse("?", "unreadable_payload", "a metric has neither name nor alias")
            return
        known = _known(metric, name[:NAME_CHARACTERS_MAX], table)
        if known is None:
            self._needs_rebirth = True
            detail = f"the alias {metric.alias} of {self._topic.thing} before its birth"
            self._refuse(f"alias {metric.alias}", "unknown_alias", detail)
            return
        properties = properties_of(metric)
        try:
            value = self._value(metric, known, properties)
            stated = metric if metric.HasField("timestamp") else self._payload
            time = time_of(stated.timestamp) if stated.HasField("timestamp") else None
        except NotStorable as fault:
            self._refuse(known.code, fault.reason, fault.detail)
            return
        self._instants.setdefault(time, []).append((known.code, value, _unit(properties) or known.unit))

    @staticmethod
    def _value(metric: Any, known: _Known, properties: dict[str, Any]) -> Any:
        if metric.is_transient:
            raise NotStorable("unsupported_value", "transient: its node asks that nobody stores it")
        quality = properties.get("Quality", _GOOD)
        if quality != _GOOD:
            raise NotStorable("bad_quality", f"the node says that its quality is {quality}, good is {_GOOD}")
        return value_of(metric, metric.datatype or known.datatype)

    def _refuse(self, name: str, reason: str, detail: str) -> None:
        self._decoded.refusals.append(Refusal(name, reason, detail))

    def _gather(self) -> None:
        limits, thing, readings = self._arrival.limits, self._topic.thing, self._decoded.readings
        for time, values in self._instants.items():
            results: dict[str, Any] = {}
            units: dict[str, str] = {}
            for code, value, unit in values:
                if code in results or len(results) >= limits.results_max:
                    readings.append(_reading(thing, time, results, units))
                    results, units = {}, {}
                results[code] = value
                if unit is not None:
                    units[code] = unit
            readings.append(_reading(thing, time, results, units))
        if len(readings) > limits.instants_max:
            raise Unreadable("too_large", f"more than {limits.instants_max} instants in one message")


def _reading(thing: str, time: datetime | None, results: dict[str, Any], units: dict[str, str]) -> Reading:
    return Reading(thing, Message(phenomenon_time=time, results=results, units=units or None))


def _known(metric: Any, name: str, table: dict[str, Any]) -> _Known | None:
    if not name:
        name = table.get("aliases", {}).get(str(metric.alias), "")
        if not name:
            return None
    kept = table.get("metrics", {}).get(name)
    if kept is not None:
        return _Known(*kept)
    return _Known(property_codes([name])[name], 0, None)


def _unit(properties: dict[str, Any]) -> str | None:
    for key in _UNITS if properties else ():
        if isinstance(unit := properties.get(key), str) and unit:
            return unit[:100]
    return None


def property_codes(names: Iterable[str]) -> dict[str, str]:
    """The property of each metric among all of one birth."""
    parts = {name: [_snake(part) for part in name.split("/") if _snake(part)] or [name] for name in names}
    ends = Counter(path[-1] for path in parts.values())
    codes: dict[str, str] = {}
    taken = Counter[str]()
    for name, path in parts.items():
        code = path[-1] if ends[path[-1]] == 1 or len(path) == 1 else f"{path[-1]}/{'_'.join(path[:-1])}"
        taken[code] += 1
        codes[name] = code if taken[code] == 1 else f"{path[-1]}/{'_'.join([*path[:-1], str(taken[code])])}"
    return codes


def _snake(part: str) -> str:
    return _BETWEEN.sub("_", _WORD.sub("_", part)).strip("_").lower()


DECODER = Decoder("sparkplug_b", "Sparkplug B", _decode, (f"{NAMESPACE}/#",))
