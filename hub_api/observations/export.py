"""A CSV answer of any length: constant memory, at the reader's pace, never silently cut."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from hashlib import sha256

import structlog
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from hub_api.observations.rules import csv_trailer

log = structlog.get_logger()

Blocks = AsyncGenerator[tuple[int, bytes], None]


class CsvExport(Response):
    """Header line, the rows of a COPY, and a trailer if asked for.

    The copy starts, and delivers its first block, before the status line is sent, so a store that
    is away is still a problem answer. If it fails later, the connection breaks off without the
    final chunk, and every HTTP client sees that the body is incomplete. When the reader goes away
    or takes longer than ``seconds_max``, the copy ends and frees its connection.
    """

    media_type = "text/csv"

    def __init__(
        self,
        header: bytes,
        rows: Callable[[], Blocks],
        *,
        trailer: bool,
        seconds_max: float,
        headers: Mapping[str, str],
    ) -> None:
        super().__init__(None, headers=headers)
        del self.headers["content-length"]
        self._header = header
        self._rows = rows
        self._trailer = trailer
        self._seconds_max = seconds_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(self._seconds_max):
                await self._serve(scope, receive, send)
        except TimeoutError:  # the body stays unfinished, which tells the reader that it was cut
            log.warning("export_cut", seconds_max=self._seconds_max)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with (
            aclosing(self._rows()) as blocks,
            _departure(receive) as departure,
        ):
            # None, not an empty pair: CPython 3.11 raises SystemError for a tuple as this default.
            first = await anext(blocks, None) or (0, b"")
            await send(
                {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
            )
            if scope.get("is_head"):
                await send({"type": "http.response.body", "body": b""})
            else:
                await self._send_body(first, blocks, send, departure)

    async def _send_body(
        self, first: tuple[int, bytes], blocks: Blocks, send: Send, departure: asyncio.Task[None]
    ) -> None:
        rows, digest = first[0], sha256(self._header + first[1])
        await _send_block(send, self._header + first[1])
        async for count, lines in blocks:
            if departure.done():
                return
            rows += count
            digest.update(lines)
            await _send_block(send, lines)
        tail = csv_trailer(rows, digest.hexdigest()) if self._trailer else b""
        await send({"type": "http.response.body", "body": tail})


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
    await send({"type": "http.response.body", "body": block, "more_body": True})
