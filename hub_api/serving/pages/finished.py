"""Pages and documents that change with the registry only: made once, off the event loop, and sent as they are.

They are made with a place for the hub's address, which differs from reader to reader and costs little to fill in.
"""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

from starlette.requests import Request
from starlette.responses import Response

from hub_api.serving.memory import Memory
from hub_api.serving.settings import ServingSettings
from hub_api.serving.transport.coders import takes_gzip
from hub_api.serving.validators import is_known, not_modified, weak_etag

#: Where the hub's address belongs; nothing that is escaped holds it.
PLACE = "http://address-of-this-hub.invalid"
#: What a text depends on besides the code.
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Copy:
    """A text for readers who reach the hub under one address."""

    body: bytes
    coded: bytes
    etag: str


class Finished:
    """One per application. ``finished_bytes_max`` bounds the texts, and again their copies."""

    def __init__(self, settings: ServingSettings) -> None:
        self._seconds = settings.finished_seconds
        self._level = settings.coding_level
        self._texts: Memory[Key, str] = Memory(settings.finished_bytes_max)
        self._copies: Memory[Key, Copy] = Memory(settings.finished_bytes_max)
        self._making = asyncio.Lock()

    async def copy(self, key: Key, address: str, make: Callable[[], str]) -> Copy:
        """The text of this key with the address in its place; one makes it, who asks meanwhile waits."""
        known = self._copies.recall((*key, address))
        if known is not None:
            return known
        async with self._making:
            text = self._texts.recall(key)
            if text is None:
                text = await asyncio.to_thread(make)
                self._texts.keep(key, text, self._seconds, len(text))
            copy = self._copies.recall((*key, address))
            if copy is None:
                copy = await asyncio.to_thread(self._copied, text, address)
                weight = len(copy.body) + len(copy.coded)
                self._copies.keep((*key, address), copy, self._seconds, weight)
        return copy

    def _copied(self, text: str, address: str) -> Copy:
        body = text.replace(PLACE, escape(address)).encode()
        return Copy(body, gzip.compress(body, self._level, mtime=0), weak_etag(text, address))


def finished_answer(request: Request, copy: Copy, media_type: str, headers: Mapping[str, str]) -> Response:
    """As gzip to those who take it, or 304 to those who have it."""
    fields = {**headers, "ETag": copy.etag, "Vary": "Accept-Language, Accept-Encoding"}
    if is_known(request, copy.etag):
        return not_modified(fields)
    if takes_gzip(request.headers.get("accept-encoding", "")):
        return Response(copy.coded, media_type=media_type, headers={**fields, "Content-Encoding": "gzip"})
    return Response(copy.body, media_type=media_type, headers=fields)
