"""A gauge and an air station, rules over them, and a receiver that is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from citycore.alerts import service
from citycore.alerts.settings import AlertSettings
from citycore.model import DatastreamDescription
from citycore.store.connections import Connection
from citycore.store.registry import register
from ingest.alerts.evaluating import Evaluator
from ingest.alerts.previewing import preview
from tests.conftest import Database
from tests.ingest.conftest import describe_source, describe_thing

SETTINGS = AlertSettings(batches_max=3, retry_seconds_min=10, attempts_max=3, send_seconds_max=2)
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
RULE = """
[[rules]]
code = "{code}"
kind = "{kind}"
{what}
severity = "{severity}"
category = "Met"
notify = ["operations"]
name = {{ en = "Wadi {code}", ar = "وادٍ" }}
text = {{ en = "Keep away.", ar = "ابتعد." }}
"""
LEVEL = 'observed_property = "water_level"\n'


@dataclass
class Scene:
    """A gauge and an air station, what ingest commits of them, and the evaluation of rules."""

    database: Database
    worker: Connection
    registry: Connection
    batch: int = 0
    numbers: dict[str, int] = field(default_factory=dict)

    def commit(self, name: str, values: Sequence[tuple[datetime, float]], quality: int = 1) -> None:
        self.batch += 1
        with self.database.connect("ingest") as connection, connection.transaction():
            connection.cursor().executemany(
                "INSERT INTO observations (datastream_id, quality, phenomenon_time, result, batch_id)"
                " VALUES (%s, %s, %s, %s, %s)",
                [(self.numbers[name], quality, at, value, self.batch) for at, value in values],
            )
            connection.execute(
                "INSERT INTO ingest_batches (batch_id, worker, messages, received, stored, duplicate, conflicting,"
                " quarantined, first_received_at) VALUES (%s, 'w', 1, %s, %s, 0, 0, 0, now())",
                [self.batch, len(values), len(values)],
            )

    def minutes(self, name: str, values: Sequence[float], until: datetime = NOW) -> None:
        """One value a minute, each in a batch of its own."""
        for back, value in zip(reversed(range(len(values))), values, strict=True):
            self.commit(name, [(until - back * MINUTE, value)])

    def rule(
        self, code: str = "flood", kind: str = "threshold", what: str = LEVEL + "above = 2.0", **more: str
    ) -> None:
        document = RULE.format(**{"code": code, "kind": kind, "what": what, "severity": "severe", **more})
        (rule,) = service.load_rules(self.registry, document, SETTINGS)
        service.keep_preview(self.registry, rule, preview(self.registry, rule, SETTINGS, NOW))
        service.switch(self.registry, code, "on")

    def evaluator(self) -> Evaluator:
        made = Evaluator(self.worker, SETTINGS)
        assert made.lead()
        made.refresh(NOW)
        return made

    def alerts(self) -> list[tuple[Any, ...]]:
        return [
            (rule, subject.partition(":")[0], minute(raised), None if cleared is None else minute(cleared))
            for rule, subject, raised, cleared in self.ask(
                "SELECT rule_code, subject, raised_at, cleared_at FROM alerts ORDER BY raised_at, rule_code"
            )
        ]

    def ask(self, text: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with self.database.superuser() as connection:
            cursor = connection.execute(text.encode(), parameters)
            return cursor.fetchall() if cursor.description else []


def minute(at: datetime) -> int:
    """Before or after noon."""
    return round((at - NOW) / MINUTE)


@contextmanager
def open_scene(database: Database) -> Iterator[Scene]:
    gauge = describe_thing(
        "gauge", DatastreamDescription(observed_property="water_level", interval_seconds=60)
    )
    air = describe_thing("air", DatastreamDescription(observed_property="pm10", interval_seconds=60))
    with database.connect() as owner:
        register(owner, describe_source("s"), [gauge, air])
    with database.connect("worker") as worker, database.connect("registry") as registry:
        worker.autocommit = registry.autocommit = True
        made = Scene(database, worker, registry)
        rows = made.ask("SELECT code, datastream_id FROM datastreams JOIN things USING (thing_id)")
        made.numbers = dict(rows)
        service.keep_receiver(registry, "operations", "http://127.0.0.1:9/hook", "ar", SETTINGS)
        yield made


def work(evaluator: Evaluator, now: datetime = NOW) -> None:
    while evaluator.evaluate(now):
        pass
    evaluator.look(now)


@dataclass
class Receiver:
    """A web server that keeps what it is sent, and answers as it is told."""

    answers: list[int]
    got: list[tuple[dict[str, str], str]] = field(default_factory=list)
    url: str = ""

    def __enter__(self) -> Self:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                receiver.got.append((dict(self.headers), body))
                code = receiver.answers.pop(0) if receiver.answers else 204
                if code == 0:  # killed after it has read, and before it has answered
                    self.connection.close()
                    return
                self.send_response(code)
                if code == 302:
                    self.send_header("Location", receiver.url)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (as the base class calls it)
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
