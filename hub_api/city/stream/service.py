"""One follower of the ledger a process, any number of listeners: who hears what, and how far it is."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, LiteralString

import psycopg
import structlog

from citycore.settings import StoreSettings
from citycore.store.connections import full_url, unavailable
from hub_api.city.stream import repository
from hub_api.city.stream.errors import TooManyListeners, TooManyStreams
from hub_api.city.stream.model import Filters, Position, Row, Step
from hub_api.city.stream.rules import gap, observation_events, select
from hub_api.city.stream.settings import StreamSettings
from hub_api.serving.database import Row as DatabaseRow
from hub_api.serving.instants import bound_instants

log = structlog.get_logger()


class Listener:
    """What waits for one reader: bounded, in order. ``ending`` says why nothing follows."""

    def __init__(self, filters: Filters, position: Position, bytes_max: int, reader: str) -> None:
        self.filters = filters
        self.reader = reader
        self.position = position
        self.ending: str | None = None
        self.wake = asyncio.Event()
        self._events: deque[bytes] = deque()
        self._bytes = 0
        self._bytes_max = bytes_max

    def put(self, events: Sequence[bytes]) -> None:
        """Add events; a reader who is too far behind hears no more."""
        if self.ending is not None or not events:
            return
        self._events.extend(events)
        self._bytes += sum(map(len, events))
        if self._bytes > self._bytes_max:
            self._events.clear()
            self.ending = "too_slow"
        self.wake.set()

    def end(self, reason: str) -> None:
        self.ending = self.ending or reason
        self.wake.set()

    def take(self) -> bytes | None:
        """The next event, or None if there is none yet."""
        if not self._events:
            self.wake.clear()
            if self.ending is not None:
                self.wake.set()
            return None
        event = self._events.popleft()
        self._bytes -= len(event)
        return event


class Live:
    """The listeners of this process. The follower runs while there is one."""

    def __init__(self, store: StoreSettings, settings: StreamSettings) -> None:
        self.settings = settings
        self.listeners: set[Listener] = set()
        self.is_away = False
        #: How many listeners each reader has.
        self._of_readers: Counter[str] = Counter()
        self._store = store
        self._position: Position | None = None
        self._follower: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._failure: Exception | None = None
        self._is_closed = False

    async def join(self, filters: Filters, reader: str) -> Listener:
        """A listener for all that commits from now on.

        :class:`TooManyListeners` or :class:`TooManyStreams` of this reader;
        :class:`citycore.errors.StoreUnavailable` if the database is away.
        """
        if self._is_closed or len(self.listeners) >= self.settings.listeners_max:
            raise TooManyListeners
        if self._of_readers[reader] >= self.settings.listeners_per_reader_max:
            raise TooManyStreams(self.settings.listeners_per_reader_max)
        listener = Listener(filters, "", self.settings.buffer_bytes_max, reader)
        self.listeners.add(listener)
        self._of_readers[reader] += 1
        try:
            if self._follower is None or self._follower.done():
                self._position = None
                self._ready.clear()
                self._follower = asyncio.create_task(self._follow())
                self._follower.add_done_callback(self._on_end)
            await self._await_position()
        except BaseException:
            self.leave(listener)
            raise
        assert self._position is not None
        listener.position = self._position
        while listener.take():  # heard before the position was known: it lies before it
            pass
        return listener

    async def _await_position(self) -> None:
        try:
            async with asyncio.timeout(self.settings.join_seconds_max):
                await self._ready.wait()
        except TimeoutError:
            raise unavailable(self._store.read_url, self._failure or TimeoutError("no answer")) from None

    def leave(self, listener: Listener) -> None:
        """Forget a listener; the last one takes the follower and its connection along."""
        if listener in self.listeners:
            self.listeners.remove(listener)
            self._of_readers[listener.reader] -= 1
            if not self._of_readers[listener.reader]:
                del self._of_readers[listener.reader]
        if not self.listeners and self._follower is not None:
            self._follower.cancel()
            self._follower = None

    async def close(self) -> None:
        """End all streams in order."""
        self._is_closed = True
        for listener in self.listeners:
            listener.end("stopping")
        follower, self._follower = self._follower, None
        if follower is not None:
            follower.cancel()
            with suppress(asyncio.CancelledError):
                await follower

    def _on_end(self, follower: asyncio.Task[None]) -> None:
        """A follower that failed must not leave listeners waiting for ever."""
        if not follower.cancelled() and (error := follower.exception()) is not None:
            log.error("stream_failed", exc_info=error)
            for listener in self.listeners:
                listener.end("stopping")

    async def _follow(self) -> None:
        while True:
            try:
                await self._follow_connected()
            except psycopg.Error as error:
                self._failure = error
                if not self.is_away:
                    log.warning("stream_away", reason=str(unavailable(self._store.read_url, error)))
                self.is_away = True
            await asyncio.sleep(self.settings.retry_seconds)

    async def _follow_connected(self) -> None:
        url = full_url(self._store.read_url, self._store, "falaj-api-stream")
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            bound_instants(connection)
            await connection.execute(repository.QUERIES["listen"])
            fetch = _Fetch(connection)
            if self._position is None:
                self._position = await repository.find_position(fetch)
                self._ready.set()
            if self.is_away:
                log.info("stream_back")
            self.is_away = False
            while True:
                await self._step(fetch)
                if await _is_told(connection, self.settings.poll_seconds):
                    await asyncio.sleep(self.settings.gather_seconds)

    async def _step(self, fetch: repository.Fetch) -> None:
        assert self._position is not None
        settings = self.settings
        step = await repository.find_step(
            fetch, self._position, None, settings.replay_rows_max, settings.replay_batches_max
        )
        self._position = step.position
        self.tell(step)

    def tell(self, step: Step) -> None:
        """Give every listener its share; those with the same filters share the same bytes."""
        shares: dict[tuple[tuple[str, str | None], ...], list[bytes]] = {}
        for listener in self.listeners:
            listener.position = step.position
            if step.rows is None:
                listener.put([gap(step.position)])
                continue
            key = tuple(listener.filters.items())
            if key not in shares:
                shares[key] = self.events_of(step.rows, listener.filters, step.position)
            listener.put(shares[key])

    def events_of(self, rows: Sequence[Row], filters: Filters, position: Position) -> list[bytes]:
        return list(observation_events(select(rows, filters), position, self.settings.event_rows_max))


async def _is_told(connection: psycopg.AsyncConnection[Any], seconds: float) -> bool:
    """Whether there is word of a batch within so many seconds. Word of many counts once: a wait for
    each of them would fall ever further behind.
    """
    notices = [notice async for notice in connection.notifies(timeout=seconds, stop_after=1)]
    return bool(notices)


class _Fetch:
    """Questions on the follower's own connection."""

    def __init__(self, connection: psycopg.AsyncConnection[Any]) -> None:
        self._connection = connection

    async def __call__(self, query: LiteralString, parameters: Mapping[str, object]) -> Sequence[DatabaseRow]:
        async with self._connection.cursor(binary=True) as cursor:
            await cursor.execute(query, parameters)
            return await cursor.fetchall()
