"""What becomes of a message that somebody waits for."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Refused:
    """Why values of a message are not stored."""

    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message: its account, and what was refused."""

    received: int
    stored: int
    duplicate: int
    conflicting: int
    quarantined: int
    refused: list[Refused] = field(default_factory=list)


class Post:
    """One message that somebody waits for."""

    def __init__(self) -> None:
        self._done = threading.Event()
        self._outcome: Outcome | None = None

    def wait(self, seconds: float) -> Outcome | None:
        """The outcome, or None where it is not known: by then the batch has not committed, or its commit was not heard of."""
        self._done.wait(seconds)
        return self._outcome

    def tell(self, outcome: Outcome | None) -> None:
        self._outcome = outcome
        self._done.set()
