"""The account of everything ingest received."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Account:
    """Sums over the batches up to ``batch_id``; counts are values."""

    batch_id: int = 0
    batches: int = 0
    received: int = 0
    stored: int = 0
    duplicate: int = 0
    conflicting: int = 0
    quarantined: int = 0

    @property
    def closes(self) -> bool:
        """Whether every received value is accounted for exactly once."""
        return self.received == self.stored + self.duplicate + self.conflicting + self.quarantined

    def plus(self, other: Account) -> Account:
        """Both accounts as one, up to the later batch."""
        return Account(
            batch_id=max(self.batch_id, other.batch_id),
            batches=self.batches + other.batches,
            received=self.received + other.received,
            stored=self.stored + other.stored,
            duplicate=self.duplicate + other.duplicate,
            conflicting=self.conflicting + other.conflicting,
            quarantined=self.quarantined + other.quarantined,
        )
