"""What ingest serves over HTTP: ``/livez``, ``/readyz``, ``/metrics``, and messages to ``/ingest/SOURCE``."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import structlog
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from ingest.posts import PATH, Posts, problem

REQUEST_SECONDS_MAX = 5
log = structlog.get_logger()


class _Server(ThreadingHTTPServer):
    """Of the standard library, but for what it writes of an asker that has hung up."""

    def handle_error(self, *_: object) -> None:
        error = sys.exc_info()[1]
        if not isinstance(error, ConnectionError):
            log.error("health_unanswered", error=repr(error))


def serve_health(
    port: int,
    registry: CollectorRegistry,
    not_ready: Callable[[], dict[str, str]],
    posts: Posts | None = None,
    message_bytes_max: int = 0,
) -> ThreadingHTTPServer:
    """Serve on the loopback ``port`` in a thread of its own; ``OSError`` if the port is taken.

    Without ``posts`` no messages are taken.
    """

    class Handler(BaseHTTPRequestHandler):
        timeout = REQUEST_SECONDS_MAX

        def do_GET(self) -> None:
            if self.path == "/metrics":
                self._answer(200, CONTENT_TYPE_LATEST, generate_latest(registry))
            elif self.path == "/livez":
                self._answer(200, "application/json", b'{"status": "ok"}')
            elif self.path == "/readyz":
                missing = not_ready()
                body = {"status": "not ready", "missing": missing} if missing else {"status": "ok"}
                self._answer(503 if missing else 200, "application/json", json.dumps(body).encode())
            else:
                self._answer(404, "text/plain", b"/livez, /readyz, /metrics\n")

        def do_POST(self) -> None:
            if posts is None or not self.path.startswith(PATH):
                self._answer(404, "text/plain", b"/ingest/SOURCE\n")
                return
            length = self.headers.get("Content-Length", "")
            if not length.isdigit() or int(length) > message_bytes_max:
                self.close_connection = True
                answer = problem(413, "message_too_large", str(message_bytes_max))
            else:
                answer = posts.take(
                    self.path, self.headers.get("Authorization"), self.rfile.read(int(length))
                )
            self._answer(answer.status, "application/json", json.dumps(answer.content).encode())

        def _answer(self, status: int, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Probes come every few seconds; they are not events."""

    server = _Server(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server
