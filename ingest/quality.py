"""Tests of quality on results as they come (QARTOD; docs/quality.md): which are suspect, which bad, and by which test. Pure.

A result is compared with those before it in time. One that comes late, between others that are stored, is looked at alone:
what its neighbours would have said is not known any more. A spike is seen once the next result is there, and then
flags the one before, which may be stored already.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from citycore.model import Quality
from citycore.quality import QualityTests
from ingest.model import Flag, Int32s, Mask, Rows

_SECOND = 1_000_000
#: Numbers are compared faster than members.
_GOOD, _NOT_EVALUATED = int(Quality.GOOD), int(Quality.NOT_EVALUATED)
_SUSPECT, _BAD, _MISSING = int(Quality.SUSPECT), int(Quality.BAD), int(Quality.MISSING)
#: Before every time that is taken in: nothing came yet.
_NEVER = -(2**63)
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


_NOTHING = Recent(_NEVER, 0.0)


@dataclass(slots=True)
class Evaluation:
    """``flags`` are of rows of the batch, ``late`` of rows that are stored; ``recents`` count once the batch is."""

    flags: list[Flag]
    late: list[Flag]
    recents: dict[int, Recent]


def evaluate(
    rows: Rows, tests: Mapping[int, QualityTests], recents: Mapping[int, Recent | None]
) -> Evaluation:
    """Give rows of datastreams with tests their flags, in place. ``recents`` has what came before, if anything.

    What a test finds nothing wrong with is good; a spike is only known once the next result is there, so none makes good.
    """
    done = Evaluation([], [], {})
    with_marks = [number for number, wanted in tests.items() if wanted.sentinels or wanted.doubtful]
    is_tested = np.isin(rows.datastream_ids, with_marks)
    rows.qualities[is_tested & (rows.qualities == _NOT_EVALUATED)] = _GOOD
    # One by one only where results are compared with others, or one of them is a mark of "no value".
    compared = [number for number, wanted in tests.items() if wanted.looks_back or wanted.usual is not None]
    marks = sorted({mark for wanted in tests.values() for mark in (*wanted.sentinels, *wanted.doubtful)})
    which = np.flatnonzero(
        np.isin(rows.datastream_ids, compared) | (is_tested & np.isin(rows.results, marks))
    )
    if not len(which):
        return done
    order = which[np.lexsort((rows.times[which], rows.datastream_ids[which]))]
    ids = rows.datastream_ids[order]
    columns = (rows.times[order].tolist(), rows.results[order].tolist(), rows.qualities[order].tolist())
    starts = [0, *(np.flatnonzero(ids[1:] != ids[:-1]) + 1).tolist(), len(ids)]
    qualities: list[int] = []
    for datastream_id, start, end in zip(ids[starts[:-1]].tolist(), starts, starts[1:], strict=False):
        line = _Line(datastream_id, tests[datastream_id], recents.get(datastream_id), done)
        line.take(*(column[start:end] for column in columns))
        qualities += line.qualities
    rows.qualities[order] = qualities
    return done


def are_missing(
    ids: Int32s, results: NDArray[np.float64], outside: Mask, tests: Mapping[int, QualityTests]
) -> Mask:
    """Which results that lie ``outside`` of their bounds stand for "no value": no bounds speak against those."""
    found = np.zeros(len(ids), dtype=np.bool_)
    for place in np.flatnonzero(outside & np.isin(ids, list(tests))).tolist():
        found[place] = tests[int(ids[place])].is_missing(float(results[place]))
    return found


class _Line:
    """The results of one datastream in a batch, in the order of time."""

    __slots__ = (
        "_before",
        "_done",
        "_found",
        "_high",
        "_looks_for_spikes",
        "_low",
        "_result",
        "_result_before",
        "_since",
        "_tests",
        "_time",
        "_time_before",
        "datastream_id",
        "qualities",
    )

    def __init__(
        self, datastream_id: int, tests: QualityTests, recent: Recent | None, done: Evaluation
    ) -> None:
        self.datastream_id = datastream_id
        self.qualities: list[int] = []
        self._tests = tests
        self._done = done
        self._looks_for_spikes = min(tests.spike_suspect, tests.spike_fail) < inf
        #: What was found of the result before, and where in ``qualities`` it stands; None where it is stored.
        self._found = 0
        self._before: int | None = None
        recent = recent or _NOTHING
        self._time, self._result, self._time_before, self._result_before, since, self._low, self._high = (
            recent
        )
        self._since = self._time if since is None else since

    def take(self, times: list[int], results: list[float], given: list[int]) -> None:
        """Flag them."""
        tests, qualities = self._tests, self.qualities
        usual, looks_back, began = tests.usual, tests.looks_back, self._time
        for time, result, quality in zip(times, results, given, strict=True):
            found = 0 if quality == _MISSING else self._sentinel(time, result, quality)
            if max(found, quality) < _MISSING:
                if usual is not None:
                    found = max(self._climatology(usual, time, result), found)
                if looks_back and quality != _BAD:
                    found = max(self._compare(time, result), found)
            is_passed = found == _GOOD and quality == _NOT_EVALUATED
            qualities.append(found if found > quality or is_passed else quality)
        if self._time != began:
            self._done.recents[self.datastream_id] = Recent(
                self._time,
                self._result,
                self._time_before,
                self._result_before,
                self._since,
                self._low,
                self._high,
            )

    def _flag(self, time: int, result: float, test: str, quality: int) -> int:
        self._done.flags.append(Flag(self.datastream_id, time, test, quality, result))
        return quality

    def _sentinel(self, time: int, result: float, quality: int) -> int:
        """Missing for a number that stands for "no value"; suspect where it may be a true result and lies within the bounds."""
        tests = self._tests
        if result in tests.sentinels or (quality == _BAD and result in tests.doubtful):
            return self._flag(time, result, "sentinel", _MISSING)
        return self._flag(time, result, "sentinel", _SUSPECT) if result in tests.doubtful else 0

    def _climatology(self, usual: Mapping[int, tuple[float, float]], time: int, result: float) -> int:
        wanted = usual.get(datetime.fromtimestamp(time // _SECOND, UTC).month)
        if wanted is None:
            return 0
        if wanted[0] <= result <= wanted[1]:
            return _GOOD
        return self._flag(time, result, "climatology", _SUSPECT)

    def _compare(self, time: int, result: float) -> int:
        """Rate of change and flat line of this result, and whether the one before it was a spike."""
        if time <= self._time:
            # The same once more, or a late one, which is looked at alone.
            return self._found if time == self._time and result == self._result else 0
        if self._time == _NEVER:
            found, self._since, self._low, self._high = 0, time, result, result
            self._time_before = self._result_before = None
        else:
            found = self._neighbours(time, result)
            self._time_before, self._result_before = self._time, self._result
        self._time, self._result, self._found = time, result, found
        self._before = len(self.qualities)
        return found

    def _neighbours(self, time: int, result: float) -> int:
        tests, found = self._tests, 0
        seconds = (time - self._time) / _SECOND
        if seconds <= NEIGHBOUR_SECONDS_MAX:
            if tests.rate_suspect < inf:
                found = _GOOD
                if abs(result - self._result) > tests.rate_suspect * seconds:
                    found = self._flag(time, result, "rate_of_change", _SUSPECT)
            if self._looks_for_spikes:
                self._spike(result)
        if result < self._low:
            self._low = result
        elif result > self._high:
            self._high = result
        if self._high - self._low > tests.flat_tolerance:
            self._since, self._low, self._high = time, result, result
        return max(found, self._flat_line(time, result))

    def _flat_line(self, time: int, result: float) -> int:
        tests = self._tests
        seconds = (time - self._since) / _SECOND
        if seconds >= tests.flat_fail_seconds:
            return self._flag(time, result, "flat_line", _BAD)
        if seconds >= tests.flat_suspect_seconds:
            return self._flag(time, result, "flat_line", _SUSPECT)
        return _GOOD if tests.flat_fail_seconds < inf or tests.flat_suspect_seconds < inf else 0

    def _spike(self, result: float) -> None:
        """Whether the result before this one stands off both of its neighbours."""
        first, middle = self._result_before, self._result
        if first is None or self._time_before is None:
            return
        if self._time - self._time_before > NEIGHBOUR_SECONDS_MAX * _SECOND:
            return
        off = abs(middle - (first + result) / 2)
        if off <= self._tests.spike_suspect and off <= self._tests.spike_fail:
            return
        # Half of a step stands off as well, but lies between its neighbours.
        if first <= middle <= result or result <= middle <= first:
            return
        quality = _BAD if off > self._tests.spike_fail else _SUSPECT
        if self._before is None:
            self._done.late.append(Flag(self.datastream_id, self._time, "spike", quality, middle))
            return
        self._flag(self._time, middle, "spike", quality)
        self.qualities[self._before] = max(self.qualities[self._before], quality)


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
