"""``python -m ingest``: one ingest worker, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import signal
import sys

import structlog

from citycore.log import configure_logging
from citycore.settings import BrokerSettings, StoreSettings
from ingest.health import serve_health
from ingest.metrics import Metrics
from ingest.service import Ingest
from ingest.settings import IngestSettings


def main() -> int:
    configure_logging("ingest")
    settings = IngestSettings()
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
    structlog.get_logger().info("stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
