"""How soon a value is at a webhook: rules over datastreams, values as ingest commits them, the worker's own threads, and a
receiver that answers at once. Everything is on this machine; a value's way from the device to the commit is that of the
benchmark of ingest.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import psycopg
from psycopg.types.json import Jsonb

from benchmarks.ingest import Bench, servers
from benchmarks.report import Case, report
from citycore.alerts.document import plain, read_rules
from citycore.alerts.service import keep_receiver
from citycore.alerts.settings import AlertSettings
from citycore.clock import system_clock
from citycore.model import DatastreamDescription, SourceDescription, SourceKind, ThingDescription
from citycore.settings import StoreSettings
from citycore.store.registry import register
from stack.worker.alert_loop import AlertLoop
from stack.worker.guard import Guard
from stack.worker.outage import StoreState
from stack.worker.settings import WorkerSettings

LAG_SECONDS_TARGET = 5.0
#: One value in so many is beyond the bound of one rule in ten, and the next one of its datastream is not.
BEYOND = 40
BATCHES_PER_SECOND = 5
SETTLE_SECONDS_MAX = 60.0
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


def publish(bench: Bench, numbers: Sequence[int], rate: int, seconds: float) -> dict[tuple[int, str], float]:
    """Commit values in time; when each was committed, by datastream and instant."""
    per_batch = rate // BATCHES_PER_SECOND
    committed: dict[tuple[int, str], float] = {}
    hot: set[int] = set()
    batch = turn = 0
    began = time.monotonic()
    with psycopg.connect(bench.postgres.url("ingest"), autocommit=True) as connection:
        while time.monotonic() - began < seconds:
            batch += 1
            at = system_clock()
            rows = []
            for n in range(per_batch):
                number = numbers[turn % len(numbers)]
                turn += 1
                is_hot = number in hot
                value = 20.0 if is_hot or turn % BEYOND else 60.0
                hot ^= {number} if is_hot or value > 50 else set()
                moment = at + timedelta(microseconds=n)
                rows.append((number, moment, value))
            with connection.transaction():
                with connection.cursor().copy(OBSERVED) as copy:
                    for number, moment, value in rows:
                        copy.write_row((number, 1, moment, value, batch))
                connection.execute(COMMITTED, [batch, len(rows), len(rows)])
                connection.execute("SELECT pg_notify('falaj_batches', %s)", [str(batch)])
            done = time.time()
            for number, moment, _ in rows:
                committed[number, moment.isoformat().replace("+00:00", "Z")] = done
            pause = began + batch / BATCHES_PER_SECOND - time.monotonic()
            if pause > 0:
                time.sleep(pause)
    return committed


def lags(receiver: Receiver, committed: dict[tuple[int, str], float]) -> list[float]:
    """Of what was raised: from the commit of the value to the receiver, in seconds."""
    found = []
    for at, document in receiver.first.values():
        key = document["datastream"], _plain(document["at"])
        if document["event"] == "alert.raised" and key in committed:
            found.append(at - committed[key])
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
    options = parser.parse_args(arguments)
    receiver = Receiver()
    server = receiver.serve()
    with servers() as bench:
        numbers = prepare(
            bench, options.datastreams, options.rules, f"http://127.0.0.1:{server.server_port}/"
        )
        store = StoreSettings(worker_url=bench.postgres.url("worker"))  # type: ignore[arg-type]  # becomes a secret
        settings = WorkerSettings()
        loop = AlertLoop(store, settings, StoreState(), Guard(store, settings, system_clock), system_clock)
        loop.start()
        time.sleep(3.0)  # until the rules are read
        committed = publish(bench, numbers, options.rate, options.seconds)
        told = _settle(bench)
        loop.stop()
    server.shutdown()
    found = np.array(lags(receiver, committed) or [float("nan")])
    report(
        "alerts",
        [
            Case("from the commit to the webhook: median", float(np.median(found)), "s"),
            Case(
                "from the commit to the webhook: p99",
                float(np.quantile(found, 0.99)),
                "s",
                target=LAG_SECONDS_TARGET,
                at_most=True,
            ),
            Case("alerts told a second", len(found) / options.seconds, "alerts/s"),
            Case(
                "deliveries that were not told",
                told - len(receiver.first),
                "deliveries",
                target=0,
                at_most=True,
            ),
            Case("deliveries that were told twice", receiver.again, "deliveries", target=0, at_most=True),
        ],
        options.json,
    )
    return 0


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
