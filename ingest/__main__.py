"""``python -m ingest [--workers N]``: ingest, until SIGTERM or Ctrl-C.

``--retire NAME`` and ``--new-identity`` do one thing and end.
"""

from __future__ import annotations

import argparse
import signal
import socket
import sys
import threading
from collections.abc import Callable

import structlog
from pydantic import ValidationError

from citycore.credentials import require
from citycore.errors import FalajError, StoreUnavailable
from citycore.log import configure_logging, log_settings
from citycore.settings import BrokerSettings, StoreSettings
from citycore.store.connections import connect
from ingest.desk import Desk
from ingest.health import Doors, listen, serve, share
from ingest.metrics import Metrics
from ingest.posts import Posts
from ingest.retiring import retire, retire_left_over
from ingest.row_posts import ApiSecret
from ingest.service import Ingest
from ingest.sessions import renew_hub_id
from ingest.settings import IngestSettings
from ingest.workers import Workers

log = structlog.get_logger()


def main() -> int:
    try:
        configure_logging("ingest")
        require("ingest")
        settings = IngestSettings()
    except FalajError as error:
        sys.stderr.write(f"{error.text('en')}\n")
        return 1
    except ValidationError as error:
        for wrong in error.errors():
            name = "_".join(str(part) for part in wrong["loc"][:1]).upper()
            sys.stderr.write(f"FALAJ_INGEST_{name}: {wrong['msg']}\n")
        return 1
    parser = argparse.ArgumentParser(prog="falaj ingest", description=__doc__)
    parser.add_argument("--workers", type=int, default=1, help="processes that share the work (1)")
    parser.add_argument("--retire", metavar="NAME", help="store what a worker's session still holds, end it")
    parser.add_argument(
        "--new-identity",
        action="store_true",
        help="for a copy of another hub: an identity of its own on the broker; while its ingest is stopped",
    )
    # Of a worker of several: the port that they share, as the number that its socket has in this process.
    parser.add_argument("--doors", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not 1 <= options.workers <= settings.workers_max:
        parser.error(f"--workers must lie between 1 and {settings.workers_max}")
    log_settings()
    if options.retire is not None or options.new_identity:
        return once(options.retire, settings)
    if not settings.is_shared:
        # What an earlier set of workers left behind is emptied beside the work, not before it.
        threading.Thread(
            target=retire_left_over, args=(options.workers, settings), name="retire", daemon=True
        ).start()
    try:
        return (
            run_one(settings, options.doors) if options.workers == 1 else run_many(options.workers, settings)
        )
    except PortTaken as error:
        sys.stderr.write(
            f"Port {error.port} of ingest is taken ({error.reason}). Set FALAJ_INGEST_HTTP_PORT to another one.\n"
        )
        return 1


class PortTaken(Exception):
    """Somebody else listens there."""

    def __init__(self, port: int, reason: str) -> None:
        super().__init__(port, reason)
        self.port = port
        self.reason = reason


def take_port(take: Callable[[int], socket.socket], port: int) -> socket.socket:
    try:
        return take(port)
    except OSError as error:
        raise PortTaken(port, error.strerror or repr(error)) from error


def run_many(count: int, settings: IngestSettings) -> int:
    workers = Workers(count, settings, take_port(share, settings.http_port))
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, workers.stop)
    workers.run()
    return 0


def run_one(settings: IngestSettings, shared: int | None) -> int:
    """``shared`` is the socket that several workers have for messages and questions; a lone one takes them at its own."""
    metrics = Metrics()
    broker = BrokerSettings()
    store = StoreSettings()
    worker = Ingest(broker, store, settings, metrics)
    secret = ApiSecret(lambda: connect(store.ingest_url, store, f"{settings.worker}-rows"))
    posts = Posts(worker.inbox, worker.may_send, settings, secret.is_api)
    desk = Desk(
        lambda: connect(store.ingest_url, store, f"{settings.worker}-desk"),
        settings,
        broker.message_bytes_max,
    )
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: worker.stop())
    doors = Doors(posts, desk, broker.message_bytes_max, settings.rows_bytes_max)
    servers = [serve(take_port(listen, settings.http_port), metrics.registry, worker.not_ready, doors)]
    if shared is not None:
        servers.append(serve(socket.socket(fileno=shared), None, worker.not_ready, doors))
    worker.run()
    for server in servers:
        server.shutdown()
    log.info("stopped")
    return 0


def once(retired: str | None, settings: IngestSettings) -> int:
    """Retire a worker, or take a new identity where none is named."""
    store = StoreSettings()
    try:
        if retired is not None:
            return 0 if retire(retired, settings) else 1
        with connect(store.ingest_url, store, settings.worker) as connection:
            renew_hub_id(connection)
    except StoreUnavailable as error:
        sys.stderr.write(f"{error.text('en')}\n")
        return 1
    log.info("identity_renewed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
