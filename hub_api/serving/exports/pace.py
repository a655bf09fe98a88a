"""At the reader's pace: whether the reader is still there, and whether it takes anything."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager

import structlog
from starlette.types import Receive, Scope, Send

from hub_api.serving.settings import ServingSettings
from hub_api.serving.transport.protocol import CONNECTION

log = structlog.get_logger()


class Stalled(Exception):
    """The reader took nothing for too long and was cut off."""


class Pace:
    """Sends blocks; a reader who does not take one in time is cut off, or it would hold what others wait for."""

    def __init__(self, scope: Scope, send: Send, settings: ServingSettings) -> None:
        self.scope, self.message = scope, send
        self._stall_seconds = settings.export_stall_seconds_max
        self._connection: Mapping[str, Callable[..., None]] = scope.get("extensions", {}).get(CONNECTION, {})
        if "bound_unsent" in self._connection:  # or the kernel's megabytes would hide a slow reader
            self._connection["bound_unsent"](settings.export_unsent_bytes_max)

    async def send(self, block: bytes) -> None:
        if not block:
            return
        try:
            async with asyncio.timeout(self._stall_seconds):
                await self.message({"type": "http.response.body", "body": block, "more_body": True})
        except TimeoutError:
            log.info("export_stalled", stall_seconds=self._stall_seconds)
            if "abort" in self._connection:
                self._connection["abort"]()
            raise Stalled from None


@asynccontextmanager
async def departure(receive: Receive) -> AsyncGenerator[asyncio.Task[None], None]:
    """A task that is done once the reader has gone. The server tells only those who listen."""

    async def wait() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    task = asyncio.create_task(wait())
    try:
        yield task
    finally:
        task.cancel()
