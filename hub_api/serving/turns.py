"""A large answer is made and sent a part at a time, and in between it is the turn of other requests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

First = TypeVar("First")
Second = TypeVar("Second")
Given = TypeVar("Given")
Made = TypeVar("Made")
#: To make so many entities, or to compress so many bytes, takes the loop a few milliseconds.
AT_ONCE: Final = 1_000
BYTES_AT_ONCE: Final = 2**20
#: So many bytes of JSON are read, and told in another way, in as much.
READ_AT_ONCE: Final = 2**17


def parts_of(given: Sequence[Given], size: int) -> list[Sequence[Given]]:
    return [given[begin : begin + size] for begin in range(0, len(given), size)]


async def in_turns(
    make: Callable[[Sequence[Given]], list[Made]], given: Sequence[Given], at_once: int = AT_ONCE
) -> list[Made]:
    """What ``make`` gives for all, part by part."""
    made = make(given[:at_once])
    for begin in range(at_once, len(given), at_once):
        await asyncio.sleep(0)
        made += make(given[begin : begin + at_once])
    return made


def texts_at_once(texts: Sequence[bytes]) -> int:
    """How many of these are read in one turn: the longer they are the fewer."""
    return max(1, READ_AT_ONCE * len(texts) // max(1, sum(map(len, texts))))


@asynccontextmanager
async def in_order(
    ask: Callable[[Given], Coroutine[Any, Any, Made]], given: Iterable[Given]
) -> AsyncIterator[list[asyncio.Task[Made]]]:
    """Tasks that ask for one after the other, during the block; what is not done when it is left ends."""
    turn = asyncio.Lock()

    async def one(some: Given) -> Made:
        async with turn:
            return await ask(some)

    tasks = [asyncio.create_task(one(some)) for some in given]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def both(
    first: Coroutine[Any, Any, First], second: Coroutine[Any, Any, Second]
) -> tuple[First, Second]:
    """What both give, done at the same time; where one fails the other ends."""
    beside = asyncio.create_task(first)
    try:
        then = await second
    except BaseException:
        beside.cancel()
        await asyncio.gather(beside, return_exceptions=True)
        raise
    return await beside, then


class InTurns(Response):
    """A whole body out of parts; a large one is sent piece by piece, and never held in one."""

    def __init__(
        self,
        parts: Sequence[bytes],
        status_code: int = 200,
        headers: Mapping[str, str] | None = None,
        media_type: str | None = None,
    ) -> None:
        size = sum(map(len, parts))
        self._parts = parts if size > BYTES_AT_ONCE else ()
        told = {**(headers or {}), "content-length": str(size)}
        super().__init__(b"" if self._parts else b"".join(parts), status_code, told, media_type)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._parts:
            await super().__call__(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        for piece in _pieces(self._parts):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            await asyncio.sleep(0)
        await send({"type": "http.response.body", "body": b""})


def _pieces(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The same in pieces of about :data:`BYTES_AT_ONCE`."""
    held: list[bytes] = []
    size = 0
    for part in parts:
        for begin in range(0, len(part), BYTES_AT_ONCE):
            some = part[begin : begin + BYTES_AT_ONCE]
            held.append(some)
            size += len(some)
            if size >= BYTES_AT_ONCE:
                yield b"".join(held)
                held, size = [], 0
    if held:
        yield b"".join(held)
