"""Raises alerts as soon as a batch is committed, and tells them, in threads that nothing else delays."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import structlog

from citycore.alerts.settings import AlertSettings
from citycore.clock import Clock
from citycore.settings import StoreSettings
from citycore.store.connections import Connection, connect
from citycore.store.outages import is_outage
from ingest.alerts.delivering import Courier, Webhooks
from ingest.alerts.evaluating import Evaluator
from ingest.alerts.subjects import QUERIES
from stack.worker.alert_mails import AlertMails
from stack.worker.guard import Guard
from stack.worker.outage import StoreState, back_off
from stack.worker.settings import WorkerSettings

EVALUATION, DELIVERY = "alerts", "alert_deliveries"
RULES_CHANNEL = "falaj_alert_rules"
log = structlog.get_logger()


@dataclass(slots=True, eq=False)
class AlertLoop:
    """``start``, then ``stop``. What fails rests and is tried again; the other thread goes on meanwhile."""

    store: StoreSettings
    settings: WorkerSettings
    state: StoreState
    guard: Guard
    clock: Clock
    alerts: AlertSettings = field(default_factory=AlertSettings)
    _stopping: threading.Event = field(default_factory=threading.Event, init=False)
    _threads: list[threading.Thread] = field(default_factory=list, init=False)

    def start(self) -> None:
        for part, work in ((EVALUATION, self._evaluate), (DELIVERY, self._deliver)):
            thread = threading.Thread(target=self._run, args=(part, work), name=part, daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self, seconds_max: float = 0.0) -> bool:
        """Let both end after what they have in hand; whether they have in time. What is not committed is done again."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(seconds_max)
        return not any(thread.is_alive() for thread in self._threads)

    def _run(self, part: str, work: Callable[[Connection], None]) -> None:
        delays = back_off(self.settings.back_off_seconds_min, self.settings.back_off_seconds_max)
        while not self._stopping.is_set():
            returns = self.state.returns
            try:
                with connect(
                    self.store.worker_url, self.store, f"falaj-{part.replace('_', '-')}", autocommit=True
                ) as connection:
                    self.state.healed(part)
                    returns = self.state.returns
                    delays = back_off(self.settings.back_off_seconds_min, self.settings.back_off_seconds_max)
                    work(connection)
            except Exception as error:  # noqa: BLE001 (the boundary of this thread, which must not end)
                if self._stopping.is_set():
                    return
                if is_outage(error):
                    self.state.broken(part, error, returns)
                    self._stopping.wait(next(delays))
                else:
                    self._stopping.wait(self.guard.failed(part, error))

    def _evaluate(self, connection: Connection) -> None:
        evaluator = Evaluator(connection, self.alerts)
        while not evaluator.lead():
            if self._stopping.wait(self.alerts.poll_seconds):
                return
        connection.execute(QUERIES["listen"])
        connection.execute(QUERIES["listen_for_rules"])
        evaluator.refresh(self.clock())
        self.guard.healed(EVALUATION)
        looked_at, wait = 0.0, 0.0
        while not self._stopping.is_set():
            if RULES_CHANNEL in _heard(connection, wait):
                evaluator.refresh(self.clock())
            self._stopping.wait(self.alerts.gather_seconds if wait else 0.0)
            batches = evaluator.evaluate(self.clock())
            if time.monotonic() - looked_at >= self.alerts.look_seconds:
                looked_at = time.monotonic()
                evaluator.refresh_if_registry_changed(self.clock())
                evaluator.look(self.clock())
            is_behind = batches >= self.alerts.batches_max
            wait = 0.0 if is_behind else min(self.alerts.poll_seconds, self.alerts.look_seconds)

    def _deliver(self, connection: Connection) -> None:
        webhooks = Webhooks(self.alerts, self.clock)
        try:
            with ThreadPoolExecutor(self.alerts.senders, thread_name_prefix="falaj-webhooks") as pool:
                couriers = (
                    Courier(webhooks.send, pool, self.alerts),
                    Courier(AlertMails(self.store, self.clock).send, pool, self.alerts, "mail"),
                )
                self.guard.healed(DELIVERY)
                while not self._stopping.is_set():
                    if not sum(courier.deliver(connection, self.clock()) for courier in couriers):
                        self._stopping.wait(self.alerts.gather_seconds or self.alerts.poll_seconds)
        finally:
            webhooks.close()


def _heard(connection: Connection, seconds_max: float) -> set[str]:
    """On which channels something was told, as soon as anything is. Read whole before anything else is asked: what comes
    while the notices are being read and a question is answered would be lost.
    """
    return {notice.channel for notice in connection.notifies(timeout=seconds_max, stop_after=1)}
