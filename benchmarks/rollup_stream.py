"""Roll-ups beside a stream of observations: how far behind they are, and whether what they leave behind grows.

A thread commits batches as ingest does, at a steady rate; the worker is the hub's own process. The hour has been going on for
a while when the stream begins, since reading it again is what costs.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray

from benchmarks.ingest import Bench
from benchmarks.report import Case
from citycore.store.binary import (
    POSTGRES_EPOCH_MICROSECONDS,
    ArrayParameter,
    ArrayParameterDumper,
    copy_stream,
    int4_array,
    int8_array,
)
from citycore.store.connections import Connection
from stack.waiting import wait_until

LAG_SECONDS_MAX = 10.0
BATCHES_A_SECOND = 10
LOOK_SECONDS = 0.05
COPY = (
    "COPY observations (datastream_id, quality, phenomenon_time, result, batch_id) FROM STDIN (FORMAT binary)"
)
NOTE = """
INSERT INTO dirty_buckets (batch_id, datastream_ids, bucket_hours, first_times, last_times)
VALUES (%(batch_id)s, %(ids)s::int4[], %(hours)s::int4[], %(firsts)s::int8[], %(firsts)s::int8[])
"""
BEFORE = """
INSERT INTO observations (datastream_id, quality, phenomenon_time, result, batch_id)
SELECT datastream_id, 2, moment, 20 + 10 * random(), 0
FROM datastreams, generate_series(%(since)s::timestamptz, %(until)s::timestamptz, make_interval(secs => %(step)s)) AS moment
"""
NOTE_BEFORE = """
INSERT INTO dirty_buckets (batch_id, datastream_ids, bucket_hours)
SELECT 1, array_agg(datastream_id), array_agg(hour)
FROM (SELECT DISTINCT datastream_id, floor(extract(epoch FROM phenomenon_time) / 3600)::int AS hour FROM observations) AS hours
"""
OLDEST = "SELECT min(batch_id) FROM dirty_buckets WHERE batch_id >= 10"
ROLL_UPS = ("observations_hourly", "observations_quarter_hourly", "observations_daily")
NOTES = ("dirty_buckets", "dirty_days", "added_hours", "dirty_periods")
LEFT = """
SELECT coalesce(sum(n_tup_upd), 0)::bigint, coalesce(sum(n_tup_hot_upd), 0)::bigint,
       coalesce(sum(n_dead_tup), 0)::bigint, coalesce(sum(n_live_tup), 0)::bigint,
       coalesce(sum(pg_total_relation_size(relid)), 0)::bigint
FROM pg_stat_all_tables
WHERE relid IN (SELECT format('%%I.%%I', chunk_schema, chunk_name)::regclass FROM timescaledb_information.chunks
                WHERE hypertable_name = ANY (%(tables)s))
   OR relname = ANY (%(tables)s)
