"""Batches as ingest announces them, so that nothing that is remembered outlives a commit."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import psycopg
import structlog

from citycore.settings import StoreSettings
from citycore.store.connections import full_url, unavailable
from hub_api.serving.database import QUERIES

log = structlog.get_logger()


class Announcements:
    """``state`` changes with every batch; None while nobody would tell of one.

    PostgreSQL announces a batch when its commit is done, and the word is here milliseconds later. A
    state that was read before asking the store, and is still the same, means that what the store
    said holds; no state is ever had twice, also not after the connection was lost.
    """

    def __init__(self, store: StoreSettings, retry_seconds: float) -> None:
        self.state: int | None = None
        self._store = store
        self._retry_seconds = retry_seconds
        self._heard = 0
        self._is_away = False
        self._follower: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._follower = asyncio.create_task(self._follow())

    async def close(self) -> None:
        if self._follower is not None:
            self._follower.cancel()
            with suppress(asyncio.CancelledError):
                await self._follower

    async def _follow(self) -> None:
        while True:
            try:
                await self._listen()
            except psycopg.Error as error:
                if not self._is_away:
                    away = unavailable(self._store.read_url, error)
                    log.warning("announcements_away", reason=str(away))
                self._is_away = True
            finally:
                self.state = None
            await asyncio.sleep(self._retry_seconds)

    async def _listen(self) -> None:
        url = full_url(self._store.read_url, self._store, "falaj-api-announcements")
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            await connection.execute(QUERIES["listen"])
            if self._is_away:
                log.info("announcements_back")
            self._is_away = False
            self._note()
            async for _ in connection.notifies():
                self._note()

    def _note(self) -> None:
        self._heard += 1
        self.state = self._heard
