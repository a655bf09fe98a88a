"""Results compared with what is stored around them: for several workers, of which none sees all of a datastream's results.

A neighbour of a result may be another worker's, and may be stored before it or after it. So each batch is held against the
store, one worker at a time (:class:`Comparing`), and what the store holds is judged again where something came between: flags
then follow from the results, and not from which worker got which. A lone worker keeps in memory what it compares with.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import NamedTuple

import numpy as np
import psycopg
from numpy.typing import NDArray

from citycore.clock import moment_at
from citycore.model import Quality
from citycore.quality import QualityTests
from citycore.store.binary import float8_array, int4_array, timestamptz_array
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from ingest.model import Family, Flag, Passed, Rows
from ingest.quality import Recent, evaluate, recent_of
from ingest.settings import IngestSettings

QUERIES = load_queries("ingest", "comparing.sql")
#: The tests that compare results with others.
SPIKE, FLAT_LINE = "spike", "flat_line"
COMPARISONS = (SPIKE, FLAT_LINE, "rate_of_change")
_SECOND = 1_000_000


@dataclass(slots=True)
class Comparison:
    """``flags`` are of rows of the batch; ``late`` and ``undue`` of rows that are stored: to be given, and to be taken back;
    ``passed`` are stored rows that now are compared and pass.
    """

    flags: list[Flag] = field(default_factory=list)
    late: list[Flag] = field(default_factory=list)
    undue: list[Flag] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)


class _Stored(NamedTuple):
    """A stored result, with the flags that comparisons gave it."""

    time: int
    result: float
    quality: int
    known: frozenset[tuple[str, int]]


@dataclass(slots=True)
class _Line:
    """Stored results of one datastream before its first new one and from it on; ``horizon`` is how far they were read."""

    before: list[_Stored] = field(default_factory=list)
    since: list[_Stored] = field(default_factory=list)
    horizon: float = inf
    #: Whether there was more before than was read.
    is_cut: bool = False


class Comparing:
    """Of one worker: ``compare`` a batch, store it, ``end``. In between no other worker compares."""

    def __init__(self, settings: IngestSettings) -> None:
        self._settings = settings
        #: Whose lock we hold; one that breaks gives it up.
        self._locked: Connection | None = None

    def compare(self, connection: Connection, rows: Rows, tests: Mapping[int, QualityTests]) -> Comparison:
        """Give rows their flags, in place, as :func:`ingest.quality.evaluate` does."""
        if self._locked is not connection:
            with connection.transaction():
                connection.execute(QUERIES["lock_comparing"])
            self._locked = connection
        return compare(connection, rows, tests, self._settings)

    def end(self) -> None:
        connection, self._locked = self._locked, None
        if connection is None or connection.closed:
            return
        try:
            with connection.transaction():
                connection.execute(QUERIES["unlock_comparing"])
        except psycopg.Error:
            connection.close()  # with it the lock goes in any case


def compare(
    connection: Connection, rows: Rows, tests: Mapping[int, QualityTests], settings: IngestSettings
) -> Comparison:
    """What comparisons and other tests find of new results; the rows get their flags in place."""
    compared = {number: wanted for number, wanted in tests.items() if wanted.looks_back}
    which = np.flatnonzero(np.isin(rows.datastream_ids, np.fromiter(compared, np.int32, len(compared))))
    lines = _find_lines(connection, rows.take(which), compared, settings) if len(which) else {}
    together = _comparable(rows, which, lines)
    alone = np.setdiff1d(np.arange(len(rows)), together)
    done = Comparison()
    lone_tests = {
        number: QualityTests(wanted.sentinels, usual=wanted.usual, doubtful=wanted.doubtful)
        for number, wanted in tests.items()
    }
    done.flags += _evaluate(rows, alone, lone_tests)
    if len(together):
        concerned = {number: lines[number] for number in np.unique(rows.datastream_ids[together]).tolist()}
        _judge(rows, together, concerned, compared, done)
    return done


def _find_lines(
    connection: Connection, rows: Rows, tests: Mapping[int, QualityTests], settings: IngestSettings
) -> dict[int, _Line]:
    order = np.lexsort((rows.times, rows.datastream_ids))
    ids, starts = np.unique(rows.datastream_ids[order], return_index=True)
    firsts = rows.times[order][starts]
    rows_max = max(settings.quality_rows_max, settings.compared_rows_max // len(ids))
    flat = np.array([_flat_seconds(tests[number]) for number in ids.tolist()])
    parameters = {
        "datastream_ids": int4_array(ids),
        "firsts": timestamptz_array(firsts),
        "flat_seconds": float8_array(flat),
        "tolerances": float8_array(np.array([tests[number].flat_tolerance for number in ids.tolist()])),
        "earliest": moment_at(int(firsts.min())),
        "latest": moment_at(int(firsts.max())),
        "flat_earliest": moment_at(int((firsts - flat * _SECOND).min())),
        "tests": list(COMPARISONS),
        "rows_max": rows_max,
    }
    with connection.transaction():
        found = connection.execute(QUERIES["stored_around"], parameters).fetchall()
    lines: dict[int, _Line] = {number: _Line() for number in ids.tolist()}
    first_of = dict(zip(ids.tolist(), firsts.tolist(), strict=True))
    for datastream_id, time, result, quality, flags in found:
        known = frozenset((test, int(worth)) for test, _, worth in (flag.partition(":") for flag in flags))
        line = lines[datastream_id]
        some = line.before if time < first_of[datastream_id] else line.since
        if some and some[-1].time == time:
            some.pop()  # as part of a flat line; here it stands with its flags
        some.append(_Stored(time, result, quality, known))
    for line in lines.values():
        line.is_cut = len(line.before) >= rows_max
        if len(line.since) >= rows_max:
            line.horizon = line.since[-1].time
    return lines


def _flat_seconds(tests: QualityTests) -> float:
    """How far back a flat line has to be seen, 0 where it is not looked for."""
    longest = max((s for s in (tests.flat_suspect_seconds, tests.flat_fail_seconds) if s < inf), default=0.0)
    return 2 * longest


def _comparable(rows: Rows, which: NDArray[np.intp], lines: Mapping[int, _Line]) -> NDArray[np.intp]:
    """The rows that are compared: not those whose time is stored already, nor those further on than was read."""
    stored = {(number, each.time) for number, line in lines.items() for each in line.since}
    keys = zip(rows.datastream_ids[which].tolist(), rows.times[which].tolist(), strict=True)
    kept = [key not in stored and key[1] <= lines[key[0]].horizon for key in keys]
    return which[np.array(kept, dtype=np.bool_)]


def _evaluate(rows: Rows, which: NDArray[np.intp], tests: Mapping[int, QualityTests]) -> list[Flag]:
    some = rows.take(which)
    done = evaluate(some, tests, {})
    rows.qualities[which] = some.qualities
    return done.flags


def _judge(
    rows: Rows,
    together: NDArray[np.intp],
    lines: Mapping[int, _Line],
    tests: Mapping[int, QualityTests],
    done: Comparison,
) -> None:
    """New results among the stored ones, in the order of time."""
    recents: dict[int, Recent | None] = {}
    judged: dict[tuple[int, int], tuple[_Stored, _Line]] = {}
    for number, line in lines.items():
        # The last one before the new ones is judged again as well: whether it was a spike is known only now.
        earlier, again = line.before[:-1], [*line.before[-1:], *line.since]
        recents[number] = recent_of(
            [each.time for each in earlier], [each.result for each in earlier], tests[number].flat_tolerance
        )
        judged |= {(number, each.time): (each, line) for each in again}
    new = rows.take(together)
    merged = _merge(new, judged)
    found: dict[tuple[int, int], set[Flag]] = defaultdict(set)
    for flag in evaluate(merged, tests, recents).flags:
        if (flag.datastream_id, flag.time) in judged:
            found[flag.datastream_id, flag.time].add(flag)
        else:
            done.flags.append(flag)
    rows.qualities[together] = merged.qualities[: len(new)]
    again = merged.qualities[len(new) :].tolist()
    done.passed += [
        Passed(*key) for key, quality in zip(judged, again, strict=True) if quality == Quality.GOOD
    ]
    for (number, time), (stored, line) in judged.items():
        given = {(flag.test, int(flag.quality)) for flag in found[number, time]}
        for test in _judged_tests(stored, line):
            now, before = ({each for each in some if each[0] == test} for some in (given, stored.known))
            done.late += [Flag(number, time, test, quality, stored.result) for _, quality in now - before]
            done.undue += [Flag(number, time, test, quality, stored.result) for _, quality in before - now]


def _judged_tests(stored: _Stored, line: _Line) -> Iterator[str]:
    """What can be said of a stored result anew."""
    is_before = bool(line.before) and stored is line.before[-1]
    for test in COMPARISONS:
        if test == SPIKE:
            if stored.time < line.horizon:
                yield test
        elif not is_before and not (test == FLAT_LINE and line.is_cut):
            yield test


def _merge(new: Rows, judged: Mapping[tuple[int, int], tuple[_Stored, _Line]]) -> Rows:
    """New rows first, stored ones behind them; the evaluation has an order of its own."""
    ids = np.array([number for number, _ in judged], dtype=np.int32)
    times = np.array([time for _, time in judged], dtype=np.int64)
    results = np.array([stored.result for stored, _ in judged.values()], dtype=np.float64)
    return Rows(
        Family.MEASUREMENT,
        np.concatenate([new.datastream_ids, ids]),
        np.concatenate([new.times, times]),
        np.concatenate([new.results, results]),
        np.concatenate([new.qualities, np.full(len(ids), Quality.NOT_EVALUATED, dtype=np.int16)]),
        np.concatenate([new.messages, np.full(len(ids), -1, dtype=np.int32)]),
    )
