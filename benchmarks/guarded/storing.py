"""Ingest from the broker to the store, and hours of roll-ups, beside what the same rows cost at least."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from time import thread_time

import orjson
import psycopg

from benchmarks.ceilings import copy_only
from benchmarks.guarded.measuring import Run, Step
from benchmarks.guarded.reading import Spending
from benchmarks.ingest import Bench
from benchmarks.load import Shape, messages
from benchmarks.processor import Meter
from benchmarks.rollups import INTERVAL_SECONDS, NOTE, fill, spend, spend_plainly
from ingest.rollups import roll_up
from ingest.settings import IngestSettings

INGEST, HOURS = "ingest, published to committed", "hours of roll-ups"
SHAPE = Shape(messages=8_000, values=5, things=20)
DATASTREAMS, DAYS = 20, 20
FORGET = "TRUNCATE observations_hourly, observations_quarter_hourly, added_hours, dirty_buckets"
FORGET_PLAIN = "DROP TABLE IF EXISTS plain_hours, plain_quarters"


@contextmanager
def ingesting(bench: Bench) -> Iterator[list[Step]]:
    """While ingest runs."""
    bench.prepare(SHAPE)
    meter = Meter(bench.postgres, "falaj")
    with bench.ingest() as ingest:
        assert ingest.process is not None
        spending, first = Spending(ingest.process.pid, meter), itertools.count(0, SHAPE.messages)

        def together() -> float:
            spent = spending.seconds(lambda: bench.end_to_end(SHAPE, next(first)))
            return spent / SHAPE.observations

        yield [
            Step(
                INGEST,
                "value",
                together,
                "orjson + COPY",
                _bare(bench),
                warming=1,
            )
        ]


def _bare(bench: Bench) -> Run:
    rows_at_once = IngestSettings().batch_messages_max * SHAPE.values

    payloads = [payload for _, payload in messages(SHAPE)]

    def run() -> float:
        began = thread_time()
        for payload in payloads:
            orjson.loads(payload)
        parsing = thread_time() - began
        _, copying = copy_only(bench.postgres.url("owner"), SHAPE, rows_at_once)
        return (parsing + copying) / SHAPE.observations

    return run


def rolling_up(bench: Bench) -> list[Step]:
    """Ingest is not running: its database is renewed."""
    fill(bench, DATASTREAMS, DAYS, INTERVAL_SECONDS)
    hours = DATASTREAMS * DAYS * 24

    def ours() -> float:
        with bench.postgres.superuser("falaj") as connection:
            connection.execute(FORGET)
            connection.execute(NOTE)
        with psycopg.connect(bench.postgres.url("worker"), autocommit=True) as connection:
            return spend(connection, roll_up).processor_seconds / hours

    def plainly() -> float:
        with bench.postgres.superuser("falaj") as connection:
            connection.execute(FORGET_PLAIN)
            return spend_plainly(connection, "quarters", "hours") / hours

    return [Step(HOURS, "hour", ours, "INSERT … SELECT", plainly, warming=1)]
