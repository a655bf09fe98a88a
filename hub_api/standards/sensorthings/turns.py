"""A large answer is made and sent a part at a time, and in between it is the turn of other requests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
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


async def in_turns(make: Callable[[Sequence[Given]], list[Made]], given: Sequence[Given]) -> list[Made]:
    """What ``make`` gives for all, part by part."""
    made = make(given[:AT_ONCE])
    for begin in range(AT_ONCE, len(given), AT_ONCE):
        await asyncio.sleep(0)
        made += make(given[begin : begin + AT_ONCE])
    return made


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
    """A whole body, of which a large one is sent in parts."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if len(self.body) <= BYTES_AT_ONCE:
            await super().__call__(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        for begin in range(0, len(self.body), BYTES_AT_ONCE):
            part = self.body[begin : begin + BYTES_AT_ONCE]
            await send({"type": "http.response.body", "body": part, "more_body": True})
            await asyncio.sleep(0)
        await send({"type": "http.response.body", "body": b""})
