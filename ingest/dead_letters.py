"""Housekeeping of dead letters: bounded by number, bytes and age; what it removes is counted.

Too old is what was not received again for ``letters_age_days_max``. Where there are too many
or too large, replayed and discarded letters go first, then open ones: of topics that are not the
hub's, of things that nobody registered, and last those of registered things, which strangers
cannot push out. Each time those go first that were received longest ago. Between two runs the bounds may be exceeded by what arrived.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from ingest.settings import IngestSettings

QUERIES = load_queries("ingest", "dead_letters.sql")


@dataclass(frozen=True, slots=True)
class Amount:
    """Letters and the bytes of their payloads."""

    letters: int = 0
    payload_bytes: int = 0

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.letters + other.letters, self.payload_bytes + other.payload_bytes)

    def __bool__(self) -> bool:
        return self.letters > 0 or self.payload_bytes > 0

    def above(self, bound: Amount) -> Amount:
        """How much of this lies above the bound, each at least 0."""
        return Amount(max(0, self.letters - bound.letters), max(0, self.payload_bytes - bound.payload_bytes))


NOTHING = Amount()
_ALL = Amount(2**62, 2**62)
_ANY_REASON: tuple[str | None, ...] = (None,)
#: Whose open letters go first where there are too many; None is everybody's.
_REASONS_IN_TURN = ("unknown_topic", "unknown_thing", None)


def tidy_dead_letters(connection: Connection, settings: IngestSettings, now: datetime) -> Amount:
    """Keep within the bounds and count what is left; the amount removed.

    The connection is the worker's and not in a transaction: each batch of removals is one.
    """
    run = _Housekeeping(connection, settings, now)
    removed = run.remove_old() + run.remove_excess()
    run.keep_counts()
    return removed


@dataclass(frozen=True, slots=True)
class _Housekeeping:
    connection: Connection
    settings: IngestSettings
    now: datetime

    def remove_old(self) -> Amount:
        before = self.now - timedelta(days=self.settings.letters_age_days_max)
        removed = NOTHING
        for is_open in (False, True):
            while some := self._remove(_ALL, before, is_open=is_open):
                removed += some
        return removed

    def remove_excess(self) -> Amount:
        bound = Amount(self.settings.letters_rows_max, self.settings.letters_bytes_max)
        excess, removed = self._present().above(bound), NOTHING
        for is_open, reasons in ((False, _ANY_REASON), (True, _REASONS_IN_TURN)):
            for reason in reasons:
                while excess and (some := self._remove(excess, "infinity", reason, is_open=is_open)):
                    removed += some
                    excess = excess.above(some)
        return removed

    def keep_counts(self) -> None:
        with self.connection.transaction():
            self.connection.execute(QUERIES["forget_counts"])
            self.connection.execute(QUERIES["keep_counts"], {"now": self.now})

    def _present(self) -> Amount:
        with self.connection.transaction():
            rows = self.connection.execute(QUERIES["count_dead_letters"]).fetchall()
        return sum((Amount(letters, payload_bytes) for *_, letters, payload_bytes in rows), NOTHING)

    def _remove(
        self, excess: Amount, before: datetime | str, reason: str | None = None, *, is_open: bool
    ) -> Amount:
        """One batch, one transaction."""
        with self.connection.transaction():
            row = self.connection.execute(
                QUERIES["remove_dead_letters"],
                {
                    "is_open": is_open,
                    "reason": reason,
                    "before": before,
                    "now": self.now,
                    "rows_max": self.settings.letters_removal_rows_max,
                    "excess_rows": excess.letters,
                    "excess_bytes": excess.payload_bytes,
                },
            ).fetchone()
        assert row is not None
        return Amount(*row)
