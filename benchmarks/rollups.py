"""How fast roll-ups are: hours with their quarters, and local days with their gaps, beside a plain INSERT … SELECT of the same
aggregates in the same run; and how far behind a stream of observations they are.

Figures are of processor time of the database's process, which other work on the machine does not change as it changes
what the clock says; that stands beside it.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg

from benchmarks.ingest import Bench, servers
from benchmarks.report import Case, report
from benchmarks.rollup_stream import measure_stream
from citycore.model import DatastreamDescription, SourceDescription, SourceKind, ThingDescription
from citycore.store.connections import Connection
from citycore.store.registry import register
from ingest.rollups import roll_up, roll_up_days

INTERVAL_SECONDS = 600
#: Values of every interval but for an outage of two hours each week, so that there are gaps to be found.
FILL = """
INSERT INTO observations (datastream_id, quality, phenomenon_time, result, batch_id)
SELECT datastream_id, 2, moment, 20 + 10 * sin(extract(epoch FROM moment) / 43200 * pi()) + datastream_id, 1
FROM datastreams, generate_series('2026-01-01T00:00Z', timestamptz '2026-01-01T00:00Z' + make_interval(days => %(days)s),
                                  make_interval(secs => %(interval_seconds)s)) AS moment
WHERE extract(epoch FROM moment)::bigint %% 604800 >= 7200
"""
#: The values' hours, a row for each week as if a batch had brought it.
NOTE = """
INSERT INTO dirty_buckets (batch_id, datastream_ids, bucket_hours, first_times, last_times)
SELECT week, array_agg(datastream_id), array_agg(hour), array_agg(first_time), array_agg(last_time)
FROM (SELECT datastream_id, floor(extract(epoch FROM phenomenon_time) / 3600)::int AS hour,
             floor(extract(epoch FROM phenomenon_time) / 604800)::bigint AS week,
             min((extract(epoch FROM phenomenon_time) * 1000000)::bigint) AS first_time,
             max((extract(epoch FROM phenomenon_time) * 1000000)::bigint) AS last_time
      FROM observations GROUP BY 1, 2, 3) AS hours
GROUP BY week
"""
LATEST = """
INSERT INTO latest (datastream_id, quality, phenomenon_time, result, batch_id)
SELECT DISTINCT ON (datastream_id) datastream_id, quality, phenomenon_time, result, batch_id
FROM observations ORDER BY datastream_id, phenomenon_time DESC
"""
#: What anybody would write who had all observations at hand and nobody waiting: the same figures, once.
PLAIN_AGGREGATE = """
INSERT INTO plain_{name}
SELECT datastream_id, time_bucket({width}, phenomenon_time{zone}) AS bucket_start, count(*), avg(result), min(result), max(result),
       stddev_samp(result), percentile_cont(ARRAY[0.05, 0.5, 0.95]) WITHIN GROUP (ORDER BY result),
       count(*) FILTER (WHERE quality = 1), count(*) FILTER (WHERE quality = 2), count(*) FILTER (WHERE quality = 3),
       count(*) FILTER (WHERE quality = 4), first(result, phenomenon_time), last(result, phenomenon_time), sum(result)
FROM observations WHERE quality < 5
GROUP BY 1, 2
"""
PLAIN_TABLE = """
CREATE TABLE plain_{name} (
    datastream_id integer, bucket_start timestamptz, observation_count integer, mean float8, minimum float8, maximum float8,
    standard_deviation float8, quantiles float8[], good_count integer, not_evaluated_count integer, suspect_count integer,
    bad_count integer, first_result float8, last_result float8, total float8, PRIMARY KEY (datastream_id, bucket_start))
