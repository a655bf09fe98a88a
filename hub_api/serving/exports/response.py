"""An answer of any length: constant memory, at the reader's pace, never silently cut."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from hub_api.serving.errors import QueryTooLong
from hub_api.serving.exports.pace import Pace, Stalled, departure
from hub_api.serving.exports.readers import reader_of
from hub_api.serving.exports.ready import ReadyAnswer
from hub_api.serving.exports.shelf import Ready, question_of
from hub_api.serving.exports.writers import Writer
from hub_api.serving.formats import MEDIA_TYPES, Format
from hub_api.serving.hub import Hub

log = structlog.get_logger()

#: Rows as a format takes them: lines of text, rows of a binary COPY, or records.
Blocks = AsyncGenerator[list[Any], None]


class Export(Response):
    """What a writer makes of rows.

    What is not too long is made whole first: it has a length and ranges, lies ready for a moment, and is
    sent without a connection to the database. Of the rest the first bytes are there before the status
    line is sent, so a store that is away is still a problem answer. If the store fails later, the
    connection breaks off without the final chunk, and every HTTP client sees that the body is incomplete.
    When the reader goes away, stalls, or takes longer than the settings allow, the blocks are closed,
    which frees their connection.
    """

    def __init__(  # noqa: PLR0913  # who asks what, and how it is made
        self,
        request: Request,
        hub: Hub,
        chosen: Format,
        writer: Writer,
        rows: Callable[[], Blocks],
        *,
        headers: Mapping[str, str],
    ) -> None:
        self.media_type = MEDIA_TYPES[chosen]
        super().__init__(None, headers=headers)
        del self.headers["content-length"]
        self._hub = hub
        self._question = question_of(request, chosen)
        self._version = headers["ETag"]
        self._kept_headers = {**headers, "Content-Type": self.headers["content-type"]}
        self._writer = writer
        self._rows = rows
        self._has_begun = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        hub = self._hub
        ready = hub.shelf.find(self._question, self._version)
        if ready is None:
            ready = await self._make(scope, receive, send)
        if ready is not None:
            await ReadyAnswer(ready, self._question, hub.shelf, hub.settings)(scope, receive, send)

    async def _make(self, scope: Scope, receive: Receive, send: Send) -> Ready | None:
        """The whole export; None once one that is too long has been sent on its way."""
        seconds_max = self._hub.settings.export_seconds_max
        try:
            async with (
                self._hub.readers.place(reader_of(scope)),
                asyncio.timeout(seconds_max),
                aclosing(self._pieces()) as pieces,
                departure(receive) as gone,
            ):
                gathered: list[bytes] = []
                if self._hub.shelf.has_room_for(self._question):
                    async with self._hub.shelf.making(self._question):
                        ready = await self._gather(pieces, gathered, gone)
                    if ready is not None:
                        return ready
                await self._stream(gathered, pieces, Pace(scope, send, self._hub.settings), gone)
        except Stalled:
            pass
        except TimeoutError as error:
            if not self._has_begun:
                raise QueryTooLong from error
            # The body stays unfinished, which tells the reader that it was cut.
            log.warning("export_cut", seconds_max=seconds_max)
        return None

    async def _gather(
        self, pieces: AsyncGenerator[bytes, None], gathered: list[bytes], gone: asyncio.Task[None]
    ) -> Ready | None:
        """All of it; None if it is too long or nobody waits for it, and ``gathered`` is then its beginning."""
        shelf, size = self._hub.shelf, 0
        if (ready := shelf.find(self._question, self._version)) is not None:
            return ready
        if not shelf.has_room_for(self._question):
            return None
        async for piece in pieces:
            gathered.append(piece)
            size += len(piece)
            if size > shelf.bytes_each_max:
                shelf.note_long(self._question)
                return None
            if gone.done():
                return None
        return shelf.keep(self._question, self._version, b"".join(gathered), self._kept_headers)

    async def _stream(
        self,
        gathered: list[bytes],
        pieces: AsyncGenerator[bytes, None],
        pace: Pace,
        gone: asyncio.Task[None],
    ) -> None:
        while not any(gathered):
            gathered.append(await anext(pieces))
            if gone.done() and not gathered[-1]:  # nobody waits for what is only begun
                return
        self._has_begun = True
        self.headers["accept-ranges"] = "none"
        await pace.message(
            {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
        )
        if pace.scope.get("is_head"):
            await pace.message({"type": "http.response.body", "body": b""})
            return
        await pace.send(gathered.pop(0))
        while gathered:
            if gone.done():
                return
            await pace.send(gathered.pop(0))
        async for piece in pieces:
            if gone.done():
                return
            await pace.send(piece)
        await pace.message({"type": "http.response.body", "body": b""})

    async def _pieces(self) -> AsyncGenerator[bytes, None]:
        writer = self._writer
        try:
            async with aclosing(self._rows()) as blocks:
                first: list[Any] = await anext(blocks, [])
                yield await self._done(writer.start) + await self._done(writer.rows, first)
                async for rows in blocks:
                    yield await self._done(writer.rows, rows)
            yield await self._done(writer.end)
            while more := await self._done(writer.more):
                yield more
        finally:
            await asyncio.shield(asyncio.to_thread(writer.close))

    async def _done(self, work: Callable[..., bytes], *rows: list[Any]) -> bytes:
        return await asyncio.to_thread(work, *rows) if self._writer.is_slow else work(*rows)
