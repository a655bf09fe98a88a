"""Changes as the database tells them: entities that were written through the standard, and batches of observations of the ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from threading import Event, Thread
from typing import Any, Final

import orjson
import psycopg
import structlog

from citycore.errors import FalajError
from citycore.settings import StoreSettings
from citycore.store.connections import Connection, connect
from hub_api.city.stream.repository import QUERIES as LEDGER
from hub_api.standards.sensorthings.model import ENTITIES, QUERIES, key_of
from hub_api.standards.sensorthings.mqtt.settings import MqttSettings
from hub_api.standards.sensorthings.mqtt.topics import Change

log = structlog.get_logger()
#: Where what was written through the standard is told once it has committed: ``[["Thing", "1", ["name"], false], …]``.
CHANNEL: Final = "falaj_sensorthings"


class Feed:
    """A thread with a connection of its own; what it hears it hands to the event loop."""

    def __init__(
        self,
        store: StoreSettings,
        settings: MqttSettings,
        tell: Callable[[Sequence[Change]], None],
        tell_batches: Callable[[Sequence[int], int], None],
    ) -> None:
        """``tell_batches`` gets batches and how many rows they have at least; none for too many."""
        self._store, self._settings = store, settings
        self._tell, self._tell_batches = tell, tell_batches
        self._stopping = Event()
        self._thread: Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._thread = Thread(target=self._run, name="sensorthings-mqtt", daemon=True)
        self._thread.start()

    async def close(self) -> None:
        self._stopping.set()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                with connect(
                    self._store.read_url, self._store, "falaj-api-sta", autocommit=True
                ) as connection:
                    self._follow(connection)
            except (psycopg.Error, FalajError) as error:
                log.warning("sensorthings_mqtt_away", reason=str(error))
            self._stopping.wait(self._settings.poll_seconds)

    def _follow(self, connection: Connection) -> None:
        connection.execute(LEDGER["listen"])
        connection.execute(QUERIES["listen_written"])
        position = str(_one(connection, LEDGER["position"])[0])
        while not self._stopping.is_set():
            changes: list[Change] = []
            for heard in connection.notifies(timeout=min(0.5, self._settings.poll_seconds), stop_after=1):
                if heard.channel == CHANNEL:
                    changes += read_changes(heard.payload)
            if changes:
                self._hand(self._tell, changes)
            position = self._step(connection, position)

    def _step(self, connection: Connection, position: str) -> str:
        settings = self._settings
        asked = {"position": position, "until": None, "batches": settings.batches_max + 1}
        now, is_foreign, batches, count = _one(connection, LEDGER["fresh_batches"], asked)
        if batches and not is_foreign:
            is_much = count > settings.rows_max or len(batches) > settings.batches_max
            self._hand(self._tell_batches, () if is_much else batches, count)
        return str(now)

    def _hand(self, work: Callable[..., None], *what: Any) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(work, *what)


def read_changes(payload: str) -> list[Change]:
    """Those that can be read: what another version of the hub tells, or somebody else, must not end the listening."""
    found = []
    try:
        for entity, text, changed, has_moved in orjson.loads(payload):
            key = key_of(ENTITIES[entity], text)
            if key is not None:
                names = None if changed is None else frozenset(changed)
                found.append(Change(entity, key, names, has_moved))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        log.warning("sensorthings_mqtt_unreadable", payload=payload[:200], error=repr(error))
    return found


def _one(connection: Connection, query: Any, parameters: Any = None) -> tuple[Any, ...]:
    row: tuple[Any, ...] | None = connection.execute(query, parameters).fetchone()
    assert row is not None
    return row
