"""Same key, same value or other value: what a batch holds twice, and what the store already has.

Pure, on whole columns. Every row given ends as kept, duplicate, conflicting or a rejection.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from citycore.model import ConflictPolicy
from ingest.model import Int32s, Int64s, Mask, Rejection, Rows

Policies = Mapping[int, ConflictPolicy]
HOUR_MICROSECONDS = 3_600_000_000
#: Instead of a first instant: what was stored before is changed.
SOMETHING_OLDER = np.iinfo(np.int64).min
_NONE = np.empty(0, dtype=np.int32)
_NOWHERE = np.empty(0, dtype=np.int64)


class DirtyHours(NamedTuple):
    """Hours that a batch touches, in step: datastreams, hours since 1970, the first and last instant in microseconds."""

    datastream_ids: NDArray[Any]
    hours: NDArray[Any]
    firsts: NDArray[Any]
    lasts: NDArray[Any]


@dataclass(slots=True)
class Settled:
    """``new`` is to be inserted, ``replaced`` to be updated; the others by the messages they came from.

    A replaced row is counted as conflicting, since its key was stored before.
    """

    new: Rows
    replaced: Rows | None = None
    duplicates: Int32s = field(default_factory=lambda: _NONE)
    conflicts: Int32s = field(default_factory=lambda: _NONE)
    rejections: list[Rejection] = field(default_factory=list)

    @property
    def duplicate(self) -> int:
        return len(self.duplicates)

    @property
    def conflicting(self) -> int:
        return len(self.conflicts)


@dataclass(frozen=True, slots=True)
class Parted:
    """Rows of a batch in key order: each key once in ``kept``; ``lost`` are the others, ``places`` where in ``kept`` their key is."""

    kept: Rows
    lost: Rows
    places: Int64s


def part_by_key(rows: Rows, policies: Policies) -> Parted:
    """Keeps of each key the first row, or the last where the policy says so."""
    rows = rows.take(np.lexsort((rows.times, rows.datastream_ids)))
    begins = np.ones(len(rows), dtype=np.bool_)
    begins[1:] = (rows.datastream_ids[1:] != rows.datastream_ids[:-1]) | (rows.times[1:] != rows.times[:-1])
    if begins.all():
        return Parted(rows, rows.take(~begins), _NOWHERE)
    starts = np.flatnonzero(begins)
    ends = np.append(starts[1:], len(rows)) - 1
    last_wins = _with_policy(rows.datastream_ids[starts], "keep_last", policies)
    kept = np.where(last_wins, ends, starts)
    others = np.ones(len(rows), dtype=np.bool_)
    others[kept] = False
    return Parted(rows.take(kept), rows.take(others), (np.cumsum(begins) - 1)[others])


def settle(
    parted: Parted, policies: Policies, positions: Int64s = _NOWHERE, stored: NDArray[Any] | None = None
) -> Settled:
    """Says what to do with each row; the kept ones at ``positions`` are already stored with ``stored`` results.

    Rows that lost their place are compared with what stands in the end: the stored result where there is one and it stays,
    else the kept row. A message that comes again is a duplicate also behind one that contradicts it.
    """
    results = parted.kept.results
    if stored is None or not len(positions):
        settled = Settled(parted.kept)
    else:
        known = np.zeros(len(parted.kept), dtype=np.bool_)
        known[positions] = True
        settled = Settled(parted.kept.take(~known))
        present = parted.kept.take(positions)
        same = present.same_results(stored)
        _account(settled, present, same, policies)
        last_wins = _with_policy(present.datastream_ids, "keep_last", policies)
        if (replace := ~same & last_wins).any():
            settled.replaced = present.take(replace)
        results = results.copy()
        results[positions[~last_wins]] = stored[~last_wins]
    if len(parted.lost):
        _account(settled, parted.lost, parted.lost.same_results(results[parted.places]), policies)
    return settled


def _account(settled: Settled, rows: Rows, same: Mask, policies: Policies) -> None:
    """Counts rows that are not new: equal ones as duplicates, others by the datastream's policy."""
    apart = ~same & _with_policy(rows.datastream_ids, "quarantine", policies)
    settled.duplicates = np.concatenate((settled.duplicates, rows.messages[same]))
    settled.conflicts = np.concatenate((settled.conflicts, rows.messages[~same & ~apart]))
    for index in np.flatnonzero(apart):
        settled.rejections.append(
            Rejection(int(rows.messages[index]), "conflicting_result", str(rows.results[index]))
        )


def _with_policy(datastream_ids: NDArray[Any], policy: ConflictPolicy, policies: Policies) -> Mask:
    having = [datastream_id for datastream_id, given in policies.items() if given == policy]
    if not having:
        return np.zeros(len(datastream_ids), dtype=np.bool_)
    return np.isin(datastream_ids, having)


def newest(rows: Rows) -> Rows:
    """The newest row of each datastream; the rows come in key order."""
    ends = np.ones(len(rows), dtype=np.bool_)
    ends[:-1] = rows.datastream_ids[1:] != rows.datastream_ids[:-1]
    return rows.take(ends)


def dirty_hours(rows: Rows, *, are_new: bool) -> DirtyHours:
    """The distinct (datastream, hour since 1970) pairs of rows in key order; ``are_new``: all that was stored before stays."""
    hours = rows.times // HOUR_MICROSECONDS
    begins = np.ones(len(rows), dtype=np.bool_)
    begins[1:] = (rows.datastream_ids[1:] != rows.datastream_ids[:-1]) | (hours[1:] != hours[:-1])
    ends = np.append(begins[1:], True)
    firsts = rows.times[begins] if are_new else np.full(int(begins.sum()), SOMETHING_OLDER)
    return DirtyHours(rows.datastream_ids[begins], hours[begins], firsts, rows.times[ends])
