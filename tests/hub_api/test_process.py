"""The API as a process: start, serve, stop; many rows at constant memory; readers who leave."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psutil
import pytest

from stack.ports import free_port
from stack.waiting import wait_until
from tests.hub_api.conftest import answers, serving_process
from tests.prepared import Program

ROOT = Path(__file__).resolve().parents[2]
ROWS = 400_000
MEBIBYTE = 1024 * 1024


def start(environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "hub_api"], cwd=ROOT, env={**os.environ, **environment},
            stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip


@pytest.fixture(scope="module")
def city(standing_city: Any) -> Any:
    """One for all tests here, which only read."""
    return standing_city


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("process") / "api.log"


@pytest.fixture(scope="module")
def served(
    city: Any, log: Path, request: pytest.FixtureRequest
) -> Iterator[tuple[str, Program | subprocess.Popen[bytes]]]:
    """One process for all tests that want the same settings; with none of their own, by the command itself."""
    own = getattr(request, "param", None)
    if own is not None:
        with serving_process(city.database, log, **own) as served:
            yield served
        return
    port = free_port()
    settings = {"FALAJ_API_PORT": str(port), "FALAJ_API_EXPORT_SECONDS_MAX": "600"}
    process = start({**city.database.environment(), **settings}, log)
    url = f"http://127.0.0.1:{port}"
    try:
        assert wait_until(lambda: answers(url), 120, alive=lambda: process.poll() is None)
        yield url, process
    finally:
        process.kill()
        process.wait()


def test_it_serves(served: Any) -> None:
    url, _ = served
    assert len(httpx.get(f"{url}/v1/latest").json()["data"]) == 3
    head = httpx.head(f"{url}/v1/latest")
    assert (head.status_code, head.content) == (200, b"")
    status, body = million_characters(int(url.rsplit(":", 1)[1]))
    assert (status, body["errors"][0]["parameter"]) == (422, "kind")
    assert b'"code":"malformed_request"' in nonsense(int(url.rsplit(":", 1)[1]))
    assert httpx.get(f"{url}/livez").status_code == 200


def test_whoever_comes_through_a_proxy_is_not_this_machine(served: Any) -> None:
    url, _ = served
    asked = [
        ("", 404),
        (",,", 404),
        ("a,", 404),
        ("127.0.0.1,", 404),
        ("203.0.113.9,", 404),
        ("127.0.0.1", 200),
    ]
    found = [
        httpx.get(f"{url}/metrics", headers={"x-forwarded-for": said}, trust_env=False).status_code
        for said, _ in asked
    ]
    assert found == [status for _, status in asked]
    assert httpx.get(f"{url}/metrics", trust_env=False).status_code == 200


def test_a_port_in_use_is_one_line(city: Any, served: Any, tmp_path: Path) -> None:
    port = served[0].rsplit(":", 1)[1]
    log = tmp_path / "second.log"
    second = start({**city.database.environment(), "FALAJ_API_PORT": port}, log)
    assert second.wait(60) == 1
    lines = log.read_text().strip().splitlines()
    assert len(lines) == 1
    assert "FALAJ_API_PORT" in lines[0]


def million_characters(port: int) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/v1/things?kind=" + "x" * 1_000_000)
    answer = connection.getresponse()
    try:
        return answer.status, json.load(answer)
    finally:
        connection.close()


def nonsense(port: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(b"\x16\x03\x01 this is no HTTP\r\n\r\n")
        return connection.recv(4096)


def slow_reader(url: str) -> socket.socket:
    """A client that reads the first bytes and then nothing; its buffer holds hardly more."""
    parts = urlsplit(url)
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.connect((parts.hostname, parts.port))
    reader.sendall(f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
    assert reader.recv(100).startswith(b"HTTP/1.1 200")
    return reader


def exports_running(database: Any) -> int:
    with database.superuser() as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'falaj-api-export'"
            " AND state <> 'idle' AND datname = current_database()"
        ).fetchone()
    return int(row[0])


@pytest.fixture(scope="module")
def many(city: Any) -> int:
    """A datastream with many values."""
    number = int(city.datastreams["air-01.pm10"])
    with city.database.superuser() as connection:
        connection.execute(
            "INSERT INTO observations SELECT %s, 1, '2026-01-01T00:00:00Z'::timestamptz"
            " + n * interval '1 second', random(), 1 FROM generate_series(1, %s) AS n",
            [number, ROWS],
        )
    return number


def test_exports_of_any_length(city: Any, served: Any, many: int) -> None:
    url, process = served
    export = f"{url}/v1/observations?datastream={many}&f=csv&trailer=true"
    memory = psutil.Process(process.pid)
    httpx.get(f"{export}&limit=10")
    before = memory.memory_info().rss
    peak, last, lines = 0, "", 0
    with httpx.stream("GET", export, timeout=60) as answer:
        for line in answer.iter_lines():
            lines, last = lines + 1, line
            if lines % 20_000 == 0:
                peak = max(peak, memory.memory_info().rss)
    assert lines == ROWS + 2
    assert last.startswith(f"# complete rows={ROWS} sha256=")
    assert peak - before < 20 * MEBIBYTE

    with slow_reader(export):
        assert wait_until(lambda: exports_running(city.database) == 1, 40)
        time.sleep(1)
        assert exports_running(city.database) == 1, "the server waits for the reader"
    assert wait_until(lambda: exports_running(city.database) == 0, 40)
    assert answers(url)


def test_every_format_takes_the_same_memory_however_long(served: Any, many: int) -> None:
    url, process = served
    memory = psutil.Process(process.pid)

    def peak(chosen: str, rows: int, coding: str) -> int:
        address = f"{url}/v1/observations.{chosen}?datastream={many}&limit={rows}"
        highest = 0
        with httpx.stream("GET", address, headers={"accept-encoding": coding}, timeout=120) as answer:
            assert answer.status_code == 200, answer.read()
            for count, _ in enumerate(answer.iter_raw(1024 * 1024)):
                highest = max(highest, memory.memory_info().rss) if count % 4 == 0 else highest
        return max(highest, memory.memory_info().rss)

    for chosen, coding in (
        ("ndjson", "identity"), ("geojson", "gzip"), ("geoparquet", "identity"), ("arrow", "identity"),
    ):  # fmt: skip
        a_quarter, all_of_them = peak(chosen, ROWS // 4, coding), peak(chosen, ROWS, coding)
        assert all_of_them - a_quarter < 40 * MEBIBYTE, chosen


@pytest.mark.parametrize("served", [{"FALAJ_API_EXPORT_SECONDS_MAX": "4"}], indirect=True)
def test_a_reader_who_stalls_is_cut_after_the_limit(city: Any, served: Any, many: int, log: Path) -> None:
    url, _ = served
    with slow_reader(f"{url}/v1/observations?datastream={many}&f=csv") as reader:
        assert wait_until(lambda: exports_running(city.database) == 1, 40)
        assert wait_until(lambda: exports_running(city.database) == 0, 40)
        received = b"".join(iter(lambda: reader.recv(65536), b""))
    assert not received.endswith(b"0\r\n\r\n"), "no final chunk: the reader knows that it was cut"
    assert received.count(b"\n") < ROWS
    assert "export_cut" in log.read_text()


@pytest.mark.parametrize(
    "served",
    [{"FALAJ_API_EXPORT_STALL_SECONDS_MAX": "1", "FALAJ_API_EXPORT_SECONDS_MAX": "600"}],
    indirect=True,
)
def test_readers_who_stall_are_cut_off_long_before_that(city: Any, served: Any, many: int, log: Path) -> None:
    """Their places are free again; the process of this test is the one that is asked to stop."""
    url, process = served
    export = f"{url}/v1/observations?datastream={many}&f=csv"
    with slow_reader(export), slow_reader(f"{export}&order=desc"):
        assert wait_until(lambda: exports_running(city.database) == 0, 60)
        assert wait_until(lambda: "export_stalled" in log.read_text(), 40)
        with httpx.stream("GET", f"{export}&limit=300000", timeout=60) as answer:
            assert answer.status_code == 200, "their places are free again"
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    said = log.read_text()
    assert "api_started" in said
    assert "operator_unstated" in said, "nobody is named whom readers could ask"
    assert "api_stopped" in said
    assert "Traceback" not in said
