"""The worker as a process against a real database: what it does, and how it ends."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from procrastinate.exceptions import ConnectorException

from citycore.intervals import HOUR
from citycore.model import DatastreamDescription, SourceDescription, SourceKind, ThingDescription
from citycore.partitions import partition_path
from citycore.store.registry import register
from forecasting.running.processes import descendants
from stack.waiting import wait_until
from stack.worker.jobs import pass_over_outages
from stack.worker.outage import StoreState, back_off
from tests.conftest import open_database

ROOT = Path(__file__).resolve().parents[2]
#: A machine on which much else runs needs long for what takes a second.
BUSY_SECONDS_MAX = 150


def start_worker(database, folder, log, **environment):
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "stack.worker"],
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={
                **os.environ,
                **database.environment(),
                "FALAJ_WORKER_FORECAST_CHECK_SECONDS": "1",
                "FALAJ_WORKER_STUDY_CHECK_SECONDS": "1",
                "FALAJ_WORKER_POLL_SECONDS": "0.5",
                "FALAJ_WORKER_BULK_CHECK_SECONDS": "1",
                "FALAJ_DATA": str(folder),
                "FALAJ_BULK_FOLDER": str(folder / "bulk"),
                "FALAJ_BULK_QUIET_SECONDS": "0",
                "FALAJ_WORKER_BACK_OFF_SECONDS_MAX": "1",
                "FALAJ_FORECAST_SETTLE_SECONDS": "0",
                "FALAJ_FORECAST_BACKTEST_ORIGINS": "3",
                **environment,
            },
        )


@pytest.fixture
def worker(database, tmp_path):
    """Start a worker; it is killed after the test if it still runs."""
    started = []

    def start(**environment):
        log = tmp_path / "worker.log"
        started.append(start_worker(database, tmp_path, log, **environment))
        return started[-1], log

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def city(postgres):
    with open_database(postgres) as database:
        yield database


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("worker")
    (folder / "temporary").mkdir()
    return folder


@pytest.fixture(scope="module")
def running(city, folder):
    """A worker that several tests look at, each with a source of its own, and the last of them ends."""
    log = folder / "worker.log"
    process = start_worker(
        city, folder, log, TMPDIR=str(folder / "temporary"), FALAJ_WORKER_BULK_VERIFY_SECONDS="1"
    )
    yield process, log
    if process.poll() is None:
        process.kill()
        process.wait()


def register_counter(owner, code, kind=SourceKind.RECORDED):
    register(
        owner,
        SourceDescription(code=code, kind=kind, name_en="Test", name_ar="اختبار", zone="Asia/Muscat"),
        [
            ThingDescription(
                code=f"{code}-1",
                kind="counter",
                name_en="Counter",
                name_ar="عداد",
                datastreams=(DatastreamDescription(observed_property="vehicle_flow", interval_seconds=3600),),
            )
        ],
    )
    return owner.execute(
        "SELECT datastream_id FROM datastreams JOIN things USING (thing_id) WHERE code = %s", [f"{code}-1"]
    ).fetchone()[0]


def commit_batch(ingest, batch_id, datastream, start, values):
    """A batch as ingest commits it: observations, dirty hours, notification."""
    times = [start + ahead * HOUR for ahead in range(len(values))]
    with ingest.transaction():
        ingest.execute(
            "INSERT INTO observations SELECT %s, 2, unnest(%s::timestamptz[]), unnest(%s::float8[]), %s",
            [datastream, times, list(map(float, values)), batch_id],
        )
        ingest.execute(
            "INSERT INTO dirty_buckets VALUES (%s, %s, %s)",
            [batch_id, [datastream] * len(times), [int(at.timestamp()) // 3600 for at in times]],
        )
        ingest.execute("SELECT pg_notify('falaj_batches', %s)", [str(batch_id)])


def weeks_of_traffic(weeks):
    hours = np.arange(weeks * 168)
    noise = np.random.default_rng(1).standard_normal(len(hours))
    return 200 + 100 * np.sin(hours * 2 * np.pi / 24) + 30 * np.sin(hours * 2 * np.pi / 168) + 5 * noise


def count(connection, table):
    return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def count_of(connection, table, datastream):
    return connection.execute(
        f"SELECT count(*) FROM {table} WHERE datastream_id = %s", [datastream]
    ).fetchone()[0]


def end(process):
    """Its exit code, which is not 0 if it had to give up waiting for its own parts."""
    process.send_signal(signal.SIGTERM)
    return process.wait(BUSY_SECONDS_MAX)


def test_it_rolls_up_at_once_and_forecasts_soon(city, running, source_code):
    _, log = running
    with city.connect() as owner, city.connect("ingest") as ingest:
        datastream = register_counter(owner, source_code)
        start = datetime(2024, 3, 3, tzinfo=UTC)
        commit_batch(ingest, 1, datastream, start, weeks_of_traffic(4))
        hours = "observations_hourly"
        assert wait_until(lambda: count_of(owner, hours, datastream) == 672, BUSY_SECONDS_MAX), (
            log.read_text()
        )
        assert count(owner, "dirty_buckets") == 0
        assert wait_until(lambda: count_of(owner, "forecasts", datastream) >= 1, BUSY_SECONDS_MAX), (
            log.read_text()
        )
        row = owner.execute(
            "SELECT origin, forecast_id FROM forecasts WHERE datastream_id = %s", [datastream]
        ).fetchone()
        assert row[0] == start + timedelta(weeks=4)
        values = owner.execute("SELECT count(*) FROM forecast_values WHERE forecast_id = %s", [row[1]])
        assert values.fetchone() == (168,)
        # A late value makes the hour dirty again: it is rolled up anew.
        commit_batch(ingest, 2, datastream, start + timedelta(minutes=30), [1000.0])
        mean = "SELECT mean FROM observations_hourly WHERE bucket_start = %s AND datastream_id = %s"
        assert wait_until(
            lambda: owner.execute(mean, [start, datastream]).fetchone()[0] > 500, BUSY_SECONDS_MAX
        ), log.read_text()


def test_it_writes_bulk_files_and_replaces_one_that_was_lost(city, running, source_code, folder):
    _, log = running
    with city.connect() as owner, city.connect("ingest") as ingest:
        datastream = register_counter(owner, source_code)
        commit_batch(ingest, 3, datastream, datetime(2024, 3, 3, tzinfo=UTC), range(30))
    days = [partition_path(folder / "bulk", source_code, date(2024, 3, day)) for day in (3, 4)]
    assert wait_until(lambda: all(day.is_file() for day in days), BUSY_SECONDS_MAX), log.read_text()
    days[0].unlink()
    assert wait_until(days[0].is_file, BUSY_SECONDS_MAX), log.read_text()


def test_it_survives_lost_connections_and_says_so_once(city, running, source_code):
    _, log = running
    with city.connect() as owner, city.connect("ingest") as ingest, city.superuser() as superuser:
        datastream = register_counter(owner, source_code)
        start, hours = datetime(2024, 3, 3, tzinfo=UTC), "observations_hourly"
        commit_batch(ingest, 4, datastream, start, [1.0])
        assert wait_until(lambda: count_of(owner, hours, datastream) == 1, BUSY_SECONDS_MAX), log.read_text()
        superuser.execute(f"REVOKE CONNECT ON DATABASE {city.name} FROM public, falaj_worker")
        superuser.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE usename = 'falaj_worker' AND datname = %s",
            [city.name],
        )
        assert wait_until(lambda: "store_lost" in log.read_text(), BUSY_SECONDS_MAX), log.read_text()
        time.sleep(3)
        superuser.execute(f"GRANT CONNECT ON DATABASE {city.name} TO public, falaj_worker")
        commit_batch(ingest, 5, datastream, start + HOUR, [2.0])
        assert wait_until(lambda: count_of(owner, hours, datastream) == 2, BUSY_SECONDS_MAX), log.read_text()
        assert wait_until(lambda: count(owner, "jobs.procrastinate_workers") >= 1, BUSY_SECONDS_MAX), (
            log.read_text()
        )
        # It is said after what waited has been done.
        assert wait_until(lambda: "store_back" in log.read_text(), BUSY_SECONDS_MAX), log.read_text()
        text = log.read_text()
        assert text.count("store_lost") == 1, text
        assert text.count("store_back") == 1, text


def test_it_stops_in_order_and_leaves_nothing(city, running, folder):
    process, log = running
    with city.connect() as owner:
        # One that is ended while it signs in leaves its row, which the next one takes away.
        assert wait_until(lambda: count(owner, "jobs.procrastinate_workers") == 1, BUSY_SECONDS_MAX), (
            log.read_text()
        )
        assert end(process) == 0, log.read_text()
        assert "Traceback" not in log.read_text()
        # Finished jobs leave no rows, and neither Stan nor we leave files.
        left = owner.execute("SELECT task_name, status FROM jobs.procrastinate_jobs").fetchall()
        # One of each kind waits for its next time, beside one that was cut off because it did not end in time.
        assert {status for _, status in left} <= {"todo", "aborted", "failed"}, left
        assert count(owner, "jobs.procrastinate_workers") == 0
    assert not list((folder / "temporary").iterdir())


def test_sigterm_in_the_middle_of_a_fit_leaves_no_process(database, worker, source_code):
    with database.connect() as owner, database.connect("ingest") as ingest:
        datastream = register_counter(owner, source_code)
        commit_batch(ingest, 1, datastream, datetime(2024, 3, 3, tzinfo=UTC), weeks_of_traffic(12))
        process, log = worker(FALAJ_FORECAST_BACKTEST_ORIGINS="1000", FALAJ_FORECAST_BACKTEST_STEP_HOURS="1")

        def fitting():
            """Processes that compute forecasts for this worker."""
            lines = {pid: Path(f"/proc/{pid}/cmdline") for pid in descendants(process.pid)}
            return [
                pid for pid, line in lines.items() if line.exists() and b"spawn_main" in line.read_bytes()
            ]

        assert wait_until(fitting, BUSY_SECONDS_MAX), log.read_text()
        at_work = fitting()
        code = end(process)
        assert code == 0, log.read_text()
        assert wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in at_work), BUSY_SECONDS_MAX)
        assert "Traceback" not in log.read_text()


def test_waiting_times_double_up_to_a_maximum():
    delays = back_off(0.5, 3)
    assert [next(delays) for _ in range(5)] == [0.5, 1.0, 2.0, 3.0, 3.0]


@pytest.fixture
def told(capsys):
    """How often the loss and the return have been told since the last look."""

    def look():
        text = capsys.readouterr().out
        return text.count("store_lost"), text.count("store_back")

    return look


def test_an_outage_is_told_once(told):
    state = StoreState()
    for _ in range(3):
        state.broken("jobs", OSError("gone"), state.returns)
    assert told() == (1, 0)
    state.healed("jobs")
    state.healed("jobs")
    assert told() == (0, 1)


def test_an_outage_is_over_when_the_last_part_has_the_database_back(told):
    state = StoreState()
    state.broken("roll-ups", OSError("gone"), state.returns)
    state.healed("jobs")  # connected just before
    state.broken("jobs", OSError("gone"), state.returns)
    state.healed("roll-ups")
    assert told() == (1, 0)
    state.healed("jobs", "mail")
    assert told() == (0, 1)


def test_a_failure_from_before_the_return_is_no_news(told):
    state = StoreState()
    before = state.returns
    state.broken("roll-ups", OSError("gone"), before)
    state.healed("roll-ups")
    assert told() == (1, 1)
    state.broken("jobs", OSError("gone"), before)
    assert told() == (0, 0)
    state.broken("jobs", OSError("gone again"), state.returns)
    assert told() == (1, 0)


def test_a_task_that_an_outage_ended_is_passed_over_and_no_other(caplog):
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        loop.set_exception_handler(pass_over_outages)
        loop.call_exception_handler({"message": "never retrieved", "exception": ConnectorException()})
        assert caplog.records == []
        loop.call_exception_handler({"message": "never retrieved", "exception": ValueError()})
        assert [record.name for record in caplog.records] == ["asyncio"]
