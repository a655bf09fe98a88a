"""The faults themselves: each is caused for real, and mended again.

``strike`` tells whether the fault was met: a deadlock needs ingest to be there, for example.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import LiteralString

import psycopg

from citycore.store.connections import Connection
from stack.chaos.repository import QUERIES
from stack.chaos.rescue import have_ingest_replaced
from stack.chaos.schedule import FaultKind
from stack.chaos.servers import Servers
from stack.chaos.settings import ChaosSettings
from stack.waiting import wait_until

_RECOVERY_SECONDS = 20.0

Strike = Callable[[], bool]
Mend = Callable[[], None]


@dataclass
class DatabaseFaults:
    """What can happen to the database, or between it and ingest."""

    servers: Servers
    settings: ChaosSettings
    _held: Connection | None = field(default=None, init=False)
    _frozen: list[int] = field(default_factory=list, init=False)

    def actions(self) -> dict[FaultKind, tuple[Strike, Mend]]:
        return {
            FaultKind.DATABASE_CRASHED: (self.crash, self.recover),
            FaultKind.BACKEND_KILLED: (self.kill_backend, self.recover),
            FaultKind.DATABASE_FROZEN: (self.freeze, self.thaw),
            FaultKind.CONNECTIONS_CUT: (self.cut, self.cut_again),
            FaultKind.DISK_FULL: (self.fill_disk, self.empty_disk),
            FaultKind.LOCK_HELD: (self.hold_lock, self.let_go),
            FaultKind.DEADLOCK: (self.deadlock, self.let_go),
            FaultKind.SERIALIZATION: (self.fail_to_serialize, self.isolate_normally),
        }

    def crash(self) -> bool:
        self.servers.postgres.stop(crash=True)
        return True

    def recover(self) -> None:
        """Running and answering again; a server that gave up is started."""
        postgres = self.servers.postgres
        alive = postgres.child is not None and postgres.child.running
        if not (alive and wait_until(postgres.answers, _RECOVERY_SECONDS)):
            postgres.stop(crash=True)
            postgres.start()

    def kill_backend(self) -> bool:
        """SIGKILL to the server process of ingest, which makes PostgreSQL restart all of them."""
        backends = self._backends()
        for pid in backends:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return bool(backends)

    def freeze(self) -> bool:
        """A database that accepts everything and answers nothing."""
        self._frozen = self._backends()
        for pid in self._frozen:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
        return bool(self._frozen)

    def thaw(self) -> None:
        for pid in self._frozen:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        self._frozen = []

    def cut(self) -> bool:
        with self._connect(autocommit=True) as connection:
            row = connection.execute(QUERIES["cut_connections"]).fetchone()
        return row is not None and row[0] > 0

    def cut_again(self) -> None:
        self.cut()

    def fill_disk(self) -> bool:
        """Met once the database itself has said so."""
        if self.servers.disk is None:
            return False
        before = self._postgres_log().count("No space left")
        self.servers.disk.fill(self.settings.disk_left_kib)
        return wait_until(
            lambda: self._postgres_log().count("No space left") > before, self.settings.meet_seconds_max
        )

    def empty_disk(self) -> None:
        if self.servers.disk is not None:
            self.servers.disk.empty()
        self.recover()

    def hold_lock(self) -> bool:
        self._held = self._connect()
        self._held.execute(QUERIES["lock_latest"])
        return self._ingest_waits()

    def deadlock(self) -> bool:
        """Hold the row that ingest reaches last, then want the one that it holds."""
        before = self.servers.ingest_log().count("deadlock detected")
        if not self._block_last_row():
            return False
        assert self._held is not None
        with suppress(psycopg.OperationalError):  # they were faster, or we were the victim
            self._held.execute(QUERIES["lock_first_row"])
        self.let_go()
        return self._logged("deadlock detected", before)

    def fail_to_serialize(self) -> bool:
        """Change a row under a transaction of ingest that sees an older snapshot."""
        with self._connect(autocommit=True) as connection:
            connection.execute(QUERIES["isolate_strictly"])
        self.cut()
        # A failure is logged once until it is healed, so the cut has to be over.
        wait_until(self._ingest_is_back, self.settings.meet_seconds_max)
        before = self.servers.ingest_log().count("could not serialize")
        if not self._block_last_row():
            return False
        assert self._held is not None
        self._held.commit()
        return self._logged("could not serialize", before)

    def isolate_normally(self) -> None:
        self.let_go()
        with self._connect(autocommit=True) as connection:
            connection.execute(QUERIES["isolate_normally"])
        self.cut()

    def let_go(self) -> None:
        """Commit: it has changed nothing, and whoever waits goes on."""
        if self._held is not None:
            with suppress(psycopg.OperationalError):
                self._held.commit()
            self._held.close()
            self._held = None

    def _block_last_row(self) -> bool:
        self._held = self._connect()
        self._held.execute(QUERIES["lock_last_row"])
        return self._ingest_waits()

    def _ingest_waits(self) -> bool:
        with self._connect(autocommit=True) as watch:
            asked = QUERIES["ingest_waits_for_lock"]
            return wait_until(lambda: _is_true(watch, asked), self.settings.meet_seconds_max)

    def _ingest_is_back(self) -> bool:
        return bool(self._backends()) and self.servers.ingest_is_ready()

    def _logged(self, words: str, before: int) -> bool:
        return wait_until(lambda: self.servers.ingest_log().count(words) > before, 3.0)

    def _postgres_log(self) -> str:
        return self.servers.postgres.log.read_text("utf-8", "replace")

    def _backends(self) -> list[int]:
        with self._connect(autocommit=True) as connection:
            return [pid for (pid,) in connection.execute(QUERIES["ingest_backends"]).fetchall()]

    def _connect(self, *, autocommit: bool = False) -> Connection:
        connection = self.servers.postgres.superuser("falaj")
        connection.execute(QUERIES["be_patient"])
        connection.autocommit = autocommit
        return connection


@dataclass(frozen=True)
class ProcessFaults:
    """What can happen to ingest and to the broker as processes, and who else may come to the broker."""

    servers: Servers
    settings: ChaosSettings

    def actions(self) -> dict[FaultKind, tuple[Strike, Mend]]:
        broker = self.servers.broker
        return {
            FaultKind.INGEST_KILLED: (self.kill_ingest, self.servers.ingest.start),
            FaultKind.INGEST_FROZEN: (self.freeze_ingest, self.thaw_ingest),
            FaultKind.INGEST_STUCK: (self.freeze_ingest, self.replace_ingest),
            FaultKind.BROKER_KILLED: (self.kill_broker, broker.start),
            FaultKind.BROKER_EMPTIED: (self.empty_broker, broker.start),
            FaultKind.BROKER_RESTARTED: (self.stop_broker, broker.start),
            FaultKind.STRANGERS_HUB: (self.invite_stranger, self.servers.stranger.stop),
        }

    def kill_ingest(self) -> bool:
        self.servers.ingest.kill()
        return True

    def freeze_ingest(self) -> bool:
        return self._signal_ingest(signal.SIGSTOP)

    def thaw_ingest(self) -> None:
        self._signal_ingest(signal.SIGCONT)

    def replace_ingest(self) -> None:
        """Nobody wakes it: its supervisor has to find out."""
        have_ingest_replaced(self.servers, self.settings)

    def kill_broker(self) -> bool:
        self.servers.broker.stop(crash=True)
        return True

    def empty_broker(self) -> bool:
        """Killed, and the file that holds its queues is gone."""
        self.servers.broker.stop(crash=True)
        (self.servers.broker.folder / "mosquitto.db").unlink(missing_ok=True)
        return True

    def stop_broker(self) -> bool:
        self.servers.broker.stop()
        return True

    def invite_stranger(self) -> bool:
        """Another hub on the same broker, as somebody starts it who thinks of no other hub."""
        self.servers.stranger.start()
        return wait_until(self.servers.stranger_is_ready, self.settings.meet_seconds_max)

    def _signal_ingest(self, name: signal.Signals) -> bool:
        pid = self.servers.ingest_pid()
        if pid is not None:
            os.kill(pid, name)
        return pid is not None


def _is_true(connection: Connection, query: LiteralString) -> bool:
    row = connection.execute(query).fetchone()
    return row is not None and bool(row[0])
