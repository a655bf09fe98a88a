"""The database being away, as the worker's parts see it: told once, healed once, waited for politely."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import structlog

log = structlog.get_logger()


class StoreState:
    """Whether the database answers. Several threads may say so; only a change is logged.

    Who tries takes ``healings`` before: a failure that was on its way while somebody else found the
    database back is no news.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._away = False
        self._healings = 0

    @property
    def healings(self) -> int:
        """How often the database was found answering."""
        return self._healings

    def broken(self, error: Exception, healings: int | None = None) -> None:
        """An attempt failed that began after so many healings."""
        with self._lock:
            if healings not in (None, self._healings):
                return
            if not self._away:
                reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
                log.warning("store_lost", reason=reason)
            self._away = True

    def healed(self) -> None:
        with self._lock:
            if self._away:
                log.info("store_back")
            self._away = False
            self._healings += 1


def back_off(first_seconds: float, seconds_max: float) -> Iterator[float]:
    """Waiting times that double up to a maximum."""
    seconds = first_seconds
    while True:
        yield min(seconds, seconds_max)
        seconds = min(seconds * 2, seconds_max)