"""


@dataclass(frozen=True, slots=True)
class Left:
    """What updates leave behind in some tables."""

    updates: int
    hot_updates: int
    dead: int
    live: int
    size_bytes: int

    @property
    def per_row(self) -> float:
        return self.dead / max(1, self.live)

    @property
    def bytes_per_row(self) -> float:
        return self.size_bytes / max(1, self.live)


@dataclass(slots=True)
class Stream:
    """So many observations a second, each datastream in its turn."""

    url: str
    ids: NDArray[Any]
    rate: int
    committed: dict[int, float] = field(default_factory=dict)
    late: float = 0.0

    def run(self, seconds: float) -> None:
        at_once, place = self.rate // BATCHES_A_SECOND, 0
        began = time.monotonic()
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.adapters.register_dumper(ArrayParameter, ArrayParameterDumper)
            for number in range(int(seconds * BATCHES_A_SECOND)):
                due = began + number / BATCHES_A_SECOND
                if (wait := due - time.monotonic()) > 0:
                    time.sleep(wait)
                self.late = max(self.late, time.monotonic() - due)
                which = np.sort(self.ids[(place + np.arange(at_once)) % len(self.ids)])
                place += at_once
                self._commit(connection, which, 10 + number)

    def _commit(self, connection: Connection, which: NDArray[Any], batch_id: int) -> None:
        now = time.time_ns() // 1000
        # Where a datastream comes twice in a batch its values are a microsecond apart.
        times = now + np.arange(len(which))
        rows = copy_stream(
            [
                which.astype(np.int32),
                np.full(len(which), 2, dtype=np.int16),
                times - POSTGRES_EPOCH_MICROSECONDS,
                np.random.default_rng(batch_id).normal(20, 5, len(which)),
                np.full(len(which), batch_id, dtype=np.int64),
            ]
        )
        with connection.transaction():
            with connection.cursor() as cursor, cursor.copy(COPY) as copy:
                copy.write(rows)
            parameters = {
                "batch_id": batch_id,
                "ids": int4_array(which.astype(np.int32)),
                "hours": int4_array((times // 3_600_000_000).astype(np.int32)),
                "firsts": int8_array(times),
            }
            connection.execute(NOTE, parameters)
            connection.execute("SELECT pg_notify('falaj_ingest', '')")
        self.committed[batch_id] = time.monotonic()


def measure_stream(bench: Bench, rate: int, seconds: float, before_seconds: float, step: float) -> list[Case]:
    """Lags, and what is left behind in the second half of the run."""
    with bench.postgres.superuser("falaj") as connection:
        ids = np.array(
            [row[0] for row in connection.execute("SELECT datastream_id FROM datastreams").fetchall()]
        )
        now = time.time()
        connection.execute(
            BEFORE.replace("%(since)s", f"to_timestamp({now - before_seconds})").replace(
                "%(until)s", f"to_timestamp({now - step})"
            ),
            {"step": step},
        )
        connection.execute(NOTE_BEFORE)
        connection.execute("ANALYZE")
        with _worker(bench):
            if not wait_until(lambda: _is_rolled_up(connection), 600):
                raise TimeoutError("what was there before is not rolled up")
            stream = Stream(bench.postgres.url("ingest"), ids, rate)
            writer = threading.Thread(target=stream.run, args=[seconds], daemon=True)
            rolled: dict[int, float] = {}
            writer.start()
            middle, left = time.monotonic() + seconds / 2, dict[tuple[str, ...], Left]()
            while writer.is_alive() or len(rolled) < len(stream.committed):
                oldest = connection.execute(OLDEST).fetchone()
                seen = time.monotonic()
                for batch in list(stream.committed):
                    if batch not in rolled and (oldest is None or oldest[0] is None or batch < oldest[0]):
                        rolled[batch] = seen
                if not left and seen >= middle:
                    left = {name: _left(connection, name) for name in (ROLL_UPS, NOTES)}
                time.sleep(LOOK_SECONDS)
            after = {name: _left(connection, name) for name in (ROLL_UPS, NOTES)}
    lags = sorted(rolled[batch] - stream.committed[batch] for batch in rolled)
    name = f"{rate:,} observations/s of {len(ids):,} datastreams"
    hot = after[ROLL_UPS].hot_updates / max(1, after[ROLL_UPS].updates)
    return [
        Case(f"{name}: lag, p50", median(lags), "s"),
        Case(
            f"{name}: lag, p99", lags[int(0.99 * (len(lags) - 1))], "s", target=LAG_SECONDS_MAX, at_most=True
        ),
        Case(f"{name}: the stream itself was late by at most", stream.late, "s"),
        Case("updates of roll-ups that leave nothing for a vacuum", hot, ""),
        # A new quarter or hour makes new rows meanwhile, which is no growth by what updates leave behind.
        _growth(
            "roll-ups, bytes a row at the end against half-way",
            "bytes",
            left[ROLL_UPS].bytes_per_row,
            after[ROLL_UPS].bytes_per_row,
        ),
        _growth(
            "notes, at the end against half-way",
            "MiB",
            left[NOTES].size_bytes / 2**20,
            after[NOTES].size_bytes / 2**20,
        ),
        Case("roll-ups: dead rows for each that lives, half-way", left[ROLL_UPS].per_row, ""),
        Case(
            "roll-ups: dead rows for each that lives, at the end",
            after[ROLL_UPS].per_row,
            "",
            target=1.0,
            at_most=True,
        ),
    ]


def _growth(name: str, unit: str, middle: float, after: float) -> Case:
    return Case(name, after, unit, middle, after / middle, 1.25, at_most=True)


def _left(connection: Connection, tables: tuple[str, ...]) -> Left:
    connection.execute("SELECT pg_stat_clear_snapshot()")
    row = connection.execute(LEFT, {"tables": list(tables)}).fetchone()
    assert row is not None
    return Left(*row)


def _is_rolled_up(connection: Connection) -> bool:
    return connection.execute("SELECT FROM dirty_buckets LIMIT 1").fetchone() is None


@contextmanager
def _worker(bench: Bench) -> Iterator[subprocess.Popen[bytes]]:
    log = (bench.folder / "worker.log").open("wb")
    environment = {**os.environ, **bench.postgres.environment(), "FALAJ_DATA": str(bench.folder)}
    process = subprocess.Popen(
        [sys.executable, "-m", "stack.worker"],
        stdout=log,
        stderr=log,
        env=environment,
        cwd=Path(__file__).parents[1],
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)
        log.close()
