"""One run: publish, strike, mend, drain, and draw up the account."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import inf
from typing import get_args

import psycopg
import structlog

from citycore.model import ResultType
from ingest.rollups import roll_up
from stack.chaos import repository
from stack.chaos.account import Difference, compare, compare_dead_letters
from stack.chaos.faults import DatabaseFaults, ProcessFaults
from stack.chaos.load import Kind, Load, Shares, first_number_at
from stack.chaos.publisher import Device
from stack.chaos.schedule import Component, Fault, FaultKind, Step, schedule, timeline
from stack.chaos.servers import Servers, private_servers
from stack.chaos.settings import ChaosSettings
from stack.chaos.verdict import Outage, Outcome, Struck
from stack.chaos.watch import DropWatch, MemoryWatch
from stack.stopping import Stop
from stack.waiting import wait_until

log = structlog.get_logger()

#: What is said of each traceback of ingest.
_TRACEBACK_CHARACTERS = 6_000
_SUPERVISE_SECONDS = 0.2
_HEAL_SECONDS_MAX = 120.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to happen: which faults, for how long, at which rate."""

    seed: int
    rate: float
    seconds: float
    shares: Shares
    outage_seconds: float | None = None

    def faults(self, settings: ChaosSettings, kinds: Sequence[FaultKind]) -> tuple[Fault, ...]:
        if self.outage_seconds is None:
            return schedule(self.seed, self.seconds, settings, kinds)
        return (Fault(settings.outage_margin_seconds, FaultKind.DATABASE_CRASHED, self.outage_seconds),)


def chaos_plan(seed: int, rate: float, minutes: float) -> Plan:
    return Plan(seed, rate, minutes * 60, Shares())


def outage_plan(seed: int, rate: float, minutes: float, settings: ChaosSettings) -> Plan:
    """The database is away for so long; no deliberate conflicts, so that order can be seen in the batches."""
    away = minutes * 60
    return Plan(seed, rate, away + 2 * settings.outage_margin_seconds, Shares(0.0, 0.0, 0.01), away)


def carry_out(plan: Plan, settings: ChaosSettings, stop: Stop, say: Callable[[str], None]) -> Outcome:
    """Carry out the plan on servers of its own; ``say`` hears what happens, line by line.

    :class:`~stack.stopping.StopRequested` if the user wants it to end; nothing is left running then.
    """
    with ExitStack() as stack:
        # A server lives no longer than the thread that started it, so the threads outlive the servers.
        strikers = {
            component: stack.enter_context(ThreadPoolExecutor(1, component)) for component in Component
        }
        servers = stack.enter_context(private_servers(settings))
        return _Run(plan, settings, servers, strikers, stop, say).carry_out()


