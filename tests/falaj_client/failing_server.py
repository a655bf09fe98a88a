"""A real server that answers as it is told, one behaviour a request, and remembers what was asked."""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

META = {"as_of": "2026-11-24T12:00:00Z", "newest_phenomenon_time": None, "age_seconds": None}
LEDGER = {
    "data": {
        "received": 4, "stored": 1, "duplicate": 1, "conflicting": 1, "quarantined": 1, "batches": 2,
        "lag_seconds": 0.25, "committed_at": "2026-11-24T12:00:00Z", "closes": True,
    },
    "meta": META,
}  # fmt: skip
LINES = b"phenomenon_time,result,quality,unit,simulated\n" + b"".join(
    b"2026-11-24T00:%02d:00.000000Z,%d,1,ug/m3,true\n" % (minute, minute) for minute in range(60)
)

Behaviour = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Failing:
    """The behaviours of the next requests; the last one stays."""

    url: str = ""
    behaviours: list[Behaviour] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)

    def next_behaviour(self, handler: BaseHTTPRequestHandler) -> Behaviour:
        self.asked.append(handler.path)
        self.headers.append({name.lower(): value for name, value in handler.headers.items()})
        self.moments.append(time.monotonic())
        return self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]


def says(status: int, body: object, **headers: str) -> Behaviour:
    """A whole answer."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()

    def behave(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return behave


def busy(status: int = 503, code: str = "too_many_requests", **headers: str) -> Behaviour:
    problem = {"title": "Busy", "detail": "Come back later.", "status": status, "code": code}
    return says(status, problem, Content_Type="application/problem+json", **headers)


def hangs_up(handler: BaseHTTPRequestHandler) -> None:
    """No answer at all: the connection is reset."""
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.connection.close()
    handler.close_connection = True


def breaks_off(handler: BaseHTTPRequestHandler) -> None:
    """Half of what was promised."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(LINES)))
    handler.end_headers()
    handler.wfile.write(LINES[: len(LINES) // 2])
    handler.close_connection = True


def last_line(lines: bytes = LINES) -> bytes:
    return b"# complete rows=60 sha256=%s\n" % sha256(lines).hexdigest().encode()


def page(rows: list[object], cursor: str | None) -> Behaviour:
    return says(200, {"data": rows, "next": cursor, "meta": META})


@contextmanager
def failing_server() -> Iterator[Failing]:
    told = Failing()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            told.next_behaviour(self)(self)

        def finish(self) -> None:
            try:
                super().finish()
            except (OSError, ValueError):
                return  # the connection was cut on purpose

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
