"""Sessions that nobody comes back to are emptied and ended, or the broker would hoard for them and throw it away.

Those are sessions of workers that are not wanted any more, and those from before hubs had an id.
"""

from __future__ import annotations

import threading

import psycopg
import structlog

from citycore.errors import StoreUnavailable
from citycore.settings import BrokerSettings, StoreSettings
from citycore.store.connections import Connection, connect
from ingest.metrics import Metrics
from ingest.repository import known_workers
from ingest.service import FindSession, Ingest
from ingest.sessions import (
    are_connected,
    earlier_session,
    find_earlier,
    find_now,
    forget_earlier,
    forget_session,
    retiring_session,
)
from ingest.settings import IngestSettings
from ingest.workers import family, left_over, names_of

log = structlog.get_logger()


def retire(name: str, settings: IngestSettings) -> bool:
    """Empty and end the sessions of a worker that does not come back; whether that was done."""
    with _connect(settings) as connection:
        has_earlier = name in find_earlier(connection)
    done = _empty(name, settings, retiring_session)
    if done:
        with _connect(settings) as connection:
            forget_session(connection, name)
    return done and (not has_earlier or retire_earlier(name, settings))


def retire_earlier(name: str, settings: IngestSettings) -> bool:
    """The same of the session that a worker had before hubs had an id, whether it works now or not."""
    done = _empty(name, settings, lambda *_: earlier_session(name))
    if done:
        with _connect(settings) as connection:
            forget_earlier(connection, name)
    return done


def retire_left_over(count: int, settings: IngestSettings) -> None:
    """What an earlier set of workers of this name left behind. Runs beside the work.

    Not before the present ones are subscribed, or what is published in between would be nobody's.
    """
    while True:
        try:
            with _connect(settings) as connection:
                _await_present(connection, count, settings)
                unwanted = left_over(settings.worker, count, known_workers(connection))
                earlier = [
                    name for name in find_earlier(connection) if family(settings.worker).fullmatch(name)
                ]
            for name in earlier:
                retire_earlier(name, settings)
            for name in unwanted:
                retire(name, settings)
        except (StoreUnavailable, psycopg.Error):
            threading.Event().wait(settings.retry_delay_seconds_max)
            continue
        return


def _await_present(connection: Connection, count: int, settings: IngestSettings) -> None:
    began = find_now(connection)
    present = names_of(settings.worker, count)
    while not are_connected(connection, present, began):
        threading.Event().wait(settings.retry_delay_seconds_min)


def _empty(name: str, settings: IngestSettings, find_session: FindSession) -> bool:
    worker = Ingest(
        BrokerSettings(),
        StoreSettings(),
        settings.model_copy(update={"worker": name}),
        Metrics(),
        find_session=find_session,
    )
    done = worker.retire()
    log.info("worker_retired" if done else "worker_not_retired", worker=name)
    return done


def _connect(settings: IngestSettings) -> Connection:
    store = StoreSettings()
    return connect(store.ingest_url, store, f"{settings.worker}-retire")
