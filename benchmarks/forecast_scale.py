"""``falaj bench forecast_scale``: studies of a night and issues of an hour of a thousand series, through the store.

A year of hourly means of some series is studied; the others take over what was found, so that all can be issued. Times
are those of the clock and, since a machine may be busy with other things, CPU seconds of all processes together. With
``--dask`` the same studies go to a scheduler of their own with one worker and then with two. ``--nowcasts`` measures nowcasts of as
many series instead, by the quarter.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from benchmarks.forecast_set import nowcasts
from benchmarks.ingest import Bench, servers
from benchmarks.report import Case, report
from citycore.model import DatastreamDescription, SourceDescription, SourceKind, ThingDescription
from citycore.store.connections import Connection
from citycore.store.registry import register
from forecasting import repository
from forecasting.nowcast.settings import NowcastSettings
from forecasting.repository import Limits
from forecasting.running.cluster import Cluster
from forecasting.running.opening import open_runner
from forecasting.running.settings import DaskSettings, RunningSettings, ServingSettings
from forecasting.service import Bench as Forecasts
from forecasting.service import Report, issue_due, study_due, study_now
from forecasting.settings import ForecastSettings
from stack.waiting import wait_until

ROOT = Path(__file__).parents[1]
END = datetime(2026, 11, 24, 17, tzinfo=UTC)
ISSUE_SECONDS_TARGET, STUDY_SECONDS_TARGET, MEGABYTES_TARGET, DASK_TARGET = 60.0, 900.0, 500.0, 1.7
#: What a whole city has; figures of studies are reckoned for as many.
CITY = 1_000
HOURS = """
INSERT INTO observations_hourly (datastream_id, bucket_start, observation_count, mean, good_count, not_evaluated_count,
    suspect_count, bad_count)
SELECT number, at, 1, greatest(0, 100 + 60 * sin((extract(hour FROM at) - 6) / 24 * 2 * pi())
           + CASE WHEN extract(isodow FROM at) IN (5, 6) THEN -25 ELSE 0 END + 12 * (random() + random() + random() - 1.5)),
       1, 0, 0, 0
