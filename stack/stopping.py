"""Ctrl-C and SIGTERM as a wish that is looked at between steps, never an exception out of nowhere.

An exception that lands between starting a process and remembering it would leave that
process behind.
"""

from __future__ import annotations

import signal
import time
from types import FrameType, TracebackType
from typing import Self

from stack.waiting import STEP_SECONDS

#: The exit code of a command that its user interrupted.
INTERRUPTED = 130


class StopRequested(Exception):
    """The user wants the hub to end."""


class Stop:
    """``with Stop() as stop:`` turns SIGINT, SIGTERM and SIGHUP into ``stop.requested``."""

    def __init__(self) -> None:
        self.requested = False
        self._before: dict[signal.Signals, signal._HANDLER] = {}

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._before[number] = signal.signal(number, self._ask)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def check(self) -> None:
        """:class:`StopRequested` if the user has asked."""
        if self.requested:
            raise StopRequested

    def wait(self, seconds: float) -> None:
        """Sleep, but not past a request: :class:`StopRequested` then."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.check()
            time.sleep(min(left, STEP_SECONDS))
        self.check()

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.requested = True
