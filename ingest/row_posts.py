"""Observations that the API sends row by row, each for a datastream by its number, and each with an outcome of its own.

The API has looked at the rights of whoever writes; it shows that it is the API by a secret that only the registry's role and ingest
can read. Rows go the way of all batches: tests of quality, what is there already, the ledger, roll-ups.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from hmac import compare_digest
from math import inf
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from citycore.clock import EPOCH, moment_at
from citycore.model import Quality
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from ingest.allowances import BEYOND_ALLOWANCE, Weighed
from ingest.model import Checked, Datastream, Family, Fate, Flag, Mask, Notes, Received, Rows
from ingest.outcomes import Post
from ingest.quality import are_missing
from ingest.repository import datastream_of
from ingest.settings import IngestSettings

QUERIES = load_queries("ingest", "row_posts.sql")
PATH = "/rows"
#: What becomes of a row; any other word is why it was refused.
STORED, DUPLICATE, CONFLICTING, REPLACED = "stored", "duplicate", "conflicting", "replaced"
#: What is said of a row that would be stored, where nothing is to be.
ACCEPTABLE = "acceptable"
Position = tuple[float, float]
_ID, _TIME, _NUMBER = np.dtype(np.int32), np.dtype(np.int64), np.dtype(np.float64)


class Detail(msgspec.Struct, array_like=True, frozen=True):
    """What came with the row of this number; times are microseconds since 1970, ``quality`` and ``parameters`` JSON texts."""

    row: int
    phenomenon_end: int | None = None
    result_time: int | None = None
    valid_start: int | None = None
    valid_end: int | None = None
    quality: str | None = None
    parameters: str | None = None
    feature_id: int | None = None
    #: When an interval begins whose row is kept a little later.
    phenomenon_start: int | None = None
    #: A whole number that is kept rounded, as it was sent.
    exact_result: str | None = None


class Sent(msgspec.Struct, frozen=True):
    """Columns of the same length: int32, microseconds as int64, float64, as this machine has them in memory.

    ``others`` are results that are no numbers, by their row. ``replaces``: where there is another result for the instant, it gives way.
    ``judges``: what would be refused is to be told, and nothing stored. ``is_device``: times are those of a device's clock.
    ``ahead``: datastreams whose rows may be in the future.
    """

    datastream_ids: bytes
    times: bytes
    numbers: bytes
    others: dict[int, str | Position] = {}
    details: list[Detail] = []
    replaces: bool = False
    judges: bool = False
    is_device: bool = False
    ahead: list[int] = []


def read(body: bytes) -> Sent:
    """``msgspec.DecodeError`` where it is not what the API sends."""
    sent = msgspec.msgpack.decode(body, type=Sent)
    count, rest = divmod(len(sent.times), _TIME.itemsize)
    if (
        not count
        or rest
        or len(sent.datastream_ids) != count * _ID.itemsize
        or len(sent.numbers) != count * _NUMBER.itemsize
    ):
        raise msgspec.ValidationError("columns of different lengths")
    if any(not 0 <= row < count for row in (*sent.others, *(each.row for each in sent.details))):
        raise msgspec.ValidationError("a row that is not there")
    return sent


class ApiSecret:
    """By what ingest knows the API: ``Bearer`` and the secret of the database as hexadecimal digits; read once."""

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self._connect = connect
        self._secret = b""

    def is_api(self, authorization: str | None) -> bool:
        """Asked from any thread; ``StoreUnavailable`` without the database."""
        if not self._secret:
            with self._connect() as connection:
                row = connection.execute(QUERIES["secret"]).fetchone()
            self._secret = row[0].hex().encode() if row else b""
        given = (authorization or "").removeprefix("Bearer ").encode("utf-8", "replace")
        return bool(self._secret) and compare_digest(self._secret, given)


class RowPost(Post):
    """One request that waits for what becomes of each of its rows."""

    def __init__(self, sent: Sent) -> None:
        super().__init__()
        self.sent = sent
        self._ids = np.frombuffer(sent.datastream_ids, _ID)
        distinct, self._which = np.unique(self._ids, return_inverse=True)
        #: Of which datastreams it has rows.
        self.numbers: list[int] = distinct.tolist()
        self._times = np.frombuffer(sent.times, _TIME)
        self._numbers = np.frombuffer(sent.numbers, _NUMBER)
        #: By row, as far as it is known; no word of those that are stored.
        self.fates: dict[int, str] | None = None
        self._refused: dict[int, str] = {}
        self._replacing: set[int] = set()
        #: Of parts that have committed, or are about to.
        self._told: list[Fate] = []

    def check(self, known: Mapping[int, Datastream], message: Received, settings: IngestSettings) -> Checked:
        """Rows that can be stored; what is refused is no value that anybody has lost: whoever sent it hears of it.

        ``known`` are those of its datastreams that there are.
        """
        self._refused, self._told = {}, []
        sent, times, which = self.sent, self._times, self._which
        self._replacing = {
            number for number, each in known.items() if sent.replaces or each.conflict_policy == "keep_last"
        }
        table = np.array([_limits(known.get(number)) for number in self.numbers], dtype=np.float64).T
        families = table[0][which]
        is_open = np.ones(len(times), dtype=np.bool_)
        first = settings.earliest_phenomenon_time if sent.is_device else settings.earliest_stated_time
        earliest = (first - EPOCH).total_seconds() * 1e6
        clock = message.received_microseconds + settings.clock_ahead_seconds_max * 1e6
        last = (settings.latest_stated_time - EPOCH).total_seconds() * 1e6
        latest = np.where(np.isin(self.numbers, sent.ahead), last, clock)[which]
        self._refuse(is_open, times < earliest, "clock_unset")
        self._refuse(is_open, times > latest, "clock_ahead")
        self._refuse(is_open, families < 0, "unknown_datastream")
        self._refuse_results(is_open, families, settings.text_characters_max)
        flags: list[Flag] = []
        rows: dict[Family, Rows] = {}
        tests = {number: each.quality_tests for number, each in known.items() if each.quality_tests}
        for family in Family:
            places = np.flatnonzero(is_open & (families == family))
            if not len(places):
                continue
            results = self._results(family, places)
            qualities = np.full(len(places), Quality.NOT_EVALUATED, dtype=np.int16)
            if family is Family.MEASUREMENT:
                *limits, within = table[1:, which[places]]
                lower, upper = np.array(limits)[:2]
                outside = (results < lower) | (results > upper)
                missing = are_missing(self._ids[places], results, outside, tests)
                kept = self._within(results, places, np.array(limits), missing)
                places, results = places[kept], results[kept]
                qualities = within[kept].astype(np.int16)
                qualities[outside[kept]] = Quality.BAD
                outside = (outside & ~missing)[kept]
                flags = [
                    Flag(number, time, "gross_range", Quality.BAD, result)
                    for number, time, result in zip(
                        self._ids[places[outside]].tolist(),
                        times[places[outside]].tolist(),
                        results[outside].tolist(),
                        strict=True,
                    )
                ]
            if len(places):
                rows[family] = Rows(
                    family, self._ids[places], times[places], results, qualities, places.astype(np.int32)
                )
        if sent.judges:
            self._refused = dict.fromkeys(range(len(times)), ACCEPTABLE) | self._refused
            rows, flags = {}, []
        return Checked(
            [message],
            rows,
            [],
            dict.fromkeys(self._replacing, "keep_last"),
            1,
            message.received_microseconds,
            flags=flags,
            quality_tests=tests,
        )

    def refuse(self, message: Received, weighed: Weighed) -> Checked:
        """All rows, of a source that has sent too much; they are not looked at."""
        self._refused, self._told = dict.fromkeys(range(len(self._times)), BEYOND_ALLOWANCE), []
        notes = Notes(excesses=weighed.excesses)
        return Checked([message], {}, [], {}, 1, message.received_microseconds, notes=notes)

    def _refuse(self, is_open: Mask, which: Mask, reason: str) -> None:
        """The first reason against a row counts."""
        for row in np.flatnonzero(is_open & which).tolist():
            self._refused[row] = reason
        is_open &= ~which

    def _refuse_results(self, is_open: Mask, families: NDArray[Any], characters_max: int) -> None:
        """Those that are not of the type of their datastream."""
        others = self.sent.others
        is_number = np.ones(len(families), dtype=np.bool_)
        is_number[list(others)] = False
        for row in np.flatnonzero(is_open & ~(is_number & (families == Family.MEASUREMENT))).tolist():
            if reason := _against(Family(int(families[row])), others.get(row), characters_max):
                self._refused[row] = reason
                is_open[row] = False

    def _results(self, family: Family, places: NDArray[Any]) -> NDArray[Any]:
        if family is Family.MEASUREMENT:
            numbers: NDArray[np.float64] = self._numbers[places]
            return numbers
        chosen = [self.sent.others[place] for place in places.tolist()]
        return np.array(chosen, dtype=object if family is Family.CATEGORY else np.float64)

    def _within(
        self, results: NDArray[Any], places: NDArray[Any], limits: NDArray[np.float64], missing: Mask
    ) -> Mask:
        """Which measurements can be any, or stand for "no value"."""
        *_, lowest, highest = limits
        is_finite = np.isfinite(results)
        is_possible = missing | (results >= lowest) & (results <= highest)
        for place in places[~is_finite].tolist():
            self._refused[place] = "non_finite"
        for place in places[is_finite & ~is_possible].tolist():
            self._refused[place] = "not_physical"
        return np.asarray(is_finite & is_possible, dtype=np.bool_)

    def alongside(self, connection: Connection, fate: Fate, is_last: bool) -> int:
        """Keep the details in the transaction of the last part; no row becomes a dead letter."""
        if is_last and self.sent.details:
            fates = self._words([*self._told, fate])
            kept = [each for each in self.sent.details if fates.get(each.row, STORED) in {STORED, REPLACED}]
            if kept:
                connection.execute(QUERIES["store_details"], self._detail_columns(kept))
        if not is_last:
            self._told.append(fate)
        return 0

    def _detail_columns(self, details: Sequence[Detail]) -> dict[str, list[Any]]:
        return {
            "datastream_ids": [int(self._ids[each.row]) for each in details],
            "times": [moment_at(int(self._times[each.row])) for each in details],
            "ends": [_instant(each.phenomenon_end) for each in details],
            "result_times": [_instant(each.result_time) for each in details],
            "valid_starts": [_instant(each.valid_start) for each in details],
            "valid_ends": [_instant(each.valid_end) for each in details],
            "qualities": [each.quality for each in details],
            "parameters": [each.parameters for each in details],
            "features": [each.feature_id for each in details],
            "exact": [each.exact_result for each in details],
            "starts": [_instant(each.phenomenon_start) for each in details],
        }

    def settle(self, fates: Sequence[Fate], *, is_heard: bool) -> None:
        """The batch has committed. Where that was not heard of at first, nobody knows which rows were there before."""
        self.fates = self._words(fates) if is_heard else None
        self.tell(None)

    def _words(self, fates: Iterable[Fate]) -> dict[int, str]:
        words = dict(self._refused)
        for fate in fates:
            for row in fate.duplicates.tolist():
                words[row] = DUPLICATE
            for row in fate.conflicts.tolist():
                is_replaced = int(self._ids[row]) in self._replacing
                words[row] = REPLACED if is_replaced else CONFLICTING
            for rejection in fate.rejections:
                words[rejection.message] = rejection.reason
        return words


def find_datastreams(connection: Connection, numbers: Sequence[int]) -> dict[int, Datastream]:
    """Those that there are of these numbers."""
    with connection.pipeline(), connection.transaction():
        found = connection.execute(QUERIES["datastreams_by_id"], {"datastream_ids": numbers})
    return {
        number: datastream_of(code, (number, *row, msgspec.json.decode(tests), models))
        for code, number, *row, tests, models in found.fetchall()
    }


def _limits(own: Datastream | None) -> tuple[float, ...]:
    """Family, bounds, what is possible, and the flag within bounds; the family is below 0 where there is no datastream."""
    if own is None:
        return (-1.0, -inf, inf, -inf, inf, float(Quality.NOT_EVALUATED))
    bounds = (own.lower_bound, own.upper_bound, own.lowest_possible, own.highest_possible)
    return (float(own.family), *bounds, float(own.within()))


def _against(family: Family, result: str | Position | None, characters_max: int) -> str | None:
    """What speaks against a result of this family, or None; a number is none here, and whether it can be any is looked at elsewhere."""
    if family is Family.CATEGORY and isinstance(result, str):
        return "unreadable_payload" if "\0" in result or len(result) > characters_max else None
    if family is Family.POSITION and isinstance(result, tuple):
        return None if abs(result[0]) <= 180 and abs(result[1]) <= 90 else "not_physical"
    return "wrong_type"


def _instant(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else moment_at(microseconds)
