"""Work of the worker that keeps a thread and a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from citycore.settings import StoreSettings
from citycore.store.connections import Connection, connect
from citycore.store.outages import is_outage
from stack.worker.guard import Guard
from stack.worker.outage import StoreState, back_off
from stack.worker.settings import WorkerSettings


@dataclass(slots=True, eq=False)
class ConnectedLoop:
    """Whatever fails, its thread goes on: when the database is away it waits longer each time, and all else rests as the guard says."""

    store: StoreSettings
    settings: WorkerSettings
    state: StoreState
    guard: Guard
    #: Which sources its connections see; see :func:`citycore.store.connections.full_url`.
    sources: str = field(default="", kw_only=True)
    _stopping: threading.Event = field(default_factory=threading.Event, init=False)

    def _keep_at(self, part: str, work: Callable[[Connection], None]) -> None:
        """``work`` on a connection, and on a new one after it failed, until the loop is stopped."""
        name = f"falaj-{part.replace('_', '-')}"
        delays = back_off(self.settings.back_off_seconds_min, self.settings.back_off_seconds_max)
        while not self._stopping.is_set():
            returns = self.state.returns
            try:
                with connect(
                    self.store.worker_url, self.store, name, autocommit=True, sources=self.sources
                ) as connection:
                    self.state.healed(part)
                    returns = self.state.returns
                    delays = back_off(self.settings.back_off_seconds_min, self.settings.back_off_seconds_max)
                    work(connection)
            except Exception as error:  # noqa: BLE001 (the boundary of a thread that must not end)
                if self._stopping.is_set():  # our own cancelling, or the database ends with us
                    return
                if is_outage(error):
                    self.state.broken(part, error, returns)
                    self._stopping.wait(next(delays))
                else:
                    self._stopping.wait(self.guard.failed(part, error))
