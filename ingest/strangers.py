"""Letters of topics that are not the hub's: kept at a bounded rate, so that a flood of them costs little."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from ingest.model import Checked, Rejection

REASON = "unknown_topic"


class Allowance:
    """So many letters at once, and so many a second after that."""

    def __init__(
        self, letters_max: int, letters_per_second: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._letters_max = letters_max
        self._letters_per_second = letters_per_second
        self._clock = clock
        self._left = float(letters_max)
        self._at = clock()

    def apply(self, checked: Checked) -> Checked:
        """The batch with those marked that are only counted."""
        if not any(rejection.reason == REASON for rejection in checked.rejections):
            return checked
        now = self._clock()
        self._left = min(self._letters_max, self._left + (now - self._at) * self._letters_per_second)
        self._at = now
        return replace(checked, rejections=[self._weigh(rejection) for rejection in checked.rejections])

    def _weigh(self, rejection: Rejection) -> Rejection:
        if rejection.reason != REASON:
            return rejection
        if self._left < 1:
            return replace(rejection, is_kept=False)
        self._left -= 1
        return rejection
