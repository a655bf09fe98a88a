"""Work that may wait: it runs where nothing else wants the core."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Final

#: Where the system knows no idle work: the least urgent that ``nice`` has.
NICENESS: Final = 19


def step_back() -> None:
    """The calling thread, and what it begins from here on, gives way at once to whoever waits for its core.

    Niceness alone is not enough: Linux lets what runs finish its slice of a few milliseconds, however nice it is, before it
    wakes who answers requests. Idle work (``SCHED_IDLE``, sched(7)) is put aside at once, and a core that has nothing else
    counts as free. Where both cores of a machine are busy for long, it takes tens of times as long. Elsewhere than on Linux
    nothing changes: there it would be the whole process that steps back.
    """
    if sys.platform == "linux":
        with suppress(PermissionError):  # some containers forbid it; it is a courtesy
            os.setpriority(os.PRIO_PROCESS, 0, NICENESS)
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
