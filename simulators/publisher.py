"""Publishing with QoS 1 and a bounded window: nothing is dropped, and memory stays small.

One thread does everything. ``publish`` queues a message; the socket is written in runs, and
read when the window is full or there is time (``serve``, ``drain``). That avoids paho's wake-up
of a second thread for each message, the most of its cost.
"""

from __future__ import annotations

import select
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import structlog
from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from citycore.broker.connecting import end_connection, sign_in
from citycore.errors import BrokerUnavailable
from citycore.settings import BrokerSettings
from simulators.settings import SimulatorsSettings

log = structlog.get_logger()

#: How long one look at the socket may block: the time within which a request to stop is seen.
LOOK_SECONDS = 0.2


class Stopped(Exception):
    """The caller's ``stopping`` said so while the publisher waited."""


class Publisher:
    """An MQTT 5 publisher for one thread; use it as a context manager.

    Entering connects (:class:`BrokerUnavailable` if the broker does not answer), leaving
    disconnects in order. A connection lost later is made again with growing pauses; messages
    not yet acknowledged are then sent again.
    """

    def __init__(
        self,
        broker: BrokerSettings,
        limits: SimulatorsSettings | None = None,
        *,
        client_id: str = "",
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self.broker = broker
        self.limits = limits or SimulatorsSettings()
        self.window = self.limits.unacknowledged_messages_max
        self.published = 0
        self.acknowledged = 0
        self.refused = 0
        self.last_heard_at = time.monotonic()
        self._stopping = stopping
        self._connected = False
        self._refusal: str | None = None
        self._unwritten = 0
        self._retry_at = 0.0
        self._pause_seconds = self.limits.reconnect_delay_seconds_min
        self._client = self._make_client(client_id)

    def __enter__(self) -> Self:
        try:
            self._client.connect(self.broker.host, self.broker.port, keepalive=self.broker.keepalive_seconds)
        except OSError as error:
            raise self._unavailable(error.strerror or str(error)) from error
        deadline = time.monotonic() + self.broker.connect_timeout_seconds
        while not self._connected:
            if self._refusal is not None or time.monotonic() > deadline:
                raise self._unavailable(self._refusal or "it did not answer in time")
            self._look(LOOK_SECONDS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connected = False
        if self._client.socket() is not None:
            self._client.disconnect()
            self._client.loop_write()
        end_connection(self._client)

    @property
    def unacknowledged(self) -> int:
        return self.published - self.acknowledged - self.refused

    @property
    def silence_seconds(self) -> float:
        """How long nothing was acknowledged although something is waiting for it."""
        return time.monotonic() - self.last_heard_at if self.unacknowledged else 0.0

    def publish(self, topic: str, payload: bytes) -> None:
        """Hand over one message, waiting while the window is full. :class:`Stopped` may be raised."""
        if self.unacknowledged >= self.window:
            self._wait_while(lambda: self.unacknowledged >= self.window)
        if self.unacknowledged == 0:
            self.last_heard_at = time.monotonic()
        self._client.publish(topic, payload, qos=1)
        self.published += 1
        self._unwritten += 1
        if self._unwritten >= self.limits.write_messages_max:
            self._look(0.0)

    def serve(self, seconds: float) -> None:
        """Spend the time on the connection: write, read, keep it alive, mend it."""
        until = time.monotonic() + seconds
        while True:
            left = until - time.monotonic()
            self._look(max(0.0, min(left, LOOK_SECONDS)))
            if left <= 0 or self._stopping():
                return

    def wait(self, seconds: float) -> None:
        """As :meth:`serve`, but :class:`Stopped` is raised when the caller is to stop."""
        self.serve(seconds)
        self._stop_if_asked()

    def drain(self, seconds_max: float | None = None) -> bool:
        """Wait until all is acknowledged; False if the time ran out first.

        Without a limit it waits as long as the broker is not silent for
        ``replay_silence_seconds_max``: then :class:`BrokerUnavailable`.
        """
        until = None if seconds_max is None else time.monotonic() + seconds_max
        while self.unacknowledged:
            if until is not None and time.monotonic() > until:
                return False
            if until is None:
                self._give_up_if_silent()
                self._stop_if_asked()
            self._look(LOOK_SECONDS)
        return True

    def _wait_while(self, condition: Callable[[], bool]) -> None:
        while condition():
            self._stop_if_asked()
            self._give_up_if_silent()
            self._look(LOOK_SECONDS)

    def _stop_if_asked(self) -> None:
        if self._stopping():
            raise Stopped

    def _give_up_if_silent(self) -> None:
        if self.silence_seconds > self.limits.replay_silence_seconds_max:
            raise self._unavailable(self._refusal or "it acknowledges nothing")

    def _look(self, seconds: float) -> None:
        """One turn of the connection: reconnect if it is time, else write and read what is there."""
        if self._client.socket() is None:
            self._reconnect(seconds)
            return
        self._unwritten = 0
        if self._client.want_write():
            self._client.loop_write()
        socket = self._client.socket()
        if socket is None:  # the writing found the connection gone
            return
        wanted = [socket] if self._client.want_write() else []
        readable, writable, _ = select.select([socket], wanted, [], seconds)
        if writable:
            self._client.loop_write()
        if readable:
            self._client.loop_read()
        self._client.loop_misc()

    def _reconnect(self, seconds: float) -> None:
        wait = self._retry_at - time.monotonic()
        if wait > 0:
            time.sleep(min(wait, seconds))
            return
        try:
            self._client.reconnect()
        except OSError as error:
            self._refusal = error.strerror or str(error)
        self._retry_at = time.monotonic() + self._pause_seconds
        self._pause_seconds = min(self._pause_seconds * 2, self.broker.reconnect_delay_seconds_max)

    def _make_client(self, client_id: str) -> Client:
        client = Client(CallbackAPIVersion.VERSION2, client_id=client_id, protocol=MQTTv5)
        # The window is kept here; paho's own would walk over all waiting messages at each acknowledgement.
        client.max_inflight_messages_set(0)
        client.max_queued_messages_set(0)
        client.connect_timeout = self.broker.connect_timeout_seconds
        sign_in(client, self.broker)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_publish = self._on_publish
        # Registered, so that paho leaves the writing to us instead of writing each message at once.
        client.on_socket_register_write = lambda _client, _data, _socket: None
        return client

    def _on_connect(
        self,
        _client: Client,
        _data: Any,
        _flags: ConnectFlags,
        reason: ReasonCode,
        properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._refusal = str(reason)
            return
        if self.published:
            log.info("broker_returned", unacknowledged=self.unacknowledged)
        allowed = getattr(properties, "ReceiveMaximum", 65_535)
        self.window = min(self.limits.unacknowledged_messages_max, allowed)
        self._connected = True
        self._refusal = None
        self._pause_seconds = self.limits.reconnect_delay_seconds_min

    def _on_disconnect(
        self,
        _client: Client,
        _data: Any,
        _flags: DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if self._connected:
            log.warning("broker_lost", reason=str(reason), unacknowledged=self.unacknowledged)
        self._connected = False
        self._retry_at = time.monotonic() + self._pause_seconds

    def _on_publish(
        self, _client: Client, _data: Any, _mid: int, reason: ReasonCode, _properties: Properties
    ) -> None:
        if reason.is_failure:
            self.refused += 1
            log.error("publish_refused", reason=str(reason))
        else:
            self.acknowledged += 1
        self.last_heard_at = time.monotonic()

    def _unavailable(self, reason: str) -> BrokerUnavailable:
        return BrokerUnavailable(where=f"{self.broker.host}:{self.broker.port}", reason=reason)
