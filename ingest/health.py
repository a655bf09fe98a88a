"""What ingest tells about itself over HTTP: ``/livez``, ``/readyz``, ``/metrics``."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import structlog
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

REQUEST_SECONDS_MAX = 5
log = structlog.get_logger()


class _Server(ThreadingHTTPServer):
    """Of the standard library, but for what it writes of an asker that has hung up."""

    def handle_error(self, *_: object) -> None:
        error = sys.exc_info()[1]
        if not isinstance(error, ConnectionError):
            log.error("health_unanswered", error=repr(error))


def serve_health(
    port: int, registry: CollectorRegistry, not_ready: Callable[[], dict[str, str]]
) -> ThreadingHTTPServer:
    """Serve on the loopback ``port`` in a thread of its own; ``OSError`` if the port is taken."""

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
