"""Received messages on their way from the network thread to the writer, in order of arrival."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Sequence

from ingest.model import Received


class Inbox:
    """Several threads put, one takes. It counts the bytes of the payloads that wait in it."""

    def __init__(self) -> None:
        self._messages: deque[Received] = deque()
        self._arrived = threading.Event()
        #: How many messages whoever takes waits for.
        self._wanted = 1
        #: Whether what lies there is to be taken without waiting for company.
        self._is_urgent = False
        self._putting = threading.Lock()
        self._bytes_put = 0
        self._bytes_taken = 0

    def __len__(self) -> int:
        return len(self._messages)

    @property
    def payload_bytes(self) -> int:
        # Two counters, so that whoever takes does not race with those who put.
        return self._bytes_put - self._bytes_taken

    def put(self, message: Received, *, is_urgent: bool = False) -> None:
        """``is_urgent``: it is a batch by itself, which nothing is won by waiting for."""
        self.put_all([message])
        if is_urgent:
            self._is_urgent = True
            self._arrived.set()

    def put_all(self, messages: Sequence[Received]) -> None:
        with self._putting:
            self._bytes_put += sum([len(message.payload) for message in messages])
            self._messages.extend(messages)
        if len(self._messages) >= self._wanted:
            self._arrived.set()

    def take(self, messages_max: int, delay_seconds_max: float, idle_seconds_max: float) -> list[Received]:
        """The next batch: full, or as long as its first message may wait; empty after an idle while."""
        if not self._wait(1, idle_seconds_max):
            return []
        if not self._is_urgent:
            self._wait(messages_max, delay_seconds_max)
        self._is_urgent = False
        count = min(len(self._messages), messages_max)
        taken = [self._messages.popleft() for _ in range(count)]
        self._bytes_taken += sum(len(message.payload) for message in taken)
        return taken

    def _wait(self, count: int, seconds_max: float) -> bool:
        """Whether so many are there in time. Nobody wakes for fewer: each time would cost whoever receives."""
        end = time.monotonic() + seconds_max
        self._wanted = count
        while len(self._messages) < count and (rest := end - time.monotonic()) > 0:
            self._arrived.clear()
            if len(self._messages) < count:
                self._arrived.wait(rest)
            if self._is_urgent and self._messages:
                break
        return len(self._messages) >= count
