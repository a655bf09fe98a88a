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
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psycopg

from benchmarks.ceilings import copy_only
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
RUN_SECONDS_MAX = 600


@dataclass(slots=True)
class Bench:
    """The servers of one benchmark, and a fresh database for each case."""

    postgres: PrivatePostgres
    broker: PrivateBroker
    folder: Path

    def prepare(self, shape: Shape) -> None:
        with self.postgres.superuser() as connection:
            connection.execute("DROP DATABASE IF EXISTS falaj WITH (FORCE)")
        self.postgres.create_database()
        migrate(self.postgres.url("owner"))
        with psycopg.connect(self.postgres.url("owner")) as connection:
            register(connection, *describe(shape))

    @contextmanager
    def ingest(self) -> Iterator[None]:
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
            if not wait_until(lambda: _ready(port), 30):
                raise TimeoutError(child.last_words())
            yield
        finally:
            child.stop()

    def publish(self, shape: Shape, first: int = 0) -> float:
        """Publish the shape's messages; the wall-clock time at which it began."""
        words = [
            str(number) for number in (self.broker.port, shape.messages, shape.values, shape.things, first)
        ]
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.load", *words],
            stdout=subprocess.PIPE, text=True, check=True, env=_environment(),
        )  # fmt: skip
        return float(done.stdout.split()[0])

    def receive_only(self, shape: Shape) -> float:
        """Seconds from the first publish to the last message received and acknowledged."""
        receiver = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.ceilings", str(self.broker.port), str(shape.messages)],
            stdout=subprocess.PIPE, text=True, env=_environment(),
        )  # fmt: skip
        assert receiver.stdout is not None
        receiver.stdout.readline()
        began = self.publish(shape)
        last = float(receiver.stdout.readline())
        receiver.wait()
        return last - began

    def end_to_end(self, shape: Shape, first: int = 0) -> float:
        """Seconds from the first publish to the last commit; ``ingest`` must be running."""
        before = self._received()
        began = self.publish(shape, first)
        wanted = before + shape.observations
        if not wait_until(lambda: self._received() >= wanted, RUN_SECONDS_MAX):
            raise TimeoutError(f"{self._received()} of {wanted} values arrived")
        with self.postgres.superuser("falaj") as connection:
            row = connection.execute(
                "SELECT extract(epoch FROM max(committed_at)) FROM ingest_batches"
            ).fetchone()
        assert row is not None
        return float(row[0]) - began

    def _received(self) -> int:
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


def measure(bench: Bench, shape: Shape, runs: int, name: str, target: float | None) -> list[Case]:
    """The cases of one shape: both ceilings, the end-to-end rate, and the efficiency."""
    rows_at_once = IngestSettings().batch_messages_max * shape.values
    receiving, copying, together = [], [], []
    for _ in range(runs):
        bench.prepare(shape)
        receiving.append(bench.receive_only(shape))
        copying.append(copy_only(bench.postgres.url("owner"), shape, rows_at_once))
        with bench.ingest():
            together.append(bench.end_to_end(shape))
    receive, copy, end = median(receiving), median(copying), median(together)
    rate = shape.observations / end
    return [
        Case(f"{name}: receive only (paho)", shape.messages / receive, "messages/s"),
        Case(f"{name}: COPY only", shape.observations / copy, "observations/s"),
        Case(
            f"{name}: end to end", shape.messages / end, "messages/s", shape.messages / receive, receive / end
        ),
        Case(f"{name}: published to committed", rate, "observations/s", target=target),
        Case(f"{name}: efficiency", receive + copy, "s", end, (receive + copy) / end),
    ]


def measure_duplicates(bench: Bench, shape: Shape, runs: int) -> list[Case]:
    """The same messages again: all are duplicates."""
    fresh, again = [], []
    for _ in range(runs):
        bench.prepare(shape)
        with bench.ingest():
            fresh.append(bench.end_to_end(shape))
            again.append(bench.end_to_end(shape))
    rates = [shape.observations / median(times) for times in (again, fresh)]
    return [Case("all duplicates", rates[0], "observations/s", rates[1], rates[0] / rates[1])]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="falaj bench ingest", description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--messages", type=int, default=60_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--all", action="store_true", help="every shape, not only five values a message")
    options = parser.parse_args(arguments)
    cases: list[Case] = []
    with servers() as bench:
        for values, things, name in _shapes(options.all):
            count = options.messages if values < 20 else options.messages // 5
            target = RATE_TARGET if values == 5 else None
            cases += measure(bench, Shape(count, values, things), options.runs, name, target)
        cases += measure_duplicates(bench, Shape(options.messages, 5, 20), options.runs)
    report("ingest", cases, options.json)
    return 0 if all(case.meets is not False for case in cases) else 1


def _shapes(everything: bool) -> list[tuple[int, int, str]]:
    standard = [(5, 20, "5 values, 100 datastreams")]
    if not everything:
        return standard
    return [*standard, (1, 100, "1 value, 100 datastreams"), (5, 2_000, "5 values, 10,000 datastreams"),
            (25, 4, "25 values, 100 datastreams")]  # fmt: skip


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _environment() -> dict[str, str]:
    root = str(Path(__file__).resolve().parents[1])
    return {**os.environ, "PYTHONPATH": root}


if __name__ == "__main__":
    sys.exit(main())
