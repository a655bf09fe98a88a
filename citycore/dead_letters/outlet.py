"""Sending letters back on their own topic: QoS 1, each one acknowledged, in bounded batches."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from citycore.broker.connecting import end_connection, sign_in
from citycore.dead_letters.model import Delivery, Sealed
from citycore.dead_letters.rules import Limits
from citycore.errors import BrokerUnavailable
from citycore.settings import BrokerSettings, DeadLettersSettings

_QOS = 1
_UNACKNOWLEDGED_MESSAGES_MAX = 100
#: What MQTT allows, where a broker names no limit of its own.
_PACKET_BYTES_MAX = 268_435_455
#: MQTT 5: accepted, and thrown away because nobody subscribes.
_NO_MATCHING_SUBSCRIBERS = 0x10


class Outlet:
    """A connection for publishing; a context manager.

    Entering connects: :class:`BrokerUnavailable` if the broker does not answer. ``deliver``
    waits for the broker's word on each message.
    """

    def __init__(self, broker: BrokerSettings, settings: DeadLettersSettings) -> None:
        self._broker = broker
        self._settings = settings
        self._heard = threading.Event()
        self._connected = threading.Event()
        self._refusal: str | None = None
        #: How large a message may be, here and at this broker; known once connected.
        self.limits = Limits(broker.message_bytes_max, _PACKET_BYTES_MAX)
        self._window = _UNACKNOWLEDGED_MESSAGES_MAX
        # Written by the network thread, read by ours; an entry is set once.
        self._words: dict[int, ReasonCode] = {}
        self._client = self._build_client()

    def __enter__(self) -> Self:
        self._client.connect_timeout = self._broker.connect_timeout_seconds
        try:
            self._client.connect(self._broker.host, self._broker.port, self._broker.keepalive_seconds)
        except OSError as error:
            raise self.unavailable(error.strerror or str(error)) from error
        self._client.loop_start()
        if not self._connected.wait(self._broker.connect_timeout_seconds) or self._refusal is not None:
            self._close()
            raise self.unavailable(self._refusal or "it did not answer in time")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def deliver(self, letters: Sequence[Sealed]) -> list[Delivery]:
        """Publish them in their order and say what became of each.

        A silence of ``acknowledge_seconds_max`` ends the waiting; what has no answer by then
        is ``LOST``, and this outlet is of no further use.
        """
        outcomes: list[Delivery] = []
        while len(outcomes) < len(letters) and Delivery.LOST not in outcomes:
            outcomes += self._deliver_window(letters[len(outcomes) : len(outcomes) + self._window])
        return outcomes + [Delivery.LOST] * (len(letters) - len(outcomes))

    def unavailable(self, reason: str) -> BrokerUnavailable:
        return BrokerUnavailable(where=f"{self._broker.host}:{self._broker.port}", reason=reason)

    def _deliver_window(self, letters: Sequence[Sealed]) -> list[Delivery]:
        self._words.clear()
        numbers = [self._publish(letter) for letter in letters]
        self._await([number for number in numbers if number is not None])
        return [self._outcome(number) for number in numbers]

    def _publish(self, letter: Sealed) -> int | None:
        sent = self._client.publish(letter.topic, letter.payload, qos=_QOS)
        return sent.mid if sent.rc is MQTTErrorCode.MQTT_ERR_SUCCESS else None

    def _await(self, numbers: Sequence[int]) -> None:
        heard = 0
        silent_since = time.monotonic()
        while (known := sum(number in self._words for number in numbers)) < len(numbers):
            if known > heard:
                heard, silent_since = known, time.monotonic()
            rest = silent_since + self._settings.acknowledge_seconds_max - time.monotonic()
            if rest <= 0 or not self._connected.is_set():
                return
            self._heard.clear()
            if sum(number in self._words for number in numbers) == known:
                self._heard.wait(rest)

    def _outcome(self, number: int | None) -> Delivery:
        word = None if number is None else self._words.get(number)
        if word is None:
            return Delivery.LOST
        if word.is_failure:
            return Delivery.REFUSED
        return Delivery.UNHEARD if word.value == _NO_MATCHING_SUBSCRIBERS else Delivery.ACCEPTED

    def _close(self) -> None:
        end_connection(self._client)

    def _build_client(self) -> mqtt.Client:
        client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5, reconnect_on_failure=False)
        sign_in(client, self._broker)
        client.max_inflight_messages_set(0)  # the window is kept here
        client.max_queued_messages_set(0)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_publish = self._on_publish
        return client

    def _on_connect(
        self, _client: mqtt.Client, _data: Any, _flags: Any, reason: ReasonCode, properties: Properties | None
    ) -> None:
        if reason.is_failure:
            self._refusal = str(reason)
        allowed = getattr(properties, "ReceiveMaximum", _UNACKNOWLEDGED_MESSAGES_MAX)
        self._window = min(allowed, _UNACKNOWLEDGED_MESSAGES_MAX)
        packet_bytes_max = getattr(properties, "MaximumPacketSize", _PACKET_BYTES_MAX)
        self.limits = self.limits._replace(packet_bytes_max=packet_bytes_max)
        self._connected.set()

    def _on_disconnect(
        self, _client: mqtt.Client, _data: Any, _flags: Any, _reason: ReasonCode, _properties: Any
    ) -> None:
        self._connected.clear()
        self._heard.set()

    def _on_publish(
        self, _client: mqtt.Client, _data: Any, number: int, reason: ReasonCode, _properties: Any
    ) -> None:
        self._words[number] = reason
        self._heard.set()
