"""Content coding: text is sent as gzip to those who take it, block by block, in constant memory.

ETags are weak and stand for the rows, so they are the same with and without. What is exact to the
byte (a strong ETag, a range) is left alone, and so is the live stream, whose events must not wait.
"""

from __future__ import annotations

import zlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Of deflate, with the header and the checksum of gzip.
GZIP_WINDOW_BITS = 31
EVENT_STREAM = "text/event-stream"
TEXT_ENDINGS = ("json", "xml", "javascript")
PARTIAL, NOT_MODIFIED = 206, 304
CODINGS_MAX = 20


class CodingMiddleware:
    """Compresses answers of text that are not shorter than ``bytes_min``."""

    def __init__(self, app: ASGIApp, bytes_min: int, level: int) -> None:
        self._app = app
        self._bytes_min = bytes_min
        self._level = level

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_wanted = takes_gzip(Headers(scope=scope).get("accept-encoding", ""))
        outlet = Outlet(send, bytes_min=self._bytes_min if is_wanted else None, level=self._level)
        await self._app(scope, receive, outlet)


class Outlet:
    """The way out; without ``bytes_min`` it only says that the answer might have been coded."""

    def __init__(self, send: Send, *, bytes_min: int | None, level: int) -> None:
        self._send = send
        self._bytes_min = bytes_min
        self._level = level
        self._deflater: zlib._Compress | None = None
        #: Waits for the length of a body that comes in one piece.
        self._start: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif self._deflater is None or message["type"] != "http.response.body":
            await self._send(message)
        else:
            await self._code(message, self._deflater)

    async def _begin(self, start: Message) -> None:
        headers = MutableHeaders(scope=start)
        if start["status"] == NOT_MODIFIED or is_codable(start["status"], headers):
            headers.add_vary_header("Accept-Encoding")
        if self._bytes_min is None or not is_worth_it(start["status"], headers, self._bytes_min):
            await self._send(start)
            return
        headers["Content-Encoding"] = "gzip"
        self._deflater = zlib.compressobj(self._level, zlib.DEFLATED, GZIP_WINDOW_BITS)
        self._start = start

    async def _code(self, message: Message, deflater: zlib._Compress) -> None:
        is_last = not message.get("more_body", False)
        body = deflater.compress(message.get("body", b"")) + (deflater.flush() if is_last else b"")
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


def takes_gzip(accept_encoding: str) -> bool:
    """Whether ``Accept-Encoding`` (RFC 9110, 12.5.3) allows gzip, by name or by ``*``."""
    weights: dict[str, bool] = {}
    for item in accept_encoding.split(",")[:CODINGS_MAX]:
        name, _, parameters = item.partition(";")
        weights[name.strip().lower()] = not _is_zero(parameters)
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", False)))


def _is_zero(parameters: str) -> bool:
    name, _, value = parameters.strip().partition("=")
    try:
        return name.strip().lower() == "q" and float(value) <= 0
    except ValueError:
        return True


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
