"""An answer of any length: constant memory, at the reader's pace, never silently cut."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import Protocol

import structlog
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from hub_api.errors import QueryTooLong
from hub_api.observations.statements import Copied

log = structlog.get_logger()

Blocks = AsyncGenerator[list[bytes], None]


class Writer(Protocol):
    """A format: rows as they are copied out become bytes of the answer."""

    copied: Copied

    def start(self) -> bytes: ...

    def rows(self, lines: list[bytes]) -> bytes: ...

    def end(self) -> bytes: ...


class Export(Response):
    """What a writer makes of the rows of a COPY.

    The copy starts, and delivers its first block, before the status line is sent, so a store that
    is away is still a problem answer. If it fails later, the connection breaks off without the
    final chunk, and every HTTP client sees that the body is incomplete. When the reader goes away
    or takes longer than ``seconds_max``, the copy ends and frees its connection.
    """

    def __init__(
        self,
        writer: Writer,
        rows: Callable[[], Blocks],
        *,
        media_type: str,
        seconds_max: float,
        headers: Mapping[str, str],
    ) -> None:
        self.media_type = media_type
        super().__init__(None, headers=headers)
        del self.headers["content-length"]
        self._writer = writer
        self._rows = rows
        self._seconds_max = seconds_max
        self._has_begun = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(self._seconds_max):
                await self._serve(scope, receive, send)
        except TimeoutError as error:
            if not self._has_begun:
                raise QueryTooLong from error
            # The body stays unfinished, which tells the reader that it was cut.
            log.warning("export_cut", seconds_max=self._seconds_max)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with (
            aclosing(self._rows()) as blocks,
            _departure(receive) as departure,
        ):
            first: list[bytes] = await anext(blocks, [])
            self._has_begun = True
            await send(
                {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
            )
            if scope.get("is_head"):
                await send({"type": "http.response.body", "body": b""})
            else:
                await self._send_body(first, blocks, send, departure)

    async def _send_body(
        self, first: list[bytes], blocks: Blocks, send: Send, departure: asyncio.Task[None]
    ) -> None:
        await _send_block(send, self._writer.start() + await self._written(first))
        async for lines in blocks:
            if departure.done():
                return
            await _send_block(send, await self._written(lines))
        await send({"type": "http.response.body", "body": self._writer.end()})

    async def _written(self, lines: list[bytes]) -> bytes:
        """Compressing a batch takes long enough that other requests must not wait for it."""
        if self._writer.copied == "binary":
            return await asyncio.to_thread(self._writer.rows, lines)
        return self._writer.rows(lines)


@asynccontextmanager
async def _departure(receive: Receive) -> AsyncGenerator[asyncio.Task[None], None]:
    """A task that is done once the reader has gone. The server tells only those who listen."""

    async def wait() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    task = asyncio.create_task(wait())
    try:
        yield task
    finally:
        task.cancel()


async def _send_block(send: Send, block: bytes) -> None:
    if block:
        await send({"type": "http.response.body", "body": block, "more_body": True})