@dataclass
class _Run:
    plan: Plan
    settings: ChaosSettings
    servers: Servers
    strikers: Mapping[Component, ThreadPoolExecutor]
    stop: Stop
    say: Callable[[str], None]
    struck: Struck = field(default_factory=Struck, init=False)

    def __post_init__(self) -> None:
        servers, settings = self.servers, self.settings
        self.load = Load(self.plan.seed, int(self.plan.rate * self.plan.seconds), self.plan.shares)
        self.device = Device(servers.broker.port, self.load, self.plan.rate, settings)
        self.memory = MemoryWatch(servers.ingest_pid, settings.sample_seconds)
        self.drops = DropWatch(servers.broker.settings)
        self.skipped = (FaultKind.DISK_FULL,) if servers.disk is None else ()
        self.actions = (
            DatabaseFaults(servers, settings).actions() | ProcessFaults(servers, settings).actions()
        )
        strike, mend = self.actions[FaultKind.BROKER_EMPTIED]
        self.actions[FaultKind.BROKER_EMPTIED] = (lambda: self._has_caught_up() and strike(), mend)
        #: Between a fault of ingest and its mending it may be dead.
        self._ingest_is_struck = threading.Event()

    def carry_out(self) -> Outcome:
        publishing = threading.Thread(target=self.device.run, name="device")
        self.memory.start()
        self.drops.start()
        began, began_at = time.monotonic(), datetime.now(UTC)
        publishing.start()
        try:
            self._strike(began)
            self._sleep_until(began + self.plan.seconds)
            self.device.release()
            while publishing.is_alive():
                self._supervise()
                publishing.join(_SUPERVISE_SECONDS)
            ended = time.monotonic()
            self._drain()
            return self._outcome(began, began_at, time.monotonic() - ended)
        finally:
            self.device.cancel()
            publishing.join()
            self.memory.stop()
            self.drops.stop()

    def _strike(self, began: float) -> None:
        """Every step at its instant; a component's steps wait for each other, and for no other's."""
        kinds = [kind for kind in FaultKind if kind not in self.skipped]
        taken: list[Future[None]] = []
        try:
            for step in timeline(self.plan.faults(self.settings, kinds)):
                self._sleep_until(began + step.at)
                taken.append(self.strikers[step.fault.kind.component].submit(self._take, step))
            while not all(each.done() for each in taken):
                self._supervise()
                time.sleep(_SUPERVISE_SECONDS)
        finally:
            for each in taken:
                each.cancel()
        for each in taken:
            each.result()

    def _take(self, step: Step) -> None:
        strike, mend = self.actions[step.fault.kind]
        if step.fault.kind.component is Component.INGEST:
            self._ingest_is_struck.set()
        if step.begins:
            self._note(step, self._is_met(strike))
            return
        mend()
        if step.fault.kind.component is Component.INGEST:
            self._ingest_is_struck.clear()

    def _has_caught_up(self) -> bool:
        """Waits until ingest is no further behind than the device remembers: what a broker that loses its file takes
        along beyond that, nobody can bring back, and nobody promises to. A device that
        remembers nothing shows just that.
        """
        remembered = self.settings.republish_seconds
        return not remembered or wait_until(
            lambda: self._behind_seconds() < remembered / 2, self.settings.meet_seconds_max
        )

    def _behind_seconds(self) -> float:
        try:
            with self.servers.postgres.superuser("falaj") as connection:
                newest = repository.newest_instant(connection)
        except psycopg.Error:  # struck at the same time
            return inf
        return self.device.age_seconds(0 if newest is None else first_number_at(newest))

    def _is_met(self, strike: Callable[[], bool]) -> bool:
        try:
            return strike()
        except psycopg.Error as error:  # the database was not there to be struck
            log.info("fault_missed", error=str(error).strip())
            return False

    def _note(self, step: Step, met: bool) -> None:
        (self.struck.met if met else self.struck.missed)[step.fault.kind] += 1
        self.say(
            f"{step.at:6.1f} s  {step.fault.kind.value}  {step.fault.seconds:.1f} s{'' if met else '  (–)'}"
        )

    def _sleep_until(self, end: float) -> None:
        while (rest := end - time.monotonic()) > 0:
            self._supervise()
            time.sleep(min(rest, _SUPERVISE_SECONDS))

    def _supervise(self) -> None:
        """An ingest that ended by itself is started again, as a supervisor does, and counted."""
        self.stop.check()
        if not self._ingest_is_struck.is_set() and not self.servers.ingest.running:
            self.struck.ended_alone += 1
            self.servers.ingest.start()

    def _drain(self) -> None:
        """Wait until ingest is well and its ledger has stood still for a while."""
        wait_until(self.servers.ingest_is_ready, _HEAL_SECONDS_MAX, alive=lambda: not self.stop.requested)
        end = time.monotonic() + self.settings.drain_seconds_max
        still_since, received = time.monotonic(), -1
        while time.monotonic() - still_since < self.settings.quiet_seconds and time.monotonic() < end:
            self._supervise()
            with self.servers.postgres.superuser("falaj") as connection:
                now_received = repository.read_ledger(connection).running.received
            if now_received != received:
                still_since, received = time.monotonic(), now_received
            time.sleep(_SUPERVISE_SECONDS)

    def _outcome(self, began: float, began_at: datetime, drain_seconds: float) -> Outcome:
        published = self.device.tally.published
        with self.servers.postgres.superuser("falaj") as connection:
            ids = repository.find_datastream_ids(connection)
            rolled_up = self._roll_up() and repository.count_unrolled(connection) == 0
            expected = self.load.rows(published, ids)
            rows = sum(
                (
                    compare(expected[each], repository.read_rows(connection, each))
                    for each in get_args(ResultType)
                ),
                Difference(),
            )
            return Outcome(
                seed=self.plan.seed,
                rate=self.plan.rate,
                seconds=self.plan.seconds,
                tally=self.device.tally,
                rows=rows,
                ledger=repository.read_ledger(connection),
                values_published=self.load.values(),
                letters=compare_dead_letters(
                    self.load.letters(published), repository.read_dead_letters(connection)
                ),
                stall_seconds=repository.longest_stall_seconds(connection, began_at),
                drain_seconds=max(0.0, drain_seconds - self.settings.quiet_seconds),
                peak_bytes=self.memory.peak_bytes,
                dropped=self.drops.dropped,
                rolled_up=rolled_up,
                absurd=int((self.load.kinds[:published] == Kind.ABSURD).sum()),
                met=self.struck.met,
                missed=self.struck.missed,
                skipped=self.skipped,
                ended_alone=self.struck.ended_alone,
                tracebacks=self._tracebacks(),
                outage=self._outage(began, repository.count_disordered(connection)),
            )

    def _tracebacks(self) -> int:
        """How many ingest wrote; each is said here, because its log ends with the run."""
        _, *parts = self.servers.ingest_log().split("Traceback (most recent call last)")
        for part in parts:
            log.error("traceback_of_ingest", text=part[:_TRACEBACK_CHARACTERS].strip())
        return len(parts)

    def _roll_up(self) -> bool:
        """Bring the hourly figures up to date with the worker's rights; whether that could be done."""
        try:
            with psycopg.connect(self.servers.postgres.url("worker"), autocommit=True) as connection:
                while roll_up(connection):
                    self.stop.check()
        except psycopg.Error as error:
            log.warning("roll_up_failed", error=str(error).strip())
            return False
        return True

    def _outage(self, began: float, disordered: int) -> Outage | None:
        away = self.plan.outage_seconds
        if away is None:
            return None
        gone = began + self.settings.outage_margin_seconds
        sizes = (len(payload) for _, payload in map(self.load.message, range(len(self.load))))
        return Outage(
            seconds=away,
            before_bytes=max(self.memory.between(began, gone), default=0),
            during_bytes_max=max(self.memory.between(gone, gone + away), default=0),
            growth_bytes_max=self.settings.outage_growth_bytes_max,
            published_bytes=int(sum(sizes) * away / self.plan.seconds),
            disordered=disordered,
        )
