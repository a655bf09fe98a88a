"""The times of a recording's lines as instants. Each distinct text is read once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from citycore.clock import EPOCH, MICROSECOND
from citycore.recordings.times import Choice, TimeColumns, is_skipped, reader_of
from ingest.load.csv_blocks import Block
from ingest.load.times import DAY_CHARACTERS, read_times, to_utc
from ingest.model import Int64s, Mask

_NAIVE_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 (local times are what this is about)
#: Years in which a zone is looked at for clocks that change.
_YEARS = range(1970, 2038)


@dataclass(frozen=True, slots=True)
class Moments:
    """``microseconds`` in UTC where ``reasons`` has '' for a line; ``stated`` is the text of the others."""

    microseconds: Int64s
    reasons: NDArray[Any]
    suspect: Mask
    stated: Any


def can_repeat(zone: ZoneInfo) -> bool:
    """Whether the clocks of a zone ever change."""
    days = (datetime(year, month, 1, tzinfo=zone) for year in _YEARS for month in range(1, 13))
    return len({day.utcoffset() for day in days}) > 1


class RecordedTimes:
    """Reads the times of blocks; ``choices`` say which of two hours a line means."""

    def __init__(self, columns: TimeColumns) -> None:
        self._columns = columns
        self._read = reader_of(columns)
        self.choices: dict[int, Choice] = {}

    @property
    def has_suspects(self) -> bool:
        return any(not choice.is_certain for choice in self.choices.values())

    def uncertain(self, block: Block) -> Iterator[tuple[int, datetime]]:
        """The rows whose local time may be skipped or repeated."""
        zone = self._columns.zone
        assert zone is not None
        local, naive, bad, _ = self._local(block)
        rows = np.flatnonzero(naive & ~bad)
        for row in rows[~to_utc(local[rows], zone)[1]]:
            yield int(row), _NAIVE_EPOCH + timedelta(microseconds=int(local[row]))

    def read(self, block: Block) -> Moments:
        local, naive, bad, texts = self._local(block)
        zone, utc = self._columns.zone, local.copy()
        reasons = np.where(bad, "unreadable_payload", "").astype(object)
        reasons[bad & self._blank(texts)] = "missing_time"
        suspect = np.zeros(len(local), dtype=np.bool_)
        present = naive & ~bad
        if zone is None:
            reasons[present] = "naive_time"
        elif present.any():
            utc[present], certain = to_utc(local[present], zone)
            for row in np.flatnonzero(present)[~certain]:
                stated = _NAIVE_EPOCH + timedelta(microseconds=int(local[row]))
                if is_skipped(stated, zone):
                    reasons[row] = "skipped_time"
                    continue
                fold, is_certain = self._choice(int(block.lines[row]))
                if fold is None:
                    reasons[row] = "repeated_time"
                    continue
                suspect[row] = not is_certain
                moment = stated.replace(tzinfo=zone, fold=fold)
                utc[row] = (moment.astimezone(UTC) - EPOCH) // MICROSECOND
        refused = pa.array(reasons != "")
        return Moments(utc, reasons, suspect, pc.if_else(refused, self._whole_text(texts), None))

    def _choice(self, line: int) -> tuple[int | None, bool]:
        ambiguous = self._columns.ambiguous
        if ambiguous == "refuse":
            return None, True
        return self.choices.get(line, Choice(int(ambiguous == "last"), is_certain=True))

    def _local(self, block: Block) -> tuple[Int64s, Mask, Mask, list[Any]]:
        """Microseconds as they stand there, which have no offset, which are no times, and the texts."""
        columns = self._columns
        texts = [block.columns[name] for name in columns.names]
        first = texts[0]
        if len(texts) == 1 and columns.whole and columns.format is None and len(first):
            first = pc.utf8_trim_whitespace(first)
            if pc.min(pc.binary_length(first)).as_py() > DAY_CHARACTERS:
                times = read_times(first)
                return times.microseconds, times.naive, times.unreadable | times.missing, [first]
        return (*self._by_distinct(texts, len(block.lines)), texts)

    def _by_distinct(self, texts: list[Any], count: int) -> tuple[Int64s, Mask, Mask]:
        keys = np.zeros(count, dtype=np.int64)
        words: list[list[str]] = []
        for column in texts:
            coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
            own = [str(word).strip() for word in coded.dictionary.to_pylist()]
            words.append(own)
            keys = keys * max(1, len(own)) + coded.indices.to_numpy(zero_copy_only=False)
        distinct, which = np.unique(keys, return_inverse=True)
        moments = [self._read(_split(int(key), words)) for key in distinct]
        naive = np.array([each is not None and each.tzinfo is None for each in moments], dtype=np.bool_)
        bad = np.array([each is None for each in moments], dtype=np.bool_)
        local = np.array([_microseconds(each) for each in moments], dtype=np.int64)
        return local[which], naive[which], bad[which]

    def _blank(self, texts: list[Any]) -> Mask:
        blank = np.zeros(len(texts[0]), dtype=np.bool_)
        for column in texts:
            trimmed = pc.utf8_trim_whitespace(column.cast(pa.string()))
            blank |= pc.equal(trimmed, "").to_numpy(zero_copy_only=False)
        return blank

    def _whole_text(self, texts: list[Any]) -> Any:
        return pc.binary_join_element_wise(*(column.cast(pa.string()) for column in texts), " ")


def _split(key: int, words: list[list[str]]) -> tuple[str, ...]:
    found: list[str] = []
    for own in reversed(words):
        key, number = divmod(key, max(1, len(own)))
        found.append(own[number])
    return tuple(reversed(found))


def _microseconds(moment: datetime | None) -> int:
    if moment is None:
        return 0
    return (moment - (_NAIVE_EPOCH if moment.tzinfo is None else EPOCH)) // MICROSECOND
