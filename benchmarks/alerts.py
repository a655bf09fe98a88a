"""How soon a value is at a webhook: rules over datastreams, values as ingest commits them, the worker's own threads, and a
receiver that answers at once. Everything is on this machine; a value's way from the device to the commit is that of the
benchmark of ingest.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import numpy as np
import orjson
import psycopg
from psycopg.types.json import Jsonb
from pydantic import SecretStr

from benchmarks.ingest import Bench, servers
from benchmarks.report import Case, report
from citycore.alerts.document import plain, read_rules
from citycore.alerts.service import keep_receiver
from citycore.alerts.settings import AlertSettings
from citycore.clock import system_clock
from citycore.model import DatastreamDescription, SourceDescription, SourceKind, ThingDescription
from citycore.settings import StoreSettings
from citycore.store.registry import register
from stack.waiting import wait_until
from stack.worker.alert_loop import AlertLoop
from stack.worker.guard import Guard
from stack.worker.outage import StoreState
from stack.worker.settings import WorkerSettings

LAG_SECONDS_TARGET = 5.0
#: One value in so many is beyond the bound of one rule in ten, and the next one of its datastream is not.
BEYOND = 40
BATCHES_PER_SECOND = 5
SETTLE_SECONDS_MAX = 120.0
READY_SECONDS_MAX = 60.0
EVALUATES = """
SELECT EXISTS (SELECT FROM alert_cursor) AND EXISTS (
    SELECT FROM pg_stat_activity WHERE application_name = 'falaj-alerts' AND state = 'idle' AND query <> '')
"""
#: What a killed process had in hand is sent again after so long.
LEASE_SECONDS = 5.0
RULE = """
[[rules]]
code = "r{number}"
kind = "threshold"
observed_property = "air_temperature"
datastream = {datastream}
above = {above}
severity = "minor"
notify = ["bench"]
name = {{ en = "r", ar = "ق" }}
text = {{ en = "r", ar = "ق" }}
"""
SWITCHED_ON = """
INSERT INTO alert_rules (code, document, state, preview, previewed_at, switched_on_at)
VALUES (%s, %s, 'on', '{}', now(), now())
"""
COMMITTED = """
INSERT INTO ingest_batches (batch_id, worker, messages, received, stored, duplicate, conflicting, quarantined, first_received_at)
VALUES (%s, 'bench', 1, %s, %s, 0, 0, 0, now())
"""
OBSERVED = "COPY observations (datastream_id, quality, phenomenon_time, result, batch_id) FROM STDIN"


@dataclass(slots=True)
class Receiver:
    """Keeps when each delivery came first, and how many came again."""

    first: dict[str, tuple[float, dict[str, Any]]] = field(default_factory=dict)
    again: int = 0
    #: Every so many seconds it answers nothing for as long, although it has read what came.
    away_seconds: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, body: bytes) -> None:
        at, document = time.time(), orjson.loads(body)
        with self.lock:
            if document["delivery"] in self.first:
                self.again += 1
            else:
                self.first[document["delivery"]] = (at, document)

    def serve(self) -> ThreadingHTTPServer:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                receiver.take(self.rfile.read(int(self.headers["Content-Length"])))
                if receiver.away_seconds and int(time.time() / receiver.away_seconds) % 2:
                    self.close_connection = True
                    return
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (as the base class calls it)
                """Nothing is told."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server


def prepare(bench: Bench, datastreams: int, rules: int, address: str) -> list[int]:
    """The numbers of the datastreams; every tenth rule can be raised."""
    bench.renew()
    source = SourceDescription(code="bench", kind=SourceKind.DEVICE, name_en="Benchmark", name_ar="قياس")
    own = (DatastreamDescription(observed_property="air_temperature", interval_seconds=1),)
    things = [
        ThingDescription(code=f"t{n}", kind="bench", name_en="t", name_ar="t", datastreams=own)
        for n in range(datastreams)
    ]
    with psycopg.connect(bench.postgres.url("owner"), autocommit=True) as connection:
        register(connection, source, things)
        rows = connection.execute("SELECT datastream_id FROM datastreams ORDER BY 1").fetchall()
        numbers = [number for (number,) in rows]
        with connection.transaction():
            texts = (
                RULE.format(
                    number=n, datastream=numbers[n % datastreams], above=50.0 if n < rules / 10 else 90.0
                )
                for n in range(rules)
            )
            made = read_rules("".join(texts))
            connection.cursor().executemany(SWITCHED_ON, [(rule.code, Jsonb(plain(rule))) for rule in made])
    with psycopg.connect(bench.postgres.url("registry"), autocommit=True) as connection:
        keep_receiver(connection, "bench", address, "en", AlertSettings())
    return numbers


@dataclass(slots=True)
class Published:
    """When each value was committed, by datastream and instant, and how many of them raise an alert."""

    committed: dict[tuple[int, str], float] = field(default_factory=dict)
    beyond: int = 0


