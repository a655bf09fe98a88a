"""What large bodies may bring together: reading them takes turns with everything else that one event loop does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Bandwidth:
    """So many bytes a second for all who send; each piece waits for those before it, so that all get on alike.

    What is not taken from the network waits there, and its sender with it: it costs no memory here. A connection has one piece
    at a time, so the longest wait is that of a piece of each connection there may be.
    """

    bytes_per_second: float
    clock: Callable[[], float] = time.monotonic
    _free_at: float = field(default=0.0, init=False)

    def seconds(self, size: int) -> float:
        """How long a piece of so many bytes waits; its turn is taken."""
        now = self.clock()
        begins = max(now, self._free_at)
        self._free_at = begins + size / self.bytes_per_second
        return begins - now

    async def take(self, size: int) -> None:
        if wait := self.seconds(size):
            await asyncio.sleep(wait)
