"""What ingest serves over HTTP: ``/livez``, ``/readyz``, ``/metrics``, messages to ``/ingest/SOURCE``, and its desk.

Several workers on one machine have a port each for their own health, and share the one where messages and questions come: the
process that starts them listens there, so that it is never without somebody who answers, whichever of them dies.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import structlog
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from ingest.desk import DECODERS, MAP, TRY, Desk
from ingest.posts import PATH, Answer, Posts, problem
from ingest.row_posts import PATH as ROWS

REQUEST_SECONDS_MAX = 5
NOWHERE = problem(404, "no_such_path", "/livez, /readyz, /metrics, /decoders, /try, /map, /ingest/SOURCE")
log = structlog.get_logger()


class _Server(ThreadingHTTPServer):
    """Of the standard library, but for what it writes of an asker that has hung up."""

    def handle_error(self, *_: object) -> None:
        error = sys.exc_info()[1]
        if not isinstance(error, ConnectionError):
            log.error("health_unanswered", error=repr(error))


@dataclass(frozen=True, slots=True)
class Doors:
    """What takes messages in, and what answers questions about them."""

    posts: Posts
    desk: Desk
    message_bytes_max: int
    rows_bytes_max: int = 0

    def bytes_max(self, path: str) -> int | None:
        """The most that may be sent to a path, or None where nothing is."""
        if path in {TRY, MAP}:
            return self.desk.question_bytes_max
        if path == ROWS:
            return self.rows_bytes_max
        return self.message_bytes_max if path.startswith(PATH) else None

    def take(self, path: str, authorization: str | None, body: bytes) -> Answer:
        if path == ROWS:
            return self.posts.take_rows(authorization, body)
        if path in {TRY, MAP}:
            return self.desk.try_(body) if path == TRY else self.desk.map(body)
        return self.posts.take(path, authorization, body)


class _Handler(BaseHTTPRequestHandler):
    """Each server has one of its own, with what it serves."""

    timeout = REQUEST_SECONDS_MAX
    #: Whoever sends often, such as the API, keeps its connection: to open one takes longer than to hand a message on.
    protocol_version = "HTTP/1.1"
    #: The head of an answer goes out with its body, and at once.
    wbufsize = -1
    disable_nagle_algorithm = True
    registry: CollectorRegistry | None
    not_ready: Callable[[], dict[str, str]]
    doors: Doors | None

    def do_GET(self) -> None:
        if self.path == "/metrics" and self.registry is not None:
            self._answer(200, CONTENT_TYPE_LATEST, generate_latest(self.registry))
        elif self.path == "/livez":
            self._tell(Answer(200, {"status": "ok"}))
        elif self.path == "/readyz":
            missing = type(self).not_ready()
            body = {"status": "not ready", "missing": missing} if missing else {"status": "ok"}
            self._tell(Answer(503 if missing else 200, body))
        elif self.path == DECODERS and self.doors is not None:
            self._tell(self.doors.desk.decoders())
        else:
            self._tell(NOWHERE)

    def do_POST(self) -> None:
        bytes_max = None if self.doors is None else self.doors.bytes_max(self.path)
        length = self.headers.get("Content-Length", "")
        if self.doors is None or bytes_max is None:
            self._tell(NOWHERE)
        elif not length.isdigit() or int(length) > bytes_max:
            self._tell(problem(413, "message_too_large", str(bytes_max)))
        else:
            body = self.rfile.read(int(length))
            self._tell(self.doors.take(self.path, self.headers.get("Authorization"), body), is_kept=True)

    def _tell(self, answer: Answer, *, is_kept: bool = False) -> None:
        content = answer.content
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self._answer(answer.status, "application/json", body, is_kept=is_kept)

    def _answer(self, status: int, content_type: str, body: bytes, *, is_kept: bool = False) -> None:
        """``is_kept``: all of the request was read, so that another may follow it."""
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        if not is_kept:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Probes come every few seconds; they are not events."""


def listen(port: int) -> socket.socket:
    """The loopback port, taken; ``OSError`` if somebody else has it."""
    return socket.create_server(("127.0.0.1", port), reuse_port=False)


def share(port: int) -> socket.socket:
    """The same for several processes: whichever of them is free takes the next connection, and none waits for it."""
    listening = listen(port)
    listening.setblocking(False)
    return listening


def serve(
    listening: socket.socket,
    registry: CollectorRegistry | None,
    not_ready: Callable[[], dict[str, str]],
    doors: Doors | None = None,
) -> ThreadingHTTPServer:
    """Answer who connects to ``listening``, in a thread of its own.

    Without ``registry`` there are no metrics; without ``doors`` nothing can be sent.
    """
    served = {"registry": registry, "not_ready": staticmethod(not_ready), "doors": doors}
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), served), bind_and_activate=False)
    server.socket.close()
    server.socket = listening
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server
