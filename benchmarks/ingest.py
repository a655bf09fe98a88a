"""How fast ingest is, end to end, beside the bare ceilings of the same run.

Publisher, broker, ingest and PostgreSQL share this machine. A case is repeated and its median
counts. Efficiency = (receiving only + COPY only) / end to end: above 1 the steps overlap.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil
import psycopg

from benchmarks.ceilings import copy_only, rows_stream
from benchmarks.load import Shape, describe
from benchmarks.report import Case, report
from citycore.store.migrate import migrate
from citycore.store.registry import register
from ingest.settings import IngestSettings
from stack.broker import PrivateBroker
from stack.child import Child
from stack.ports import free_port
from stack.postgres import PrivatePostgres
from stack.waiting import wait_until

RATE_TARGET = 10_000
LAG_RATE, LAG_SECONDS = 1_000, 20
LAG_SQL = """
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY lag), percentile_cont(0.99) WITHIN GROUP (ORDER BY lag)
FROM (SELECT extract(epoch FROM committed_at - phenomenon_time) AS lag
      FROM observations JOIN ingest_batches USING (batch_id)) AS lags
"""
FILL_ROWS = 500_000
FILL = (
    "COPY observations (datastream_id, quality, phenomenon_time, result, batch_id) FROM STDIN (FORMAT binary)"
)
RUN_SECONDS_MAX = 600
#: Values a message, things, and the efficiency to reach; for many datastreams the rate is what counts.
SHAPES = [(5, 20, 1.0), (1, 100, 0.8), (50, 4, 0.8), (5, 2_000, None)]


@dataclass(slots=True)
class Bench:
    """The servers of one benchmark, and a fresh database for each case."""

    postgres: PrivatePostgres
    broker: PrivateBroker
    folder: Path

    def renew(self) -> None:
        """An empty database with the hub's schema."""
        with self.postgres.superuser() as connection:
            connection.execute("DROP DATABASE IF EXISTS falaj WITH (FORCE)")
        self.postgres.create_database()
        migrate(self.postgres.url("owner"))

    def prepare(self, shape: Shape) -> None:
        self.renew()
        with psycopg.connect(self.postgres.url("owner")) as connection:
            register(connection, *describe(shape))

    @contextmanager
    def ingest(self) -> Iterator[Child]:
        port = free_port()
        child = Child(
            "ingest",
            [sys.executable, "-m", "ingest"],
            self.folder / "ingest.log",
            self.postgres.environment()
            | self.broker.environment()
            | {"FALAJ_INGEST_HTTP_PORT": str(port), "FALAJ_INGEST_WORKER": f"bench-{port}"},
        )
        child.start()
        try:
            if not wait_until(lambda: is_ready(port), 30):
                raise TimeoutError(child.last_words())
            yield child
        finally:
            child.stop()

    def publish(self, shape: Shape, first: int = 0, rate: int = 0) -> float:
        """Publish the shape's messages; the wall-clock time at which it began (0 if at a steady rate)."""
        numbers = (self.broker.port, shape.messages, shape.values, shape.things, first, rate)
        words = [str(number) for number in numbers]
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.load", *words],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            env=environment_of_python(),
        )
        return float(done.stdout or 0)

    def receive_only(self, shape: Shape) -> float:
        """Seconds from the first publish to the last message received and acknowledged."""
        receiver = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.ceilings", str(shape.messages)],
            stdout=subprocess.PIPE,
            text=True,
            env={**environment_of_python(), **self.broker.environment()},
        )
        assert receiver.stdout is not None
        receiver.stdout.readline()
        began = self.publish(shape)
        last = float(receiver.stdout.readline())
        receiver.wait()
        return last - began

    def end_to_end(self, shape: Shape, first: int = 0) -> float:
        """Seconds from the first publish to the last commit; ``ingest`` must be running."""
        before = self.received()
        began = self.publish(shape, first)
        wanted = before + shape.observations
        if not wait_until(lambda: self.received() >= wanted, RUN_SECONDS_MAX):
            raise TimeoutError(f"{self.received()} of {wanted} values arrived")
        with self.postgres.superuser("falaj") as connection:
            row = connection.execute(
                "SELECT extract(epoch FROM max(committed_at)) FROM ingest_batches"
            ).fetchone()
        assert row is not None
        return float(row[0]) - began

    def cpu_seconds(self, ingest: Child) -> list[float]:
        """What ingest, the broker and PostgreSQL have used so far, in this order."""
        return [cpu_seconds(child) for child in (ingest, self.broker.child, self.postgres.child)]

    def received(self) -> int:
        time.sleep(0.2)  # asking is not free either
        with self.postgres.superuser("falaj") as connection:
            row = connection.execute("SELECT coalesce(sum(received), 0) FROM ingest_totals").fetchone()
        assert row is not None
        return int(row[0])