"""
PLAIN = {
    "quarters": ("INTERVAL '15 minutes'", ""),
    "hours": ("INTERVAL '1 hour'", ""),
    "days": ("INTERVAL '1 day'", ", 'Asia/Muscat'"),
}
COST_MAX = 2.0


@dataclass(frozen=True, slots=True)
class Spent:
    """What a number of buckets took."""

    buckets: int
    seconds: float
    processor_seconds: float

    def cases(self, name: str, unit: str) -> list[Case]:
        return [
            Case(
                f"{name}: {unit} a second of the processor",
                self.buckets / self.processor_seconds,
                f"{unit}/s",
            ),
            Case(f"{name}: {unit} a second by the clock", self.buckets / self.seconds, f"{unit}/s"),
        ]


def processor_seconds(process: int) -> float:
    """What a process has used of the processor."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def fill(bench: Bench, datastreams: int, days: int, interval_seconds: int) -> None:
    register_things(bench, datastreams, interval_seconds)
    with bench.postgres.superuser("falaj") as connection:
        connection.execute(FILL, {"days": days, "interval_seconds": interval_seconds})
        connection.execute(NOTE)
        connection.execute(LATEST)
        connection.execute("ANALYZE")


def register_things(bench: Bench, datastreams: int, interval_seconds: int) -> None:
    """An empty store with so many datastreams."""
    bench.renew()
    source = SourceDescription(code="bench", kind=SourceKind.DEVICE, name_en="Benchmark", name_ar="قياس")
    own = (DatastreamDescription(observed_property="air_temperature", interval_seconds=interval_seconds),)
    things = [
        ThingDescription(code=f"t{n}", kind="bench", name_en="t", name_ar="t", datastreams=own)
        for n in range(datastreams)
    ]
    with psycopg.connect(bench.postgres.url("owner"), autocommit=True) as connection:
        register(connection, source, things)


def spend(connection: Connection, work: Callable[[Connection], int]) -> Spent:
    """Do it until there is nothing left to do."""
    process = connection.info.backend_pid
    buckets, began, before = 0, time.monotonic(), processor_seconds(process)
    while some := work(connection):
        buckets += some
    return Spent(buckets, time.monotonic() - began, processor_seconds(process) - before)


def spend_plainly(connection: Connection, *names: str) -> float:
    """Seconds of the processor for the same aggregates by one statement each, without another process to help."""
    connection.execute("SET max_parallel_workers_per_gather = 0")
    for name in names:
        connection.execute(PLAIN_TABLE.format(name=name))
    before = processor_seconds(connection.info.backend_pid)
    for name in names:
        width, zone = PLAIN[name]
        connection.execute(PLAIN_AGGREGATE.format(name=name, width=width, zone=zone))
    return processor_seconds(connection.info.backend_pid) - before


def cost(name: str, spent: Spent, plain: float) -> Case:
    ratio = spent.processor_seconds / plain
    return Case(
        f"{name}: processor time against plain INSERT … SELECT",
        spent.processor_seconds,
        "s",
        plain,
        ratio,
        COST_MAX,
        at_most=True,
    )


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="falaj bench rollups", description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--datastreams", type=int, default=30)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--interval", type=int, default=INTERVAL_SECONDS, help="seconds between two values")
    parser.add_argument("--rate", type=int, default=10_000, help="observations a second of the stream")
    parser.add_argument(
        "--seconds", type=float, default=60, help="how long the stream lasts; 0 leaves it out"
    )
    parser.add_argument("--stream-datastreams", type=int, default=10_000)
    parser.add_argument(
        "--before", type=float, default=600, help="seconds of values that are there when the stream begins"
    )
    options = parser.parse_args(arguments)
    cases: list[Case] = []
    with servers() as bench:
        if options.days:
            fill(bench, options.datastreams, options.days, options.interval)
            with psycopg.connect(bench.postgres.url("worker"), autocommit=True) as connection:
                hours = spend(connection, roll_up)
                days = spend(connection, roll_up_days)
            with bench.postgres.superuser("falaj") as connection:
                plain = spend_plainly(connection, "quarters", "hours"), spend_plainly(connection, "days")
            cases += [*hours.cases("hours", "hours"), cost("hours and quarters", hours, plain[0])]
            cases += [*days.cases("local days", "days"), cost("local days", days, plain[1])]
        if options.seconds:
            step = options.stream_datastreams / options.rate
            register_things(bench, options.stream_datastreams, max(1, round(step)))
            cases += measure_stream(bench, options.rate, options.seconds, options.before, step)
    report("rollups", cases, options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
