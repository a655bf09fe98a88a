"""Keeps the broker's users those of the store: what was revoked while it was away, and what it should not know, goes."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import structlog

from citycore.broker import credentials
from citycore.broker.connecting import administrator
from citycore.errors import FalajError
from citycore.settings import BrokerSettings
from citycore.store.connections import Connection
from citycore.store.outages import is_outage
from citycore.store.queries import load_queries
from stack.worker.connected import ConnectedLoop

PART = "device_credentials"
#: Changes of these tables may be changes of who may send what.
TABLES = frozenset({"source_credentials", "sources", "things"})
QUERIES = load_queries("stack.worker")
log = structlog.get_logger()


@dataclass(slots=True, eq=False)
class DeviceLoop(ConnectedLoop):
    """``start``, then ``stop``. Without an administrator at the broker it has nothing to do."""

    broker: BrokerSettings = field(kw_only=True)
    #: Credentials that the broker does not know: they have to be made anew.
    unknown: int = field(default=0, init=False)

    def start(self) -> None:
        if administrator(self.broker) is not None:
            threading.Thread(target=self._keep_at, args=(PART, self._keep), name=PART, daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()

    def _keep(self, connection: Connection) -> None:
        connection.execute(QUERIES["listen_for_registry"])
        while not self._stopping.is_set():
            if not self.guard.is_resting(PART):
                self.reconcile(connection)
            self._await_change(connection)

    def reconcile(self, connection: Connection) -> None:
        """A broker that does not listen is told of in the list of failures, and asked again."""
        try:
            done = credentials.reconcile(connection, self.broker)
        except FalajError as error:
            if is_outage(error):
                raise
            self.guard.failed(PART, error, is_traced=False)
            return
        self.guard.healed(PART)
        if done.withdrawn or done.changed or done.told:
            log.info("device_users_changed", withdrawn=done.withdrawn, changed=done.changed, told=done.told)
        if done.unknown != self.unknown:
            self.unknown = done.unknown
            log.warning(
                "credentials_unknown_to_the_broker",
                count=done.unknown,
                what="make new ones: falaj sources credentials SOURCE",
            )

    def _await_change(self, connection: Connection) -> None:
        """Until somebody changes who may send what, or it is time to look anyway."""
        rest = self.settings.devices_seconds
        while rest > 0 and not self._stopping.is_set():
            step = min(rest, self.settings.poll_seconds)
            # Whole, before anything else is asked: it holds the connection until it ends.
            heard = {notice.payload for notice in connection.notifies(timeout=step, stop_after=1)}
            if heard & TABLES:
                self._stopping.wait(self.settings.gather_seconds)
                for _ in connection.notifies(timeout=0):  # what belongs together comes together
                    pass
                return
            rest -= step
