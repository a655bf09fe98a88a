"""Notices a second hub with this hub's identity, whatever the workers of the two are called.

One worker of a hub holds a client id that belongs to the hub itself. Two databases with one
identity, such as a hub and a copy of it, both want it, so the broker gives it to and fro, and
each hears of the other. A session alone would not tell: on another host the workers have other
names, and a share that both joined would be divided between them without a word.
"""

from __future__ import annotations

import time
from typing import Any

import paho.mqtt.client as mqtt
import structlog
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from citycore.broker.connecting import end_connection, sign_in
from citycore.settings import BrokerSettings
from citycore.store.connections import Connection
from ingest.sessions import find_hub_id, guard_id, may_guard
from ingest.settings import IngestSettings
from ingest.subscriber import TAKEN_OVER, TAKEOVER_HINT

log = structlog.get_logger()


class Guard:
    """``tend`` it now and then; it works for whichever worker of the hub has the database's lock for it."""

    def __init__(self, broker: BrokerSettings, settings: IngestSettings) -> None:
        self.takeovers = 0
        self._broker = broker
        self._settings = settings
        self._client: mqtt.Client | None = None
        self._locked: Connection | None = None
        self._is_taken_over = False
        self._delay_seconds = settings.takeover_delay_seconds_min
        self._starts_at = 0.0

    def tend(self, connection: Connection) -> None:
        """Be there if this worker may; errors as the database's."""
        # The lock lasts as long as the connection; another worker may have it after that.
        if self._locked is not connection:
            self._locked = connection if may_guard(connection) else None
        is_ours = self._locked is not None
        if self._is_taken_over and is_ours:
            self._note_takeover()
        if self._is_taken_over or not is_ours:
            self.stop()
        elif self._client is None and time.monotonic() >= self._starts_at:
            self._start(guard_id(find_hub_id(connection)))

    def stop(self) -> None:
        if self._client is not None:
            end_connection(self._client)
            self._client = None
        self._is_taken_over = False

    def _start(self, name: str) -> None:
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=mqtt.MQTTv5)
        sign_in(client, self._broker)
        client.connect_timeout = self._broker.connect_timeout_seconds
        client.reconnect_delay_set(1, self._broker.reconnect_delay_seconds_max)
        client.on_pre_connect = self._on_pre_connect
        client.on_disconnect = self._on_disconnect
        client.connect_async(self._broker.host, self._broker.port, self._broker.keepalive_seconds)
        client.loop_start()
        self._client = client

    def _on_pre_connect(self, _client: mqtt.Client, _data: Any) -> None:
        if self._is_taken_over:  # whether to come again is decided where the lock is known
            raise ConnectionAbortedError("taken over")

    def _on_disconnect(
        self, _client: mqtt.Client, _data: Any, _flags: Any, reason: ReasonCode, _properties: Any
    ) -> None:
        self._is_taken_over = self._is_taken_over or reason.value == TAKEN_OVER

    def _note_takeover(self) -> None:
        self.takeovers += 1
        self._starts_at = time.monotonic() + self._delay_seconds
        log.error(
            "identity_taken_over",
            times=self.takeovers,
            tries_again_in_seconds=self._delay_seconds,
            what=TAKEOVER_HINT,
        )
        self._delay_seconds = min(2 * self._delay_seconds, self._settings.takeover_delay_seconds_max)