@contextmanager
def servers() -> Iterator[Bench]:
    with tempfile.TemporaryDirectory(prefix="falaj-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        postgres = PrivatePostgres(folder / "postgres", free_port())
        broker = PrivateBroker(folder / "broker", free_port())
        try:
            postgres.start()
            broker.start()
            yield Bench(postgres, broker, folder)
        finally:
            broker.stop()
            postgres.stop()


def measure(bench: Bench, shape: Shape, runs: int, target: float | None) -> list[Case]:
    """The cases of one shape: both ceilings, the end-to-end rate, and the efficiency."""
    name = _name(shape)
    rows_at_once = IngestSettings().batch_messages_max * shape.values
    receiving, copying, together, spent = [], [], [], []
    for _ in range(runs):
        bench.prepare(shape)
        receiving.append(bench.receive_only(shape))
        copying.append(copy_only(bench.postgres.url("owner"), shape, rows_at_once)[0])
        with bench.ingest() as ingest:
            before = bench.cpu_seconds(ingest)
            together.append(bench.end_to_end(shape))
            after = bench.cpu_seconds(ingest)
        spent.append([1e5 * (b - a) / shape.observations for a, b in zip(before, after, strict=True)])
    receive, copy, end = median(receiving), median(copying), median(together)
    rate = shape.observations / end
    return [
        Case(f"{name}: receive only (paho)", shape.messages / receive, "messages/s"),
        Case(f"{name}: COPY only", shape.observations / copy, "observations/s"),
        Case(
            f"{name}: end to end", shape.messages / end, "messages/s", shape.messages / receive, receive / end
        ),
        Case(f"{name}: published to committed", rate, "observations/s", target=RATE_TARGET),
        Case(f"{name}: efficiency", receive + copy, "s", end, (receive + copy) / end, target),
        *(
            Case(f"{name}: CPU of {part} for 100,000 observations", median(seconds), "s")
            for part, seconds in zip(
                ("ingest", "Mosquitto", "PostgreSQL"), zip(*spent, strict=True), strict=True
            )
        ),
    ]


def _name(shape: Shape) -> str:
    datastreams = shape.things * len(shape.properties)
    return f"{shape.values} values, {datastreams:,} datastreams"


def measure_duplicates(bench: Bench, shape: Shape, runs: int) -> list[Case]:
    """The same messages again: all are duplicates."""
    fresh, again = [], []
    for _ in range(runs):
        bench.prepare(shape)
        with bench.ingest():
            fresh.append(bench.end_to_end(shape))
            again.append(bench.end_to_end(shape))
    rates = [shape.observations / median(times) for times in (again, fresh)]
    return [Case("all duplicates", rates[0], "observations/s", rates[1], rates[0] / rates[1], 0.7)]


def measure_lag(bench: Bench, runs: int) -> list[Case]:
    """From published to committed at a steady rate; the commit's time is the ledger's."""
    shape = Shape(LAG_RATE * LAG_SECONDS, 5, 20)
    percentiles: list[tuple[float, float]] = []
    for _ in range(runs):
        bench.prepare(shape)
        with bench.ingest():
            bench.publish(shape, rate=LAG_RATE)
            if not wait_until(lambda: bench.received() >= shape.observations, RUN_SECONDS_MAX):
                raise TimeoutError("not everything arrived")
        with bench.postgres.superuser("falaj") as connection:
            row = connection.execute(LAG_SQL).fetchone()
        assert row is not None
        percentiles.append((float(row[0]), float(row[1])))
    lags = [1000 * median(column) for column in zip(*percentiles, strict=True)]
    return [
        Case(f"lag at {LAG_RATE:,} messages/s, p50", lags[0], "ms", target=150, at_most=True),
        Case(f"lag at {LAG_RATE:,} messages/s, p99", lags[1], "ms", target=500, at_most=True),
    ]


def measure_depth(bench: Bench, shape: Shape, rows: int, runs: int) -> list[Case]:
    """The rate beside ``rows`` stored observations of the same datastreams, against an empty table."""
    empty = []
    for _ in range(runs):
        bench.prepare(shape)
        with bench.ingest():
            empty.append(bench.end_to_end(shape))
    stored = Shape(rows // shape.values, shape.values, shape.things)
    bench.prepare(shape)
    with psycopg.connect(bench.postgres.url("ingest"), autocommit=True) as connection:
        for first in range(0, stored.observations, FILL_ROWS):
            stream = rows_stream(stored, first, min(FILL_ROWS, stored.observations - first))
            with connection.cursor() as cursor, cursor.copy(FILL) as copy:
                copy.write(stream)
    with bench.ingest():
        deep = [bench.end_to_end(shape, stored.messages + n * shape.messages) for n in range(runs)]
    rates = [shape.observations / median(times) for times in (deep, empty)]
    name = f"beside {stored.observations / 1e6:.0f} million rows"
    return [Case(name, rates[0], "observations/s", rates[1], rates[0] / rates[1], 0.85)]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="falaj bench ingest", description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--messages", type=int, default=60_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--all", action="store_true", help="every shape, the lag, and the depth")
    parser.add_argument("--depth", type=int, default=50_000_000, help="rows stored before, with --all")
    options = parser.parse_args(arguments)
    cases: list[Case] = []
    with servers() as bench:
        for values, things, target in SHAPES if options.all else SHAPES[:1]:
            count = options.messages if values < 20 else options.messages // 5
            cases += measure(bench, Shape(count, values, things), options.runs, target)
        cases += measure_duplicates(bench, Shape(options.messages, 5, 20), options.runs)
        if options.all:
            cases.append(_many_datastreams(cases))
            cases += measure_lag(bench, options.runs)
            cases += measure_depth(bench, Shape(options.messages, 5, 20), options.depth, options.runs)
    report("ingest", cases, options.json)
    return 0 if all(case.meets is not False for case in cases) else 1


def _many_datastreams(cases: Sequence[Case]) -> Case:
    """The rate of 10,000 datastreams against that of 100."""
    few, many = (
        next(
            case.value
            for case in cases
            if case.name == f"{_name(Shape(0, 5, things))}: published to committed"
        )
        for things in (20, 2_000)
    )
    return Case("10,000 datastreams against 100", many, "observations/s", few, many / few, 0.7)


def cpu_seconds(child: Child | None) -> float:
    """Of a process and all that it started; time does not count in which others had the processor."""
    assert child is not None
    assert child.process is not None
    process = psutil.Process(child.process.pid)
    ended = process.cpu_times()
    seconds = ended.children_user + ended.children_system
    for each in (process, *process.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):  # one of PostgreSQL's own has just ended
            spent = each.cpu_times()
            seconds += spent.user + spent.system
    return float(seconds)


def is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def environment_of_python() -> dict[str, str]:
    root = str(Path(__file__).resolve().parents[1])
    return {**os.environ, "PYTHONPATH": root}


if __name__ == "__main__":
    sys.exit(main())
