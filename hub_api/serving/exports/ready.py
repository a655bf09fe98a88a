"""The answer with what lies ready: whole or a range, with its length, without a connection to the database."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from hub_api.serving.errors import PreconditionFailed
from hub_api.serving.exports.pace import Pace, Stalled, departure
from hub_api.serving.exports.shelf import Question, Ready, Shelf, question_of
from hub_api.serving.formats import Format
from hub_api.serving.hub import Hub
from hub_api.serving.preconditions import names_tag
from hub_api.serving.ranges import wanted_span
from hub_api.serving.settings import ServingSettings
from hub_api.serving.transport.coders import Coding, coded, wanted_coding
from hub_api.serving.transport.coding import is_text
from hub_api.serving.validators import is_known, not_modified

log = structlog.get_logger()
PARTIAL = 206


class ReadyAnswer(Response):
    """Ranges, and all to who asks for one, are of the plain bytes; the ETag of what is coded is weak, as its bytes are others."""

    def __init__(self, ready: Ready, question: Question, shelf: Shelf, settings: ServingSettings) -> None:
        super().__init__(None)
        self._ready = ready
        self._question = question
        self._shelf = shelf
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        ready = self._ready
        self._shelf.show(request, self._question, ready)
        status, body, more = await self._chosen(request)
        headers = {**ready.headers, "ETag": ready.etag, "Content-Length": str(len(body)), **more}
        raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        try:
            async with asyncio.timeout(self._settings.export_seconds_max):
                await send({"type": "http.response.start", "status": status, "headers": raw})
                if scope.get("is_head"):
                    await send({"type": "http.response.body", "body": b""})
                else:
                    with self._shelf.lent(ready):
                        await self._send(body, scope, receive, send)
        except Stalled:
            pass
        except TimeoutError:
            log.warning("export_cut", seconds_max=self._settings.export_seconds_max)

    async def _chosen(self, request: Request) -> tuple[int, bytes, Mapping[str, str]]:
        """Status, bytes and what is said of them; :class:`PreconditionFailed`, :class:`RangeNotSatisfiable`."""
        ready = self._ready
        headers = {"Accept-Ranges": "bytes"}
        has_text = is_text(ready.headers["Content-Type"])
        if has_text:
            headers["Vary"] = f"{ready.headers['Vary']}, Accept-Encoding"
        lines = request.headers.getlist("if-match")
        if lines and not names_tag(lines, ready.etag, weakly=False):
            raise PreconditionFailed(ready.etag)
        field = request.headers.get("range")
        if field is None:
            coding = wanted_coding(request.headers.get("accept-encoding", "")) if has_text else None
            if coding is not None:
                told = {"Content-Encoding": coding, "ETag": f"W/{ready.etag}"}
                return 200, await self._coded(coding), {**headers, **told}
            return 200, ready.body, headers
        # Of the methods that we answer only GET has ranges (RFC 9110, 14.2).
        asked = None if request.scope.get("is_head") else field
        span = wanted_span(asked, request.headers.get("if-range"), ready.etag, len(ready.body))
        if span is None:
            return 200, ready.body, headers
        start, end = span
        place = f"bytes {start}-{end - 1}/{len(ready.body)}"
        return PARTIAL, ready.body[start:end], {**headers, "Content-Range": place}

    async def _coded(self, coding: Coding) -> bytes:
        body = self._shelf.coded(self._ready, coding)
        if body is None:
            body = await asyncio.to_thread(coded, coding, self._settings.coding_levels, self._ready.body)
            self._shelf.keep_coded(self._ready, coding, body)
        return body

    async def _send(self, body: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        pace = Pace(scope, send, self._settings)
        step = self._settings.export_block_bytes
        async with departure(receive) as gone:
            for start in range(0, len(body), step):
                if gone.done():
                    return
                await pace.send(body[start : start + step])
        await send({"type": "http.response.body", "body": b""})


def shown_before(request: Request, hub: Hub, chosen: Format) -> Response | None:
    """To who asks for a range: of the bytes that this reader was shown a moment ago."""
    if "range" not in request.headers or request.scope.get("is_head"):
        return None
    question = question_of(request, chosen)
    ready = hub.shelf.shown(request, question)
    if ready is None:
        return None
    if is_known(request, ready.etag):
        return not_modified({**ready.headers, "ETag": ready.etag})
    return ReadyAnswer(ready, question, hub.shelf, hub.settings)
