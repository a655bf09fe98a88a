"""The API as a process over ten days of history: lists, values, files, SensorThings and what the Overview asks, beside bare handlers."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import httpx
import psycopg

from benchmarks import sensorthings
from benchmarks.guarded.measuring import Run, Step
from benchmarks.processor import Meter, process_seconds, session_seconds
from benchmarks.reading import questions
from benchmarks.reading.history import History, fill
from benchmarks.reading.load import Load, download, request
from benchmarks.reading.servers import Server, Stage, ask_adbc
from falaj_client import Client

HISTORY = History("bench_guard", 10)
EXPORTED_ROWS = 60_000
STEPS = (
    "a day",
    "latest of 1,000",
    "304 of a day",
    "CSV",
    "Arrow",
    "SensorThings, newest of 100 things",
    "what the Overview asks",
)
#: Different ones of single datastreams.
DAYS = 300


@dataclass(frozen=True, slots=True)
class Spending:
    """Processor time of a server and of its sessions."""

    pid: int
    meter: Meter

    def seconds(self, work: Callable[[], object]) -> float:
        _, sessions = self.meter.read()
        own = process_seconds(self.pid)
        work()
        own = process_seconds(self.pid) - own
        return own + self.meter.sessions_since(sessions)


def steps(running: Stage) -> list[Step]:
    """All of them, over a history that is made for them."""
    fill(running.postgres, HISTORY)
    meter = Meter(running.postgres, HISTORY.database)
    api, bare = running.api(HISTORY), running.bare(HISTORY)
    days = questions.days(HISTORY.days)[:DAYS]
    observations = [f"/v1/observations?{urlencode(day)}" for day in days]
    bare_day = requests(bare, meter, [f"/day?{urlencode(day)}" for day in days])
    bare_latest = requests(bare, meter, ["/latest?limit=1000"] * 60)
    newest = sensorthings.requests()["newest of a page of 100 things"]
    # One alone: each is looked up anew some seconds after it was given out, and how many are depends on the clock.
    known = etags(api, observations[:1])
    return [
        Step("a day", "request", requests(api, meter, observations), "bare FastAPI", bare_day),
        Step(
            "latest of 1,000",
            "request",
            requests(api, meter, ["/v1/latest?limit=1000"] * 60),
            "bare FastAPI",
            bare_latest,
        ),
        Step(
            "304 of a day",
            "request",
            requests(api, meter, observations[:1] * 2_000, known),
            "bare hello",
            requests(bare, meter, ["/hello"] * 2_000),
            rounds_factor=2,
        ),
        *exports(running, api, meter),
        Step(
            "SensorThings, newest of 100 things",
            "request",
            requests(api, meter, [newest] * 40),
            "bare latest of 1,000",
            bare_latest,
        ),
        Step(
            "what the Overview asks",
            "request",
            requests(api, meter, overview(api) * 8),
            "bare latest of 1,000",
            bare_latest,
        ),
    ]


def requests(
    server: Server, meter: Meter, targets: Sequence[str], known: Mapping[str, str] | None = None
) -> Run:
    """Each of these once; with ``known`` ETags it is a 304. What one of them costs the server and the database."""
    spending, status = Spending(server.pid, meter), 200 if known is None else 304
    sent = [
        request(target, server.port, None if known is None else {"If-None-Match": known[target]})
        for target in targets
    ]

    def run() -> float:
        load = Load(server.port, sent, status)
        spent = spending.seconds(load.run_once)
        return spent / len(load.latencies)

    return run


def etags(api: Server, targets: list[str]) -> dict[str, str]:
    with httpx.Client(base_url=f"http://127.0.0.1:{api.port}") as client:
        return {target: client.get(target).headers["etag"] for target in targets}


def overview(api: Server) -> list[str]:
    """The lists that the dashboards' Overview is made of, as its client asks for them."""
    with Client(f"http://127.0.0.1:{api.port}") as client:
        asked = (
            client.places(),
            client.observed_properties(),
            client.sources(),
            client.things(),
            client.latest(),
            client.limits(),
            client.air_quality(index="us"),
            client.alerts(open=True),
            client.presence(),
        )
        return [one.url.partition(str(api.port))[2] for one in asked]


def exports(running: Stage, api: Server, meter: Meter) -> Iterator[Step]:
    """Each file has a row more than the one before, so that none lies ready."""
    rows = itertools.count(EXPORTED_ROWS)
    adbc = running.adbc(HISTORY)

    def ours(chosen: str) -> Run:
        spending = Spending(api.pid, meter)

        def run() -> float:
            count = next(rows)
            target = f"/v1/observations?{urlencode(questions.export(chosen, count, HISTORY.days))}"
            return spending.seconds(lambda: download(api.port, target)) / count

        return run

    def copied() -> float:
        query = questions.export_query("csv", EXPORTED_ROWS, HISTORY.days)
        with psycopg.connect(running.postgres.url("read", HISTORY.database)) as connection:
            pid = connection.info.backend_pid
            before = session_seconds(pid)
            with connection.cursor().copy(f"COPY ({query}) TO STDOUT (FORMAT csv)".encode()) as copy:
                for _ in copy:
                    pass
            return (session_seconds(pid) - before) / EXPORTED_ROWS

    def read_by_adbc() -> float:
        query = questions.export_query("arrow", EXPORTED_ROWS, HISTORY.days)
        spending = Spending(adbc.pid, meter)
        return spending.seconds(lambda: ask_adbc(adbc, "arrow", query)) / EXPORTED_ROWS

    yield Step("CSV", "row", ours("csv"), "COPY in the database", copied)
    yield Step("Arrow", "row", ours("arrow"), "ADBC", read_by_adbc)
