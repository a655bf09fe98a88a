"""A column of times as microseconds since 1970 UTC. Pure.

Timestamps with a zone and texts with an offset are instants. Without one, they are local times of
the zone that the thing's source declares; without such a zone they stay unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from citycore.clock import EPOCH, MICROSECOND
from ingest.decoders.native import LEAP_SECOND
from ingest.model import Int64s, Mask

_NAIVE_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 (local times are what this is about)
_HOUR = 3_600_000_000
#: Texts of a day alone are shorter than any instant; a day is not an instant.
DAY_CHARACTERS = 10
_PER_MICROSECOND = {"s": 1_000_000, "ms": 1_000, "us": 1}
_NANOSECONDS = 1_000


@dataclass(frozen=True, slots=True)
class Times:
    """``microseconds`` count where none of ``missing`` and ``unreadable`` holds; of ``naive`` ones locally.

    ``leap`` ones are unreadable because they name a second that no clock here has.
    """

    microseconds: Int64s
    missing: Mask
    unreadable: Mask
    naive: Mask
    leap: Mask


def read_times(column: Any) -> Times:
    """The times of a column of timestamps or of texts."""
    missing = column.is_null().to_numpy(zero_copy_only=False)
    if pa.types.is_timestamp(column.type):
        naive = np.full(len(column), column.type.tz is None, dtype=np.bool_)
        return _readable(_of_timestamps(column), missing, naive)
    if (pc.min(pc.binary_length(column)).as_py() or 0) > DAY_CHARACTERS:
        for kind in (pa.timestamp("us", "UTC"), pa.timestamp("us")):
            try:
                parsed = column.cast(kind)
            except pa.ArrowInvalid:
                continue
            naive = np.full(len(column), kind.tz is None, dtype=np.bool_)
            return _readable(_of_timestamps(parsed), missing, naive)
    return _one_by_one(column, missing)


def _readable(microseconds: Int64s, missing: Mask, naive: Mask) -> Times:
    none = np.zeros_like(missing)
    return Times(microseconds, missing, none, naive, none)


def _of_timestamps(column: Any) -> Int64s:
    counts = column.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    if column.type.unit == "ns":
        return np.asarray(counts // _NANOSECONDS, dtype=np.int64)
    factor = _PER_MICROSECOND[column.type.unit]
    bound = np.iinfo(np.int64).max // factor
    return np.asarray(counts.clip(-bound, bound) * factor, dtype=np.int64)


def _one_by_one(column: Any, missing: Mask) -> Times:
    """What Arrow cannot read in one go: mixed forms, finer fractions, small letters, rubbish."""
    times = np.zeros(len(column), dtype=np.int64)
    unreadable = np.zeros(len(column), dtype=np.bool_)
    naive = np.zeros(len(column), dtype=np.bool_)
    leap = np.zeros(len(column), dtype=np.bool_)
    for number, text in enumerate(column.to_pylist()):
        if text is None:
            continue
        stated = read_text(text)
        if stated is None:
            unreadable[number] = True
            leap[number] = LEAP_SECOND.fullmatch(text[DAY_CHARACTERS + 1 :]) is not None
        elif stated.tzinfo is None:
            naive[number] = True
            times[number] = (stated - _NAIVE_EPOCH) // MICROSECOND
        else:
            times[number] = (stated - EPOCH) // MICROSECOND
    return Times(times, missing, unreadable, naive, leap)


def read_text(text: str) -> datetime | None:
    """An ISO 8601 date and time, aware or naive; None if it is not one."""
    if len(text) <= DAY_CHARACTERS or text[4] != "-":
        return None
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError:
        return None


def to_utc(local: Int64s, zone: ZoneInfo) -> tuple[Int64s, Mask]:
    """Local times as instants, and whether each names exactly one.

    Of an hour that occurs twice the first is taken, as :func:`ingest.rules.check` does.
    """
    hours, which = np.unique(local // _HOUR, return_inverse=True)
    offsets = [_offset_of_hour(zone, int(hour)) for hour in hours]
    uniform = np.array([offset is not None for offset in offsets])[which]
    utc = local - np.array([offset or 0 for offset in offsets], dtype=np.int64)[which]
    certain = np.ones(len(local), dtype=np.bool_)
    for number in np.flatnonzero(~uniform):
        utc[number], certain[number] = _single(int(local[number]), zone)
    return utc, certain


@lru_cache(maxsize=100_000)
def _offset_of_hour(zone: ZoneInfo, hour: int) -> int | None:
    """The offset from UTC in microseconds that holds the whole local hour, or None if it changes."""
    try:
        begin = _NAIVE_EPOCH + timedelta(hours=hour)
        moments = [
            edge.replace(tzinfo=zone, fold=fold)
            for edge in (begin, begin + timedelta(hours=1))
            for fold in (0, 1)
        ]
        offsets = {moment.utcoffset() for moment in moments}
    except OverflowError:
        return 0  # outside the calendar: refused as a wrong clock whatever the zone
    offset = offsets.pop()
    return None if offsets or offset is None else offset // MICROSECOND


def _single(local: int, zone: ZoneInfo) -> tuple[int, bool]:
    stated = _NAIVE_EPOCH + timedelta(microseconds=local)
    first, last = (stated.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    return (first.astimezone(UTC) - EPOCH) // MICROSECOND, first.utcoffset() == last.utcoffset()


def in_zones(
    times: Times, zone_numbers: NDArray[np.int64], zones: Sequence[ZoneInfo]
) -> tuple[Int64s, Mask, Mask]:
    """All times in UTC, which naive ones have no zone, and which are uncertain.

    ``zone_numbers`` gives each row's position in ``zones``, -1 where its source declares none.
    """
    utc = times.microseconds.copy()
    uncertain = np.zeros(len(utc), dtype=np.bool_)
    present = times.naive & ~times.missing
    for number, zone in enumerate(zones):
        local = present & (zone_numbers == number)
        if local.any():
            utc[local], certain = to_utc(times.microseconds[local], zone)
            uncertain[local] = ~certain
    return utc, present & (zone_numbers < 0), uncertain
