"""Waiting with a limit, for things that become true in another process."""

from __future__ import annotations

import time
from collections.abc import Callable

STEP_SECONDS = 0.05


def wait_until(
    condition: Callable[[], bool], seconds_max: float, *, alive: Callable[[], bool] = lambda: True
) -> bool:
    """Whether ``condition`` came true within the limit; gives up early once ``alive`` is false."""
    end = time.monotonic() + seconds_max
    while True:
        if condition():
            return True
        if time.monotonic() >= end or not alive():
            return False
        time.sleep(STEP_SECONDS)
