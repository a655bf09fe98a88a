"""Observations that fit a condition which no index serves: looked for a piece at a time, until the page is full or the time is up.

A piece is a range of datastreams where the order is that of ids, and a span of time where it is that of times. Where the time is up the
page is shorter than asked for, and its link goes on at the first piece that was not looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

from citycore.clock import MICROSECOND
from hub_api.serving.database import Row
from hub_api.serving.errors import QueryTooLong
from hub_api.standards.sensorthings.compiling.statements import Column, Question
from hub_api.standards.sensorthings.errors import RequestInvalid
from hub_api.standards.sensorthings.model import (
    ENTITIES,
    ENTITY_MAX,
    FIRST_INSTANT,
    LAST_INSTANT,
    id_of,
    key_of,
)
from hub_api.standards.sensorthings.repository import Extent, Store
from hub_api.standards.sensorthings.settings import SensorThingsSettings

#: The first piece; one in which little was found in little time is followed by a larger one.
FIRST_SPAN: Final = timedelta(hours=1)
FIRST_STREAMS: Final = 16
GROWTH: Final = 4
#: By so much the first piece is made smaller, once, where even that took too long.
SHRINKING: Final = 64
#: A larger piece may follow where the last took at most this part of the time.
QUICK: Final = 0.1
#: The database reads less as no limit at all.
SECONDS_MIN: Final = 0.001
#: Behind a token of a walk, whose next page need not try without one.
MARK: Final = "~"


@dataclass(frozen=True, slots=True)
class Walked:
    """What was found; ``token`` is where to go on, None at the end, and ``skip`` how many of what follows are still to be skipped."""

    rows: Sequence[Row]
    token: str | None = None
    skip: int = 0
    #: What stands behind a token of the page that follows a full one.
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page: ``after`` is the token that it begins behind."""

    columns: Sequence[Column]
    top: int
    skip: int
    after: str | None


async def read_page(
    store: Store, question: Question, wanted: Wanted, settings: SensorThingsSettings
) -> Walked:
    """Up to one more than ``wanted.top``; where that takes long and can be walked, those found in some time."""
    is_begun = wanted.after is not None and wanted.after.endswith(MARK)
    if not (question.is_walkable and is_begun):
        text = question.select(wanted.columns, wanted.top + 1, wanted.skip)
        seconds = _seconds_of(question, settings)
        try:
            return Walked(await store.rows(text, question.bound, question.spatial, seconds_max=seconds))
        except QueryTooLong:
            if question.is_unwalkable:
                raise RequestInvalid("$orderby", "order_of_all") from None
            if not question.is_walkable:
                raise
    return await walk(store, question, wanted, settings.walk_seconds_max)


def _seconds_of(question: Question, settings: SensorThingsSettings) -> float | None:
    """How long all of it may be asked for at once; None as long as any statement."""
    if question.is_walkable:
        return settings.walk_after_seconds
    return settings.walk_seconds_max if question.is_unwalkable else None


async def walk(
    store: Store, question: Question, wanted: Wanted, seconds_max: float, within: Extent | None = None
) -> Walked:
    """Up to one more than ``wanted.top``, of all that there is or of what is ``within``. ``RequestInvalid`` where even the smallest
    piece takes longer than ``seconds_max``.
    """
    extent = within or await store.extent()
    if extent is None:
        return Walked(())
    order = question.by_id
    assert order is not None
    place = _Streams(wanted.after, extent) if order == "id" else _Times(order, wanted.after, extent)
    return await _Walk(store, question, wanted, place).run(seconds_max)


