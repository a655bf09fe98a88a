"""What tests ask of an application in this process, one after the other, from code that does not wait itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from types import TracebackType
from typing import Any, Self


class Turns:
    """All of it in one task, as in a server: a task for each would start and end threads of its own each time."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        self._runner.__enter__()
        loop = self._runner.get_loop()
        self._waiting: asyncio.Queue[tuple[Awaitable[Any], asyncio.Future[Any]]] = asyncio.Queue()
        self._task = loop.create_task(self._work())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._task.cancel()
        self._runner.__exit__(kind, error, trace)

    def run(self, work: Awaitable[Any]) -> Any:
        """What comes of it, or its error."""
        loop = self._runner.get_loop()
        done: asyncio.Future[Any] = loop.create_future()
        self._waiting.put_nowait((work, done))
        return loop.run_until_complete(done)

    async def _work(self) -> None:
        while True:
            work, done = await self._waiting.get()
            try:
                done.set_result(await work)
            except Exception as error:  # noqa: BLE001  # it is raised again where the work was given
                done.set_exception(error)
