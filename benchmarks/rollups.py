"""How fast roll-ups are: hours with their quarters, and local days with their gaps.

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
INSERT INTO dirty_buckets (batch_id, datastream_ids, bucket_hours)
SELECT week, array_agg(datastream_id), array_agg(hour)
FROM (SELECT DISTINCT datastream_id, (extract(epoch FROM phenomenon_time) / 3600)::int AS hour,
                      (extract(epoch FROM phenomenon_time) / 604800)::bigint AS week FROM observations) AS hours
GROUP BY week
"""
LATEST = """
INSERT INTO latest (datastream_id, quality, phenomenon_time, result, batch_id)
SELECT DISTINCT ON (datastream_id) datastream_id, quality, phenomenon_time, result, batch_id
FROM observations ORDER BY datastream_id, phenomenon_time DESC
"""


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


def fill(bench: Bench, datastreams: int, days: int) -> None:
    bench.renew()
    source = SourceDescription(code="bench", kind=SourceKind.DEVICE, name_en="Benchmark", name_ar="قياس")
    own = (DatastreamDescription(observed_property="air_temperature", interval_seconds=INTERVAL_SECONDS),)
    things = [
        ThingDescription(code=f"t{n}", kind="bench", name_en="t", name_ar="t", datastreams=own)
        for n in range(datastreams)
    ]
    with psycopg.connect(bench.postgres.url("owner"), autocommit=True) as connection:
        register(connection, source, things)
    with bench.postgres.superuser("falaj") as connection:
        connection.execute(FILL, {"days": days, "interval_seconds": INTERVAL_SECONDS})
        connection.execute(NOTE)
        connection.execute(LATEST)
        connection.execute("ANALYZE")


def spend(connection: Connection, work: Callable[[Connection], int]) -> Spent:
    """Do it until there is nothing left to do."""
    process = connection.info.backend_pid
    buckets, began, before = 0, time.monotonic(), processor_seconds(process)
    while some := work(connection):
        buckets += some
    return Spent(buckets, time.monotonic() - began, processor_seconds(process) - before)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="falaj bench rollups", description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--datastreams", type=int, default=30)
    parser.add_argument("--days", type=int, default=60)
    options = parser.parse_args(arguments)
    with servers() as bench:
        fill(bench, options.datastreams, options.days)
        with psycopg.connect(bench.postgres.url("worker"), autocommit=True) as connection:
            hours = spend(connection, roll_up)
            days = spend(connection, roll_up_days)
    report("rollups", [*hours.cases("hours", "hours"), *days.cases("local days", "days")], options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
