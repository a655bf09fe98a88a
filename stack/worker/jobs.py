"""Periodic jobs on the same PostgreSQL (procrastinate, schema ``jobs``): forecasts, bulk files, housekeeping."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from typing import Any

import psycopg
import structlog
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status
from procrastinate.manager import JobManager
from psycopg.conninfo import make_conninfo
from psycopg_pool import PoolTimeout

from citycore.clock import system_clock
from citycore.errors import StoreUnavailable
from citycore.settings import StoreSettings
from citycore.store.connections import connect, full_url
from stack.worker.housekeeping import keep_letters_bounded
from stack.worker.outage import StoreState, back_off
from stack.worker.runs import Works
from stack.worker.settings import WorkerSettings

OUTAGES = (StoreUnavailable, ConnectorException, psycopg.OperationalError, PoolTimeout)
PART = "jobs"
HOUSEKEEPING_CRON = "*/5 * * * *"
LETTERS_CRON = "* * * * *"
GRACEFUL_SECONDS = 1.0
log = structlog.get_logger()


def build_app(store: StoreSettings, settings: WorkerSettings, runs: Works, state: StoreState) -> App:
    """The jobs. A job that waits is never queued twice, a finished one leaves no row."""
    app = App(
        connector=PsycopgConnector(
            conninfo=make_conninfo(
                full_url(store.worker_url, store, "falaj-jobs"),
                options="-c timezone=UTC -c search_path=jobs",
            ),
            min_size=1,
            max_size=settings.job_connections_max,
        )
    )

    @app.periodic(cron=f"* * * * * */{settings.forecast_check_seconds}")
    @app.task(name="forecast_due", queueing_lock="forecast_due")
    async def forecast_due(timestamp: int) -> None:  # noqa: ARG001 (procrastinate passes the tick's instant)
        with _told_to(state, "forecast_due"):
            await runs.forecasts.run_if_due()

    @app.periodic(cron=f"* * * * * */{settings.bulk_check_seconds}")
    @app.task(name="bulk_due", queueing_lock="bulk_due")
    async def bulk_due(timestamp: int) -> None:  # noqa: ARG001 (as above)
        with _told_to(state, "bulk_due"):
            await runs.bulk.run_if_due()

    for name, cron, work in (
        ("programme_due", f"* * * * * */{settings.programme_check_seconds}", runs.programme.move_on),
        ("mail_due", f"* * * * * */{settings.mail_check_seconds}", runs.programme.send_mail),
        ("tidy_mail", HOUSEKEEPING_CRON, runs.programme.tidy_mail),
        ("tidy_people", HOUSEKEEPING_CRON, runs.programme.tidy_people),
    ):
        _schedule(app, name, cron, work, state)

    @app.periodic(cron=HOUSEKEEPING_CRON)
    @app.task(name="tidy_jobs", queueing_lock="tidy_jobs")
    async def tidy_jobs(timestamp: int) -> None:  # noqa: ARG001 (as above)
        await tidy(app.job_manager, settings)

    _schedule(app, "tidy_letters", LETTERS_CRON, partial(keep_letters_bounded, store, system_clock), state)
    return app


def _schedule(app: App, name: str, cron: str, work: Callable[[], None], state: StoreState) -> None:
    """Have ``work`` done in a thread from time to time."""

    @app.periodic(cron=cron)
    @app.task(name=name, queueing_lock=name)
    async def job(timestamp: int) -> None:  # noqa: ARG001 (procrastinate passes the tick's instant)
        try:
            with _told_to(state, name):
                await asyncio.to_thread(work)
        except Exception:
            # The boundary of the job: the library that runs it has been told to be silent.
            log.exception("job_failed", job=name)
            raise


@contextlib.contextmanager
def _told_to(state: StoreState, part: str) -> Iterator[None]:
    """Tell whether the database answered; a job that it failed is over, its next turn comes."""
    returns = state.returns
    try:
        yield
    except OUTAGES as error:
        state.broken(part, error, returns)
    else:
        state.healed(part)


async def tidy(manager: JobManager, settings: WorkerSettings) -> None:
    """Give up the jobs of workers that died, and delete old failed ones."""
    await manager.prune_stalled_workers(settings.stalled_seconds)
    stalled = await manager.get_stalled_jobs(seconds_since_heartbeat=settings.stalled_seconds)
    for job in stalled:
        await manager.finish_job(job, Status.FAILED, delete_job=True)
    await manager.delete_old_jobs(
        nb_hours=settings.job_hours_max, include_failed=True, include_cancelled=True, include_aborted=True
    )


async def keep_working(
    stop: asyncio.Event, store: StoreSettings, settings: WorkerSettings, runs: Works, state: StoreState
) -> None:
    """Work on jobs until ``stop``; when the database is away, wait for it and go on."""
    _silence_libraries()
    asyncio.get_running_loop().set_exception_handler(pass_over_outages)
    delays = back_off(settings.back_off_seconds_min, settings.back_off_seconds_max)
    while not stop.is_set():
        returns = state.returns
        try:
            await asyncio.to_thread(_knock, store)
            delays = back_off(settings.back_off_seconds_min, settings.back_off_seconds_max)
            app = build_app(store, settings, runs, state)
            async with app.open_async():
                state.healed(PART, *app.tasks)
                returns = state.returns
                await _until(stop, _work(app))
        except OUTAGES as error:
            if stop.is_set():
                return
            state.broken(PART, error, returns)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), next(delays))


def _work(app: App) -> Coroutine[Any, Any, None]:
    # Five at a time: nothing must wait for long runs of forecasts and bulk files, or for a slow mail server.
    return app.run_worker_async(
        concurrency=5,
        delete_jobs="successful",
        install_signal_handlers=False,
        shutdown_graceful_timeout=GRACEFUL_SECONDS,
    )


async def _until(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Run ``work`` until it ends or ``stop`` is set; then it is cancelled and waited for."""
    working = asyncio.create_task(work)
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not working.done():
        working.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await working


def _knock(store: StoreSettings) -> None:
    """:class:`StoreUnavailable` if the database does not answer; the pool would only log and retry."""
    connect(store.worker_url, store, "falaj-jobs").close()


def pass_over_outages(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """The library leaves tasks alone that an outage ended: it has been told already."""
    if not isinstance(context.get("exception"), OUTAGES):
        loop.default_exception_handler(context)


def _silence_libraries() -> None:
    # They log every failed attempt of an outage with its traceback; we log its beginning and end,
    # and what fails inside a job is logged by the job.
    for name in ("procrastinate", "psycopg.pool"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
