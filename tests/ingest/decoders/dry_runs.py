"""Messages on the whole way of a dry run: property, value, unit and time, or the reason why not."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from citycore.registry.document import SourceEntry
from citycore.vocabulary import observed_properties
from ingest.model import Received
from ingest.settings import IngestSettings
from ingest.trying import Outcome, try_message

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
#: One minute before, as each format says it; local times are those of Muscat.
AT = NOW - timedelta(minutes=1)
LOCAL = "2026-11-27T15:59:00"
SECONDS = int(AT.timestamp())
Values = dict[str, tuple[Any, str]]
Row = tuple[str, str, Any, Values, dict[str, str]]


def dry_run(code: str, topic: str, payload: Any, **source: Any) -> Outcome:
    entry = SourceEntry(
        code="home",
        name_en="Home",
        name_ar="البيت",
        decoder=code,
        **{"zone": "Asia/Muscat", "time_policy": "receive_time", **source},
    )
    if not isinstance(payload, bytes):
        payload = payload.encode() if isinstance(payload, str) else json.dumps(payload).encode()
    received = Received(
        f"falaj/v1/home/{topic}".rstrip("/"),
        payload,
        int(NOW.timestamp() * 1e6),
        retained=False,
        ticket=(0, 0),
    )
    return try_message(entry, received, observed_properties(), IngestSettings())


def check(code: str, topic: str, payload: Any, values: Values, refused: dict[str, str]) -> None:
    """A message becomes these values of one minute ago, and these names are refused for these reasons."""
    outcome = dry_run(code, topic, payload)
    assert {each.datastream: (each.result, each.unit) for each in outcome.values} == {
        name: (pytest.approx(result) if isinstance(result, int | float) else result, unit)
        for name, (result, unit) in values.items()
    }
    assert {each.detail.partition(": ")[0]: each.reason for each in outcome.refused} == refused
    assert len(outcome.refused) == len(refused)
    if (code, topic.partition("/")[0]) != ("shelly", "shellies"):
        assert {each.time for each in outcome.values} <= {AT}
