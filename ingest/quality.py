"""Tests of quality on results as they come (QARTOD; docs/quality.md): which are suspect, which bad, and by which test. Pure.

A result is compared with those before it in time. One that comes late, between others that are stored, is looked at alone:
what its neighbours would have said is not known any more. A spike is seen once the next result is there, and then
flags the one before, which may be stored already.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from citycore.model import Quality
from citycore.quality import QualityTests
from ingest.model import Flag, Rows

_SECOND = 1_000_000
#: Neighbours further apart say nothing of a spike or a rate.
NEIGHBOUR_SECONDS_MAX = 6 * 3_600


@dataclass(frozen=True, slots=True)
class Recent:
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
    which = np.flatnonzero(np.isin(rows.datastream_ids, np.fromiter(tests, dtype=np.int32, count=len(tests))))
    order = which[np.lexsort((rows.times[which], rows.datastream_ids[which]))]
    numbers = order.tolist()
    datastream_ids = rows.datastream_ids[order].tolist()
    times = rows.times[order].tolist()
    results = rows.results[order].tolist()
    qualities = rows.qualities[order].tolist()
    #: Where in the batch the last row of the datastream in hand stands.
    last: tuple[int, int] | None = None
    for number, datastream_id, time, result, given in zip(
        numbers, datastream_ids, times, results, qualities, strict=True
    ):
        wanted = tests[datastream_id]
        found: Quality | None = None
        if result in wanted.sentinels:
            found = Quality.BAD
            done.flags.append(Flag(datastream_id, time, "sentinel", found))
        else:
            if wanted.usual is not None:
                found = _climatology(wanted, datastream_id, time, result, done)
            if wanted.looks_back and given != Quality.BAD:
                before = done.recents.get(datastream_id) or recents.get(datastream_id)
                at = last[1] if last is not None and last[0] == datastream_id else None
                found = max(
                    (
                        each
                        for each in (
                            found,
                            _compare(wanted, datastream_id, time, result, before, done, rows, at),
                        )
                        if each
                    ),
                    default=None,
                )
                last = (datastream_id, number)
        if found is not None and found > given:
            rows.qualities[number] = found
    return done


def _climatology(
    wanted: QualityTests, datastream_id: int, time: int, result: float, done: Evaluation
) -> Quality | None:
    assert wanted.usual is not None
    usual = wanted.usual.get(datetime.fromtimestamp(time // _SECOND, UTC).month)
    if usual is None or usual[0] <= result <= usual[1]:
        return None
    done.flags.append(Flag(datastream_id, time, "climatology", Quality.SUSPECT))
    return Quality.SUSPECT


def _compare(  # noqa: PLR0913, PLR0917 -- called for every value; a class for them costs as much as the test
    wanted: QualityTests,
    datastream_id: int,
    time: int,
    result: float,
    before: Recent | None,
    done: Evaluation,
    rows: Rows,
    at: int | None,
) -> Quality | None:
    """Rate of change and flat line of this result, and whether the one before it was a spike."""
    if before is None:
        done.recents[datastream_id] = Recent(time, result, None, None, time, result, result)
        return None
    if time <= before.time:
        return None
    found: Quality | None = None
    seconds = (time - before.time) / _SECOND
    if seconds <= NEIGHBOUR_SECONDS_MAX:
        if abs(result - before.result) > wanted.rate_suspect * seconds:
            found = Quality.SUSPECT
            done.flags.append(Flag(datastream_id, time, "rate_of_change", found))
        _spike(wanted, datastream_id, result, before, done, rows, at)
    low, high = min(before.flat_low, result), max(before.flat_high, result)
    since = before.flat_since if before.flat_since is not None else before.time
    if high - low > wanted.flat_tolerance:
        since, low, high = time, result, result
    flat_seconds = (time - since) / _SECOND
    if flat_seconds >= wanted.flat_suspect_seconds or flat_seconds >= wanted.flat_fail_seconds:
        flat = Quality.BAD if flat_seconds >= wanted.flat_fail_seconds else Quality.SUSPECT
        done.flags.append(Flag(datastream_id, time, "flat_line", flat))
        found = max(found or flat, flat)
    done.recents[datastream_id] = Recent(time, result, before.time, before.result, since, low, high)
    return found


def _spike(  # noqa: PLR0913, PLR0917 -- as above
    wanted: QualityTests,
    datastream_id: int,
    result: float,
    before: Recent,
    done: Evaluation,
    rows: Rows,
    at: int | None,
) -> None:
    """Whether the result before this one stands off both of its neighbours."""
    if before.time_before is None or before.result_before is None:
        return
    if before.time - before.time_before > NEIGHBOUR_SECONDS_MAX * _SECOND:
        return
    off = abs(before.result - (before.result_before + result) / 2)
    if off <= wanted.spike_suspect and off <= wanted.spike_fail:
        return
    # Half of a step stands off as well, but lies between its neighbours.
    if min(before.result_before, result) <= before.result <= max(before.result_before, result):
        return
    quality = Quality.BAD if off > wanted.spike_fail else Quality.SUSPECT
    flag = Flag(datastream_id, before.time, "spike", quality)
    if at is None:
        done.late.append(flag)
        return
    done.flags.append(flag)
    rows.qualities[at] = max(rows.qualities[at], quality)


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
        recent = replace(
            recent, time=time, result=result, time_before=recent.time, result_before=recent.result,
            flat_since=since, flat_low=low, flat_high=high,
        )  # fmt: skip
    return recent
