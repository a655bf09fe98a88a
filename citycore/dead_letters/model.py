"""What a dead letter is, which of them are meant, and what became of those that were replayed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Literal, NamedTuple, get_args

Status = Literal["open", "replayed", "discarded"]
STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that could not be stored whole; ``reason`` is a code of ``[dead_letter]``."""

    dead_letter_id: int
    topic: str
    reason: str
    detail: str
    status: Status
    times_received: int
    times_replayed: int
    first_received_at: datetime
    last_received_at: datetime
    last_replayed_at: datetime | None
    payload_bytes: int


class Sealed(NamedTuple):
    """A letter on its way back to the broker. ``times_received`` tells whether it failed again."""

    dead_letter_id: int
    topic: str
    payload: bytes
    times_received: int


@dataclass(frozen=True, slots=True)
class Selection:
    """Which letters are meant: all that satisfy every part that is given."""

    ids: Sequence[int] | None = None
    reason: str | None = None
    source: str | None = None
    status: Status | None = None


class Span(NamedTuple):
    """Letters after one number, up to and including another: what is left of a long piece of work."""

    after: int
    last: int


class Delivery(Enum):
    """What the broker said of one message."""

    ACCEPTED = "accepted"
    #: Acknowledged, but nobody subscribes to the topic, not even an absent session: thrown away.
    UNHEARD = "unheard"
    REFUSED = "refused"
    #: Not acknowledged in time, or the connection broke.
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many letters were accepted by the broker, and how many stay as they were, by hindrance."""

    accepted: int = 0
    hindered: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.accepted + other.accepted, self.hindered + other.hindered)

    @property
    def handled(self) -> int:
        return self.accepted + self.hindered.total()


@dataclass(frozen=True, slots=True)
class Count:
    """So many letters of one status and reason, with the bytes of their payloads."""

    status: Status
    reason: str
    letters: int
    payload_bytes: int


@dataclass(frozen=True, slots=True)
class Removal:
    """What housekeeping removed for ever to keep within the bounds."""

    reason: str
    status: Status
    letters: int
    payload_bytes: int
    last_removed_at: datetime
