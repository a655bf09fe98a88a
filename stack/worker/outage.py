"""The database being away, as the worker's parts see it: told once, healed once, waited for politely."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import structlog

log = structlog.get_logger()


class StoreState:
    """Whether the database answers each part of the worker, told as one: lost when it fails the first
    of them, back when it answers all again.

    Several threads may say so. Who tries takes ``returns`` before: a failure that was on its way while
    the others found the database back is no news.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cut_off: set[str] = set()
        self._returns = 0

    @property
    def returns(self) -> int:
        """How often the database has come back."""
        return self._returns

    def broken(self, part: str, error: Exception, returns: int) -> None:
        """An attempt of this part failed that began after so many returns."""
        with self._lock:
            if returns != self._returns:
                return
            if not self._cut_off:
                reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
                log.warning("store_lost", reason=reason)
            self._cut_off.add(part)

    def healed(self, *parts: str) -> None:
        """The database answered these parts."""
        with self._lock:
            if self._cut_off and self._cut_off <= set(parts):
                log.info("store_back")
                self._returns += 1
            self._cut_off.difference_update(parts)


def back_off(first_seconds: float, seconds_max: float) -> Iterator[float]:
    """Waiting times that double up to a maximum."""
    seconds = first_seconds
    while True:
        yield min(seconds, seconds_max)
        seconds = min(seconds * 2, seconds_max)
