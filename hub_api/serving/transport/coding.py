"""Content coding: text is sent as zstd, brotli or gzip to those who take it, block by block, in constant memory.

ETags are weak and stand for the rows, so they are the same with and without. What is exact to the
byte (a strong ETag, a range) is left alone, and so is the live stream, whose events must not wait.
"""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub_api.serving.transport.coders import Coder, Coding, Levels, coder, wanted_coding
from hub_api.serving.transport.fields import field_of

EVENT_STREAM = "text/event-stream"
TEXT_ENDINGS = ("json", "xml", "javascript")
PARTIAL, NOT_MODIFIED = 206, 304


class CodingMiddleware:
    """Compresses answers of text that are not shorter than ``bytes_min``."""

    def __init__(self, app: ASGIApp, bytes_min: int, levels: Levels) -> None:
        self._app = app
        self._bytes_min = bytes_min
        self._levels = levels

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        coding = wanted_coding(field_of(scope, b"accept-encoding"))
        outlet = Outlet(send, coding=coding, bytes_min=self._bytes_min, levels=self._levels)
        await self._app(scope, receive, outlet)


class Outlet:
    """The way out; without a coding it only says that the answer might have been coded."""

    def __init__(self, send: Send, *, coding: Coding | None, bytes_min: int, levels: Levels) -> None:
        self._send = send
        self._coding = coding
        self._bytes_min = bytes_min
        self._levels = levels
        self._coder: Coder | None = None
        #: Waits for the length of a body that comes in one piece.
        self._start: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif self._coder is None or message["type"] != "http.response.body":
            await self._send(message)
        else:
            await self._code(message, self._coder)

    async def _begin(self, start: Message) -> None:
        headers = MutableHeaders(scope=start)
        if start["status"] == NOT_MODIFIED or is_codable(start["status"], headers):
            headers.add_vary_header("Accept-Encoding")
        if self._coding is None or not is_worth_it(start["status"], headers, self._bytes_min):
            await self._send(start)
            return
        headers["Content-Encoding"] = self._coding
        self._coder = coder(self._coding, self._levels)
        self._start = start

    async def _code(self, message: Message, made: Coder) -> None:
        is_last = not message.get("more_body", False)
        body = made.code(message.get("body", b"")) + (made.end() if is_last else b"")
        if self._start is not None:
            headers = MutableHeaders(scope=self._start)
            if "content-length" in headers:
                del headers["content-length"]
                if is_last:
                    headers["content-length"] = str(len(body))
            await self._send(self._start)
            self._start = None
        if body or is_last:
            await self._send({**message, "body": body})


def is_codable(status: int, headers: Headers) -> bool:
    """Whether a body is text of which only the meaning counts."""
    kind = headers.get("content-type", "")
    return (
        is_text(kind)
        and not kind.startswith(EVENT_STREAM)
        and status != PARTIAL
        and "content-encoding" not in headers
        and headers.get("etag", "W/").startswith("W/")
    )


def is_text(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip()
    return kind.startswith("text/") or kind.endswith(TEXT_ENDINGS)


def is_worth_it(status: int, headers: Headers, bytes_min: int) -> bool:
    """Whether it is long enough; what does not know its length is."""
    return is_codable(status, headers) and int(headers.get("content-length", bytes_min)) >= bytes_min
