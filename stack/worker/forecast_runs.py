"""Forecasts in a process of their own: fitting must not delay roll-ups, and its memory must go again.

``python -m forecasting --due`` is started only when something is due, with one BLAS thread and a
temporary folder that goes with the run, and it ends with us whatever happens to us.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from citycore.clock import Clock
from citycore.settings import StoreSettings
from citycore.store.connections import connect
from forecasting.service import count_due
from forecasting.settings import ForecastSettings

ROOT = Path(__file__).resolve().parents[2]
COMMAND = ("setpriv", "--pdeathsig", "TERM", sys.executable, "-m", "forecasting", "--due")
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
log = structlog.get_logger()


@dataclass(slots=True, eq=False)
class ForecastRuns:
    """At most one run at a time; after a failed one there is a pause."""

    store: StoreSettings
    settings: ForecastSettings
    retry_seconds: float
    clock: Clock
    _running: bool = field(default=False, init=False)
    _stopping: bool = field(default=False, init=False)
    _not_before: float = field(default=0.0, init=False)
    _process: asyncio.subprocess.Process | None = field(default=None, init=False)

    async def run_if_due(self) -> None:
        """Issue what is due, if anything is; :class:`StoreUnavailable` if the database is away."""
        if self._running or self._stopping or time.monotonic() < self._not_before:
            return
        self._running = True
        try:
            if await asyncio.to_thread(self._count_due):
                await self._run()
        finally:
            self._running = False

    def stop(self) -> None:
        """End a run at once; what it has stored stays, the series at work is forecast next time."""
        self._stopping = True
        self._kill()

    def _count_due(self) -> int:
        with connect(self.store.worker_url, self.store, "falaj-worker", autocommit=True) as connection:
            return count_due(connection, self.clock(), self.settings)

    async def _run(self) -> None:
        with TemporaryDirectory(prefix="falaj-forecast-", ignore_cleanup_errors=True) as folder:
            self._process = await asyncio.create_subprocess_exec(
                *COMMAND,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                cwd=ROOT,
                env={**os.environ, **ONE_THREAD, "TMPDIR": folder},
                start_new_session=True,
            )
            try:
                if self._stopping:
                    self._kill()
                code = await self._process.wait()
            finally:
                self._kill()
                self._process = None
        if code != 0 and not self._stopping:
            self._not_before = time.monotonic() + self.retry_seconds
            log.warning("forecast_run_failed", exit_code=code, retry_seconds=self.retry_seconds)

    def _kill(self) -> None:
        """Stan's own process is in the same session and goes too."""
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
