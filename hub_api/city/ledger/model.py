"""The account of everything ingest received."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Account:
    """Sums over all batches, in values; the instants are those of the newest batch."""

    batches: int
    received: int
    stored: int
    duplicate: int
    conflicting: int
    quarantined: int
    first_received_at: datetime | None
    committed_at: datetime | None

    @property
    def closes(self) -> bool:
        """Whether every received value is accounted for exactly once."""
        return self.received == self.stored + self.duplicate + self.conflicting + self.quarantined

    @property
    def lag_seconds(self) -> float | None:
        """In the newest batch, from the arrival of its first message to its commit."""
        if self.first_received_at is None or self.committed_at is None:
            return None
        return round((self.committed_at - self.first_received_at).total_seconds(), 3)
