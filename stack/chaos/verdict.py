"""What a run has shown, and whether it is good. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from stack.chaos.account import Difference, Ledger, Letters
from stack.chaos.publisher import Tally
from stack.chaos.schedule import FaultKind


@dataclass(frozen=True, slots=True)
class Outage:
    """What only the long absence of the database shows."""

    seconds: float
    before_bytes: int
    during_bytes_max: int
    growth_bytes_max: int
    published_bytes: int
    disordered: int

    @property
    def growth_bytes(self) -> int:
        return max(0, self.during_bytes_max - self.before_bytes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """All figures of one run."""

    seed: int
    rate: float
    seconds: float
    tally: Tally
    rows: Difference
    ledger: Ledger
    values_published: int
    letters: Letters
    stall_seconds: float
    drain_seconds: float
    peak_bytes: int
    dropped: int
    #: Whether every hour has its figures, and how many messages held a number that no sensor can mean.
    rolled_up: bool
    absurd: int
    #: How often each kind struck and was met, and how often it struck in vain.
    met: Counter[FaultKind]
    missed: Counter[FaultKind]
    skipped: tuple[FaultKind, ...] = ()
    ended_alone: int = 0
    tracebacks: int = 0
    outage: Outage | None = None

    @property
    def failures(self) -> list[str]:
        """What is wrong, by the name of its text; empty for a good run."""
        checks = {
            "lost": self.rows.lost == 0,
            "duplicated": self.rows.duplicated == 0,
            "wrong": self.rows.wrong == 0,
            "strange": self.rows.strange == 0,
            "unacknowledged": self.tally.acknowledged == self.tally.published,
            "letters": self.letters.agree,
            "dropped": self.dropped == 0,
            "not_rolled_up": self.rolled_up,
            "ended_alone": self.ended_alone == 0,
            "tracebacks": self.tracebacks == 0,
        }
        failed = [name for name, good in checks.items() if not good]
        open_parts = self.ledger.faults(self.rows.stored, self.values_published)
        failed += [f"ledger_{name}" for name in open_parts]
        if self.outage is not None:
            failed += ["grown"] * (self.outage.growth_bytes > self.outage.growth_bytes_max)
            failed += ["disordered"] * (self.outage.disordered > 0)
        return failed


@dataclass(slots=True)
class Struck:
    """Counts of faults while the run lasts."""

    met: Counter[FaultKind] = field(default_factory=Counter)
    missed: Counter[FaultKind] = field(default_factory=Counter)
    ended_alone: int = 0
