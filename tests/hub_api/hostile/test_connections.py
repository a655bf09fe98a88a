"""Clients that are slow, endless or many: each costs little, is answered if it can be, and leaves room for others."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import psutil
import pytest

from stack.waiting import wait_until
from tests.hub_api.conftest import serving_process

GET = b"GET /livez HTTP/1.1\r\nHost: hub\r\n"
CONNECTIONS_MAX = 15
MEBIBYTE = 2**20


@pytest.fixture(scope="module")
def hub(standing_city: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, psutil.Process]]:
    log = tmp_path_factory.mktemp("hostile") / "api.log"
    settings = {
        "FALAJ_API_HEAD_SECONDS_MAX": "2", "FALAJ_API_BODY_SECONDS_MAX": "2",
        "FALAJ_API_CONNECTIONS_MAX": str(CONNECTIONS_MAX), "FALAJ_API_CONNECTIONS_PER_ADDRESS_MAX": "5",
        "FALAJ_API_ADMIN_KEY_SHA256": "",
    }  # fmt: skip
    with serving_process(standing_city.database, log, **settings) as (url, process):
        yield int(url.rsplit(":", 1)[1]), psutil.Process(process.pid)
        assert process.poll() is None
        assert "Traceback" not in log.read_text()


@contextmanager
def connected(port: int, first: bytes = b"", *, source: str = "127.0.0.1") -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=30, source_address=(source, 0)) as connection:
        connection.sendall(first)
        yield connection


def rest(connection: socket.socket) -> bytes:
    """What comes until the hub closes; the time-out of the socket is the test's limit."""
    received = b""
    try:
        while piece := connection.recv(65_536):
            received += piece
    except ConnectionResetError:
        pass
    return received


def sent_until_closed(connection: socket.socket, bytes_max: int) -> int:
    """How much the hub took before it closed."""
    for sent in range(0, bytes_max, MEBIBYTE):
        try:
            connection.sendall(b"x" * MEBIBYTE)
        except OSError:
            return sent
    return bytes_max


def problem(received: bytes) -> tuple[int, str]:
    head, _, body = received.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head
    assert b"\r\nconnection: close" in head.lower()
    told = json.loads(body)
    assert int(head.split(b" ", 2)[1]) == told["status"]
    return told["status"], told["code"]


def is_well(port: int) -> bool:
    return httpx.get(f"http://127.0.0.1:{port}/v1/latest", timeout=20).status_code == 200


def test_a_head_that_does_not_arrive_is_given_up(hub: Any) -> None:
    port, _ = hub
    with connected(port, GET) as slow, connected(port) as silent, connected(port, b"\r\n" * 10) as empty:
        slow.sendall(b"X-Slow: ")
        assert problem(rest(slow)) == (408, "request_too_slow")
        assert rest(silent) == b""
        assert rest(empty) == b""
    assert is_well(port)


def test_a_head_that_arrives_in_pieces_is_read(hub: Any) -> None:
    with connected(hub[0], GET[:10]) as connection:
        for piece in (GET[10:], b"X-Slow: 1\r\n", b"Connection: close\r\n\r\n"):
            connection.sendall(piece)
        assert rest(connection).startswith(b"HTTP/1.1 200 ")


def test_a_body_that_does_not_arrive_does_not_hold_the_connection(hub: Any) -> None:
    port, _ = hub
    with connected(port, GET + b"Content-Length: 10\r\n\r\nabc") as connection:
        received = rest(connection)
    assert received.startswith(b"HTTP/1.1 200 "), "nobody needed the body"
    assert is_well(port)


def test_a_body_on_a_get_is_ignored_and_the_connection_goes_on(hub: Any) -> None:
    whole = GET + b"Content-Length: 200000\r\n\r\n" + b"x" * 200_000
    with connected(hub[0], whole + GET + b"Connection: close\r\n\r\n") as connection:
        assert rest(connection).count(b"HTTP/1.1 200 ") == 2


def test_bytes_that_are_no_request_do_not_keep_a_connection_for_ever(hub: Any) -> None:
    with connected(hub[0], GET + b"\r\n") as connection:
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200 ")
        connection.sendall(b"\r\n")
        rest(connection)


