"""Each fault alone: what it does to a stream, how much of it, and the same again from the same seed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise

import msgspec
import numpy as np
import pytest

from citycore.errors import InvalidParameter
from citycore.wire import Message
from simulators.city import build_city
from simulators.faults import FAULT_NAMES, Fault, FaultName, message_of, parse_fault, with_faults
from simulators.signals import Reading, readings

NOW = datetime(2026, 10, 18, tzinfo=UTC)
#: Every hour of two days, which is enough to count by.
HOURS = NOW.timestamp() - 3_600.0 * np.arange(47, -1, -1)


@cache
def _clean() -> tuple[Reading, ...]:
    city = build_city()
    return tuple(reading for thing in city.things for reading in readings(thing, HOURS, city))


def _with(name: FaultName, rate: float = 0.2, seed: int = 7) -> list[Reading]:
    return list(with_faults(_clean(), [Fault(name, rate)], seed))


@pytest.mark.parametrize("name", FAULT_NAMES)
def test_faults_follow_the_seed(name: FaultName) -> None:
    assert _with(name) == _with(name)
    assert _with(name) != list(_clean())
    assert _with(name, seed=8) != _with(name)


def test_without_faults_nothing_changes() -> None:
    assert tuple(with_faults(_clean(), [], 7)) == _clean()


def test_dropout_loses_its_share() -> None:
    lost = 1 - len(_with("dropout")) / len(_clean())
    assert 0.17 < lost < 0.23
    assert set(map(_identity, _with("dropout"))) < set(map(_identity, _clean()))


def _identity(reading: Reading) -> tuple[str, datetime]:
    return reading.thing, reading.phenomenon_time


def test_stuck_devices_repeat_themselves_but_their_clock_goes_on() -> None:
    changed = [(old, new) for old, new in zip(_clean(), _with("stuck"), strict=True) if old != new]
    assert 0.05 < len(changed) / len(_clean()) < 0.2
    values: dict[tuple[str, int], set[str]] = {}
    for old, new in changed:
        assert old.phenomenon_time == new.phenomenon_time
        slot = int(new.phenomenon_time.timestamp() // 10_800)
        values.setdefault((new.thing, slot), set()).add(str(new.results))
    assert all(len(results) == 1 for results in values.values())


def test_drift_grows_for_its_share_of_the_devices() -> None:
    factors: dict[str, list[float]] = {}
    for old, new in zip(_clean(), _with("drift"), strict=True):
        if old.thing.startswith("wx") and old != new:
            factors.setdefault(new.thing, []).append(
                new.results["air_pressure"] / old.results["air_pressure"]
            )
    assert factors
    assert len(factors) < 12
    for series in factors.values():
        assert all(later >= earlier - 1e-4 for earlier, later in pairwise(series))
        assert 1 <= series[0] < series[-1] <= 1.5


def test_spikes_are_single_large_values() -> None:
    ratios = [
        new.results["air_pressure"] / old.results["air_pressure"]
        for old, new in zip(_clean(), _with("spike", 0.05), strict=True)
        if "air_pressure" in old.results
    ]
    spikes = [ratio for ratio in ratios if ratio > 1]
    assert 0.03 < len(spikes) / len(ratios) < 0.08
    assert all(4.9 < ratio < 20.1 for ratio in spikes)


def test_duplicates_are_sent_twice() -> None:
    counts = Counter(message_of(reading) for reading in _with("duplicate"))
    twice = sum(1 for count in counts.values() if count == 2)
    assert set(counts.values()) == {1, 2}
    assert 0.17 < twice / len(_clean()) < 0.23


def test_clock_skew_shifts_devices_not_values() -> None:
    shifts = set()
    for old, new in zip(_clean(), _with("clock_skew", 0.5), strict=True):
        assert old.results == new.results
        shifts.add(new.phenomenon_time - old.phenomenon_time)
    assert timedelta() in shifts
    assert timedelta(hours=4) in shifts
    assert min(shifts) < timedelta(days=-365)  # a clock that was never set


def test_malformed_messages_cannot_be_read_as_meant() -> None:
    broken = [reading for reading in _with("malformed") if reading.raw is not None]
    assert 0.17 < len(broken) / len(_clean()) < 0.23
    wrong = Counter(_what_is_wrong(message_of(reading)[1]) for reading in broken)
    assert set(wrong) == {"unreadable", "no time", "null", "text", "name"}


def _what_is_wrong(payload: bytes) -> str:
    try:
        message = msgspec.json.decode(payload, type=Message)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return "unreadable"
    values = (message.results or {}).values()
    if message.phenomenon_time is None:
        return "no time"
    if None in values:
        return "null"
    if any(isinstance(value, str) for value in values):
        return "text"
    return "name" if all(name.endswith("_raw") for name in message.results or ()) else "nothing"


def test_faults_are_written_as_name_and_rate() -> None:
    assert parse_fault("spike:0.05") == Fault("spike", 0.05)
    assert parse_fault("stuck") == Fault("stuck", 0.01)
    for text in ("explode", "spike:2", "spike:0", "spike:much", ""):
        with pytest.raises(InvalidParameter):
            parse_fault(text)
