"""Tests of quality on results as they come (QARTOD; docs/quality.md): which are suspect, which bad, and by which test. Pure.

A result is compared with those before it in time. One that comes late, between others that are stored, is looked at alone:
what its neighbours would have said is not known any more. A spike is seen once the next result is there, and then
flags the one before, which may be stored already.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np

from citycore.model import Quality
from citycore.quality import QualityTests
from ingest.model import Flag, Rows

_SECOND = 1_000_000
#: Neighbours further apart say nothing of a spike or a rate.
NEIGHBOUR_SECONDS_MAX = 6 * 3_600


class Recent(NamedTuple):
    """What came last of a datastream: two results, and since when it has not changed."""

    time: int
    result: float
    time_before: int | None = None
    result_before: float | None = None
    flat_since: int | None = None
    flat_low: float = 0.0
    flat_high: float = 0.0


@dataclass(slots=True)
class Evaluation:
    """``flags`` are of rows of the batch, ``late`` of rows that are stored; ``recents`` count once the batch is."""

    flags: list[Flag]
    late: list[Flag]
    recents: dict[int, Recent]


def evaluate(
    rows: Rows, tests: Mapping[int, QualityTests], recents: Mapping[int, Recent | None]
) -> Evaluation:
    """Give rows of datastreams with tests their flags, in place. ``recents`` has what came before, if anything."""
    done = Evaluation([], [], {})
    # One by one only where results are compared with others, or one of them is a mark of "no value".
    compared = [number for number, wanted in tests.items() if wanted.looks_back or wanted.usual is not None]
    marks = sorted({mark for wanted in tests.values() for mark in wanted.sentinels})
    is_tested = np.isin(rows.datastream_ids, np.fromiter(tests, dtype=np.int32, count=len(tests)))
    which = np.flatnonzero(
        is_tested & (np.isin(rows.datastream_ids, compared) | np.isin(rows.results, marks))
    )
    order = which[np.lexsort((rows.times[which], rows.datastream_ids[which]))]
    line: _Line | None = None
    for number, datastream_id, time, result, given in zip(
        order.tolist(),
        rows.datastream_ids[order].tolist(),
        rows.times[order].tolist(),
        rows.results[order].tolist(),
        rows.qualities[order].tolist(),
        strict=True,
    ):
        if line is None or line.datastream_id != datastream_id:
            line = _Line(datastream_id, tests[datastream_id], recents.get(datastream_id), rows, done)
        found = line.take(number, time, result, given)
        if found > given:
            rows.qualities[number] = found
    return done


class _Line:
    """The results of one datastream in a batch, in the order of time."""

    def __init__(
        self, datastream_id: int, tests: QualityTests, recent: Recent | None, rows: Rows, done: Evaluation
    ) -> None:
        self.datastream_id = datastream_id
        self._tests = tests
        self._looks_back = tests.looks_back
        self._recent = recent
        self._rows = rows
        self._done = done
        #: Where in the batch the result before stands; None where it is stored.
        self._before: int | None = None

    def take(self, number: int, time: int, result: float, given: int) -> int:
        """The worst that the tests find of this result, 0 where they find nothing."""
        tests = self._tests
        if result in tests.sentinels:
            return self._flag(time, "sentinel", Quality.BAD)
        found = 0 if tests.usual is None else self._climatology(time, result)
        if not self._looks_back or given == Quality.BAD:
            return found
        found = max(found, self._compare(time, result))
        if self._recent is not None and self._recent.time == time:
            self._before = number
        return found

    def _flag(self, time: int, test: str, quality: Quality) -> Quality:
        self._done.flags.append(Flag(self.datastream_id, time, test, quality))
        return quality

    def _climatology(self, time: int, result: float) -> int:
        assert self._tests.usual is not None
        usual = self._tests.usual.get(datetime.fromtimestamp(time // _SECOND, UTC).month)
        if usual is None or usual[0] <= result <= usual[1]:
            return 0
        return self._flag(time, "climatology", Quality.SUSPECT)

    def _compare(self, time: int, result: float) -> int:
        """Rate of change and flat line of this result, and whether the one before it was a spike."""
        before = self._recent
        if before is None:
            self._note(Recent(time, result, None, None, time, result, result))
            return 0
        if time <= before.time:
            return 0
        found = 0
        seconds = (time - before.time) / _SECOND
        if seconds <= NEIGHBOUR_SECONDS_MAX:
            if abs(result - before.result) > self._tests.rate_suspect * seconds:
                found = self._flag(time, "rate_of_change", Quality.SUSPECT)
            self._spike(before, result)
        low, high = min(before.flat_low, result), max(before.flat_high, result)
        since = before.flat_since if before.flat_since is not None else before.time
        if high - low > self._tests.flat_tolerance:
            since, low, high = time, result, result
        found = max(found, self._flat_line(time, (time - since) / _SECOND))
        self._note(Recent(time, result, before.time, before.result, since, low, high))
        return found

    def _flat_line(self, time: int, seconds: float) -> int:
        if seconds >= self._tests.flat_fail_seconds:
            return self._flag(time, "flat_line", Quality.BAD)
        if seconds >= self._tests.flat_suspect_seconds:
            return self._flag(time, "flat_line", Quality.SUSPECT)
        return 0

    def _spike(self, before: Recent, result: float) -> None:
        """Whether the result before this one stands off both of its neighbours."""
        if before.time_before is None or before.result_before is None:
            return
        if before.time - before.time_before > NEIGHBOUR_SECONDS_MAX * _SECOND:
            return
        off = abs(before.result - (before.result_before + result) / 2)
        if off <= self._tests.spike_suspect and off <= self._tests.spike_fail:
            return
        # Half of a step stands off as well, but lies between its neighbours.
        if min(before.result_before, result) <= before.result <= max(before.result_before, result):
            return
        quality = Quality.BAD if off > self._tests.spike_fail else Quality.SUSPECT
        if self._before is None:
            self._done.late.append(Flag(self.datastream_id, before.time, "spike", quality))
            return
        self._flag(before.time, "spike", quality)
        self._rows.qualities[self._before] = max(self._rows.qualities[self._before], quality)

    def _note(self, recent: Recent) -> None:
        self._recent = self._done.recents[self.datastream_id] = recent


def recent_of(times: list[int], results: list[float], tolerance: float) -> Recent | None:
    """What came last, out of stored results in the order of time; those flagged as bad are left out."""
    recent: Recent | None = None
    for time, result in zip(times, results, strict=True):
        if recent is None:
            recent = Recent(time, result, None, None, time, result, result)
            continue
        low, high = min(recent.flat_low, result), max(recent.flat_high, result)
        since = recent.flat_since
        if high - low > tolerance:
            since, low, high = time, result, result
        recent = Recent(time, result, recent.time, recent.result, since, low, high)
    return recent
