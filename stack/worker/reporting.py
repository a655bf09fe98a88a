"""The worker's account for the status: that it lives, and what the broker says of itself (``$SYS``).

Ingest cannot say that it is frozen, so somebody else compares what the broker holds with what is stored.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import paho.mqtt.client as mqtt
import psycopg
from paho.mqtt.enums import CallbackAPIVersion

from citycore.broker.connecting import end_connection, sign_in
from citycore.clock import Clock
from citycore.errors import StoreUnavailable
from citycore.settings import BrokerSettings, StoreSettings
from citycore.store.connections import connect
from citycore.store.queries import load_queries

QUERIES = load_queries("stack.worker")
#: All messages that the broker has, and those of them that it keeps for subscribers to come.
STORED = "$SYS/broker/store/messages/count"
RETAINED = "$SYS/broker/retained messages/count"
#: Comes anew with every round of figures, while the others come only when they change.
UPTIME = "$SYS/broker/uptime"
TURN_SECONDS = 1.0
#: An event loop that has not turned for so long works no more.
LOOP_SECONDS_MAX = 20.0


class Waiting(NamedTuple):
    """Messages that the broker keeps for subscribers; ``since``: when it was last seen without any."""

    messages: int
    since: datetime | None

    def after(self, messages: int, now: datetime) -> Waiting:
        if messages == 0:
            return Waiting(0, None)
        return Waiting(messages, self.since or now)


@dataclass(slots=True, eq=False)
class BrokerEar:
    """Listens to the broker's own figures. A broker that keeps them to itself is never heard."""

    settings: BrokerSettings
    clock: Clock
    heard_at: float | None = field(default=None, init=False)
    waiting: Waiting = field(default=Waiting(0, None), init=False)
    _counts: dict[str, int] = field(default_factory=dict, init=False)
    _client: mqtt.Client = field(init=False)

    def __post_init__(self) -> None:
        # A name of its own each time: it has no session, and must take nobody else's.
        name = f"falaj-ear-{secrets.token_hex(4)}"
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name)
        sign_in(client, self.settings)
        client.connect_timeout = self.settings.connect_timeout_seconds
        client.reconnect_delay_set(1, self.settings.reconnect_delay_seconds_max)
        client.on_connect = self._on_connect
        client.on_message = self._on_message
        self._client = client

    def start(self) -> None:
        """Connect in the background and keep connected."""
        self._client.connect_async(self.settings.host, self.settings.port, self.settings.keepalive_seconds)
        self._client.loop_start()

    def stop(self) -> None:
        end_connection(self._client)

    def _on_connect(self, client: mqtt.Client, *_: object) -> None:
        self._counts.clear()  # they may be another broker's by now
        client.subscribe([(topic, 0) for topic in (STORED, RETAINED, UPTIME)])

    def _on_message(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        self.heard_at = time.monotonic()
        if message.topic in {STORED, RETAINED}:
            with suppress(ValueError):
                self._counts[message.topic] = int(message.payload)
        if len(self._counts) == 2:
            kept = max(0, self._counts[STORED] - self._counts[RETAINED])
            self.waiting = self.waiting.after(kept, self.clock())


@dataclass(slots=True, eq=False)
class Reporter:
    """Writes the account every few seconds, as long as the event loop turns and ``lives`` says so.

    In a thread of its own: it must not wait behind a mail server, which would look as if we were frozen.
    A database that is away is told of by others; the status knows it anyway.
    """

    store: StoreSettings
    ear: BrokerEar
    every_seconds: float
    lives: Callable[[], bool]
    _turned_at: float = field(default_factory=time.monotonic, init=False)
    _stopping: threading.Event = field(default_factory=threading.Event, init=False)

    def start(self) -> None:
        """From the event loop's own thread."""
        self.ear.start()
        self._turn(asyncio.get_running_loop())
        threading.Thread(target=self._run, name="reporter", daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()
        self.ear.stop()

    def _turn(self, loop: asyncio.AbstractEventLoop) -> None:
        self._turned_at = time.monotonic()
        loop.call_later(TURN_SECONDS, self._turn, loop)

    def _run(self) -> None:
        while not self._stopping.is_set():
            is_turning = time.monotonic() - self._turned_at < LOOP_SECONDS_MAX
            if is_turning and self.lives():
                with suppress(StoreUnavailable, psycopg.Error):
                    self.report()
            self._stopping.wait(self.every_seconds)

    def report(self) -> None:
        """That the worker lives, and the broker's figures as old as they are."""
        with connect(self.store.worker_url, self.store, "falaj-report", autocommit=True) as connection:
            connection.execute(QUERIES["report_worker"])
            if self.ear.heard_at is not None:
                waiting = self.ear.waiting
                connection.execute(
                    QUERIES["report_broker"],
                    {
                        "age": timedelta(seconds=time.monotonic() - self.ear.heard_at),
                        "waiting": waiting.messages,
                        "since": waiting.since,
                    },
                )
