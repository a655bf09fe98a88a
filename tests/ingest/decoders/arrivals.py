"""Messages as decoders are handed them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ingest.decoders import find_decoder
from ingest.decoders.model import Arrival, Decoded, Limits

_LIMITS = Limits()
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def messages_of_devices() -> Path:
    """Recorded messages of devices beside the project; what reads them is skipped where there are none."""
    for parent in Path(__file__).resolve().parents[3].parents:
        if (folder := parent / "shared" / "data" / "devices").is_dir():
            return folder
    pytest.skip("no recorded messages of devices beside the project")


class Kept(dict[str, Any]):
    """What a source remembers, held to what the store takes: keys of 500 characters, values of JSON."""

    def put(self, key: str, value: Any) -> None:
        assert len(key) <= 500
        self[key] = msgspec.json.decode(msgspec.json.encode(value))


def decode(
    code: str,
    payload: bytes,
    *,
    topic: str = "",
    memory: Kept | None = None,
    limits: Limits = _LIMITS,
    codec: Mapping[str, Any] | None = None,
    received: datetime | None = NOW,
) -> Decoded:
    decoder = find_decoder(code)
    assert decoder is not None
    kept = Kept() if memory is None else memory
    return decoder.decode(Arrival(topic, payload, kept, limits, codec, received))
