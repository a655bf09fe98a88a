"""Received messages on their way from the network thread to the writer, in order of arrival."""

from __future__ import annotations

import threading
import time
from collections import deque

from ingest.model import Received


class Inbox:
    """One thread puts, one takes. It counts the bytes of the payloads that wait in it."""

    def __init__(self) -> None:
        self._messages: deque[Received] = deque()
        self._arrived = threading.Event()
        self._bytes_put = 0
        self._bytes_taken = 0

    def __len__(self) -> int:
        return len(self._messages)

    @property
    def payload_bytes(self) -> int:
        # Two counters with one writer each, instead of one that both threads would race for.
        return self._bytes_put - self._bytes_taken

    def put(self, message: Received) -> None:
        self._bytes_put += len(message.payload)
        self._messages.append(message)
        self._arrived.set()

    def take(self, messages_max: int, delay_seconds_max: float, idle_seconds_max: float) -> list[Received]:
        """The next batch: full, or as long as its first message may wait; empty after an idle while."""
        if not self._messages:
            self._arrived.clear()
            if not self._messages and not self._arrived.wait(idle_seconds_max):
                return []
        end = time.monotonic() + delay_seconds_max
        while len(self._messages) < messages_max and (rest := end - time.monotonic()) > 0:
            self._arrived.clear()
            if len(self._messages) < messages_max:
                self._arrived.wait(rest)
        count = min(len(self._messages), messages_max)
        taken = [self._messages.popleft() for _ in range(count)]
        self._bytes_taken += sum(len(message.payload) for message in taken)
        return taken
