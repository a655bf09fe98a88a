"""The store of limits and keys: few connections with the usage role, short waits, one error."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from hmac import compare_digest
from typing import LiteralString

import psycopg
import psycopg_pool
from psycopg_pool import AsyncConnectionPool

from citycore.settings import StoreSettings
from citycore.store.connections import full_url, unavailable
from citycore.store.queries import load_queries
from hub_api.serving.database import Row
from hub_api.serving.keys.model import KnownKey, Quota, Validity
from hub_api.serving.limits.model import Policy
from hub_api.serving.limits.settings import LimitSettings

QUERIES = load_queries("hub_api.serving.limits")
KEY_QUERIES = load_queries("hub_api.serving.keys")
Usage = Mapping[tuple[int, date], Sequence[int]]


class LimitStore:
    """Every failure is :class:`citycore.errors.StoreUnavailable`, within the settings' wait."""

    def __init__(self, store: StoreSettings, settings: LimitSettings) -> None:
        self._url = store.usage_url
        self._wait_seconds = settings.wait_seconds_max
        self._divisor = settings.reservation_divisor
        self._pool: AsyncConnectionPool[psycopg.AsyncConnection[Row]] = AsyncConnectionPool(
            full_url(self._url, store, "falaj-api-limits"),
            name="falaj-api-limits",
            min_size=0,
            max_size=settings.connections_max,
            timeout=settings.wait_seconds_max,
            reconnect_timeout=settings.retry_seconds,
            kwargs={"autocommit": True},
            open=False,
        )

    async def open(self) -> None:
        await self._pool.open()

    async def close(self) -> None:
        await self._pool.close()

    async def reserve(self, subject: str, policy: Policy, start: int) -> tuple[int, int]:
        """``(granted to this process, left for all)`` of a window."""
        rows = await self._fetch(
            QUERIES["reserve"],
            {
                "subject": subject,
                "window_start": start,
                "seconds": policy.seconds,
                "quota": policy.quota,
                "divisor": self._divisor,
            },
        )
        granted, reserved = rows[0]
        return granted, max(0, policy.quota - reserved)

    async def find_key(self, digest: bytes) -> KnownKey | None:
        """The key of a digest. The index finds it; the time that takes tells only of the digest."""
        rows = await self._fetch(KEY_QUERIES["by_digest"], {"digest": digest})
        if not rows or not compare_digest(bytes(rows[0][1]), digest):
            return None
        api_key_id, _, per_minute, per_day, expires_at, revoked_at, limit_subject = rows[0]
        return KnownKey(
            api_key_id=api_key_id,
            limit_subject=limit_subject,
            quota=Quota(requests_per_minute=per_minute, requests_per_day=per_day),
            validity=Validity(expires_at=expires_at, revoked_at=revoked_at),
        )

    async def add_usage(self, usage: Usage) -> None:
        """Add ``{(key, day): (requests, limited)}``."""
        columns = {
            "keys": [key for key, _ in usage],
            "days": [day for _, day in usage],
            "requests": [counts[0] for counts in usage.values()],
            "limited": [counts[1] for counts in usage.values()],
        }
        await self._fetch(KEY_QUERIES["add_usage"], columns)

    async def forget_windows(self, now: float) -> None:
        await self._fetch(QUERIES["forget_windows"], {"now": int(now)})

    async def _fetch(self, query: LiteralString, parameters: Mapping[str, object]) -> Sequence[Row]:
        try:
            async with asyncio.timeout(self._wait_seconds), self._pool.connection() as connection:
                cursor = await connection.execute(query, parameters)
                return await cursor.fetchall() if cursor.description else ()
        except (psycopg.Error, psycopg_pool.TooManyRequests, TimeoutError) as error:
            raise unavailable(self._url, error) from error
