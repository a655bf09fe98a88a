"""``Date`` of every answer: when it begins, so that nothing it says of its data lies after it.

The server's own is that of the second before, or of the request's beginning (RFC 9110, 8.8.2.1).
"""

from __future__ import annotations

import time
from email.utils import formatdate
from functools import lru_cache

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Dated:
    """Around the application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def outlet(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [(b"date", _date(int(time.time()))), *message["headers"]]}
            await send(message)

        await self._app(scope, receive, outlet)


@lru_cache(1)
def _date(second: int) -> bytes:
    return formatdate(second, usegmt=True).encode()
