"""Observations that the API sends row by row, each for a datastream by its number, and each with an outcome of its own.

The API has looked at the rights of whoever writes; it shows that it is the API by a secret that only the registry's role and ingest
can read. Rows go the way of all batches: tests of quality, what is there already, the ledger, roll-ups.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from hmac import compare_digest
from math import isfinite
from typing import Any, NamedTuple

import msgspec
import numpy as np

from citycore.model import Quality
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from ingest.model import Checked, Datastream, Family, Fate, Flag, Received, Rows
from ingest.outcomes import Post
from ingest.repository import datastream_of, instant
from ingest.settings import IngestSettings

QUERIES = load_queries("ingest", "row_posts.sql")
PATH = "/rows"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: What becomes of a row; any other word is why it was refused.
STORED, DUPLICATE, CONFLICTING, REPLACED = "stored", "duplicate", "conflicting", "replaced"
Position = tuple[float, float]


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


class Sent(msgspec.Struct, frozen=True):
    """Columns of the same length. ``replaces``: where there is another result for the instant, it gives way."""

    datastream_ids: list[int]
    times: list[int]
    results: list[float | str | Position]
    details: list[Detail] = []
    replaces: bool = False


def read(body: bytes) -> Sent:
    """``msgspec.DecodeError`` where it is not what the API sends."""
    sent = msgspec.msgpack.decode(body, type=Sent)
    count = len(sent.datastream_ids)
    if not count or count != len(sent.times) or count != len(sent.results):
        raise msgspec.ValidationError("columns of different lengths")
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


class _Column(NamedTuple):
    """Numbers and values of the rows of one family."""

    rows: list[int]
    results: list[Any]
    qualities: list[int]


class RowPost(Post):
    """One request that waits for what becomes of each of its rows."""

    def __init__(self, sent: Sent) -> None:
        super().__init__()
        self.sent = sent
        #: By row, as far as it is known.
        self.fates: list[str] | None = None
        self._refused: dict[int, str] = {}
        self._replacing: set[int] = set()
        #: Of parts that have committed, or are about to.
        self._told: list[Fate] = []

    def check(self, connection: Connection, message: Received, settings: IngestSettings) -> Checked:
        """Rows that can be stored; what is refused is no value that anybody has lost: whoever sent it hears of it."""
        self._refused, self._told = {}, []
        known = _find(connection, set(self.sent.datastream_ids))
        self._replacing = {
            number
            for number, each in known.items()
            if self.sent.replaces or each.conflict_policy == "keep_last"
        }
        earliest = (settings.earliest_phenomenon_time - _EPOCH).total_seconds() * 1e6
        latest = message.received_microseconds + settings.clock_ahead_seconds_max * 1e6
        columns: dict[Family, _Column] = {}
        flags: list[Flag] = []
        for row, (number, time, result) in enumerate(
            zip(self.sent.datastream_ids, self.sent.times, self.sent.results, strict=True)
        ):
            own = known.get(number)
            if own is None:
                self._refused[row] = "unknown_datastream"
            elif time < earliest:
                self._refused[row] = "clock_unset"
            elif time > latest:
                self._refused[row] = "clock_ahead"
            elif reason := _against(own, result, settings.text_characters_max):
                self._refused[row] = reason
            else:
                quality = int(Quality.NOT_EVALUATED)
                if own.family is Family.MEASUREMENT and isinstance(result, (int, float)):
                    quality = own.within()
                    if not own.lower_bound <= result <= own.upper_bound:
                        quality = Quality.BAD
                        flags.append(Flag(number, time, "gross_range", Quality.BAD, result))
                column = columns.setdefault(own.family, _Column([], [], []))
                column.rows.append(row)
                column.results.append(result)
                column.qualities.append(quality)
        return Checked(
            [message],
            {family: self._rows(family, column) for family, column in columns.items()},
            [],
            dict.fromkeys(self._replacing, "keep_last"),
            1,
            message.received_microseconds,
            flags=flags,
            quality_tests={
                number: each.quality_tests for number, each in known.items() if each.quality_tests
            },
        )

    def _rows(self, family: Family, column: _Column) -> Rows:
        rows = np.array(column.rows, dtype=np.int32)
        kind = object if family is Family.CATEGORY else np.float64
        return Rows(
            family,
            np.array(self.sent.datastream_ids, dtype=np.int32)[rows],
            np.array(self.sent.times, dtype=np.int64)[rows],
            np.array(column.results, dtype=kind),
            np.array(column.qualities, dtype=np.int16),
            rows,
        )

    def alongside(self, connection: Connection, fate: Fate, is_last: bool) -> int:
        """Keep the details in the transaction of the last part; no row becomes a dead letter."""
        if is_last and self.sent.details:
            fates = self._words([*self._told, fate])
            kept = [each for each in self.sent.details if fates[each.row] in {STORED, REPLACED}]
            if kept:
                connection.execute(QUERIES["store_details"], self._detail_columns(kept))
        if not is_last:
            self._told.append(fate)
        return 0

    def _detail_columns(self, details: Sequence[Detail]) -> dict[str, list[Any]]:
        return {
            "datastream_ids": [self.sent.datastream_ids[each.row] for each in details],
            "times": [instant(self.sent.times[each.row]) for each in details],
            "ends": [_instant(each.phenomenon_end) for each in details],
            "result_times": [_instant(each.result_time) for each in details],
            "valid_starts": [_instant(each.valid_start) for each in details],
            "valid_ends": [_instant(each.valid_end) for each in details],
            "qualities": [each.quality for each in details],
            "parameters": [each.parameters for each in details],
            "features": [each.feature_id for each in details],
        }

    def settle(self, fates: Sequence[Fate], *, is_heard: bool) -> None:
        """The batch has committed. Where that was not heard of at first, nobody knows which rows were there before."""
        self.fates = self._words(fates) if is_heard else None
        self.tell(None)

    def _words(self, fates: Iterable[Fate]) -> list[str]:
        words = [STORED] * len(self.sent.times)
        for row, reason in self._refused.items():
            words[row] = reason
        for fate in fates:
            for row in fate.duplicates.tolist():
                words[row] = DUPLICATE
            for row in fate.conflicts.tolist():
                is_replaced = self.sent.datastream_ids[row] in self._replacing
                words[row] = REPLACED if is_replaced else CONFLICTING
            for rejection in fate.rejections:
                words[rejection.message] = rejection.reason
        return words


def _find(connection: Connection, numbers: set[int]) -> dict[int, Datastream]:
    within = [number for number in numbers if 0 < number < 2**31]
    with connection.transaction():
        rows = connection.execute(QUERIES["datastreams_by_id"], {"datastream_ids": within}).fetchall()
    return {row[1]: datastream_of(row[0], row[1:]) for row in rows}


def _against(own: Datastream, result: float | str | Position, characters_max: int) -> str | None:
    """What speaks against a result, or None."""
    if own.family is Family.CATEGORY and isinstance(result, str):
        return "unreadable_payload" if "\0" in result or len(result) > characters_max else None
    if own.family is Family.POSITION and isinstance(result, tuple):
        return None if abs(result[0]) <= 180 and abs(result[1]) <= 90 else "not_physical"
    if own.family is Family.MEASUREMENT and isinstance(result, (int, float)):
        if not isfinite(result):
            return "non_finite"
        return None if own.lowest_possible <= result <= own.highest_possible else "not_physical"
    return "wrong_type"


def _instant(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else instant(microseconds)
