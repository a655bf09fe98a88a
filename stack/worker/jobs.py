"""Periodic jobs on the same PostgreSQL (procrastinate, schema ``jobs``): forecasts, bulk files, the archive, housekeeping."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any, NamedTuple

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status
from procrastinate.manager import JobManager
from psycopg.conninfo import make_conninfo

from citycore.clock import system_clock
from citycore.settings import StoreSettings
from citycore.store.connections import connect, full_url
from citycore.store.outages import is_outage
from stack.worker.guard import Guard
from stack.worker.housekeeping import (
    BusKeeper,
    IntervalLearner,
    keep_air,
    keep_dead_letters_bounded,
    keep_deliveries_bounded,
    keep_failures_bounded,
    keep_gaps,
    make_previews,
)
from stack.worker.outage import StoreState, back_off
from stack.worker.runs import Works
from stack.worker.settings import WorkerSettings

PART = "jobs"
HOUSEKEEPING_CRON = "*/5 * * * *"
DEAD_LETTERS_CRON = "* * * * *"
PRESENCE_CRON = "* * * * *"
GRACEFUL_SECONDS = 1.0


class Turn(NamedTuple):
    """What is done, when, and by which name it is known."""

    name: str
    cron: str
    work: Callable[[], Awaitable[object]]


class Work(NamedTuple):
    """What jobs run, and what is kept of whether it went well."""

    runs: Works
    state: StoreState
    guard: Guard


def build_app(store: StoreSettings, settings: WorkerSettings, work: Work) -> App:
    """The jobs. A job that waits is never queued twice, a finished one leaves no row."""
    runs, state, guard = work
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

    def schedule(name: str, cron: str, work: Callable[[], Awaitable[object]]) -> None:
        _schedule(app, state, guard, Turn(name, cron, work))

    schedule("forecast_due", f"* * * * * */{settings.forecast_check_seconds}", runs.forecasts.run_if_due)
    schedule("study_due", f"* * * * * */{settings.study_check_seconds}", runs.studies.run_if_due)
    schedule("nowcast_due", f"* * * * * */{settings.forecast_check_seconds}", runs.nowcasts.run_if_due)
    schedule("bulk_due", f"* * * * * */{settings.bulk_check_seconds}", runs.bulk.run_if_due)
    schedule("archive_due", f"* * * * * */{settings.archive_check_seconds}", runs.archive.run_if_due)
    schedule("counting_due", f"* * * * * */{settings.counting_check_seconds}", runs.counting.run_if_due)
    schedule("reports_due", f"* * * * * */{settings.report_check_seconds}", runs.report_mails.run_if_due)
    schedule("tidy_jobs", HOUSEKEEPING_CRON, partial(tidy, app.job_manager, settings))
    for name, cron, task in (
        ("programme_due", f"* * * * * */{settings.programme_check_seconds}", runs.programme.move_on),
        ("mail_due", f"* * * * * */{settings.mail_check_seconds}", runs.programme.send_mail),
        ("tidy_mail", HOUSEKEEPING_CRON, runs.programme.tidy_mail),
        ("tidy_people", HOUSEKEEPING_CRON, runs.programme.tidy_people),
        ("tidy_letters", DEAD_LETTERS_CRON, partial(keep_dead_letters_bounded, store, system_clock)),
        ("presence", PRESENCE_CRON, partial(keep_gaps, store, system_clock)),
        (
            "air_quality",
            f"* * * * * */{settings.air_quality_check_seconds}",
            partial(keep_air, store, system_clock),
        ),
        (
            "transit",
            f"* * * * * */{settings.transit_check_seconds}",
            BusKeeper(store, system_clock).run,
        ),
        (
            "alert_previews",
            f"* * * * * */{settings.preview_check_seconds}",
            partial(make_previews, store, system_clock),
        ),
        ("learn_intervals", PRESENCE_CRON, IntervalLearner(store, system_clock).run),
        ("tidy_alerts", HOUSEKEEPING_CRON, partial(keep_deliveries_bounded, store, system_clock)),
        ("tidy_failures", HOUSEKEEPING_CRON, partial(keep_failures_bounded, store, system_clock)),
    ):
        schedule(name, cron, partial(asyncio.to_thread, guard.attempt, name, task))
    return app


def _schedule(app: App, state: StoreState, guard: Guard, turn: Turn) -> None:
    """Have work done from time to time, whatever became of it the last time."""
    name, cron, work = turn

    @app.periodic(cron=cron)
    @app.task(name=name, queueing_lock=name)
    async def job(timestamp: int) -> None:  # noqa: ARG001 (procrastinate passes the tick's instant)
        if guard.is_resting(name):
            return
        returns = state.returns
        try:
            await work()
        except Exception as error:  # noqa: BLE001 (the boundary of the job: its next turn comes)
            if _is_away(error):
                state.broken(name, error, returns)
            else:
                await asyncio.to_thread(guard.failed, name, error)
        else:
            state.healed(name)


def _is_away(error: Exception) -> bool:
    """Whether the database did not answer; a job that it failed is over, its next turn comes."""
    return isinstance(error, ConnectorException) or is_outage(error)


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
    stop: asyncio.Event, store: StoreSettings, settings: WorkerSettings, work: Work
) -> None:
    """Work on jobs until ``stop``; when the database is away, wait for it and go on."""
    _, state, guard = work
    _silence_libraries()
    asyncio.get_running_loop().set_exception_handler(pass_over_outages)
    delays = back_off(settings.back_off_seconds_min, settings.back_off_seconds_max)
    while not stop.is_set():
        returns = state.returns
        try:
            await asyncio.to_thread(_knock, store)
            delays = back_off(settings.back_off_seconds_min, settings.back_off_seconds_max)
            app = build_app(store, settings, work)
            async with app.open_async():
                state.healed(PART, *app.tasks)
                await asyncio.to_thread(guard.healed, PART)
                returns = state.returns
                await _until(stop, _work(app))
            pause = next(delays)
        except Exception as error:  # noqa: BLE001 (the boundary of all jobs, which must not end)
            if stop.is_set():
                return
            if _is_away(error):
                state.broken(PART, error, returns)
                pause = next(delays)
            else:
                pause = await asyncio.to_thread(guard.failed, PART, error)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)


def _work(app: App) -> Coroutine[Any, Any, None]:
    # Eight at a time: nothing must wait for long runs of forecasts, nowcasts, bulk files, the archive and reports, or for a slow mail server.
    return app.run_worker_async(
        concurrency=8,
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
    error = context.get("exception")
    if not (isinstance(error, Exception) and _is_away(error)):
        loop.default_exception_handler(context)


def _silence_libraries() -> None:
    # They log every failed attempt of an outage with its traceback; we log its beginning and end,
    # and what fails inside a job is logged by the job.
    for name in ("procrastinate", "psycopg.pool"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
