"""Processor time of an application in this process and of the sessions that its database has: what waiting for a busy machine does not touch."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from stack.postgres import PrivatePostgres

_SESSIONS = "SELECT pid FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend' AND pid <> pg_backend_pid()"


@dataclass(frozen=True, slots=True)
class Meter:
    """Of one database of a cluster on this machine."""

    postgres: PrivatePostgres
    database: str

    def read(self) -> tuple[float, dict[int, int]]:
        """Seconds of this process so far, and nanoseconds of each session of the database."""
        with self.postgres.superuser() as connection:
            sessions = [pid for (pid,) in connection.execute(_SESSIONS, [self.database]).fetchall()]
        return time.process_time(), {pid: _nanoseconds(pid) for pid in sessions}

    def milliseconds_since(self, before: tuple[float, dict[int, int]]) -> float:
        """Both together since then; of a session that has come meanwhile all of it."""
        own = time.process_time() - before[0]
        return 1_000 * (own + self.sessions_since(before[1]))

    def sessions_since(self, before: dict[int, int]) -> float:
        """Seconds of the sessions alone."""
        _, sessions = self.read()
        return sum(spent - before.get(pid, 0) for pid, spent in sessions.items()) / 1e9


def process_seconds(pid: int) -> float:
    """What all threads of a process have used so far, those that have ended too, by the kernel's clock of that process."""
    # As clock_getcpuclockid(3) makes the number of the clock (CPUCLOCK_SCHED).
    return time.clock_gettime((~pid << 3) | 2)


def session_seconds(pid: int) -> float:
    """What one session of the database has used so far."""
    return _nanoseconds(pid) / 1e9


def _nanoseconds(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])
    except OSError:  # it has just ended
        return 0
