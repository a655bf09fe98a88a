"""A file, or a part of it, sent from an open descriptor: what replaces it meanwhile changes nothing.

Starlette's ``FileResponse`` looks at the file by its name and opens it by its name again, so that the
length, the digest and the bytes may be those of different versions; its errors are no problems.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from email.utils import format_datetime

import structlog
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from citycore.errors import FalajError
from hub_api.city.bulk.model import BulkFile
from hub_api.serving.exports.pace import departure
from hub_api.serving.formats import MEDIA_TYPES
from hub_api.serving.ranges import Span
from hub_api.serving.settings import ServingSettings

log = structlog.get_logger()
PARTIAL = 206


def file_headers(file: BulkFile) -> dict[str, str]:
    """What is true of every answer about a file. A cache may keep it, but asks whether it is still the same."""
    return {
        "ETag": file.etag,
        "Last-Modified": format_datetime(file.generated_at, usegmt=True),
        "Cache-Control": "public, no-cache, no-transform",
        "Accept-Ranges": "bytes",
        "Vary": "Accept",
        "Repr-Digest": f"sha-256=:{b64encode(file.sha256).decode()}:",
    }


def _span_headers(file: BulkFile, span: Span | None) -> Mapping[str, str]:
    start, end = span or (0, file.byte_count)
    headers = {
        "Content-Length": str(end - start),
        "Content-Disposition": f'attachment; filename="{file.name}"',
    }
    return (
        headers
        if span is None
        else {**headers, "Content-Range": f"bytes {start}-{end - 1}/{file.byte_count}"}
    )


class FileResponse(Response):
    """Closes the descriptor in any case. A reader who goes away, or takes too long, is let go.

    A whole file is digested on its way. If it is not what was written, its end is kept back, so that the reader
    knows it for broken, and ``damaged`` is called.
    """

    media_type = MEDIA_TYPES["parquet"]

    def __init__(
        self,
        file: BulkFile,
        descriptor: int,
        span: Span | None,
        *,
        settings: ServingSettings,
        damaged: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        super().__init__(
            None, 200 if span is None else PARTIAL, {**file_headers(file), **_span_headers(file, span)}
        )
        self._descriptor = descriptor
        self._span = span or (0, file.byte_count)
        self._sha256 = file.sha256 if span is None else None
        self._damaged = damaged
        self._block_bytes = settings.bulk_block_bytes
        self._seconds_max = settings.bulk_seconds_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(self._seconds_max):
                await send(
                    {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
                )
                if scope.get("is_head"):
                    await send({"type": "http.response.body", "body": b""})
                else:
                    await self._send_bytes(receive, send)
        except TimeoutError:  # the body stays unfinished, which tells the reader that it was cut
            log.warning("bulk_file_cut", seconds_max=self._seconds_max)
        finally:
            os.close(self._descriptor)

    async def _send_bytes(self, receive: Receive, send: Send) -> None:
        place, end = self._span
        digest = hashlib.sha256()
        async with departure(receive) as gone:
            while place < end and not gone.done():
                block = await asyncio.to_thread(
                    self._read, min(self._block_bytes, end - place), place, digest
                )
                place += len(block)
                if not block or (place == end and self._is_damaged(digest)):
                    await self._report()
                    return  # unfinished, which tells the reader that it was cut
                await send({"type": "http.response.body", "body": block, "more_body": place < end})

    def _read(self, byte_count: int, place: int, digest: hashlib._Hash) -> bytes:
        block = os.pread(self._descriptor, byte_count, place)
        if self._sha256 is not None:
            digest.update(block)
        return block

    def _is_damaged(self, digest: hashlib._Hash) -> bool:
        return self._sha256 is not None and digest.digest() != self._sha256

    async def _report(self) -> None:
        if self._damaged is None:
            return
        try:
            await self._damaged()
        except FalajError as error:  # the database is away: who reads it next tells it
            log.warning("bulk_damage_not_told", reason=str(error))
