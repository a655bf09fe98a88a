"""The read role's connections: one pool for short questions, one for slow ones, one for exports."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any, Final, LiteralString, Protocol

import orjson
import psycopg
import psycopg_pool
import structlog
from psycopg.rows import namedtuple_row, tuple_row
from psycopg.types.json import set_json_loads
from psycopg_pool import AsyncConnectionPool

from citycore.errors import StoreUnavailable
from citycore.settings import StoreSettings
from citycore.store.binary import ArrayParameter, ArrayParameterDumper
from citycore.store.connections import describe_url, full_url, unavailable
from citycore.store.queries import load_queries
from hub_api.serving.errors import ExportsBusy, QueryTooLong, TooManyRequests
from hub_api.serving.instants import Bounded, bound_instants, read_plainly
from hub_api.serving.settings import ServingSettings

Row = tuple[Any, ...]
QUERIES = load_queries("hub_api.serving", "database.sql")
#: Elements of an array that are many.
ARRAY_MANY: Final = 500
#: Of the last answer, that a cursor which is kept may hold.
KEPT_ROWS_MAX: Final = 2_000

#: In the request of a slow question how many connections its reader has left; elsewhere None.
LENT: Final[ContextVar[asyncio.Semaphore | None]] = ContextVar("falaj_lent", default=None)

log = structlog.get_logger()
# The pool would log every attempt; we say once that the store went away, and once that it is back.
logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)


class ReadConnection(psycopg.AsyncConnection[Row]):
    """A connection of a pool, and a cursor for :class:`Bounded` statements.

    The cursor is kept, since registering its loaders anew would take as long as reading a hundred rows.
    """

    _bounded: psycopg.AsyncCursor[Row] | None = None

    async def fetch_bounded(
        self, query: Bounded, parameters: Mapping[str, object] | None, *, prepare: bool | None
    ) -> list[Row]:
        """All rows of a statement."""
        cursor, self._bounded = self._bounded or self._make_bounded(), None
        await cursor.execute(query, parameters, prepare=prepare, binary=True)
        rows = await cursor.fetchall()
        if len(rows) <= KEPT_ROWS_MAX:
            self._bounded = cursor
        return rows

    def _make_bounded(self) -> psycopg.AsyncCursor[Row]:
        cursor = self.cursor(binary=True, row_factory=tuple_row)
        read_plainly(cursor)
        return cursor


class Reader(Protocol):
    """What can be asked; ``is_named``: rows that know the names of their columns."""

    async def fetch(
        self,
        query: LiteralString | bytes,
        parameters: Mapping[str, object] | None = None,
        *,
        is_named: bool = False,
    ) -> Sequence[Row]: ...


class Snapshot:
    """One state of the database, for as long as its connection is lent."""

    def __init__(self, connection: ReadConnection) -> None:
        self._connection = connection

    async def fetch(
        self,
        query: LiteralString | bytes,
        parameters: Mapping[str, object] | None = None,
        *,
        is_named: bool = False,
        seconds_max: float | None = None,
    ) -> Sequence[Row]:
        """All rows; ``QueryTooLong`` where they are not there in ``seconds_max``, and others can be asked for then."""
        try:
            return await _fetch(self._connection, query, parameters, seconds_max, is_named=is_named)
        except psycopg.errors.QueryCanceled as error:
            if seconds_max is None:
                raise
            raise QueryTooLong from error


class Database:
    """Read-only access; every failure of the store becomes one of our errors. ``sources`` as of :func:`full_url`."""

    def __init__(self, store: StoreSettings, settings: ServingSettings, sources: str = "") -> None:
        self._url = store.read_url
        self._sources = sources
        self._settings = settings
        self._is_away = False
        #: Connections that somebody has, by the names of their pools.
        self._lent: Counter[str] = Counter()
        # A connection of the first pool is not asked before each use whether it lives, since that takes
        # as long as a short question; :meth:`fetch` tries again instead.
        self.pool = self._pool(
            store, "falaj-api", store.pool_connections_max, settings.pool_waiting_max, _configure, None
        )
        self.slow = self._pool(
            store,
            "falaj-api-slow",
            settings.slow_connections_max,
            settings.slow_waiting_max,
            _configure,
            None,
        )
        self.exports = self._pool(
            store,
            "falaj-api-export",
            settings.export_connections_max,
            settings.export_waiting_max,
            _configure_export,
            AsyncConnectionPool.check_connection,
        )

    def _pool(  # noqa: PLR0913, PLR0917  # what two pools have in common and what not
        self,
        store: StoreSettings,
        name: str,
        size: int,
        waiting: int,
        configure: Callable[[ReadConnection], Awaitable[None]],
        check: Callable[[ReadConnection], Awaitable[None]] | None,
    ) -> AsyncConnectionPool[ReadConnection]:
        return AsyncConnectionPool(
            connection_class=ReadConnection,
            conninfo=full_url(self._url, store, name, self._sources),
            name=name,
            min_size=0,
            max_size=size,
            max_waiting=waiting,
            timeout=store.pool_wait_seconds_max,
            reconnect_timeout=self._settings.pool_reconnect_seconds_max,
            kwargs={"autocommit": True},
            configure=configure,
            check=check,
            open=False,
        )

    async def open(self) -> None:
        """Start the pools; they fill when the database is there."""
        await self.pool.open()
        await self.slow.open()
        await self.exports.open()

    async def close(self) -> None:
        await self.exports.close()
        await self.slow.close()
        await self.pool.close()

    async def fetch(
        self,
        query: LiteralString | bytes,
        parameters: Mapping[str, object] | None = None,
        *,
        is_named: bool = False,
        wait_seconds_max: float | None = None,
        seconds_max: float | None = None,
    ) -> Sequence[Row]:
        """All rows of one question. It only reads, so a connection that broke meanwhile costs a second try."""
        lent = LENT.get()
        pool = self.pool if lent is None else self.slow
        async with lent or nullcontext():
            with self._failures():
                for is_last in (False, True):
                    async with self._lend(pool, wait_seconds_max) as connection:
                        try:
                            return await _fetch(connection, query, parameters, seconds_max, is_named=is_named)
                        except psycopg.OperationalError:
                            if is_last or not connection.closed:
                                raise
                    await pool.check()
        raise AssertionError("the second try returns or raises")

    @asynccontextmanager
    async def exporting(self) -> AsyncIterator[ReadConnection]:
        """A connection whose statements all see the same data, with a time limit of its own.

        However the block is left, what runs ends and the connection returns to the pool.
        """
        limits = {
            "milliseconds": str(self._settings.export_seconds_max * 1000),
            "work_memory": f"{self._settings.export_sort_mib_max}MB",
        }
        with self._failures():
            async with self._lend(self.exports, None) as connection, connection, connection.transaction():
                await connection.execute(QUERIES["prepare_export"], limits)
                yield connection

    @asynccontextmanager
    async def _lend(
        self, pool: AsyncConnectionPool[ReadConnection], wait_seconds_max: float | None
    ) -> AsyncIterator[ReadConnection]:
        """A connection. That others have all of them says nothing of the database."""
        busy = ExportsBusy if pool is self.exports else TooManyRequests
        try:
            connection = await pool.getconn(self._wait(wait_seconds_max))
        except psycopg_pool.TooManyRequests as error:
            raise busy from error
        except psycopg_pool.PoolTimeout as error:
            if self._lent[pool.name] >= pool.max_size:
                raise busy from error
            raise
        self._lent[pool.name] += 1
        try:
            yield connection
        finally:
            self._lent[pool.name] -= 1
            await pool.putconn(connection)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Snapshot]:
        """The same for questions instead of copies."""
        async with self.exporting() as connection:
            yield Snapshot(connection)

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Driver errors as errors of the hub."""
        try:
            yield
            self._note_back()
        except psycopg.errors.QueryCanceled as error:
            raise QueryTooLong from error
        except (psycopg.OperationalError, psycopg.errors.UndefinedTable) as error:
            away = unavailable(self._url, error)
            self._note_away(away)
            raise away from error

    def _wait(self, wanted: float | None) -> float | None:
        """How long to wait for a connection; None is the pool's own limit."""
        return self._settings.pool_wait_when_away_seconds_max if self._is_away else wanted

    def _note_away(self, away: StoreUnavailable) -> None:
        if not self._is_away:
            log.warning("store_away", reason=str(away))
        self._is_away = True

    def _note_back(self) -> None:
        if self._is_away:
            log.info("store_back")
        self._is_away = False

    async def ping(self) -> StoreUnavailable | None:
        """None if the database answers and its schema is there, else what is wrong."""
        try:
            rows = await self.fetch(QUERIES["ping"], wait_seconds_max=self._settings.ready_seconds_max)
        except (StoreUnavailable, QueryTooLong, TooManyRequests) as error:
            return error if isinstance(error, StoreUnavailable) else self._away(str(error))
        return None if rows[0][0] else self._away("the schema is missing; run the migrations")

    def _away(self, reason: str) -> StoreUnavailable:
        return StoreUnavailable(where=describe_url(self._url.get_secret_value()), reason=reason)


