"""The live stream of a real API process over a real database."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg
import pytest

from stack.ports import free_port
from stack.postgres import PrivatePostgres
from stack.waiting import wait_until
from tests.hub_api.conftest import serving_process
from tests.prepared import Program

_SETTINGS = {
    "FALAJ_STREAM_LISTENERS_MAX": "210", "FALAJ_STREAM_HEARTBEAT_SECONDS": "0.5",
    "FALAJ_STREAM_STALL_SECONDS_MAX": "2", "FALAJ_STREAM_REPLAY_ROWS_MAX": "5000",
    "FALAJ_STREAM_RETRY_SECONDS": "0.2",
}  # fmt: skip
WRITE = (
    "WITH batch AS (INSERT INTO ingest_batches (batch_id, worker, messages, received, stored, duplicate,"
    " conflicting, quarantined, first_received_at)"
    " VALUES (%(batch)s, 'w', 1, %(rows)s, %(rows)s, 0, 0, 0, now()))"
    " INSERT INTO observations SELECT %(datastream)s, 1, '2026-11-24T12:00:00Z'::timestamptz"
    " + %(batch)s %% 100000 * interval '1 minute' + n * interval '1 ms', n, %(batch)s FROM generate_series(1, %(rows)s) AS n"
)
NOTIFY = "SELECT pg_notify('falaj_batches', %s::text)"


@dataclass(frozen=True, slots=True)
class Event:
    name: str
    place: str | None
    data: Any

    @property
    def results(self) -> list[float]:
        return [row["result"] for row in self.data["data"]] if self.name == "observations" else []


def write(connection: Any, batch: int, datastream: int, rows: int = 1) -> None:
    """A batch as ingest commits it; the connection decides when."""
    connection.execute(WRITE, {"batch": batch, "datastream": datastream, "rows": rows})
    connection.execute(NOTIFY, [batch])


@pytest.fixture(scope="module")
def city(standing_city: Any) -> Any:
    """One for all tests here: each writes batches of its own."""
    return standing_city


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stream") / "api.log"


@pytest.fixture(scope="module")
def served(city: Any, log: Path, request: pytest.FixtureRequest) -> Iterator[tuple[str, Program]]:
    """One process for all tests that want the same settings."""
    settings = {**_SETTINGS, **getattr(request, "param", {})}
    with serving_process(city.database, log, **settings) as served:
        yield served


@asynccontextmanager
async def listening(
    client: httpx.AsyncClient, url: str, **options: Any
) -> AsyncIterator[AsyncIterator[Event]]:
    async with client.stream("GET", f"{url}/v1/stream", timeout=60, **options) as answer:
        assert answer.status_code == 200, await answer.aread()
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield events_of(answer)


async def events_of(answer: httpx.Response) -> AsyncIterator[Event]:
    fields: dict[str, str] = {}
    async for line in answer.aiter_lines():
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif "data" in fields:
            yield Event(fields["event"], fields.get("id"), json.loads(fields["data"]))
            fields = {}
        else:
            fields = {}


async def until(events: AsyncIterator[Event], name: str) -> Event:
    async for event in events:
        if event.name == name:
            return event
    raise AssertionError(f"the stream ended without {name}")


def connections(database: Any) -> int:
    with database.superuser() as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'falaj-api-stream'"
            " AND datname = current_database()"
        ).fetchone()
    return int(row[0])


def run(work: Callable[[httpx.AsyncClient], Any]) -> Any:
    async def with_client() -> Any:
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(limits=limits) as client:
            return await work(client)

    return asyncio.run(with_client())


def test_what_commits_is_heard_and_replayed_exactly(city: Any, served: Any) -> None:
    """Also a batch that took its id first and commits last."""
    url, _ = served
    fine = city.datastreams["air-01.pm2_5"]
    database = city.database

    async def work(client: httpx.AsyncClient) -> None:
        with psycopg.connect(database.url("ingest")) as late, database.connect("ingest") as soon:
            write(late, 1001, fine, rows=3)  # in its transaction, not committed
            async with listening(client, url, params={"thing": "air-01"}) as events:
                start = await until(events, "heartbeat")
                write(soon, 1002, fine, rows=2)
                first = await until(events, "observations")
                assert first.results == [1, 2]
                row = first.data["data"][0]
                assert (row["thing"], row["observed_property"], row["simulated"]) == ("air-01", "pm2_5", True)
                assert row["phenomenon_time"].endswith("Z")
            late.commit()
            write(soon, 1003, city.datastreams["air-01.pm10"], rows=1)
            for header, expected in (
                ({"last-event-id": first.place}, [1, 2, 3, 1]),  # the late one, then 1003
                ({"last-event-id": start.place}, [1, 2, 3, 1, 2, 1]),
            ):
                async with listening(client, url, headers=header) as events:
                    replayed = await until(events, "observations")
                    assert replayed.results == expected
            params = {"last_event_id": start.place, "observed_property": "pm10"}
            async with listening(client, url, params=params) as events:
                assert (await until(events, "observations")).results == [1]
            async with listening(client, url, headers={"last-event-id": replayed.place}) as events:
                heartbeat = await anext(events)
                assert heartbeat.name == "heartbeat", "nothing is heard twice"

    run(work)
    assert wait_until(lambda: connections(database) == 0, 40), "the last listener takes the connection along"


def test_too_much_missed_is_a_gap(city: Any, served: Any) -> None:
    url, _ = served
    fine = city.datastreams["air-01.pm2_5"]

    async def work(client: httpx.AsyncClient) -> None:
        async with listening(client, url) as events:
            start = (await until(events, "heartbeat")).place
        with city.database.connect("ingest") as connection:
            write(connection, 1101, fine, rows=5_001)
            async with listening(client, url, headers={"last-event-id": start}) as events:
                found = await until(events, "gap")
                assert "/v1/observations" in found.data["detail"]["en"]
                write(connection, 1102, fine)
                assert (await until(events, "observations")).results == [1], "it goes on"
        # A position that this database has not reached is of another one.
        async with listening(client, url, headers={"last-event-id": "900000000:900000001:"}) as events:
            await until(events, "gap")

    run(work)


def test_two_hundred_listeners_one_connection_and_no_more_than_the_limit(city: Any, served: Any) -> None:
    url, process = served
    fine = city.datastreams["air-01.pm2_5"]
    everyone = asyncio.Event()

    async def listen(client: httpx.AsyncClient, joined: list[int]) -> tuple[list[float], float]:
        async with listening(client, url, params={"observed_property": "pm2_5"}) as events:
            await until(events, "heartbeat")
            joined.append(1)
            await everyone.wait()
            heard: list[float] = []
            async for event in events:
                heard += event.results
                if len(heard) >= 1_000:
                    return heard, time.monotonic()
            raise AssertionError("ended early")

    async def work(client: httpx.AsyncClient) -> None:
        joined: list[int] = []
        tasks = [asyncio.create_task(listen(client, joined)) for _ in range(200)]
        while len(joined) < 200:
            await asyncio.sleep(0.05)
            assert not any(task.done() for task in tasks)
        assert connections(city.database) == 1
        everyone.set()
        with city.database.connect("ingest") as connection:
            for batch in range(2_000, 2_010):
                write(connection, batch, fine, rows=100)
                committed = time.monotonic()
                await asyncio.sleep(0.1)
        outcomes = await asyncio.gather(*tasks)
        assert all(heard == [float(n) for _ in range(10) for n in range(1, 101)] for heard, _ in outcomes)
        assert max(arrived for _, arrived in outcomes) - committed < 20
        forgotten = await asyncio.to_thread(wait_until, lambda: connections(city.database) == 0, 20)
        assert forgotten, "all who left"
        more = [client.stream("GET", f"{url}/v1/stream") for _ in range(211)]
        answers = await asyncio.gather(*(stream.__aenter__() for stream in more))
        refused = [answer for answer in answers if answer.status_code == 503]
        assert len(refused) == 1
        assert json.loads(await refused[0].aread())["code"] == "too_many_listeners"
        assert "retry-after" in refused[0].headers
        await asyncio.gather(*(stream.__aexit__(None, None, None) for stream in more))

    run(work)
    assert wait_until(lambda: connections(city.database) == 0, 40), "all who vanished are forgotten"
    descriptors = psutil.Process(process.pid).num_fds()
    assert descriptors < 60


def test_a_slow_reader_is_dropped_and_others_hear_on(city: Any, served: Any, log: Path) -> None:
    url, process = served
    said_before = len(log.read_bytes())
    fine = city.datastreams["air-01.pm2_5"]
    memory = psutil.Process(process.pid)
    host, port = url.removeprefix("http://").split(":")

    async def work(client: httpx.AsyncClient) -> float:
        with socket.socket() as slow:
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            slow.connect((host, int(port)))
            slow.sendall(f"GET /v1/stream HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            async with listening(client, url) as events:
                await until(events, "heartbeat")
                before, heard = memory.memory_info().rss, 0
                with city.database.connect("ingest") as connection:
                    for batch in range(3_000, 3_020):
                        write(connection, batch, fine, rows=1_000)
                        while heard < (batch - 2_999) * 1_000:
                            heard += len((await until(events, "observations")).results)
                assert heard == 20_000
                assert wait_until(lambda: b"stream_stalled" in log.read_bytes()[said_before:], 30)
                return (memory.memory_info().rss - before) / 2**20

    assert run(work) < 30
    assert wait_until(lambda: connections(city.database) == 0, 40)


def test_the_database_goes_away_and_comes_back(
    city: Any, served: Any, postgres: PrivatePostgres, log: Path
) -> None:
    url, _ = served
    said_before = len(log.read_bytes())
    fine = city.datastreams["air-01.pm2_5"]

    async def work(client: httpx.AsyncClient) -> None:
        async with listening(client, url) as events:
            await until(events, "heartbeat")
            postgres.stop(crash=True)
            while (await until(events, "heartbeat")).data["database"]:
                pass
            postgres.start()  # in this thread: the server would end with another one
            with city.database.connect("ingest") as connection:
                write(connection, 4_001, fine, rows=2)
            assert (await until(events, "observations")).results == [1, 2]
            while not (await until(events, "heartbeat")).data["database"]:
                pass

    run(work)
    said = log.read_bytes()[said_before:]
    assert (said.count(b"stream_away"), said.count(b"stream_back")) == (1, 1)


#: Much is gathered, and little is kept for a reader.
TIGHT = {
    "FALAJ_STREAM_GATHER_SECONDS": "0.5",
    "FALAJ_STREAM_BUFFER_BYTES_MAX": "100000",
    "FALAJ_STREAM_UNSENT_BYTES_MAX": "8192",
}


@pytest.mark.parametrize("served", [TIGHT], indirect=True)
def test_batches_that_come_faster_than_they_are_gathered_do_not_pile_up(city: Any, served: Any) -> None:
    """Half a second for all that wait, not for each of them: that would be half a minute."""
    url, _ = served
    fine = city.datastreams["air-01.pm2_5"]

    async def work(client: httpx.AsyncClient) -> float:
        async with listening(client, url) as events:
            await until(events, "heartbeat")
            with city.database.connect("ingest") as connection:
                for batch in range(5_000, 5_060):
                    write(connection, batch, fine)
            began, heard = time.monotonic(), 0
            while heard < 60:
                heard += len((await until(events, "observations")).results)
            write_one = time.monotonic()
            with city.database.connect("ingest") as connection:
                write(connection, 5_060, fine)
            await until(events, "observations")
            return max(write_one - began, time.monotonic() - write_one)

    assert run(work) < 12


@pytest.mark.parametrize("served", [TIGHT], indirect=True)
def test_a_reader_who_is_too_slow_is_told_so(city: Any, served: Any) -> None:
    """It does read, so the last word reaches it; the kernel's buffers must not hide how slow it is."""
    host, port = served[0].removeprefix("http://").split(":")
    with socket.socket() as slow, city.database.connect("ingest") as connection:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.settimeout(20)
        slow.connect((host, int(port)))
        slow.sendall(f"GET /v1/stream HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        received = slow.recv(4096)
        assert wait_until(lambda: connections(city.database) == 1, 40)
        for batch in range(6_000, 6_010):
            write(connection, batch, city.datastreams["air-01.pm2_5"], rows=1_000)
            received += slow.recv(4096)
            time.sleep(0.2)
        received += b"".join(iter(lambda: slow.recv(65536), b""))
    assert b'"reason":"too_slow"' in received
    assert len(received) < 2_000_000, "most was left out"


@pytest.mark.parametrize("served", [TIGHT], indirect=True)
def test_sigterm_ends_streams_in_order(served: Any) -> None:
    """The last with these settings, since their process ends here."""
    url, process = served

    async def work(client: httpx.AsyncClient) -> list[Event]:
        async with listening(client, url) as events:
            await until(events, "heartbeat")
            process.send_signal(signal.SIGTERM)
            return [event async for event in events]

    last = run(work)[-1]
    assert (last.name, last.data["reason"]) == ("end", "stopping")
    assert process.wait(30) == 0


def test_what_is_wrong_is_said(standing_api: Any) -> None:
    api = standing_api
    for options in ({"params": {"last_event_id": "7"}}, {"headers": {"last-event-id": "1:2:x"}}):
        answer = api.get("/v1/stream", **options)
        assert answer.status_code == 409
        assert answer.json()["errors"][0] | {"detail": ""} == {
            "parameter": "last_event_id", "code": "bad_position", "detail": "",
        }  # fmt: skip
    assert api.get("/v1/stream?thing=air-1").json()["suggestion"] == "air-01"
    assert api.get("/v1/stream?seconds=0").status_code == 422
    assert (api.request("HEAD", "/v1/stream").status_code, api.request("HEAD", "/v1/stream").content) == (
        200,
        b"",
    )
    ended = api.get("/v1/stream?seconds=1").text.strip().rsplit("\n\n", 1)[1]
    assert ended.startswith("event: end")
    assert not api.app.state.live.listeners


def test_without_a_database_nobody_joins(make_api: Any, database: Any) -> None:
    store = database.settings()
    away = store.model_copy(
        update={"read_url": type(store.read_url)(f"postgresql://x@127.0.0.1:{free_port()}/x")}
    )
    api = make_api(store=away)
    answer = api.get("/v1/stream")
    assert (answer.status_code, answer.json()["code"]) == (503, "store_unavailable")
    assert not api.app.state.live.listeners
