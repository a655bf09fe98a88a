"""Whoever keeps the registry through the API: connections of its own role, and the broker for what was replayed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Lock
from typing import TypeVar

import anyio
import anyio.to_thread
import psycopg
from psycopg_pool import ConnectionPool

from citycore.settings import BrokerSettings, DeadLettersSettings, StoreSettings
from citycore.store.connections import Connection, full_url, unavailable
from hub_api.serving.errors import QueryTooLong

Outcome = TypeVar("Outcome")
CONNECTIONS_MAX = 4


@dataclass(slots=True)
class Registry:
    """One per application. Its pool opens when it is first needed."""

    store: StoreSettings
    broker: BrokerSettings
    letters: DeadLettersSettings
    _pool: ConnectionPool[Connection] | None = field(default=None, init=False)
    _opening: Lock = field(default_factory=Lock, init=False)
    _limiter: anyio.CapacityLimiter | None = field(default=None, init=False)

    @contextlib.contextmanager
    def connection(self) -> Iterator[Connection]:
        """In no transaction; for a thread."""
        try:
            with self._opened().connection() as connection:
                yield connection
        except psycopg.errors.QueryCanceled as error:
            raise QueryTooLong from error
        except psycopg.OperationalError as error:
            raise unavailable(self.store.registry_url, error) from error

    async def run(self, work: Callable[[Connection], Outcome]) -> Outcome:
        """In a thread, with a connection."""
        if self._limiter is None:  # it belongs to a running event loop
            self._limiter = anyio.CapacityLimiter(CONNECTIONS_MAX)
        return await anyio.to_thread.run_sync(self._connected, work, limiter=self._limiter)

    async def close(self) -> None:
        if self._pool is not None:
            await anyio.to_thread.run_sync(self._pool.close)

    def _connected(self, work: Callable[[Connection], Outcome]) -> Outcome:
        with self.connection() as connection:
            return work(connection)

    def _opened(self) -> ConnectionPool[Connection]:
        with self._opening:
            if self._pool is None:
                self._pool = ConnectionPool(
                    full_url(self.store.registry_url, self.store, "falaj-api-registry"),
                    min_size=0,
                    max_size=CONNECTIONS_MAX,
                    timeout=self.store.pool_wait_seconds_max,
                    kwargs={"autocommit": True},
                    check=ConnectionPool.check_connection,
                    open=True,
                )
            return self._pool
