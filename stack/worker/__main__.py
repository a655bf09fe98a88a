"""``python -m stack.worker``: roll-ups, forecasts and bulk files, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

import structlog

from citycore.clock import system_clock
from citycore.credentials import require
from citycore.errors import FalajError
from citycore.log import configure_logging, log_settings
from citycore.settings import BrokerSettings, StoreSettings
from stack.worker.alert_loop import AlertLoop
from stack.worker.devices import DeviceLoop
from stack.worker.guard import Guard
from stack.worker.jobs import Work, keep_working
from stack.worker.liveness import serve_liveness
from stack.worker.outage import StoreState
from stack.worker.reporting import BrokerEar, Reporter
from stack.worker.roll_up_loop import RollUpLoop
from stack.worker.runs import works
from stack.worker.settings import WorkerSettings

log = structlog.get_logger()


async def work(store: StoreSettings, settings: WorkerSettings) -> int:
    """Run both parts until a signal; the exit code."""
    loop, stop, state = asyncio.get_running_loop(), asyncio.Event(), StoreState()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    guard = Guard(store, settings, system_clock)
    runs = works(store, settings, guard, system_clock)
    roll_ups = RollUpLoop(store, settings, state, guard)
    roll_ups.start()
    devices = DeviceLoop(store, settings, state, guard, broker=BrokerSettings())
    devices.start()
    alerts = AlertLoop(store, settings, state, guard, clock=system_clock)
    alerts.start()
    liveness = None

    def lives() -> bool:
        return roll_ups.lives and alerts.lives

    if settings.http_port is not None:
        liveness = await serve_liveness(settings.http_port, lives)
    reporter = Reporter(store, BrokerEar(BrokerSettings(), system_clock), settings.report_seconds, lives)
    reporter.start()
    jobs = asyncio.create_task(keep_working(stop, store, settings, Work(runs, state, guard)))
    jobs.add_done_callback(lambda _: stop.set())
    log.info("started")
    await stop.wait()
    runs.stop()
    reporter.stop()
    devices.stop()
    alerts.stop()
    if liveness is not None:
        liveness.close()
    ended, _ = await asyncio.wait(
        {jobs, asyncio.create_task(asyncio.to_thread(roll_ups.stop, settings.stop_seconds_max))},
        timeout=settings.stop_seconds_max,
    )
    if len(ended) < 2:
        log.warning("stop_overdue")
        os._exit(1)  # a thread that hangs in the database would hold the process
    if jobs.exception() is not None:
        log.error("jobs_failed", exc_info=jobs.exception())
    return 1 if jobs.exception() is not None else 0


def main() -> int:
    try:
        configure_logging("worker")
        require("worker")
        log_settings()
    except FalajError as error:
        log.error("not_started", reason=str(error), code=error.slug)  # noqa: TRY400 (one clear line)
        return 1
    code = asyncio.run(work(StoreSettings(), WorkerSettings()))
    log.info("stopped")
    return code


if __name__ == "__main__":
    sys.exit(main())
