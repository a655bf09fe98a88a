"""What a decoder says of a message, as rows that a test can write down."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from ingest.decoders import find_decoder
from ingest.decoders.model import Arrival, Decoded, Limits, Remark

LIMITS = Limits()
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


class Remembered(dict[str, Any]):
    """The memory of a source: values go through JSON, as they do in the database."""

    def put(self, key: str, value: Any) -> None:
        assert len(key) <= 500
        if value is None:
            self.pop(key, None)
        else:
            self[key] = json.loads(json.dumps(value))


class Said(NamedTuple):
    """Values by thing and time, reasons of refusals by name, and the remark."""

    values: dict[tuple[str | None, str | None], dict[str, Any]]
    refused: dict[str, str]
    remark: Remark | None


def decoded(
    code: str,
    payload: Any,
    topic: str = "",
    *,
    codec: Mapping[str, Any] | None = None,
    memory: Remembered | None = None,
    limits: Limits = LIMITS,
) -> Decoded:
    decoder = find_decoder(code)
    assert decoder is not None
    if not isinstance(payload, bytes):
        payload = payload.encode() if isinstance(payload, str) else json.dumps(payload).encode()
    kept = Remembered() if memory is None else memory
    return decoder.decode(Arrival(topic, payload, kept, limits, codec, NOW))


def said(code: str, payload: Any, topic: str = "", **given: Any) -> Said:
    """A number with its unit is ``(21.5, "Cel")``, what has no unit stands alone; a position is under ``location``."""
    result = decoded(code, payload, topic, **given)
    values: dict[tuple[str | None, str | None], dict[str, Any]] = {}
    for thing, message, *_ in result.readings:
        time = message.phenomenon_time
        members = values.setdefault((thing, None if time is None else time.isoformat()), {})
        units = message.units or {}
        assert units.keys() <= (message.results or {}).keys()
        for name, value in (message.results or {}).items():
            assert name not in members
            members[name] = (value, units[name]) if name in units else value
        if message.location is not None:
            members["location"] = message.location
    return Said(values, {one.name: one.reason for one in result.refusals}, result.remark)


def of(thing: str | None, time: str | None = None, **values: Any) -> dict[Any, Any]:
    """Values of a thing at a time; ``__`` in a name stands for the slash before a sensor."""
    return {(thing, time): {name.replace("__", "/"): value for name, value in values.items()}}
