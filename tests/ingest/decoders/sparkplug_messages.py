"""Messages of a Sparkplug B node."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ingest.decoders.model import Decoded
from ingest.decoders.sparkplug_payload import DOUBLE, FLOAT, UINT64, Payload
from tests.ingest.decoders.arrivals import NOW, Kept, decode

BORN = datetime(2026, 1, 1, tzinfo=UTC)


def milliseconds(time: datetime) -> int:
    return round(time.timestamp() * 1_000)


def message(*metrics: dict[str, Any], seq: int | None = 0, time: datetime | None = BORN) -> bytes:
    payload = Payload()
    if time is not None:
        payload.timestamp = milliseconds(time)
    if seq is not None:
        payload.seq = seq
    for metric in metrics:
        fields = {name: value for name, value in metric.items() if name != "properties"}
        if "name" in fields:
            fields["name"] = fields["name"].encode()
        added = payload.metrics.add(**fields)
        for key, value in metric.get("properties", {}).items():
            added.properties.keys.append(key.encode())
            stated = {"string_value": value.encode()} if isinstance(value, str) else {"int_value": value}
            added.properties.values.add(**stated)
    data: bytes = payload.SerializeToString()
    return data


def send(
    memory: Kept, kind: str, payload: bytes, device: str = "", received: datetime | None = NOW
) -> Decoded:
    topic = f"spBv1.0/City/{kind}/edge1" + (f"/{device}" if device else "")
    return decode("sparkplug_b", payload, topic=topic, memory=memory, received=received)


def values(decoded: Decoded) -> list[tuple[str | None, dict[str, Any] | None]]:
    return [(reading.thing, reading.message.results) for reading in decoded.readings]


BD_SEQ = {"name": "bdSeq", "datatype": UINT64, "long_value": 7}
PM = {"name": "Environment/PM2_5", "alias": 1, "datatype": FLOAT, "float_value": 23.1}
HEAT = {"name": "Environment/Temperature", "alias": 2, "datatype": DOUBLE, "double_value": 31.2}
