"""Work on dead letters for HTTP: in a thread, over a connection of the administrator's role.

The work itself is :mod:`citycore.dead_letters.service`, the same that the command line does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import anyio
import anyio.to_thread
import psycopg

from citycore.dead_letters import repository, service
from citycore.dead_letters.model import Count, DeadLetter, Removal, Selection, Span, Tally
from citycore.dead_letters.outlet import Outlet
from citycore.settings import BrokerSettings, DeadLettersSettings, StoreSettings
from citycore.store.connections import Connection, connect, unavailable
from hub_api.serving.errors import QueryTooLong

Outcome = TypeVar("Outcome")


@dataclass(frozen=True, slots=True)
class Overview:
    """How many letters there are, and how many were removed for want of room."""

    counts: list[Count]
    removals: list[Removal]


@dataclass(slots=True)
class DeadLetters:
    """One per application. ``requests_max`` of its works run at once, others wait."""

    store: StoreSettings
    broker: BrokerSettings
    letters: DeadLettersSettings
    requests_max: int
    _limiter: anyio.CapacityLimiter | None = field(default=None, init=False)

    async def list_dead_letters(
        self, selection: Selection, before: int | None, rows: int
    ) -> tuple[list[DeadLetter], Overview]:
        def work(connection: Connection) -> tuple[list[DeadLetter], Overview]:
            with connection.transaction():
                overview = Overview(repository.find_counts(connection), repository.find_removals(connection))
                return repository.find_dead_letters(connection, selection, before, rows), overview

        return await self._do(work)

    async def get_dead_letter(self, dead_letter_id: int) -> tuple[DeadLetter, bytes]:
        return await self._do(lambda connection: service.get_dead_letter(connection, dead_letter_id))

    async def replay_one(self, dead_letter_id: int) -> DeadLetter:
        def work(connection: Connection) -> DeadLetter:
            service.get_dead_letter(connection, dead_letter_id)  # no need of a broker for what is not there
            with Outlet(self.broker, self.letters) as outlet:
                service.replay_one(connection, outlet, dead_letter_id)
            return service.get_dead_letter(connection, dead_letter_id)[0]

        return await self._do(work)

    async def discard_one(self, dead_letter_id: int) -> DeadLetter:
        def work(connection: Connection) -> DeadLetter:
            selection = Selection(ids=[dead_letter_id])
            service.discard_next(connection, selection, service.begin(connection, selection), 1)
            return service.get_dead_letter(connection, dead_letter_id)[0]

        return await self._do(work)

    async def replay_some(
        self, selection: Selection, span: Span | None, letters_max: int
    ) -> tuple[Tally, Span | None]:
        """At most ``letters_max`` of the selection; what is left of it, or None."""

        def work(connection: Connection) -> tuple[Tally, Span | None]:
            rest = span or service.begin(connection, selection)
            with Outlet(self.broker, self.letters) as outlet:
                return service.replay_next(connection, outlet, selection, rest, letters_max)

        return await self._do(work)

    async def discard_some(
        self, selection: Selection, span: Span | None, letters_max: int
    ) -> tuple[int, Span | None]:
        def work(connection: Connection) -> tuple[int, Span | None]:
            rest = span or service.begin(connection, selection)
            return service.discard_next(connection, selection, rest, letters_max)

        return await self._do(work)

    async def _do(self, work: Callable[[Connection], Outcome]) -> Outcome:
        if self._limiter is None:  # it belongs to a running event loop
            self._limiter = anyio.CapacityLimiter(self.requests_max)
        return await anyio.to_thread.run_sync(self._connected, work, limiter=self._limiter)

    def _connected(self, work: Callable[[Connection], Outcome]) -> Outcome:
        try:
            with connect(self.store.admin_url, self.store, "falaj-api-admin", autocommit=True) as connection:
                return work(connection)
        except psycopg.errors.QueryCanceled as error:
            raise QueryTooLong from error
        except psycopg.OperationalError as error:
            raise unavailable(self.store.admin_url, error) from error
