"""The API's benchmark: it runs, compares like with like, and does not count what is no answer."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from benchmarks.api import Effort, run
from benchmarks.reading.history import History
from benchmarks.reading.load import Load, download, request
from stack.postgres import PrivatePostgres

pytestmark = pytest.mark.usefixtures("wire")

EFFORT = Effort(rounds=1, seconds=0.05, pages=1, export_rows=5_000, days=4)


def test_every_case_has_figures(postgres: PrivatePostgres) -> None:
    """All answers have the status and the rows that are asked for, or it would have raised."""
    cases = run([History("bench_test", EFFORT.days)], EFFORT, postgres)
    names = [case.name for case in cases]
    assert len(set(names)) == len(names)
    assert all(case.value > 0 for case in cases)
    compared = {case.name.partition(",")[0] for case in cases if case.target is not None}
    assert {"a day", "latest of 1", "304 of a day", "csv of 5", "page of one datastream"} <= compared


def test_another_status_is_no_answer() -> None:
    with answering(b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 2\r\n\r\nno") as port:
        load = Load(port, [request("/", port)])
        with pytest.raises(RuntimeError, match="503"):
            load.run(0.01, 1)


def test_a_head_may_come_in_pieces_and_a_body_too() -> None:
    with answering(b"HTTP/1.1 200 OK\r\nContent-", b"Length: 4\r\n\r\nab", b"cd") as port:
        load = Load(port, [request("/", port)]).run(0, 1)
    assert len(load.latencies) == 1


def test_a_download_that_was_cut_is_none() -> None:
    head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n"
    with answering(head, b"0\r\n\r\n") as port:
        assert download(port, "/")[1] == len(head) + 5
    with answering(head) as port, pytest.raises(RuntimeError, match="was cut"):
        download(port, "/")


@contextmanager
def answering(*pieces: bytes) -> Iterator[int]:
    """A server that answers one request with these pieces and closes the connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_answer, args=(listener, pieces))
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


def _answer(listener: socket.socket, pieces: tuple[bytes, ...]) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(65_536)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            connection.sendall(piece)
