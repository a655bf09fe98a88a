"""What a process may remember for a moment: bounded in number and in time."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Memory(Generic[Key, Value]):
    """Values that weigh at most ``weight_max`` together; the one that was used longest ago goes first."""

    def __init__(self, weight_max: int) -> None:
        self._weight_max = weight_max
        self._weight = 0
        self._entries: OrderedDict[Key, tuple[float, Value, int]] = OrderedDict()

    def recall(self, key: Key) -> Value | None:
        """The value, unless its time is over."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry[0] <= time.monotonic():
            self._forget(key)
            return None
        self._entries.move_to_end(key)
        return entry[1]

    def keep(self, key: Key, value: Value, seconds: float, weight: int = 1) -> None:
        self._forget(key)
        if seconds <= 0 or weight > self._weight_max:
            return
        now = time.monotonic()
        self._entries[key] = (now + seconds, value, weight)
        self._weight += weight
        # What was used longest ago stands first: with it goes what nobody would be told any more.
        while self._weight > self._weight_max or self._entries[next(iter(self._entries))][0] <= now:
            self._forget(next(iter(self._entries)))

    def _forget(self, key: Key) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._weight -= entry[2]
