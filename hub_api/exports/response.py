"""An answer of any length: constant memory, at the reader's pace, never silently cut."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import Any, Protocol

import structlog
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from hub_api.errors import QueryTooLong

log = structlog.get_logger()

#: Rows as a format takes them: lines of text, rows of a binary COPY, or records.
Blocks = AsyncGenerator[list[Any], None]


class Writer(Protocol):
    """A format: rows become bytes of the answer."""

    #: Whether making them takes so long that other requests must not wait for it.
    is_slow: bool

    def start(self) -> bytes: ...

    def rows(self, rows: list[Any]) -> bytes: ...

    def end(self) -> bytes: ...


class Export(Response):
    """What a writer makes of rows.

    The first block is there before the status line is sent, so a store that is away is still a
    problem answer. If the store fails later, the connection breaks off without the final chunk, and
    every HTTP client sees that the body is incomplete. When the reader goes away or takes longer than
    ``seconds_max``, the blocks are closed, which frees their connection.
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
            departure(receive) as gone,
        ):
            first: list[Any] = await anext(blocks, [])
            self._has_begun = True
            await send(
                {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
            )
            if scope.get("is_head"):
                await send({"type": "http.response.body", "body": b""})
            else:
                await self._send_body(first, blocks, send, gone)

    async def _send_body(
        self, first: list[Any], blocks: Blocks, send: Send, gone: asyncio.Task[None]
    ) -> None:
        await _send_block(send, self._writer.start() + await self._written(first))
        async for rows in blocks:
            if gone.done():
                return
            await _send_block(send, await self._written(rows))
        await send({"type": "http.response.body", "body": self._writer.end()})

    async def _written(self, rows: list[Any]) -> bytes:
        if self._writer.is_slow:
            return await asyncio.to_thread(self._writer.rows, rows)
        return self._writer.rows(rows)


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


async def _send_block(send: Send, block: bytes) -> None:
    if block:
        await send({"type": "http.response.body", "body": block, "more_body": True})