class _Walk:
    def __init__(self, store: Store, question: Question, wanted: Wanted, place: _Streams | _Times) -> None:
        self._store = store
        self._question = question
        self._wanted = wanted
        self._place = place
        self._skip = wanted.skip
        self._rows: list[Row] = []

    async def run(self, seconds_max: float) -> Walked:
        begun, has_moved, tries = monotonic(), False, 1
        left = seconds_max
        while not self._place.is_over:
            asked = monotonic()
            try:
                found = await self._piece(left)
            except QueryTooLong:
                if has_moved:
                    break
                if tries == 0:
                    raise RequestInvalid("$filter", "too_many_observations") from None
                tries -= 1
                self._place.shrink(SHRINKING)
                continue
            self._take(found)
            if len(self._rows) > self._wanted.top:
                return Walked(self._rows, mark=MARK)
            self._place.move()
            has_moved = True
            took, left = monotonic() - asked, seconds_max - (monotonic() - begun)
            if took > left:
                break
            if took < QUICK * seconds_max and took * GROWTH < left:
                self._place.grow(GROWTH)
        return Walked(self._rows, None if self._place.is_over else self._place.token, self._skip)

    async def _piece(self, seconds: float) -> Sequence[Row]:
        limit = self._skip + self._wanted.top + 1 - len(self._rows)
        text = self._question.select_piece(self._wanted.columns, limit)
        return await self._store.rows(
            text, self._question.bound, self._question.spatial, self._place.bounds, max(seconds, SECONDS_MIN)
        )

    def _take(self, found: Sequence[Row]) -> None:
        skipped = min(self._skip, len(found))
        self._skip -= skipped
        self._rows += found[skipped:]


class _Streams:
    """In the order of ids: some datastreams at a time."""

    def __init__(self, after: str | None, extent: Extent) -> None:
        self._first = 0 if after is None else key_of_token(after)[0]
        self._last = extent.last_datastream
        self._count = FIRST_STREAMS

    @property
    def is_over(self) -> bool:
        return self._first > self._last

    @property
    def bounds(self) -> dict[str, object]:
        return {
            "piece_first": self._first,
            "piece_last": min(self._first + self._count - 1, self._last),
            "piece_since": FIRST_INSTANT,
            "piece_until": LAST_INSTANT,
        }

    @property
    def token(self) -> str:
        return id_of(self._first - 1, LAST_INSTANT) + MARK

    def move(self) -> None:
        self._first += self._count

    def grow(self, times: int) -> None:
        self._count *= times

    def shrink(self, times: int) -> None:
        self._count = max(1, self._count // times)


class _Times:
    """In the order of times, or back in time: a span at a time."""

    def __init__(self, order: str, after: str | None, extent: Extent) -> None:
        self._is_back = order == "time desc"
        self._extent = extent
        self._span = FIRST_SPAN
        #: From here on, or back from before here.
        self._at = extent.newest + MICROSECOND if self._is_back else extent.oldest
        if after is not None:
            told = key_of_token(after)[1]
            self._at = min(self._at, told + MICROSECOND) if self._is_back else max(self._at, told)

    @property
    def is_over(self) -> bool:
        return self._at <= self._extent.oldest if self._is_back else self._at > self._extent.newest

    @property
    def _other(self) -> datetime:
        try:
            return self._at - self._span if self._is_back else self._at + self._span
        except OverflowError:
            return FIRST_INSTANT if self._is_back else LAST_INSTANT

    @property
    def bounds(self) -> dict[str, object]:
        since, until = sorted((self._at, self._other))
        return {"piece_first": 0, "piece_last": ENTITY_MAX, "piece_since": since, "piece_until": until}

    @property
    def token(self) -> str:
        """Behind everything at the instant before, or behind nothing of this one."""
        return id_of(ENTITY_MAX if self._is_back else 0, self._at) + MARK

    def move(self) -> None:
        self._at = self._other

    def grow(self, times: int) -> None:
        self._span = min(self._span * times, timedelta(days=36_525))

    def shrink(self, times: int) -> None:
        self._span /= times


def key_of_token(token: str) -> tuple[int, datetime]:
    """The datastream and the instant that a token names."""
    key = key_of(ENTITIES["Observation"], token.removesuffix(MARK))
    assert isinstance(key, tuple)  # as the question that has this token found too
    return key
