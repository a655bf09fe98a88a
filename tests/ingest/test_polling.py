"""A poller and a server that answers as public APIs do, and as they do when they fare badly."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from ingest.outcomes import Outcome
from ingest.polling import Poll, Poller
from ingest.polls import Polled
from ingest.settings import IngestSettings

Answer = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """Answers each request with the next of ``answers``, the last of them again and again."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.headers: list[dict[str, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.headers.append(dict(self.headers))
                answer = outer.answers.pop(0) if len(outer.answers) > 1 else outer.answers[0]
                answer(self)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/feed?key=secret"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def answer(body: bytes = b"", status: int = 200, **headers: str) -> Answer:
    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return send


@pytest.fixture
def server(wire: None) -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


@pytest.fixture
def delivered() -> list[tuple[str, bytes]]:
    return []


def take(delivered: list[tuple[str, bytes]], topic: str, body: bytes, keep: Callable[[], None]) -> None:
    delivered.append((topic, body))
    keep()


@pytest.fixture
def poller(server: Server, delivered: list[tuple[str, bytes]]) -> Iterator[Poller]:
    settings = IngestSettings(poll_bytes_max=1_000, poll_retry_seconds_max=60, poll_seconds_min=1)
    made = Poller(Poll(server.url, 10, "feed"), partial(take, delivered), settings)
    yield made
    made.stop()


def test_an_answer_is_handed_on_and_an_unchanged_one_is_not(
    server: Server, poller: Poller, delivered: list[tuple[str, bytes]]
) -> None:
    changed = "Thu, 01 Jan 2026 00:00:00 GMT"
    server.answers = [
        answer(b"first", ETag='"1"', Last_Modified=changed),
        answer(status=304),
        answer(b"second"),
    ]

    assert [poller.ask() for _ in range(4)] == ["delivered", "unchanged", "delivered", "delivered"]
    assert delivered == [("feed", b"first"), ("feed", b"second"), ("feed", b"second")]
    asked = [(headers.get("If-None-Match"), headers.get("If-Modified-Since")) for headers in server.headers]
    assert asked == [(None, None), ('"1"', changed), ('"1"', changed), (None, None)]


def close_early(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "100")
    handler.end_headers()
    handler.wfile.write(b"half")


@pytest.mark.parametrize(
    "bad",
    [
        answer(b"x" * 1_001),
        answer(gzip.compress(bytes(1_000_000)), Content_Encoding="gzip"),
        answer(b"gone", status=500),
        answer(b"", status=302, Location="/elsewhere"),
        close_early,
    ],
)
def test_an_answer_that_cannot_be_handed_on_is_waited_out(
    server: Server, poller: Poller, delivered: list[tuple[str, bytes]], bad: Answer
) -> None:
    server.answers = [bad, bad, answer(b"well again")]

    waits = [(poller.ask(), poller.wait_seconds()) for _ in range(3)]

    assert waits == [("failed", 20), ("failed", 40), ("delivered", 10)]
    assert delivered == [("feed", b"well again")]


def test_the_wait_has_a_longest(server: Server, poller: Poller) -> None:
    server.answers = [answer(status=503)]

    for _ in range(5):
        poller.ask()

    assert poller.wait_seconds() == 60


def test_what_was_not_taken_is_asked_for_again(server: Server) -> None:
    taken: list[bytes] = []

    def deliver(_topic: str, body: bytes, _keep: Callable[[], None]) -> None:
        taken.append(body)
        if len(taken) == 1:
            raise RuntimeError("the inbox is full")

    server.answers = [answer(b"a", ETag='"1"')]
    poller = Poller(Poll(server.url, 10, "feed"), deliver, IngestSettings())

    assert [poller.ask(), poller.ask()] == ["failed", "delivered"]
    assert "If-None-Match" not in server.headers[1]
    poller.stop()


def outcome(stored: int, quarantined: int, duplicate: int = 0) -> Outcome:
    return Outcome(
        received=stored + quarantined + duplicate,
        stored=stored,
        duplicate=duplicate,
        conflicting=0,
        quarantined=quarantined,
    )


@pytest.mark.parametrize(
    ("became", "again"),
    [
        (outcome(3, 0), '"1"'),
        (outcome(3, 2), '"1"'),
        (outcome(0, 0, duplicate=3), '"1"'),
        (outcome(0, 0), '"1"'),
        # Of nothing registered: it is read again once that is, also where it has not changed.
        (outcome(0, 3), None),
        (None, None),
    ],
)
def test_only_an_answer_that_is_stored_need_not_be_told_again(
    server: Server, became: Outcome | None, again: str | None
) -> None:
    server.answers = [answer(b"a", ETag='"1"')]
    keeps: list[Callable[[], None]] = []
    poller = Poller(
        Poll(server.url, 10, "feed"), lambda _topic, _body, keep: keeps.append(keep), IngestSettings()
    )

    poller.ask()
    poller.ask()
    Polled(keeps[-1]).tell(became)
    poller.ask()

    asked = [headers.get("If-None-Match") for headers in server.headers]
    assert asked == [None, None, again], "before it is stored it is asked for whole"
    poller.stop()


def test_an_answer_that_does_not_end_is_given_up(server: Server, delivered: list[tuple[str, bytes]]) -> None:
    released = threading.Event()

    def trickle(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not released.wait(0.05):
            try:
                handler.wfile.write(b"x")
            except OSError:
                return

    server.answers = [trickle]
    settings = IngestSettings(poll_answer_seconds_max=0.3)
    poller = Poller(Poll(server.url, 10, "feed"), partial(take, delivered), settings)

    assert poller.ask() == "failed"
    assert not delivered
    released.set()
    poller.stop()


def test_it_asks_by_itself_until_it_is_stopped(server: Server) -> None:
    server.answers = [answer(b"a")]
    twice, taken = threading.Event(), list[bytes]()

    def deliver(_topic: str, body: bytes, _keep: Callable[[], None]) -> None:
        taken.append(body)
        if len(taken) == 2:
            twice.set()

    poller = Poller(Poll(server.url, 0.05, "feed"), deliver, IngestSettings(poll_seconds_min=0.01))
    poller.start()
    assert twice.wait(30)
    poller.stop()
    count = len(server.headers)

    assert not threading.Event().wait(0.3)
    assert len(server.headers) == count


@pytest.mark.parametrize(
    "url", ["", "file:///etc/passwd", "ftp://host/x", "http://", "no address", "http://a:b:c/"]
)
def test_only_addresses_of_the_web_are_asked(url: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        Poll(url, 10, "feed")


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_an_interval_is_some_time(seconds: float) -> None:
    with pytest.raises(ValueError, match="interval"):
        Poll("http://host/", seconds, "feed")
