"""Tells every reader of a deprecated path, in every answer, until when it stays."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub_api.developers.changes.rules import Fields

#: What the same path ends with where the format is part of it; it goes away with the path.
EXTENSION = ".{extension}"


class DeprecationMiddleware:
    """``fields`` by the route's path; installed only where something is deprecated."""

    def __init__(self, app: ASGIApp, fields: Mapping[str, Fields]) -> None:
        self._app = app
        self._fields = fields

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def outlet(message: Message) -> None:
            if message["type"] == "http.response.start":
                path = getattr(scope.get("route"), "path", "").removesuffix(EXTENSION)
                for name, value in self._fields.get(path, ()):
                    MutableHeaders(scope=message).append(name, value)
            await send(message)

        await self._app(scope, receive, outlet)
