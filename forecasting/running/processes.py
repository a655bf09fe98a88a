"""Processes of this machine, one task at a time each. One that hangs or dies is replaced and its task given back.

The library's pool is broken as a whole when one of its processes is killed, and cannot end a single task.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory

from forecasting.running.child import perform, serve
from forecasting.running.model import Outcome, Task
from forecasting.running.settings import RunningSettings

#: Fits share the machine by processes; threads of a library beside them would only hurt.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@dataclass(slots=True, eq=False)
class _Child:
    process: BaseProcess
    connection: Connection
    folder: TemporaryDirectory[str]
    tasks: int = 0
    task: Task | None = None
    deadline: float = 0.0

    def begin(self, task: Task) -> None:
        self.task, self.tasks = task, self.tasks + 1
        self.deadline = time.monotonic() + task.seconds_max
        with contextlib.suppress(OSError):  # a process that is gone is found when its answer is awaited
            self.connection.send_bytes(pickle.dumps(task.work, protocol=pickle.HIGHEST_PROTOCOL))

    def take(self) -> Outcome:
        """What the task came to; the process has answered or is gone."""
        task = self.task
        assert task is not None, "only a busy process answers"
        self.task = None
        try:
            answer = self.connection.recv_bytes()
        except (EOFError, OSError):
            self.process.join(1)
            return Outcome(task, fault="died", reason=f"its process ended with {self.process.exitcode}")
        return read_answer(task, answer)

    def end(self) -> None:
        """Kill it with whatever it has started (Stan runs beside it), and remove its files."""
        for pid in reversed([*descendants(self.process.pid), self.process.pid]):
            if pid is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        self.process.join()
        self.connection.close()
        self.folder.cleanup()


@dataclass(slots=True, eq=False)
class Processes:
    """A :class:`forecasting.running.model.Runner`; processes are started as they are needed."""

    settings: RunningSettings
    niceness: int = 0
    _idle: list[_Child] = field(default_factory=list, init=False)
    _busy: list[_Child] = field(default_factory=list, init=False)

    @property
    def has_room(self) -> bool:
        return len(self._busy) < self.settings.processes

    @property
    def is_busy(self) -> bool:
        return bool(self._busy)

    def start(self, task: Task) -> None:
        child = self._idle.pop() if self._idle else self._spawn()
        self._busy.append(child)
        child.begin(task)

    def wait(self) -> Outcome:
        while True:
            soonest = min(child.deadline for child in self._busy)
            ready = set(
                wait([child.connection for child in self._busy], max(0.0, soonest - time.monotonic()))
            )
            for child in self._busy:
                if child.connection in ready:
                    return self._answered(child)
            for child in self._busy:
                if time.monotonic() >= child.deadline:
                    return self._overdue(child)

    def close(self) -> None:
        for child in (*self._busy, *self._idle):
            child.end()
        self._busy.clear()
        self._idle.clear()

    def _answered(self, child: _Child) -> Outcome:
        self._busy.remove(child)
        outcome = child.take()
        if outcome.fault == "died" or child.tasks >= self.settings.tasks_per_process_max:
            child.end()
        else:
            self._idle.append(child)
        return outcome

    def _overdue(self, child: _Child) -> Outcome:
        self._busy.remove(child)
        task = child.task
        assert task is not None, "only a busy process is overdue"
        child.end()
        return overdue(task)

    def _spawn(self) -> _Child:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        folder = TemporaryDirectory(prefix="falaj-forecast-", ignore_cleanup_errors=True)
        process = context.Process(
            target=serve, args=(theirs, folder.name, self.niceness, os.getpid()), daemon=True
        )
        with _environment(ONE_THREAD):
            process.start()
        theirs.close()
        return _Child(process, ours, folder)


@dataclass(slots=True, eq=False)
class Inline:
    """Here and now, without a limit of time: for tests, and where there is one task and no harm in waiting."""

    _waiting: list[Task] = field(default_factory=list, init=False)

    @property
    def has_room(self) -> bool:
        return not self._waiting

    @property
    def is_busy(self) -> bool:
        return bool(self._waiting)

    def start(self, task: Task) -> None:
        self._waiting.append(task)

    def wait(self) -> Outcome:
        task = self._waiting.pop()
        return read_answer(task, perform(pickle.dumps(task.work, protocol=pickle.HIGHEST_PROTOCOL)))

    def close(self) -> None:
        self._waiting.clear()


def read_answer(task: Task, answer: bytes) -> Outcome:
    """What the process of a task has said."""
    is_done, said = pickle.loads(answer)  # noqa: S301 (of a process that we have started, or of our cluster)
    return Outcome(task, said) if is_done else Outcome(task, fault="error", reason=said)


def overdue(task: Task) -> Outcome:
    return Outcome(task, fault="timeout", reason=f"it took longer than {task.seconds_max:.0f} seconds")


@contextlib.contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """A process that starts within it has these variables; libraries read them when they are loaded."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def descendants(pid: int | None) -> list[int]:
    """Whatever a process has started that still runs, parents first."""
    children: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            # The name of a program may hold anything, brackets and spaces too.
            parent = int(status.read_text(errors="replace").rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(status.parent.name))
    found = [] if pid is None else [pid]
    for known in found:
        found += children.get(known, [])
    return found[1:]
