"""Messages on topics that nobody registered: kept as dead letters at a bounded rate, so that a flood of them costs little."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from ingest.allowances import Allowance
from ingest.model import Checked, Rejection

REASON = "unknown_topic"


class Strangers:
    """So many letters at once, and so many a second after that."""

    def __init__(
        self, letters_max: int, letters_per_second: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._allowance = Allowance(letters_max, letters_per_second, clock)

    def apply(self, checked: Checked) -> Checked:
        """The batch with those marked that are only counted."""
        if not any(rejection.reason == REASON for rejection in checked.rejections):
            return checked
        return replace(checked, rejections=[self._weigh(rejection) for rejection in checked.rejections])

    def _weigh(self, rejection: Rejection) -> Rejection:
        if rejection.reason != REASON or self._allowance.take():
            return rejection
        return replace(rejection, is_kept=False)
