"""The answer that does not end: sends what waits for a listener until one of the two leaves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping

import structlog
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from hub_api.serving.transport.protocol import CONNECTION

log = structlog.get_logger()


class EventStream(Response):
    """Server-sent events. A reader who takes nothing for ``stall_seconds`` is cut off; one who
    leaves ends the events at once; ``on_end`` is called however it ends.
    """

    media_type = "text/event-stream"

    def __init__(
        self,
        events: AsyncIterator[bytes],
        *,
        stall_seconds: float,
        unsent_bytes: int,
        on_end: Callable[[], None],
    ) -> None:
        # Proxies must neither keep nor gather what is live.
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._events = events
        self._stall_seconds = stall_seconds
        self._unsent_bytes = unsent_bytes
        self._on_end = on_end

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            if scope.get("is_head"):
                await send({"type": "http.response.body", "body": b""})
                return
            await self._talk_until_gone(scope, receive, send)
        finally:
            self._on_end()

    async def _talk_until_gone(self, scope: Scope, receive: Receive, send: Send) -> None:
        talk = asyncio.create_task(self._talk(scope, send))
        gone = asyncio.create_task(_gone(receive))
        try:
            await asyncio.wait({talk, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
            if not talk.done():
                talk.cancel()
            outcomes = await asyncio.gather(talk, gone, return_exceptions=True)
        if isinstance(outcomes[0], Exception):
            raise outcomes[0]

    async def _talk(self, scope: Scope, send: Send) -> None:
        connection: Mapping[str, Callable[..., None]] = scope.get("extensions", {}).get(CONNECTION, {})
        if "bound_unsent" in connection:
            connection["bound_unsent"](self._unsent_bytes)
        try:
            async for event in self._events:
                async with asyncio.timeout(self._stall_seconds):
                    await send({"type": "http.response.body", "body": event, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        except TimeoutError:
            log.info("stream_stalled")
            if "abort" in connection:
                connection["abort"]()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
