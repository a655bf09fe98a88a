"""Dead letters and failures kept within their bounds, from time to time."""

from __future__ import annotations

import structlog

from citycore.clock import Clock
from citycore.failures import service as failures
from citycore.failures.settings import FailureSettings
from citycore.settings import StoreSettings
from citycore.store.connections import connect
from ingest.dead_letters import tidy_dead_letters
from ingest.settings import IngestSettings

log = structlog.get_logger()


def keep_dead_letters_bounded(store: StoreSettings, clock: Clock) -> None:
    """Remove what is above the bounds and count the rest; :class:`StoreUnavailable`."""
    with connect(store.worker_url, store, "falaj-letters", autocommit=True) as connection:
        removed = tidy_dead_letters(connection, IngestSettings(), clock())
    if removed:
        log.warning("dead_letters_removed", letters=removed.letters, payload_bytes=removed.payload_bytes)


def keep_failures_bounded(store: StoreSettings, clock: Clock) -> None:
    """Forget what failed and is no more; :class:`StoreUnavailable`."""
    with connect(store.worker_url, store, "falaj-failures", autocommit=True) as connection:
        failures.tidy(connection, FailureSettings(), clock)
