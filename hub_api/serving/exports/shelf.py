"""Exports that lie ready: made once for all who ask, and kept for a moment, so that their parts fit together.

Readers of files ask for the length first and then for ranges. Between these requests the data go on, so
each reader is shown the same bytes until it has not asked for a while.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from hashlib import blake2b

from starlette.requests import Request

from hub_api.serving.exports.readers import reader_of
from hub_api.serving.formats import Format
from hub_api.serving.memory import Memory
from hub_api.serving.settings import ServingSettings
from hub_api.serving.transport.coders import Coding
from hub_api.serving.validators import precise_etag

DIGEST_BYTES = 12
#: The address that was asked, since exports name it, and the format.
Question = tuple[str, Format]
#: Who asks, with which program: two programs behind one address see each their own state.
Visit = tuple[str, str, Question]


@dataclass(frozen=True, slots=True, eq=False)
class Ready:
    """A whole export. ``version`` is the weak ETag of its rows, ``etag`` the strong one of its bytes."""

    version: str
    etag: str
    body: bytes
    headers: Mapping[str, str]
    made_at: float


def question_of(request: Request, chosen: Format) -> Question:
    return str(request.url), chosen


class Shelf:
    """One per application; bounded in bytes, in entries and in time."""

    def __init__(self, settings: ServingSettings) -> None:
        self.bytes_each_max = settings.export_ready_bytes_each_max
        self._bytes_max = settings.export_ready_bytes_max
        self._seconds = settings.export_ready_seconds
        self._seconds_max = max(settings.export_ready_seconds, settings.export_ready_seconds_max)
        self._kept: Memory[str, Ready] = Memory(settings.export_ready_bytes_max)
        self._coded: Memory[tuple[str, Coding], bytes] = Memory(settings.export_ready_bytes_max)
        entries = settings.export_ready_entries_max
        self._newest: Memory[Question, str] = Memory(entries)
        self._shown: Memory[Visit, str] = Memory(entries)
        self._long: Memory[Question, bool] = Memory(entries)
        self._makers: dict[Question, asyncio.Lock] = {}
        #: Bodies that are being sent, however long that takes: how often, by their ETags.
        self._lent: dict[str, int] = {}
        self._lent_bytes = 0

    def find(self, question: Question, version: str) -> Ready | None:
        """What lies ready of this version of the data."""
        ready = self._recall(self._newest.recall(question))
        return ready if ready is not None and ready.version == version else None

    def shown(self, request: Request, question: Question) -> Ready | None:
        """What this reader was shown last, whatever happened to the data since."""
        return self._recall(self._shown.recall(_visit(request, question)))

    def show(self, request: Request, question: Question, ready: Ready) -> None:
        """Keep it for the reader's next requests, but not for ever: who goes on asking wants news."""
        left = ready.made_at + self._seconds_max - time.monotonic()
        seconds = min(self._seconds, left)
        self._kept.keep(ready.etag, ready, seconds, len(ready.body))
        self._shown.keep(_visit(request, question), ready.etag, seconds)

    def keep(self, question: Question, version: str, body: bytes, headers: Mapping[str, str]) -> Ready:
        digest = blake2b(body, digest_size=DIGEST_BYTES).digest()
        ready = Ready(version, precise_etag(version, digest), body, headers, time.monotonic())
        self._kept.keep(ready.etag, ready, self._seconds, len(body))
        self._newest.keep(question, ready.etag, self._seconds)
        return ready

    def has_room_for(self, question: Question) -> bool:
        """Whether it may be made whole: it was not too long a moment ago, and slow readers hold not too much."""
        is_short = self._long.recall(question) is None
        return is_short and self._lent_bytes + self.bytes_each_max <= self._bytes_max

    def note_long(self, question: Question) -> None:
        self._long.keep(question, True, self._seconds)

    @asynccontextmanager
    async def making(self, question: Question) -> AsyncIterator[None]:
        """One makes it, the others wait for it."""
        lock = self._makers.setdefault(question, asyncio.Lock())
        try:
            async with lock:
                yield
        finally:
            if not lock.locked():
                self._makers.pop(question, None)

    @contextmanager
    def lent(self, ready: Ready) -> Iterator[None]:
        """While its bytes are on their way they take room, also after they are forgotten here."""
        count = self._lent.get(ready.etag, 0)
        self._lent[ready.etag] = count + 1
        self._lent_bytes += 0 if count else len(ready.body)
        try:
            yield
        finally:
            self._lent[ready.etag] -= 1
            if not self._lent[ready.etag]:
                del self._lent[ready.etag]
                self._lent_bytes -= len(ready.body)

    def coded(self, ready: Ready, coding: Coding) -> bytes | None:
        return self._coded.recall((ready.etag, coding))

    def keep_coded(self, ready: Ready, coding: Coding, body: bytes) -> None:
        self._coded.keep((ready.etag, coding), body, self._seconds, len(body))

    def _recall(self, etag: str | None) -> Ready | None:
        return None if etag is None else self._kept.recall(etag)


def _visit(request: Request, question: Question) -> Visit:
    return reader_of(request.scope), request.headers.get("user-agent", ""), question
