"""A Dask cluster, by the address of its scheduler. Its workers need this package and no database."""

from __future__ import annotations

import contextlib
import pickle
import time
from dataclasses import dataclass, field
from typing import Any

from forecasting.running.child import perform
from forecasting.running.model import Outcome, Task
from forecasting.running.processes import overdue, read_answer

#: How long a worker of the cluster has to start anew after a task of it hung.
_RESTART_SECONDS = 30
_POLL_SECONDS = 1.0


@dataclass(slots=True, eq=False)
class Cluster:
    """A :class:`forecasting.running.model.Runner`. As many tasks are on their way as the cluster has threads."""

    #: A ``distributed.Client``; the library has no types.
    client: Any
    _busy: dict[Any, tuple[Task, float]] = field(default_factory=dict, init=False)

    @classmethod
    def at(cls, address: str, seconds_max: float) -> Cluster:
        """:class:`OSError` (a time-out is one) if nobody answers there."""
        import distributed

        client: Any = distributed.Client
        return cls(client(address, timeout=seconds_max))

    @property
    def has_room(self) -> bool:
        threads: int = sum(self.client.nthreads().values())
        return len(self._busy) < max(1, threads)

    @property
    def is_busy(self) -> bool:
        return bool(self._busy)

    def start(self, task: Task) -> None:
        given = pickle.dumps(task.work, protocol=pickle.HIGHEST_PROTOCOL)
        future = self.client.submit(perform, given, pure=False)
        self._busy[future] = (task, time.monotonic() + task.seconds_max)

    def wait(self) -> Outcome:
        while True:
            for future, (task, deadline) in self._busy.items():
                if future.done():
                    del self._busy[future]
                    return _outcome(task, future)
                if time.monotonic() >= deadline:
                    del self._busy[future]
                    self._end(future)
                    return overdue(task)
            soonest = min(deadline for _, deadline in self._busy.values()) - time.monotonic()
            self._wait(min(max(soonest, 0.0), _POLL_SECONDS))

    def close(self) -> None:
        for future in self._busy:
            future.cancel()
        self._busy.clear()
        self.client.close()

    def _wait(self, seconds: float) -> None:
        """Until a task is over, or for so long."""
        import distributed

        wait: Any = distributed.wait
        with contextlib.suppress(TimeoutError):
            wait(list(self._busy), timeout=seconds, return_when="FIRST_COMPLETED")

    def _end(self, future: Any) -> None:
        """Nothing ends a thread: its worker is started anew, and what else it had goes to others."""
        where = [address for address, keys in self.client.processing().items() if future.key in keys]
        future.cancel()
        # A worker without a nanny cannot be started anew; it is then busy until its task is over.
        with contextlib.suppress(Exception):
            self.client.restart_workers(where, timeout=_RESTART_SECONDS, raise_for_error=False)


def _outcome(task: Task, future: Any) -> Outcome:
    try:
        answer = future.result()
    except Exception as error:  # noqa: BLE001 (whatever a cluster says of a task that it could not do)
        return Outcome(task, fault="died", reason=str(error).splitlines()[0] if str(error) else "no reason")
    return read_answer(task, answer)
