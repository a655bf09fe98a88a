"""Counting requests: locally while a reservation lasts, through PostgreSQL when it ends."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, date, datetime

import structlog

from citycore.clock import CITY_ZONE
from citycore.errors import FalajError, StoreUnavailable
from citycore.keys import digest_of
from hub_api.serving.keys.errors import ApiKeyUnknown
from hub_api.serving.keys.model import KnownKey
from hub_api.serving.keys.rules import fault_of
from hub_api.serving.limits.model import Holding, Policy, Standing, Subject
from hub_api.serving.limits.rules import reset_seconds, window_start
from hub_api.serving.limits.settings import LimitSettings
from hub_api.serving.limits.store import LimitStore

log = structlog.get_logger()
Wall = Callable[[], float]
MINUTE_SECONDS = 60
DAY_SECONDS = 86_400


def policies(per_minute: int, per_day: int) -> tuple[Policy, ...]:
    return (Policy("minute", per_minute, MINUTE_SECONDS), Policy("day", per_day, DAY_SECONDS))


class Limiter:
    """Never lets more through than a limit allows, over all processes, as long as the database
    answers; without it each process counts alone until it is back.
    """

    def __init__(self, store: LimitStore, settings: LimitSettings, wall: Wall = time.time) -> None:
        self._store = store
        self._settings = settings
        self._wall = wall
        self._holdings: OrderedDict[tuple[str, Policy], Holding] = OrderedDict()
        self._locks: dict[tuple[str, Policy], asyncio.Lock] = {}
        self._alone_until = 0.0

    async def take(self, subject: Subject) -> list[Standing]:
        """Count one request; the standing with each policy, up to the first that refuses."""
        standings: list[Standing] = []
        for policy in subject.policies:
            standings.append(await self._take(subject.code, policy))
            if not standings[-1].is_allowed:
                break
        return standings

    def is_exhausted(self, subject: Subject) -> bool:
        """Whether this process knows, without asking, that nothing is left."""
        now = self._wall()
        for policy in subject.policies:
            holding = self._holdings.get((subject.code, policy))
            if holding and holding.is_exhausted:
                return holding.window_start == window_start(now, policy.seconds)
        return False

    async def _take(self, code: str, policy: Policy) -> Standing:
        now = self._wall()
        holding = self._holding(code, policy, window_start(now, policy.seconds))
        if holding.in_hand == 0 and not holding.is_exhausted:
            holding = await self._refill(code, policy, holding)
        is_allowed = holding.in_hand > 0
        if is_allowed:
            holding.in_hand -= 1
            holding.spent += 1
        remaining = holding.in_hand + holding.left_for_all
        return Standing(
            policy, is_allowed, remaining, reset_seconds(now, holding.window_start, policy.seconds)
        )

    def _holding(self, code: str, policy: Policy, start: int) -> Holding:
        key = (code, policy)
        holding = self._holdings.get(key)
        if holding is None or holding.window_start != start:
            holding = self._holdings[key] = Holding(start)
        self._holdings.move_to_end(key)
        while len(self._holdings) > self._settings.subjects_max:
            self._holdings.popitem(last=False)
        return holding

    async def _refill(self, code: str, policy: Policy, holding: Holding) -> Holding:
        """One reservation at a time for each window; who waits meanwhile shares it."""
        lock = self._locks.setdefault((code, policy), asyncio.Lock())
        try:
            async with lock:
                if holding.in_hand == 0 and not holding.is_exhausted:
                    await self._reserve(code, policy, holding)
        finally:
            if not lock.locked():
                self._locks.pop((code, policy), None)
        return holding

    async def _reserve(self, code: str, policy: Policy, holding: Holding) -> None:
        if self._wall() >= self._alone_until:
            try:
                granted, left = await self._store.reserve(code, policy, holding.window_start)
            except StoreUnavailable as error:
                self._alone_until = self._wall() + self._settings.retry_seconds
                log.warning("limits_counted_alone", reason=str(error))
            else:
                holding.in_hand, holding.left_for_all = granted, left
                holding.is_exhausted = granted == 0
                return
        # Alone, a process lets through what the limit allows for one, and looks again at each request.
        holding.in_hand = 1 if holding.spent < policy.quota else 0
        holding.left_for_all = max(0, policy.quota - holding.spent - holding.in_hand)


class Pace:
    """Spreads what an address asks at once over time: who asks less is not made to wait behind it.

    By virtual scheduling, as the generic cell rate algorithm has it (ITU-T I.371, annex A).
    """

    def __init__(self, settings: LimitSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        #: Until when the requests of an address so far would take at its pace.
        self._due: OrderedDict[str, float] = OrderedDict()

    def seconds(self, code: str, weight: int = 1) -> float:
        """How long one more request of this address waits, which counts as ``weight`` of them."""
        settings, now = self._settings, self._clock()
        step = weight / settings.anonymous_requests_per_second
        free = max(0, settings.anonymous_burst - weight) / settings.anonymous_requests_per_second
        due = max(now, self._due.get(code, now))
        wait = min(max(0.0, due - now - free), settings.pace_seconds_max)
        self._due[code] = min(due + step, now + free + settings.pace_seconds_max)
        self._due.move_to_end(code)
        while len(self._due) > settings.subjects_max:
            self._due.popitem(last=False)
        return wait


class KeyRing:
    """Keys by their digest, believed for some seconds, and the account of their use."""

    def __init__(self, store: LimitStore, settings: LimitSettings, wall: Wall = time.time) -> None:
        self._store = store
        self._settings = settings
        self._wall = wall
        self._known: OrderedDict[bytes, tuple[float, KnownKey]] = OrderedDict()
        self._usage: dict[tuple[int, date], list[int]] = {}

    def recall(self, key: str) -> KnownKey | None:
        """The key if this process looked it up a moment ago."""
        believed = self._known.get(_digest(key))
        return None if believed is None or believed[0] <= self._wall() else believed[1]

    async def find(self, key: str) -> KnownKey:
        """The key's record, whether it still counts or not.

        :class:`ApiKeyUnknown`; :class:`StoreUnavailable` if nobody can tell now.
        """
        digest = _digest(key)
        known = await self._store.find_key(digest)
        if known is None:
            self._known.pop(digest, None)
            raise ApiKeyUnknown
        self._known[digest] = (self._wall() + self._settings.key_cache_seconds, known)
        while len(self._known) > self._settings.key_cache_max:
            self._known.popitem(last=False)
        return known

    def recall_old(self, key: str) -> KnownKey | None:
        """The key however long ago it was looked up, for when nobody can look."""
        believed = self._known.get(_digest(key))
        return None if believed is None else believed[1]

    def fault_of(self, known: KnownKey) -> FalajError | None:
        return fault_of(known.validity, datetime.fromtimestamp(self._wall(), UTC))

    def note(self, api_key_id: int, *, is_limited: bool) -> None:
        """One more request of a key, on this day of the city."""
        day = datetime.fromtimestamp(self._wall(), CITY_ZONE).date()
        counts = self._usage.setdefault((api_key_id, day), [0, 0])
        counts[is_limited] += 1

    async def write_usage(self) -> None:
        """Write down what was noted; while the database is away it stays noted."""
        noted, self._usage = self._usage, {}
        if not noted:
            return
        try:
            await self._store.add_usage(noted)
        except StoreUnavailable:
            for key, counts in noted.items():
                kept = self._usage.setdefault(key, [0, 0])
                kept[0] += counts[0]
                kept[1] += counts[1]


def _digest(key: str) -> bytes:
    return bytes.fromhex(digest_of(key))
