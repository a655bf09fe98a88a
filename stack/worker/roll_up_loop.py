"""Roll up dirty hours as soon as a batch is committed, in a thread that nothing else delays."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import structlog

from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from ingest.rollups import roll_up, roll_up_days, roll_up_periods, settle_hours
from stack.worker.connected import ConnectedLoop

PART = "roll_ups"
QUERIES = load_queries("stack.worker")
log = structlog.get_logger()


@dataclass(slots=True, eq=False)
class RollUpLoop(ConnectedLoop):
    """``start``, then ``stop``. Nothing but that ends it: what cannot be rolled up rests and is tried again."""

    _thread: threading.Thread | None = field(default=None, init=False)
    _connection: Connection | None = field(default=None, init=False)

    def start(self) -> None:
        self._thread = threading.Thread(
            target=self._keep_at, args=(PART, self._roll_up_until_stopped), name=PART, daemon=True
        )
        self._thread.start()

    @property
    def lives(self) -> bool:
        """Whether its thread is there. What it works on may take as long as it takes."""
        return self._thread is not None and self._thread.is_alive()

    def stop(self, seconds_max: float) -> bool:
        """Let the roll-up at work finish, or cancel it; whether the loop has ended in time."""
        self._stopping.set()
        if self._thread is None:
            return True
        self._thread.join(seconds_max / 2)
        connection = self._connection
        if self._thread.is_alive() and connection is not None:
            connection.cancel_safe(timeout=seconds_max / 4)
        self._thread.join(seconds_max / 4)
        return not self._thread.is_alive()

    def _roll_up_until_stopped(self, connection: Connection) -> None:
        self._connection = connection
        connection.execute(QUERIES["listen_for_batches"])
        self.guard.healed(PART)
        while not self._stopping.is_set():
            # What was told up to now is in the next roll-up. Notices that nobody reads are kept for ever, and under
            # load there is always more to roll up.
            for _ in connection.notifies(timeout=0):
                pass
            # What comes in is served before each turn of the others, which are bounded, so that it never waits long.
            counts: Counter[str] = Counter()
            for job, work in (
                ("whole_hours", settle_hours),
                ("daily_roll_ups", roll_up_days),
                ("monthly_roll_ups", roll_up_periods),
            ):
                counts["hours"] += self._attempt("hourly_roll_ups", partial(roll_up, connection))
                counts[job] += self._attempt(job, partial(work, connection))
            if any(counts.values()):
                log.debug("rolled_up", **counts)
            else:
                for _ in connection.notifies(timeout=self.settings.poll_seconds, stop_after=1):
                    pass
            self._stopping.wait(self.settings.gather_seconds)

    def _attempt(self, job: str, work: Callable[[], int]) -> int:
        """How many; what cannot be done of one job keeps none of the others from it."""
        return self.guard.attempt(job, work, self._stopping.is_set) or 0
