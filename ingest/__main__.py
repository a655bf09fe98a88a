"""``python -m ingest [--workers N] [--retire NAME]``: ingest, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys
import threading

import psycopg
import structlog

from citycore.errors import StoreUnavailable
from citycore.log import configure_logging
from citycore.settings import BrokerSettings, StoreSettings
from citycore.store.connections import connect
from ingest.health import serve_health
from ingest.metrics import Metrics
from ingest.repository import known_workers
from ingest.service import Ingest
from ingest.settings import IngestSettings
from ingest.workers import Workers, left_over

log = structlog.get_logger()


def main() -> int:
    settings = IngestSettings()
    parser = argparse.ArgumentParser(prog="falaj ingest", description=__doc__)
    parser.add_argument("--workers", type=int, default=1, help="processes that share the work (1)")
    parser.add_argument("--retire", metavar="NAME", help="store what a worker's session still holds, end it")
    options = parser.parse_args()
    if not 1 <= options.workers <= settings.workers_max:
        parser.error(f"--workers must lie between 1 and {settings.workers_max}")
    configure_logging("ingest")
    if options.retire is not None:
        return 0 if retire(options.retire, settings) else 1
    if not settings.is_shared:
        # What an earlier set of workers left behind is emptied beside the work, not before it.
        threading.Thread(
            target=retire_left_over, args=(options.workers, settings), name="retire", daemon=True
        ).start()
    return run_one(settings) if options.workers == 1 else run_many(options.workers, settings)


def run_many(count: int, settings: IngestSettings) -> int:
    workers = Workers(count, settings)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, workers.stop)
    workers.run()
    return 0


def run_one(settings: IngestSettings) -> int:
    metrics = Metrics()
    worker = Ingest(BrokerSettings(), StoreSettings(), settings, metrics)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: worker.stop())
    try:
        server = serve_health(settings.http_port, metrics.registry, worker.not_ready)
    except OSError as error:
        sys.stderr.write(
            f"Port {settings.http_port} for ingest's health is taken ({error.strerror}). "
            "Set FALAJ_INGEST_HTTP_PORT to another one.\n"
        )
        return 1
    worker.run()
    server.shutdown()
    log.info("stopped")
    return 0


def retire_left_over(count: int, settings: IngestSettings) -> None:
    store = StoreSettings()
    while True:
        try:
            with connect(store.ingest_url, store, f"{settings.worker}-retire") as connection:
                known = known_workers(connection)
        except (StoreUnavailable, psycopg.Error):
            threading.Event().wait(settings.retry_delay_seconds_max)
            continue
        break
    for name in left_over(settings.worker, count, known):
        retire(name, settings)


def retire(name: str, settings: IngestSettings) -> bool:
    """Empty and end the session of a worker that does not come back; whether that was done."""
    worker = Ingest(
        BrokerSettings(),
        StoreSettings(),
        settings.model_copy(update={"worker": name}),
        Metrics(),
        retires=True,
    )
    done = worker.retire()
    log.info("worker_retired" if done else "worker_not_retired", worker=name)
    return done


if __name__ == "__main__":
    sys.exit(main())
