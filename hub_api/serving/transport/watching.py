"""Who is refused far more often than anybody is by mistake: counted by network and account, told in few lines. Pure but for the clock."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from hub_api.serving.transport.settings import WatchSettings

_INPUT: Final = frozenset({400, 413, 414, 415, 422, 431})
_LIMIT: Final = 429
Seconds = Callable[[], float]


class Refused(StrEnum):
    """Why something was not answered as it was asked."""

    INPUT = "input"
    LIMIT = "limit"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Crossing:
    """``subject`` was refused ``count`` times within a window; of so many that administrators ``is_told``."""

    kind: Refused
    subject: str
    count: int
    is_told: bool


@dataclass(slots=True)
class _Window:
    ends: float
    count: int = 0


class Watch:
    """One for a process. Of each window it tells the first above the bound, and each time that it is twice as much: few lines, whatever
    is sent.
    """

    def __init__(self, settings: WatchSettings, clock: Seconds = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._bounds = {
            Refused.INPUT: settings.inputs,
            Refused.LIMIT: settings.limits,
            Refused.RIGHT: settings.refusals,
        }
        self._windows: OrderedDict[tuple[Refused, str], _Window] = OrderedDict()

    def note(self, kind: Refused, subject: str) -> Crossing | None:
        """Count one; what is to be told of it."""
        now = self._clock()
        key = kind, subject
        window = self._windows.get(key)
        if window is None or window.ends <= now:
            window = self._windows[key] = _Window(now + self._settings.window_seconds)
        self._windows.move_to_end(key)
        if len(self._windows) > self._settings.subjects_max:
            self._windows.popitem(last=False)
        window.count += 1
        bound = self._bounds[kind]
        is_told = window.count == bound * self._settings.told_times
        if not is_told and not _is_doubled(window.count, bound):
            return None
        return Crossing(kind, subject, window.count, is_told)


def refused_kind(status: int, *, is_refusal: bool) -> Refused | None:
    """What an answer's status says; ``is_refusal`` of somebody who wanted what is not theirs."""
    if status == _LIMIT:
        return Refused.LIMIT
    if is_refusal:
        return Refused.RIGHT
    return Refused.INPUT if status in _INPUT else None


def _is_doubled(count: int, bound: int) -> bool:
    """The bound, twice, four times, … as much."""
    times, rest = divmod(count, bound)
    return rest == 0 and times > 0 and times & (times - 1) == 0
