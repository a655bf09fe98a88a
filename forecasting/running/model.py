"""A piece of work and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

#: It raised an error, took longer than it may, or its process ended.
Fault = Literal["error", "timeout", "died"]


@dataclass(frozen=True, slots=True)
class Task:
    """``work`` is picklable and knows no database; ``subject`` is how whoever gave it recognises it."""

    subject: Any
    work: Callable[[], Any]
    seconds_max: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """``result`` is what the work gave; with a ``fault`` it is None, and ``reason`` says what happened."""

    task: Task
    result: Any = None
    fault: Fault | None = None
    reason: str = ""


class Runner(Protocol):
    """Works on several tasks at once; one that fails, hangs or kills its process stops no other."""

    @property
    def has_room(self) -> bool:
        """Whether another task would be begun at once."""
        ...

    @property
    def is_busy(self) -> bool: ...

    def start(self, task: Task) -> None:
        """Begin a task; there is room."""
        ...

    def wait(self) -> Outcome:
        """The next task that is over; the runner is busy."""
        ...

    def close(self) -> None:
        """End whatever still runs."""
        ...
