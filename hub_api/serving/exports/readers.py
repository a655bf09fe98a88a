"""Places for readers: how much one of them may have made at once, so that nobody takes all of it."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.types import Scope

from hub_api.serving.errors import PassesSoon
from hub_api.serving.exports.errors import TooManyExports

#: Under which name the scope holds who asks: a key's holder, else the address.
READER = "falaj.reader"
NOBODY = "nowhere"


def reader_of(scope: Scope) -> str:
    reader: str = scope.get(READER, NOBODY)
    return reader


class Places:
    """Of one reader: how many are free, and until when each of the others is taken at most."""

    def __init__(self, maximum: int) -> None:
        self.free = asyncio.Semaphore(maximum)
        #: As many connections, however many statements what has a place asks at once.
        self.connections = asyncio.Semaphore(maximum)
        self.ends: list[float] = []
        #: Those who have a place or wait for one.
        self.visitors = 0


class Readers:
    """Each reader has ``maximum`` places; who finds none waits for a moment."""

    def __init__(
        self,
        maximum: int,
        *,
        wait_seconds_max: float,
        seconds_max: float,
        refusal: Callable[[int, int], PassesSoon] = TooManyExports,
    ) -> None:
        self._maximum = maximum
        self._refusal = refusal
        self._wait_seconds_max = wait_seconds_max
        self._seconds_max = seconds_max
        self._places: dict[str, Places] = {}

    @asynccontextmanager
    async def place(self, reader: str) -> AsyncIterator[Places]:
        """One place, for ``seconds_max`` at most; ``refusal`` of the maximum and of the seconds until one must be free if none
        becomes free.
        """
        places = self._places.setdefault(reader, Places(self._maximum))
        places.visitors += 1
        try:
            await self._wait(places)
            end = time.monotonic() + self._seconds_max
            places.ends.append(end)
            try:
                yield places
            finally:
                places.ends.remove(end)
                places.free.release()
        finally:
            places.visitors -= 1
            if not places.visitors:
                self._places.pop(reader, None)

    async def _wait(self, places: Places) -> None:
        try:
            async with asyncio.timeout(self._wait_seconds_max):
                await places.free.acquire()
        except TimeoutError:
            first = min(places.ends, default=0.0) - time.monotonic()
            raise self._refusal(self._maximum, max(1, math.ceil(first))) from None
