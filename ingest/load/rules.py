"""From a chunk of a file to rows and rejections, column by column. Pure.

The checks are those of :mod:`ingest.rules`, in the same order, with two differences: a row of
history did not arrive when it was measured, so a wrong or missing time is refused even where the
source takes the time of arrival for messages; and a row that lacks nothing but its result is missing,
which is no fault.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from citycore.clock import EPOCH, MICROSECOND
from citycore.model import ConflictPolicy, Quality
from citycore.quality import QualityTests
from citycore.units import DIGITS, LEAST, MOST, SAME, conversion, normalise_unit
from ingest.load.model import Chunk, Known, Prepared
from ingest.load.received import HistoryRows, Origin, stated_at
from ingest.load.results import read_results
from ingest.load.times import Times, in_zones, read_times
from ingest.model import Checked, Family, Flag, Int64s, Mask, Rejection, Rows
from ingest.quality import are_missing
from ingest.settings import IngestSettings

_DETAIL_CHARACTERS_MAX = 200
_QUALITIES = np.array([int(flag) for flag in Quality])
#: What is known of a kind as whole numbers.
_CODES = 5
REASONS = (
    "",
    "unknown_thing",
    "unreadable_payload",
    "leap_second",
    "missing_time",
    "naive_time",
    "skipped_time",
    "repeated_time",
    "clock_unset",
    "clock_ahead",
    "unknown_property",
    "unit_mismatch",
    "missing_result",
    "wrong_type",
    "non_finite",
    "not_physical",
)
#: Not a refusal: a table has a cell for each row, also where nothing was measured.
_MISSING = "missing_result"
_NUMBER_OF = {reason: number for number, reason in enumerate(REASONS)}


class _Kind(NamedTuple):
    """What is known of all rows with the same thing, observed property and unit."""

    datastream_id: int
    family: int
    zone: int
    thing_refusal: int
    refusal: int
    lower_bound: float = -inf
    upper_bound: float = inf
    lowest_possible: float = -inf
    highest_possible: float = inf
    factor: float = 1.0
    shift: float = 0.0


class Checker:
    """Checks one chunk against the registry. One use each."""

    def __init__(
        self,
        chunk: Chunk,
        known: Mapping[str, Known | None],
        settings: IngestSettings,
        received_microseconds: int,
        origin: Origin,
    ) -> None:
        """``known`` holds every thing that the chunk names, None for one that is not registered."""
        self._chunk = chunk
        self._known = known
        self._settings = settings
        self._now = received_microseconds
        self._origin = origin
        self._refused = np.zeros(len(chunk), dtype=np.int8)
        self._zones: list[ZoneInfo] = []
        self._policies: dict[int, ConflictPolicy] = {}
        self._quality_tests: dict[int, QualityTests] = {}
        self._flags: list[Flag] = []

    def prepare(self, after_line: int) -> Prepared:
        kinds, which = self._kinds()
        table = np.array([kind[:_CODES] for kind in kinds], dtype=np.int64).reshape(len(kinds), _CODES)
        ids, families, zones, thing_refusals, refusals = table.T[:, which]
        numbers = np.array([kind[_CODES:] for kind in kinds], dtype=np.float64).reshape(
            len(kinds), len(_Kind._fields) - _CODES
        )
        self._numbers, self._which = numbers.T, which
        self._is_converted = any(kind.factor != 1 or kind.shift for kind in kinds)
        self._refuse_as_read()
        self._refuse_where(thing_refusals != 0, thing_refusals)
        times, qualities = self._times(zones)
        self._refuse_where(refusals != 0, refusals)
        rows = {
            family: some
            for family in Family
            if (some := self._rows(family, families, ids, times, qualities)) is not None
        }
        received = HistoryRows(self._chunk, self._known, self._origin, self._now)
        lines = np.concatenate(
            (self._chunk.lines, np.array([m.line for m in self._chunk.malformed], np.int64))
        )
        missing = self._chunk.lines[self._refused == _NUMBER_OF[_MISSING]]
        count = len(received) - len(missing)
        checked = Checked(
            received,
            rows,
            self._rejections(),
            self._policies,
            count,
            self._now,
            flags=self._flags,
            quality_tests=self._quality_tests,
        )
        return Prepared(checked, lines, missing, after_line, self._chunk.last_line, self._chunk.fraction)

    def _kinds(self) -> tuple[list[_Kind], Int64s]:
        """Each distinct combination of codes is looked up once; and which one each row has."""
        names = [name for name in ("thing", "observed_property", "unit") if name in self._chunk.columns]
        texts, keys = [], np.zeros(len(self._chunk), dtype=np.int64)
        for name in names:
            words, numbers = _coded(self._chunk.columns[name])
            texts.append(words)
            keys = keys * len(words) + numbers
        distinct, which = np.unique(keys, return_inverse=True)
        return [self._kind(*_split(int(key), texts)) for key in distinct], which

    def _kind(self, thing: str | None, observed_property: str | None, unit: str | None = None) -> _Kind:
        known = self._known.get(thing) if thing is not None else None
        if known is None:
            return _Kind(0, -1, -1, _NUMBER_OF["unknown_thing"], 0)
        zone = self._zone(known.thing.zone)
        datastream = known.thing.datastreams.get(observed_property or "")
        if datastream is None:
            return _Kind(0, -1, zone, 0, _NUMBER_OF["unknown_property"])
        converts = SAME
        if unit is not None and unit != datastream.unit and normalise_unit(unit) != datastream.unit:
            found = conversion(unit, datastream.unit, (observed_property or "").partition("/")[0])
            if found is None:
                return _Kind(0, -1, zone, 0, _NUMBER_OF["unit_mismatch"])
            converts = found
        if datastream.conflict_policy != "keep_first":
            self._policies[datastream.datastream_id] = datastream.conflict_policy
        if datastream.quality_tests is not None:
            self._quality_tests[datastream.datastream_id] = datastream.quality_tests
        return _Kind(
            datastream.datastream_id,
            datastream.family,
            zone,
            0,
            0,
            datastream.lower_bound,
            datastream.upper_bound,
            datastream.lowest_possible,
            datastream.highest_possible,
            converts.factor,
            converts.shift,
        )

    def _zone(self, zone: ZoneInfo | None) -> int:
        if zone is None:
            return -1
        if zone not in self._zones:
            self._zones.append(zone)
        return self._zones.index(zone)

    def _refuse_as_read(self) -> None:
        """What the reader of a recording has found: it knows what local times and empty cells mean there."""
        column = self._chunk.columns.get("refused")
        if column is None or column.null_count == len(column):
            return
        words, numbers = _coded(column)
        for number, reason in enumerate(words):
            if reason is not None:
                self._refuse(numbers == number, reason)

    def _times(self, zones: Int64s) -> tuple[Int64s, NDArray[np.int16]]:
        stated: Times = read_times(self._chunk.columns["phenomenon_time"])
        times, without_zone, uncertain = in_zones(stated, zones, self._zones)
        earliest = (self._settings.earliest_phenomenon_time - EPOCH) // MICROSECOND
        latest = self._now + int(self._settings.clock_ahead_seconds_max * 1_000_000)
        self._refuse(stated.leap, "leap_second")
        self._refuse(stated.unreadable, "unreadable_payload")
        self._refuse(stated.missing, "missing_time")
        self._refuse(without_zone, "naive_time")
        self._refuse(times < earliest, "clock_unset")
        self._refuse(times > latest, "clock_ahead")
        qualities = self._qualities()
        qualities[uncertain] = np.maximum(qualities[uncertain], np.int16(Quality.SUSPECT))
        return times, qualities

    def _qualities(self) -> NDArray[np.int16]:
        """The stated flags; a row that nobody evaluated has that of its bounds, and a flag that does not exist is refused."""
        lower, upper = self._numbers[:2, self._which]
        is_bounded = np.isfinite(lower) | np.isfinite(upper)
        unstated = np.where(is_bounded, Quality.GOOD, Quality.NOT_EVALUATED).astype(np.int16)
        column = self._chunk.columns.get("quality")
        if column is None:
            return unstated
        stated, reasons = read_results(column, Family.MEASUREMENT, 0)
        absent = reasons == "missing_result"
        wrong = ~absent & ((reasons != "") | ~np.isin(stated, _QUALITIES))
        self._refuse(wrong, "wrong_type")
        is_open = absent | wrong | (stated == Quality.NOT_EVALUATED)
        return np.where(is_open, unstated, stated).astype(np.int16)

    def _rows(
        self, family: Family, families: Int64s, ids: Int64s, times: Int64s, qualities: NDArray[np.int16]
    ) -> Rows | None:
        """The rows of one family that can be stored, in key order; None if there are none."""
        of_family = families == family
        if not of_family.any():
            return None
        every = bool(of_family.all())
        positions = np.arange(len(ids)) if every else np.flatnonzero(of_family)
        column = self._chunk.columns["result"]
        results, reasons = read_results(
            column if every else column.take(positions), family, self._settings.text_characters_max
        )
        wrong = reasons != ""
        if wrong.any():
            numbers = np.zeros(len(ids), dtype=np.int8)
            numbers[positions] = [_NUMBER_OF[reason] for reason in reasons]
            self._refuse_where(numbers != 0, numbers)
        good = np.flatnonzero(self._refused[positions] == 0)
        if not len(good):
            return None
        kept = positions[good]
        order = np.lexsort((times[kept], ids[kept]))
        kept, good = kept[order], good[order]
        rows = Rows(
            family,
            ids[kept].astype(np.int32),
            times[kept],
            results[good],
            qualities[kept],
            kept.astype(np.int32),
        )
        return rows if family is not Family.MEASUREMENT else self._within(rows)

    def _within(self, rows: Rows) -> Rows | None:
        """Measurements in the unit of their datastream, bad where they lie outside of the bounds; without what none can be."""
        lower, upper, lowest, highest, factor, shift = self._numbers[:, self._which[rows.messages]]
        if self._is_converted:
            rows.results = convert_columns(rows.results, factor, shift)
        results = rows.results
        outside = (results < lower) | (results > upper)
        if not outside.any():
            return rows
        missing = are_missing(rows.datastream_ids, results, outside, self._quality_tests)
        impossible = outside & ~missing & ((results < lowest) | (results > highest))
        refused = np.zeros(len(self._refused), dtype=np.bool_)
        refused[rows.messages[impossible]] = True
        self._refuse(refused, "not_physical")
        rows.qualities[outside] = np.maximum(rows.qualities[outside], np.int16(Quality.BAD))
        rows, outside = rows.take(~impossible), (outside & ~missing)[~impossible]
        bad = rows.take(outside & (rows.qualities == Quality.BAD))
        self._flags += [
            Flag(datastream_id, time, "gross_range", Quality.BAD, result)
            for datastream_id, time, result in zip(
                bad.datastream_ids.tolist(), bad.times.tolist(), bad.results.tolist(), strict=True
            )
        ]
        return rows if len(rows) else None

    def _refuse(self, which: Mask, reason: str) -> None:
        self._refuse_where(which, _NUMBER_OF[reason])

    def _refuse_where(self, which: Mask, numbers: Int64s | NDArray[np.int8] | int) -> None:
        """The first reason against a row is the one that counts."""
        fresh = which & (self._refused == 0)
        if fresh.any():
            self._refused[fresh] = numbers if isinstance(numbers, int) else numbers[fresh]

    def _rejections(self) -> list[Rejection]:
        rejections = [
            Rejection(int(row), REASONS[self._refused[row]], self._detail(int(row)))
            for row in np.flatnonzero((self._refused != 0) & (self._refused != _NUMBER_OF[_MISSING]))
        ]
        return rejections + [
            Rejection(len(self._chunk) + number, "unreadable_payload", malformed.detail)
            for number, malformed in enumerate(self._chunk.malformed)
        ]

    def _detail(self, row: int) -> str:
        reason = REASONS[self._refused[row]]
        names = _DETAILS.get(reason, ("observed_property", "result"))
        return ": ".join(str(stated_at(self._chunk, name, row)) for name in names)[:_DETAIL_CHARACTERS_MAX]


_DETAILS = {
    "unknown_thing": ("thing",),
    "unknown_property": ("observed_property",),
    "unit_mismatch": ("observed_property", "unit"),
    **dict.fromkeys(
        (
            "unreadable_payload",
            "leap_second",
            "missing_time",
            "naive_time",
            "skipped_time",
            "repeated_time",
            "clock_unset",
            "clock_ahead",
        ),
        ("phenomenon_time",),
    ),
}


def _coded(column: Any) -> tuple[list[str | None], Int64s]:
    """The words of a dictionary column, None as the last, and which one each row has."""
    words = [*column.dictionary.to_pylist(), None]
    numbers = column.indices.fill_null(len(words) - 1).to_numpy(zero_copy_only=False)
    return words, numbers.astype(np.int64)


def _split(key: int, texts: list[list[str | None]]) -> list[str | None]:
    words: list[str | None] = []
    for some in reversed(texts):
        key, number = divmod(key, len(some))
        words.insert(0, some[number])
    return words


def convert_columns(
    sent: NDArray[np.float64], factors: NDArray[np.float64] | float, shifts: NDArray[np.float64] | float
) -> NDArray[np.float64]:
    """Converts many numbers, each by its own factor and shift or all by one, as :class:`Conversion` makes each."""
    scaled = sent * factors
    results = scaled + shifts
    largest = np.maximum(np.abs(scaled), np.abs(shifts))
    within = (largest >= LEAST) & (largest < MOST)
    scales = 10.0 ** (DIGITS - 1 - np.floor(np.log10(largest, where=within, out=np.zeros_like(largest))))
    return np.where(within, np.rint(results * scales) / scales, results)
