"""Plain messages are checked together. What becomes of them, and of others among them, is what a look at each would give."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from citycore.quality import read_tests
from ingest.model import Checked, Datastream, Family, Meaning, Received, Thing
from ingest.rules import Checker
from ingest.settings import IngestSettings

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
AT = int(NOW.timestamp()) * 1_000_000
SETTINGS = IngestSettings(results_per_message_max=4)
DATASTREAMS = {
    "pm2_5": Datastream(1, "ug/m3", Family.MEASUREMENT, "keep_first", 0, 1_000, -50, 5_000),
    "air_temperature": Datastream(
        2, "Cel", Family.MEASUREMENT, "keep_last", quality_tests=read_tests({"sentinel": {"values": [85]}})
    ),
    "relative_humidity": Datastream(3, "%", Family.MEASUREMENT, "quarantine", 0, 100),
    "weather": Datastream(4, "1", Family.CATEGORY, "keep_first"),
    "location": Datastream(5, "deg", Family.POSITION, "keep_first"),
    "connection": Datastream(6, "1", Family.CATEGORY, "keep_first"),
    "water_level": Datastream(7, "m", Family.MEASUREMENT, "keep_first"),
}
#: Where a source has a mapping, each value is looked at by itself; this one maps what nothing is called.
CLOSE: Mapping[str, Meaning | None] = {"nothing": None}
NAMES = [*DATASTREAMS, "unknown"]
RESULTS = [
    20.5, 0, -1, 85, 1e99, 1e101, 1e-320, 10**400, -(10**30), 2**63, 4_999.0, 6_000.0, True, None, "dust", "online",
    [58.4, 23.6], {"a": 1},
]  # fmt: skip
TIMES = [NOW, NOW - timedelta(hours=1), NOW + timedelta(minutes=4), NOW + timedelta(hours=1), datetime(1999, 1, 1, tzinfo=UTC)]  # fmt: skip


def some_instant(chance: random.Random) -> dict[str, Any]:
    """Most are in order, and a few are not."""
    if chance.random() < 0.5:
        names = chance.sample(["pm2_5", "air_temperature", "relative_humidity", "water_level"], 3)
        return {"phenomenon_time": NOW, "results": {name: round(chance.uniform(0, 90), 1) for name in names}}
    names = chance.sample(NAMES, chance.randint(0, 5))
    instant: dict[str, Any] = {"results": {name: chance.choice(RESULTS) for name in names}}
    if chance.random() < 0.9:
        instant["phenomenon_time"] = chance.choice(TIMES)
    if chance.random() < 0.1:
        instant["phenomenon_time"] = "2026-11-24T17:00:00"
    if chance.random() < 0.1:
        instant["units"] = {"pm2_5": chance.choice(["ug/m3", "mg/m3", "Cel"])}
    if chance.random() < 0.1:
        instant["location"] = [58.4, 23.6]
    if chance.random() < 0.1:
        instant |= {"observed_property": chance.choice(NAMES), "result": chance.choice(RESULTS)}
    return instant


def some_payload(chance: random.Random) -> bytes:
    document: Any = some_instant(chance)
    if chance.random() < 0.2:
        document = [document, *(some_instant(chance) for _ in range(chance.randint(0, 3)))]
    payload = msgspec.json.encode(document)
    return payload[:-1] if chance.random() < 0.02 else payload


def outcome(checked: Checked) -> tuple[Any, ...]:
    rows = {
        family: [
            column.tolist()
            for column in (some.datastream_ids, some.times, some.results, some.qualities, some.messages)
        ]
        for family, some in checked.rows.items()
    }
    return (rows, checked.rejections, sorted(checked.flags), checked.policies, checked.values, checked.notes)


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("takes_receive_time", [False, True])
def test_together_is_as_one_by_one(seed: int, takes_receive_time: bool) -> None:
    chance = random.Random(seed)
    received = [Received("t", some_payload(chance), AT, False, (0, 0)) for _ in range(60)]
    together, apart = (
        Checker({"t": Thing(takes_receive_time, None, False, DATASTREAMS, 1, mapping)}, SETTINGS)
        for mapping in ({}, CLOSE)
    )
    assert outcome(together.check(received)) == outcome(apart.check(received))


def test_a_device_that_never_sends_the_same_names_twice_fills_no_memory() -> None:
    datastreams = {f"p{n}": Datastream(n, "1", Family.MEASUREMENT, "keep_first") for n in range(300)}
    thing = Thing(False, None, False, datastreams)
    payloads = [msgspec.json.encode({"phenomenon_time": NOW, "results": {f"p{n}": 1.0}}) for n in range(300)]
    checked = Checker({"t": thing}, SETTINGS).check(
        [Received("t", payload, AT, False, (0, 0)) for payload in payloads]
    )
    assert len(checked.rows[Family.MEASUREMENT]) == 300
    assert len(thing.layouts) == 100
    stranger = Thing(False, None, False, {})
    refused = Checker({"t": stranger}, SETTINGS).check(
        [Received("t", payload, AT, False, (0, 0)) for payload in payloads]
    )
    assert len(refused.rejections) == 300
    assert not stranger.layouts