def publish(bench: Bench, numbers: Sequence[int], rate: int, seconds: float) -> Published:
    """Commit values in time."""
    published, hot, batch, turn = Published(), set[int](), 0, 0
    began = time.monotonic()
    with psycopg.connect(bench.postgres.url("ingest"), autocommit=True) as connection:
        while time.monotonic() - began < seconds:
            batch += 1
            at, rows = system_clock(), []
            for n in range(rate // BATCHES_PER_SECOND):
                number = numbers[turn % len(numbers)]
                turn += 1
                is_beyond = number not in hot and not turn % BEYOND
                hot ^= {number} if is_beyond or number in hot else set()
                published.beyond += is_beyond
                rows.append((number, at + timedelta(microseconds=n), 60.0 if is_beyond else 20.0))
            with connection.transaction():
                with connection.cursor().copy(OBSERVED) as copy:
                    for number, moment, value in rows:
                        copy.write_row((number, 1, moment, value, batch))
                connection.execute(COMMITTED, [batch, len(rows), len(rows)])
                connection.execute("SELECT pg_notify('falaj_batches', %s)", [str(batch)])
            done = time.time()
            for number, moment, _ in rows:
                published.committed[number, moment.isoformat().replace("+00:00", "Z")] = done
            time.sleep(max(0.0, began + batch / BATCHES_PER_SECOND - time.monotonic()))
    return published


class Worker:
    """The worker's threads for alerts in a process of their own, which is killed whenever it has evaluated for so long."""

    def __init__(self, bench: Bench, kill_seconds: float | None) -> None:
        self._bench = bench
        self._kill_seconds = kill_seconds
        self._stopping = threading.Event()
        self.kills = 0
        self._start()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def leave_alone(self) -> None:
        """Kill it no more."""
        self._stopping.set()
        self._thread.join()

    def _start(self) -> None:
        """Until it evaluates: what was committed before its very first time is over."""
        url = self._bench.postgres.url("worker")
        self._process = subprocess.Popen([sys.executable, "-m", "benchmarks.alerts", "--work", url])
        with self._bench.postgres.superuser("falaj") as connection:
            wait_until(
                lambda: bool((connection.execute(EVALUATES).fetchone() or (False,))[0]), READY_SECONDS_MAX
            )

    def _run(self) -> None:
        while self._kill_seconds is not None and not self._stopping.wait(self._kill_seconds):
            self._process.kill()
            self._process.wait()
            self.kills += 1
            self._start()


def work(url: str) -> None:
    """What that process does."""
    store = StoreSettings(worker_url=SecretStr(url))
    settings, alerts = WorkerSettings(), AlertSettings(lease_seconds=LEASE_SECONDS)
    guard = Guard(store, settings, system_clock)
    AlertLoop(store, settings, StoreState(), guard, clock=system_clock, alerts=alerts).start()
    threading.Event().wait()


def lags(receiver: Receiver, published: Published) -> list[float]:
    """Of what was raised: from the commit of the value to the receiver, in seconds."""
    found = []
    for at, document in receiver.first.values():
        key = document["datastream"], _plain(document["at"])
        if document["event"] == "alert.raised" and key in published.committed:
            found.append(at - published.committed[key])
    return found


def _plain(text: str) -> str:
    return datetime.fromisoformat(text).isoformat().replace("+00:00", "Z")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="falaj bench alerts", description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--datastreams", type=int, default=1_000)
    parser.add_argument("--rules", type=int, default=10_000)
    parser.add_argument("--rate", type=int, default=1_000, help="values a second")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument(
        "--kill-seconds", type=float, default=8.0, help="how often the worker is killed in the second case"
    )
    parser.add_argument("--work", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.work is not None:
        work(options.work)
        return 0
    cases: list[Case] = []
    with servers() as bench:
        for name, kill_seconds in (("", None), ("killed: ", options.kill_seconds)):
            cases += run(bench, options, name, kill_seconds)
    report("alerts", cases, options.json)
    return 0


def run(bench: Bench, options: argparse.Namespace, name: str, kill_seconds: float | None) -> list[Case]:
    """One case. Where the worker is killed, the receiver is away as well for half of the time."""
    receiver = Receiver()
    server = receiver.serve()
    numbers = prepare(bench, options.datastreams, options.rules, f"http://127.0.0.1:{server.server_port}/")
    with Worker(bench, kill_seconds) as worker:
        if kill_seconds is not None:
            receiver.away_seconds = kill_seconds / 2
        published = publish(bench, numbers, options.rate, options.seconds)
        worker.leave_alone()
        receiver.away_seconds = 0.0
        _settle(bench)
    server.shutdown()
    server.server_close()
    found = np.array(lags(receiver, published) or [float("nan")])
    alerts = Counter((document["alert"], document["event"]) for _, document in receiver.first.values())
    raised = sum(event == "alert.raised" for _, event in alerts)
    cases = [
        Case(f"{name}alerts told a second", raised / options.seconds, "alerts/s"),
        Case(f"{name}alerts that were lost", published.beyond - raised, "alerts", target=0, at_most=True),
        Case(
            f"{name}alerts told by two deliveries",
            len(receiver.first) - len(alerts),
            "alerts",
            target=0,
            at_most=True,
        ),
        Case(f"{name}deliveries sent again, by their identifier", receiver.again, "deliveries"),
    ]
    if kill_seconds is not None:
        return [*cases, Case(f"{name}how often", worker.kills, "kills")]
    return [
        Case("from the commit to the webhook: median", float(np.median(found)), "s"),
        Case(
            "from the commit to the webhook: p99",
            float(np.quantile(found, 0.99)),
            "s",
            target=LAG_SECONDS_TARGET,
            at_most=True,
        ),
        *cases,
    ]


def _settle(bench: Bench) -> int:
    """Wait until nothing is left to be told; how many deliveries there were."""
    until = time.monotonic() + SETTLE_SECONDS_MAX
    waiting, told = 1, 0
    with bench.postgres.superuser("falaj") as connection:
        while waiting and time.monotonic() < until:
            time.sleep(1.0)
            waiting, told = connection.execute(
                "SELECT count(*) FILTER (WHERE done_at IS NULL), count(*) FROM alert_deliveries"
            ).fetchone() or (0, 0)
    return int(told)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
