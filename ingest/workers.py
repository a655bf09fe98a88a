"""Several workers on one machine: each a process and an MQTT session of its own.

They share one subscription, so the broker divides the messages among them. A worker that
dies is started again under its own name and finds its unacknowledged messages in its
session; Mosquitto never gives them to another one, and throws them away when the session
expires. So a worker that is not wanted any more is *retired*: its name connects once more,
stores what is left, and ends the session.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import FrameType

import structlog

from ingest.settings import IngestSettings

log = structlog.get_logger()

_STEP_SECONDS = 0.1


@dataclass(slots=True)
class _Worker:
    name: str
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    delay_seconds: float = 0.0
    starts_at: float = field(default=0.0)

    def start(self, doors: socket.socket) -> None:
        """``doors`` is where messages and questions come by HTTP, for all workers."""
        command = [sys.executable, "-m", "ingest", "--doors", str(doors.fileno())]
        launcher = shutil.which("setpriv")
        if launcher is not None:  # a worker must not outlive its supervisor, even a killed one
            command = [launcher, "--pdeathsig", "TERM", *command]
        self.process = subprocess.Popen(command, env=self.environment, pass_fds=[doors.fileno()])


def names_of(base: str, count: int) -> list[str]:
    """The lone worker is called ``base``; several are ``base-1`` to ``base-count``."""
    return [base] if count == 1 else [f"{base}-{number}" for number in range(1, count + 1)]


def family(base: str) -> re.Pattern[str]:
    """What every worker of this base name is called, however many there are."""
    return re.compile(rf"{re.escape(base)}(-\d+)?")


def left_over(base: str, count: int, known: Iterable[str]) -> list[str]:
    """The workers of this base name that worked before and are not among the present ones."""
    present = names_of(base, count)
    return sorted(name for name in known if family(base).fullmatch(name) and name not in present)


class Workers:
    """Starts, watches and stops ``count`` workers; ``run`` returns when all have ended."""

    def __init__(self, count: int, settings: IngestSettings, doors: socket.socket) -> None:
        self._settings = settings
        self._doors = doors
        self._stopping = False
        self._workers = [
            _Worker(
                name,
                {
                    **os.environ,
                    "FALAJ_INGEST_WORKER": name,
                    "FALAJ_INGEST_HTTP_PORT": str(settings.http_port + number),
                    "FALAJ_INGEST_IS_SHARED": "true",
                },
                delay_seconds=settings.restart_delay_seconds_min,
            )
            for number, name in enumerate(names_of(settings.worker, count), 1)
        ]

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        self._stopping = True

    def run(self) -> None:
        while not self._stopping:
            for worker in self._workers:
                self._watch(worker)
            time.sleep(_STEP_SECONDS)
        self._stop_all()

    def _watch(self, worker: _Worker) -> None:
        now = time.monotonic()
        if worker.process is not None and worker.process.poll() is None:
            return
        if worker.process is not None:
            log.warning("worker_died", worker=worker.name, code=worker.process.returncode)
            worker.process = None
            worker.starts_at = now + worker.delay_seconds
            worker.delay_seconds = min(worker.delay_seconds * 2, self._settings.restart_delay_seconds_max)
        if now >= worker.starts_at:
            worker.start(self._doors)

    def _stop_all(self) -> None:
        running = [worker.process for worker in self._workers if worker.process is not None]
        for process in running:
            process.send_signal(signal.SIGTERM)
        for process in running:
            try:
                process.wait(self._settings.stop_seconds_max)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