FROM unnest(%s::int[]) AS number, generate_series(%s::timestamptz, %s::timestamptz, INTERVAL '1 hour') AS at
"""
TAKE_OVER_MODELS = """
INSERT INTO forecast_models (panel, model, fitted_at, code_version, data_digest, content)
SELECT %s, model, fitted_at, code_version, data_digest, content FROM forecast_models WHERE panel = %s
"""
TAKE_OVER = """
INSERT INTO forecast_studies (datastream_id, panel, studied_at, until, code_version, is_quick, study)
SELECT other, %s, studied_at, until, code_version, is_quick, jsonb_set(study, '{key}', to_jsonb(other))
FROM unnest(%s::int[], %s::int[]) AS pairs (other, own) JOIN forecast_studies ON datastream_id = own
"""


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="falaj bench forecast_scale", description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--series", type=int, default=CITY)
    parser.add_argument(
        "--studied", type=int, default=80, help="how many of them have a year, and are studied"
    )
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument(
        "--dask", action="store_true", help="the same studies on a cluster of one and two workers"
    )
    parser.add_argument("--nowcasts", action="store_true", help="nowcasts by the quarter instead")
    parser.add_argument(
        "--days", type=int, default=NowcastSettings().study_days, help="that nowcasts are studied on"
    )
    options = parser.parse_args(arguments)
    with servers() as bench:
        if options.nowcasts:
            cases = nowcasts.measure(bench.postgres, registered(bench, options.series), options.days)
        else:
            cases = measure(bench, options)
    report("forecast_scale", cases, options.json)
    return 0


def measure(bench: Bench, options: argparse.Namespace) -> list[Case]:
    numbers = prepare(bench, options.series, options.studied)
    studied = numbers[: options.studied]
    running = RunningSettings(processes=options.processes)
    with psycopg.connect(bench.postgres.url("worker"), autocommit=True) as connection:
        cases = nightly(connection, running, studied)
        if options.dask:
            cases += on_a_cluster(connection, studied)
        take_over(connection, numbers[options.studied :])
        return [*cases, *hourly(connection, running, numbers)]


def prepare(bench: Bench, series: int, studied: int) -> list[int]:
    numbers = registered(bench, series)
    with psycopg.connect(bench.postgres.url("owner"), autocommit=True) as connection:
        connection.execute(HOURS, [numbers[:studied], END - timedelta(days=365), END - timedelta(hours=1)])
    return numbers


def registered(bench: Bench, series: int) -> list[int]:
    """An empty store with so many datastreams; their numbers."""
    bench.renew()
    source = SourceDescription(code="bench", kind=SourceKind.DEVICE, name_en="Benchmark", name_ar="قياس")
    own = (DatastreamDescription(observed_property="vehicle_flow", interval_seconds=3600),)
    things = [
        ThingDescription(code=f"t{n}", kind="bench", name_en="t", name_ar="t", datastreams=own)
        for n in range(series)
    ]
    with psycopg.connect(bench.postgres.url("owner"), autocommit=True) as connection:
        register(connection, source, things)
        rows = connection.execute("SELECT datastream_id FROM datastreams ORDER BY 1").fetchall()
    return [number for (number,) in rows]


@contextmanager
def opened(
    connection: Connection, now: datetime, running: RunningSettings, dask: DaskSettings
) -> Iterator[Forecasts]:
    limits = Limits(ForecastSettings(), ServingSettings())
    with open_runner(running, dask) as runner:
        yield Forecasts(connection, runner, lambda: now, limits, running)


def nightly(connection: Connection, running: RunningSettings, studied: Sequence[int]) -> list[Case]:
    before, began = cpu_seconds(), time.perf_counter()
    with opened(connection, END + timedelta(minutes=2), running, DaskSettings()) as bench:
        found = study_due(bench)
    seconds, spent = time.perf_counter() - began, cpu_seconds() - before
    assert found == Report(studied=len(studied)), found
    share = CITY / len(studied)
    return [
        Case(f"studies of {len(studied)} series of a year", seconds, "s"),
        Case(f"the same for {CITY} series", seconds * share, "s", target=STUDY_SECONDS_TARGET, at_most=True),
        Case("CPU of a study", spent / len(studied), "s a series"),
        Case(
            f"the same for {CITY} series in {running.processes} processes that have a core each",
            spent * share / running.processes,
            "s",
            target=STUDY_SECONDS_TARGET,
            at_most=True,
        ),
        Case("largest process of studies", megabytes(), "MB", target=MEGABYTES_TARGET, at_most=True),
    ]


def take_over(connection: Connection, others: Sequence[int]) -> None:
    """The others are as if they had been studied, in panels as large as those that were."""
    size = ServingSettings().panel_series_max
    panels = [
        panel
        for (panel,) in connection.execute(
            "SELECT DISTINCT panel FROM forecast_studies ORDER BY 1"
        ).fetchall()
    ]
    connection.execute("SET statement_timeout = 0")
    for first in range(0, len(others), size):
        some = others[first : first + size]
        panel, like = f"bench/other/{first}", panels[0]
        own = repository.read_members(connection, str(like), END)
        pairs = [own[place % len(own)] for place in range(len(some))]
        connection.execute(TAKE_OVER_MODELS, [panel, like])
        connection.execute(TAKE_OVER, [panel, list(some), pairs])


def hourly(connection: Connection, running: RunningSettings, numbers: Sequence[int]) -> list[Case]:
    weeks = timedelta(weeks=ServingSettings().issue_weeks)
    have = {
        number
        for (number,) in connection.execute(
            "SELECT DISTINCT datastream_id FROM observations_hourly"
        ).fetchall()
    }
    connection.execute(
        HOURS, [[one for one in numbers if one not in have], END - weeks, END - timedelta(hours=1)]
    )
    connection.execute("ANALYZE observations_hourly")
    seconds: list[float] = []
    spent: list[float] = []
    # The first round finds nothing issued yet, the second is an hour like any other.
    for hour in range(2):
        connection.execute(HOURS, [list(numbers), END + timedelta(hours=hour), END + timedelta(hours=hour)])
        before, began = cpu_seconds(), time.perf_counter()
        with opened(connection, END + timedelta(hours=hour + 1, minutes=2), running, DaskSettings()) as bench:
            found = issue_due(bench)
        seconds.append(time.perf_counter() - began)
        spent.append(cpu_seconds() - before)
        assert found == Report(issued=len(numbers)), found
    return [
        Case(
            f"issues of {len(numbers)} series in an hour",
            seconds[-1],
            "s",
            target=ISSUE_SECONDS_TARGET,
            at_most=True,
        ),
        Case("CPU of all issues, without the database", spent[-1], "s"),
        Case("largest process so far", megabytes(), "MB", target=MEGABYTES_TARGET, at_most=True),
    ]


def on_a_cluster(connection: Connection, studied: Sequence[int]) -> list[Case]:
    seconds = {}
    for workers in (1, 2):
        with cluster(workers) as address:
            seconds[workers] = on_workers(connection, studied, workers, DaskSettings(scheduler=address))
    gain = seconds[1] / seconds[2]
    return [Case(f"studies on {workers} Dask workers", taken, "s") for workers, taken in seconds.items()] + [
        Case("two workers to one", gain, "times", target=DASK_TARGET)
    ]


def on_workers(connection: Connection, studied: Sequence[int], workers: int, dask: DaskSettings) -> float:
    """Seconds that the studies take."""
    with opened(connection, END + timedelta(minutes=2), RunningSettings(), dask) as bench:
        assert isinstance(bench.runner, Cluster)
        bench.runner.client.wait_for_workers(workers, timeout=120)
        began = time.perf_counter()
        study_now(bench, studied)
        return time.perf_counter() - began


@contextmanager
def cluster(workers: int) -> Iterator[str]:
    """A scheduler on this machine with so many workers of one thread each."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    with TemporaryDirectory(prefix="falaj-bench-dask-") as folder:
        note = Path(folder) / "scheduler.json"
        commands = (
            (
                "dask_scheduler",
                "--host",
                "127.0.0.1",
                "--port",
                "0",
                "--no-dashboard",
                "--scheduler-file",
                str(note),
            ),
            (
                "dask_worker",
                "--scheduler-file",
                str(note),
                "--nworkers",
                str(workers),
                "--nthreads",
                "1",
                "--no-dashboard",
                "--host",
                "127.0.0.1",
                "--local-directory",
                folder,
            ),
        )
        started = [
            subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{name}", *arguments],
                cwd=folder,
                env=environment,
                start_new_session=True,
                stderr=subprocess.DEVNULL,
            )
            for name, *arguments in commands
        ]
        try:
            assert wait_until(note.exists, 60)
            yield json.loads(note.read_text())["address"]
        finally:
            for one in reversed(started):
                os.killpg(one.pid, signal.SIGKILL)
                one.wait()


def cpu_seconds() -> float:
    """Of this process and of all that it has started and seen end."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def megabytes() -> float:
    """The most memory that any process of ours has had."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return max(one.ru_maxrss for one in used) / 1024


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
