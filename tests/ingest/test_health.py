"""What ingest answers over HTTP: on connections that are kept, and when nobody waits for the answer any more."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import closing
from http.client import HTTPConnection
from typing import cast

import pytest
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from ingest.health import Doors, listen, serve
from ingest.posts import Answer
from stack.ports import free_port
from stack.waiting import wait_until

RESET_AT_ONCE = struct.pack("ii", 1, 0)


@pytest.mark.usefixtures("wire")
@pytest.mark.parametrize("error", [None, ValueError("nobody expected it")])
def test_an_asker_that_hangs_up_leaves_no_traceback(
    capfd: pytest.CaptureFixture[str], error: Exception | None
) -> None:
    asked, gone, done = threading.Event(), threading.Event(), threading.Event()

    def not_ready() -> dict[str, str]:
        asked.set()
        assert gone.wait(10)
        if error is not None:
            raise error
        return {"store": "x" * 1_000_000}

    port = free_port()
    with capture_logs() as logs:
        server = serve(listen(port), CollectorRegistry(), not_ready)
        shut = server.shutdown_request
        server.shutdown_request = lambda request: (shut(request), done.set())  # type: ignore[method-assign, assignment]
        try:
            with socket.create_connection(("127.0.0.1", port)) as asker:
                asker.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_ONCE)
                asker.sendall(b"GET /readyz HTTP/1.0\r\n\r\n")
                assert asked.wait(10)
            gone.set()
            assert wait_until(done.is_set, 10.0)
        finally:
            server.shutdown()
            server.server_close()
    assert "Traceback" not in "".join(capfd.readouterr())
    assert [each["event"] for each in logs] == ([] if error is None else ["health_unanswered"])


class _Taking:
    """Doors that take what is sent to one path."""

    def bytes_max(self, path: str) -> int | None:
        return 100 if path == "/rows" else None

    def take(self, _path: str, _authorization: str | None, body: bytes) -> Answer:
        return Answer(200, {"length": len(body)})


@pytest.mark.usefixtures("wire")
@pytest.mark.parametrize(
    ("second", "status"),
    [("POST /rows", 200), ("POST /nowhere", 404), ("POST /rows?", 404), ("GET /livez", 200)],
)
def test_a_connection_is_kept_after_what_was_read_whole(second: str, status: int) -> None:
    port = free_port()
    server = serve(listen(port), None, dict, cast("Doors", _Taking()))
    try:
        with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as client:
            client.request("POST", "/rows", b"x" * 100)
            answer = client.getresponse()
            assert (answer.status, answer.read(), answer.will_close) == (200, b'{"length": 100}', False)
            method, _, path = second.partition(" ")
            client.request(method, path, b"y" * 10 if method == "POST" else None)
            answer = client.getresponse()
            assert answer.status == status
            assert answer.will_close is (second != "POST /rows"), "what was not read is no next request"
    finally:
        server.shutdown()
        server.server_close()
