"""Raises alerts as soon as a batch is committed, and tells them, in threads that nothing else delays."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import structlog

from citycore.alerts.settings import AlertSettings
from citycore.clock import Clock
from citycore.store.connections import ACCEPTED_ONLY, Connection
from ingest.alerts.delivering import Courier, Webhooks
from ingest.alerts.evaluating import Evaluator
from ingest.alerts.subjects import QUERIES
from stack.worker.alert_mails import AlertMails
from stack.worker.connected import ConnectedLoop

EVALUATION, DELIVERY = "alerts", "alert_deliveries"
RULES_CHANNEL = "falaj_alert_rules"
log = structlog.get_logger()


@dataclass(slots=True, eq=False)
class AlertLoop(ConnectedLoop):
    """``start``, then ``stop``. What fails rests and is tried again; the other thread goes on meanwhile."""

    clock: Clock = field(kw_only=True)
    sources: str = field(default=ACCEPTED_ONLY, kw_only=True)
    alerts: AlertSettings = field(default_factory=AlertSettings)
    _threads: list[threading.Thread] = field(default_factory=list, init=False)

    def start(self) -> None:
        for part, work in ((EVALUATION, self._evaluate), (DELIVERY, self._deliver)):
            thread = threading.Thread(target=self._keep_at, args=(part, work), name=part, daemon=True)
            thread.start()
            self._threads.append(thread)

    @property
    def lives(self) -> bool:
        """Whether both threads are there. What they work on may take as long as it takes."""
        return bool(self._threads) and all(thread.is_alive() for thread in self._threads)

    def stop(self, seconds_max: float = 0.0) -> bool:
        """Let both end after what they have in hand; whether they have in time. What is not committed is done again."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(seconds_max)
        return not any(thread.is_alive() for thread in self._threads)

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
