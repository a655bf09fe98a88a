"""A good device: QoS 1, keeps what is unacknowledged, reconnects, and republishes after a loss.

Its recipe (``docs/reliability.md``): publish in order; after every lost connection go back to
the oldest unacknowledged message, or further to what was sent within ``republish_seconds``,
since a broker that was killed may have forgotten what it acknowledged; and go back as well
when an acknowledgement says that nobody listens. It never changes the order, so that of two
messages for one thing and time the same one always comes first.
"""

from __future__ import annotations

import threading
import time
from array import array
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.reasoncodes import ReasonCode

from citycore.broker.connecting import end_connection
from stack.chaos.load import Load
from stack.chaos.settings import ChaosSettings
from stack.ports import LOOPBACK

#: MQTT 5, PUBACK reason "No matching subscribers": acknowledged, and given to nobody.
_NOBODY = 0x10
_LOOP_SECONDS = 0.005


@dataclass(slots=True)
class Tally:
    """What happened on the wire. ``published`` counts distinct messages, ``sent`` every time."""

    published: int = 0
    acknowledged: int = 0
    sent: int = 0
    reconnects: int = 0
    nobody: int = 0


@dataclass
class Device:
    """Publishes a load at ``rate`` messages a second. :meth:`run` is for a thread of its own."""

    port: int
    load: Load
    rate: float
    settings: ChaosSettings
    tally: Tally = field(default_factory=Tally)

    def __post_init__(self) -> None:
        self._next = 0
        self._sent_at = array("d")
        self._acknowledged = bytearray(len(self.load))
        self._in_flight: dict[int, int] = {}
        self._unheard: list[int] = []
        self._client: mqtt.Client | None = None
        self._lost = False
        self._released = threading.Event()
        self._cancelled = threading.Event()
        self.ended_at: float | None = None

    def release(self) -> None:
        """No more faults: end once everything is acknowledged. Until then it stays, to republish."""
        self._released.set()

    def cancel(self) -> None:
        self._cancelled.set()

    def age_seconds(self, number: int) -> float:
        """How long ago a message was sent last; 0 if it is still to be sent."""
        sent_at = self._sent_at
        return time.monotonic() - sent_at[number] if number < len(sent_at) else 0.0

    def run(self) -> None:
        """Publish until released and done, or cancelled."""
        began = time.monotonic()
        while not self._cancelled.is_set() and not self._is_done():
            if self._client is None and not self._connect():
                self._cancelled.wait(self.settings.reconnect_seconds)
                continue
            self._send(min(len(self.load), int((time.monotonic() - began) * self.rate)))
            self._listen(_LOOP_SECONDS)
            if self._next == len(self.load) and self.ended_at is None:
                self.ended_at = time.time()
        if self._client is not None:
            end_connection(self._client)

    def _is_done(self) -> bool:
        complete = self._next == len(self.load) and not self._in_flight and not self._unheard
        return complete and self._released.is_set()

    def _connect(self) -> bool:
        """A new connection with nothing of the old one in it: what is sent again is our decision."""
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="chaos-device", protocol=mqtt.MQTTv5)
        client.max_inflight_messages_set(self.settings.window_messages_max + 1)
        client.connect_timeout = self.settings.connect_seconds_max
        client.on_publish = self._on_publish
        client.on_disconnect = self._on_disconnect
        self._lost = False
        try:
            client.connect(LOOPBACK, self.port, clean_start=True)
        except OSError:
            return False
        end = time.monotonic() + self.settings.connect_seconds_max
        while not client.is_connected():
            if client.loop(0.05) is not MQTTErrorCode.MQTT_ERR_SUCCESS or time.monotonic() > end:
                return False
        self._client = client
        return True

    def _send(self, due: int) -> None:
        """Send what is due, as far as the window allows; nothing while somebody is waited for."""
        assert self._client is not None
        while self._next < due and len(self._in_flight) < self.settings.window_messages_max:
            if self._unheard or self._lost:
                return
            number = self._next
            info = self._client.publish(*self.load.message(number), qos=1)
            self._in_flight[info.mid] = number
            self._note_sent(number)
            self._next += 1

    def _note_sent(self, number: int) -> None:
        self.tally.sent += 1
        if number == len(self._sent_at):
            self._sent_at.append(time.monotonic())
            self.tally.published += 1
        else:
            self._sent_at[number] = time.monotonic()

    def _listen(self, seconds: float) -> None:
        assert self._client is not None
        outcome = self._client.loop(seconds)
        if self._lost or outcome is not MQTTErrorCode.MQTT_ERR_SUCCESS:
            self._go_back_after_loss()
        elif self._unheard and not self._in_flight:
            self._next = min(self._unheard)
            self._unheard.clear()
            self._cancelled.wait(self.settings.nobody_seconds)

    def _go_back_after_loss(self) -> None:
        self.tally.reconnects += 1
        since = time.monotonic() - self.settings.republish_seconds
        # Sent in order, so the times up to the present place rise.
        forgotten = bisect_left(self._sent_at, since, 0, self._next)
        self._next = min([forgotten, *self._in_flight.values(), *self._unheard])
        self._in_flight.clear()
        self._unheard.clear()
        self._client = None

    def _on_publish(
        self, _client: mqtt.Client, _data: Any, mid: int, reason: ReasonCode, _properties: Any
    ) -> None:
        number = self._in_flight.pop(mid, None)
        if number is None:
            return
        if reason.value == _NOBODY or reason.is_failure:
            self.tally.nobody += 1
            self._unheard.append(number)
        elif not self._acknowledged[number]:
            self._acknowledged[number] = 1
            self.tally.acknowledged += 1

    def _on_disconnect(self, *_: Any) -> None:
        self._lost = True