def test_header_fields_have_a_size(hub: Any) -> None:
    port, process = hub
    with connected(port, GET + b"X-Large: " + b"x" * 60_000 + b"\r\nConnection: close\r\n\r\n") as connection:
        assert rest(connection).startswith(b"HTTP/1.1 200 ")
    many = b"".join(b"X-%d: y\r\n" % number for number in range(10_000))
    for fields in (b"X-Large: " + b"x" * 70_000 + b"\r\n", many):
        with connected(port, GET + fields + b"\r\n") as connection:
            assert problem(rest(connection)) == (431, "headers_too_large")
    before = process.memory_info().rss
    with connected(port, GET + b"X-Endless: ") as connection:
        assert sent_until_closed(connection, 100 * MEBIBYTE) < 100 * MEBIBYTE
    assert process.memory_info().rss - before < 40 * MEBIBYTE
    assert is_well(port)


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET /v1/\xff HTTP/1.1",
        b"GET /v1/things?kind=\xd9\x85 HTTP/1.1",
        b"GET  HTTP/1.1",
        b"\x00\x01\x02",
        b"GET / FTP/1.1",
    ],
)
def test_what_is_not_http_is_a_problem(hub: Any, request_line: bytes) -> None:
    with connected(hub[0], request_line + b"\r\nHost: hub\r\n\r\n") as connection:
        assert problem(rest(connection)) == (400, "malformed_request")


def test_beyond_the_most_connections_others_are_told_to_come_back(hub: Any) -> None:
    port, _ = hub
    with ExitStack() as stack:
        for _ in range(CONNECTIONS_MAX):
            stack.enter_context(connected(port, GET))
        with connected(port, b"GET /v1/sources HTTP/1.1\r\nHost: hub\r\n\r\n") as late:
            received = rest(late)
        assert problem(received) == (503, "too_many_requests")
        assert b"\r\nretry-after: " in received.lower()
        for probe in (b"/livez", b"/readyz?lang=ar"):
            with connected(
                port, b"GET %b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" % probe
            ) as supervisor:
                assert rest(supervisor).startswith(b"HTTP/1.1 200 ")
    assert wait_until(lambda: is_well(port), 40)


def test_who_never_spoke_makes_room_for_those_who_do(hub: Any) -> None:
    port, _ = hub
    with ExitStack() as stack:
        silent = [stack.enter_context(connected(port)) for _ in range(CONNECTIONS_MAX * 2)]
        assert is_well(port)
        # Who came last has only not spoken yet.
        silent[-1].sendall(GET + b"Connection: close\r\n\r\n")
        assert rest(silent[-1]).startswith(b"HTTP/1.1 200 ")
        assert rest(silent[0]) == b""


def test_one_address_has_a_bound_of_its_own(hub: Any) -> None:
    port, _ = hub
    with ExitStack() as stack:
        for _ in range(5):
            stack.enter_context(connected(port, GET, source="127.0.0.2"))
        with connected(port, source="127.0.0.2") as one_too_many:
            assert problem(rest(one_too_many)) == (503, "too_many_requests")
        assert is_well(port)
        with connected(port, GET + b"Connection: close\r\n\r\n", source="127.0.0.3") as other:
            assert rest(other).startswith(b"HTTP/1.1 200 ")

    def has_room() -> bool:
        with connected(port, GET + b"Connection: close\r\n\r\n", source="127.0.0.2") as again:
            return rest(again).startswith(b"HTTP/1.1 200 ")

    assert wait_until(has_room, 40)


@pytest.mark.parametrize("hosts", [b"", b"Host: a\r\nHost: b\r\n", b"Host: a\r\nhost: a\r\n"])
def test_a_request_names_one_host(hub: Any, hosts: bytes) -> None:
    with connected(hub[0], b"GET /livez HTTP/1.1\r\n" + hosts + b"\r\n") as connection:
        assert problem(rest(connection)) == (400, "malformed_request")
    with connected(hub[0], b"GET /livez HTTP/1.0\r\n\r\n") as old:
        assert b" 200 " in rest(old)


def test_nothing_lies_after_the_date_of_its_answer(hub: Any) -> None:
    answer = httpx.get(f"http://127.0.0.1:{hub[0]}/v1/latest", timeout=20)
    dates = [parsedate_to_datetime(answer.headers[name]) for name in ("last-modified", "date")]
    assert dates[0] <= dates[1]
    assert len(answer.headers.get_list("date")) == 1


def test_nobody_is_switched_to_another_protocol(hub: Any) -> None:
    upgrade = b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n"
    with connected(hub[0], GET + upgrade) as connection:
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "lengths",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n",
        b"Content-Length: 5\r\nContent-Length: 0\r\n\r\nhello",
        b"Content-Length: +5\r\n\r\nhello",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    ],
)
def test_the_length_of_a_request_can_be_read_in_one_way(hub: Any, lengths: bytes) -> None:
    with connected(hub[0], b"POST /v1/things HTTP/1.1\r\nHost: hub\r\n" + lengths) as connection:
        assert problem(rest(connection)) == (400, "malformed_request")
