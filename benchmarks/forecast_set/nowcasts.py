"""Nowcasts of a whole city: what the process that the worker starts each quarter takes, by itself."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psycopg

from benchmarks.report import Case
from citycore.clock import system_clock
from forecasting.nowcast.service import last_quarter_end
from forecasting.nowcast.settings import NowcastSettings
from stack.postgres import PrivatePostgres

ROOT = Path(__file__).parents[2]
#: Nowcasts have to be there well before the next quarter is over.
ISSUE_SECONDS_TARGET, MEGABYTES_TARGET = 60.0, 500.0
QUARTERS = """
INSERT INTO observations_quarter_hourly (datastream_id, bucket_start, observation_count, mean, good_count, not_evaluated_count,
    suspect_count, bad_count)
SELECT number, at, 1, greatest(0, 100 + 60 * sin((extract(hour FROM at) - 6) / 24 * 2 * pi())
           + CASE WHEN extract(isodow FROM at) IN (5, 6) THEN -25 ELSE 0 END + 12 * (random() + random() + random() - 1.5)),
       1, 0, 0, 0
FROM unnest(%s::int[]) AS number, generate_series(%s::timestamptz, %s::timestamptz, INTERVAL '15 minutes') AS at
"""


@dataclass(frozen=True, slots=True)
class Spent:
    """What one process took: seconds of the clock and of the processor, and its largest size."""

    seconds: float
    processor: float
    megabytes: float


def measure(postgres: PrivatePostgres, numbers: Sequence[int], days: int) -> list[Case]:
    """The first run studies all of these datastreams, the next one issues their nowcasts."""
    end = last_quarter_end(system_clock(), NowcastSettings())
    with psycopg.connect(postgres.url("owner"), autocommit=True) as connection:
        connection.execute("SET statement_timeout = 0")
        connection.execute(QUARTERS, [list(numbers), end - timedelta(days=days), end - timedelta(minutes=15)])
        connection.execute("ANALYZE observations_quarter_hourly")
        studied = _run(postgres)
        issued = _run(postgres)
        (count,) = connection.execute("SELECT count(*) FROM nowcasts").fetchone() or (0,)
    assert count == len(numbers), count
    told = f"nowcasts of {len(numbers)} series"
    return [
        Case(f"{told}, studied on {days} days", studied.seconds, "s"),
        Case(f"{told}, studied: processor", studied.processor, "s"),
        Case(f"{told}, studied: process", studied.megabytes, "MB", target=MEGABYTES_TARGET, at_most=True),
        Case(f"{told}, issued", issued.seconds, "s", target=ISSUE_SECONDS_TARGET, at_most=True),
        Case(f"{told}, issued: processor", issued.processor, "s"),
        Case(f"{told}, issued: process", issued.megabytes, "MB", target=MEGABYTES_TARGET, at_most=True),
    ]


def _run(postgres: PrivatePostgres) -> Spent:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "FALAJ_STORE_WORKER_URL": postgres.url("worker")}
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "forecasting.nowcast"], env=environment, stderr=subprocess.DEVNULL
    )
    # Its own figures, and not those of the servers beside it.
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, process.returncode
    return Spent(time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