async def _fetch(
    connection: ReadConnection,
    query: LiteralString | bytes,
    parameters: Mapping[str, object] | None,
    seconds_max: float | None = None,
    *,
    is_named: bool = False,
) -> Sequence[Row]:
    prepare = False if _has_many(parameters) else None
    if seconds_max is None and isinstance(query, Bounded) and not is_named:
        return await connection.fetch_bounded(query, parameters, prepare=prepare)
    factory = namedtuple_row if is_named else tuple_row
    if seconds_max is None:
        async with connection.cursor(binary=True, row_factory=factory) as cursor:
            await cursor.execute(query, parameters, prepare=prepare)
            return await cursor.fetchall()
    async with connection.transaction(), connection.cursor(binary=True, row_factory=factory) as cursor:
        await cursor.execute(QUERIES["limit_time"], {"milliseconds": str(int(seconds_max * 1000))})
        await cursor.execute(query, parameters, prepare=prepare)
        return await cursor.fetchall()


def _has_many(parameters: Mapping[str, object] | None) -> bool:
    """Whether it asks for so many at once that its plan is worth making anew: one for any number of them expects ten."""
    return any(
        isinstance(one, ArrayParameter) and len(one.values) >= ARRAY_MANY
        for one in (parameters or {}).values()
    )


async def _configure(connection: ReadConnection) -> None:
    set_json_loads(orjson.loads, connection)
    bound_instants(connection)
    connection.adapters.register_dumper(ArrayParameter, ArrayParameterDumper)


async def _configure_export(connection: ReadConnection) -> None:
    """Several statements of one export must see the same data."""
    await _configure(connection)
    await connection.set_isolation_level(psycopg.IsolationLevel.REPEATABLE_READ)
    await connection.set_read_only(True)
