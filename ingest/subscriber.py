"""The MQTT side: a persistent session that receives into a bounded inbox and acknowledges late.

The broker may have ``receive_maximum`` messages on the way to us without an acknowledgement,
so the inbox can never hold more; that is the back-pressure. A message is acknowledged only
by :meth:`Subscriber.acknowledge`, after its transaction has committed. Messages of QoS 0 carry
no promise: they are taken while there is room, and counted where there is none.

Another client that comes with the session's id takes it over, and the broker says so. That is a
mistake that only a person can mend (two hubs run with one identity), so it is told, and the
session is asked for again after a while that grows, instead of being torn to and fro.
"""

from __future__ import annotations

import threading
import time
from typing import Any

import paho.mqtt.client as mqtt
import structlog
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from citycore.broker.connecting import end_connection, sign_in
from citycore.settings import BrokerSettings
from citycore.topics import UNREADABLE_TOPIC
from ingest.inbox import Inbox
from ingest.model import Received
from ingest.mqtt_client import Client, Publication
from ingest.sessions import Session
from ingest.settings import IngestSettings

log = structlog.get_logger()

_QOS = 1
#: MQTT 5, section 3.14.2.1: "Session taken over".
TAKEN_OVER = 0x8E
TAKEOVER_HINT = (
    "another client has this hub's session: two hubs run with one identity, from one database or a copy of it. "
    "Stop one of them, or give the copy an identity of its own: falaj ingest --new-identity"
)
#: The broker's count of messages that it threw away because a queue was full.
DROPS_TOPIC = "$SYS/broker/publish/messages/dropped"
TOPIC_BYTES_MAX = 1_024
TOPICS_REMEMBERED_MAX = 50_000
TOPIC_BYTES_REMEMBERED_MAX = 200
_STEP_SECONDS = 0.1


class Subscriber:
    """One MQTT 5 session of one worker."""

    def __init__(self, broker: BrokerSettings, settings: IngestSettings, session: Session) -> None:
        self.inbox = Inbox()
        self.broker_drops = 0
        self.qos0_drops = 0
        #: How often another client took the session over, and whether that is why we are not connected.
        self.takeovers = 0
        self.is_taken_over = False
        self._broker = broker
        self._settings = settings
        self._session = session
        self._takeover_delay_seconds = 0.0
        self._connected_at = 0.0
        # Packet ids mean something only within one connection: after a reconnect the broker
        # may have given the same id to another message, and acknowledging that would lose it.
        self._connection_number = 0
        self._connected = threading.Event()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._topics: dict[bytes, str] = {}
        self._client = self._build_client()

    @property
    def connected(self) -> bool:
        return self._connected.is_set()

    def start(self) -> None:
        """Connect in the background and keep connected."""
        connect = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho's own lack
        connect.SessionExpiryInterval = (
            self._settings.shared_session_expiry_seconds
            if self._settings.is_shared
            else self._settings.session_expiry_seconds
        )
        connect.ReceiveMaximum = self._settings.receive_maximum(self._broker.message_bytes_max)
        connect.MaximumPacketSize = self._broker.message_bytes_max + TOPIC_BYTES_MAX
        self._client.connect_async(
            self._broker.host,
            self._broker.port,
            self._broker.keepalive_seconds,
            clean_start=False,
            properties=connect,
        )
        self._client.loop_start()

    def stop(self, *, end_session: bool = False) -> None:
        """Leave the session in the broker's care, with everything unacknowledged in it; or end it."""
        self._stopping.set()
        farewell = Properties(PacketTypes.DISCONNECT)  # type: ignore[no-untyped-call]  # paho's own lack
        if end_session:
            farewell.SessionExpiryInterval = 0
        end_connection(self._client, farewell)
        self._client.take = None

    def acknowledge(self, messages: list[Received]) -> int:
        """Acknowledge what came over the present connection; the number of messages.

        Messages of an earlier connection are redelivered by the broker and then counted
        as duplicates; their packet ids are void.
        """
        with self._lock:
            present = self._connection_number
            ids = [
                packet_id
                for *_, (connection, packet_id), _post in messages
                if connection == present and packet_id  # QoS 0 has no packet id
            ]
            self._client.acknowledge(ids)
        return len(ids)

    def publish(self, topic: str, payload: bytes) -> None:
        """Send something at QoS 0; it may be lost."""
        self._client.publish(topic, payload, qos=0)

    def _build_client(self) -> Client:
        client = Client(self._session.client_id, self._take)
        sign_in(client, self._broker)
        client.connect_timeout = self._broker.connect_timeout_seconds
        client.reconnect_delay_set(1, self._broker.reconnect_delay_seconds_max)
        client.on_pre_connect = self._on_pre_connect
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_unsubscribe = self._on_unsubscribe
        client.on_disconnect = self._on_disconnect
        return client

    def _on_pre_connect(self, _client: mqtt.Client, _data: Any) -> None:
        if self.is_taken_over:
            self._stopping.wait(self._takeover_delay_seconds)
        # The broker will deliver again what we hold unacknowledged. Connecting only with an empty
        # inbox keeps its bound when the broker comes and goes while the database is away.
        while self.inbox and not self._stopping.wait(_STEP_SECONDS):
            pass
        if self._stopping.is_set():
            # To paho an attempt that failed; connecting now would take the session from whoever has it.
            raise ConnectionAbortedError("stopping")
        with self._lock:
            self._connection_number += 1

    def _on_connect(
        self, client: mqtt.Client, _data: Any, flags: Any, reason: ReasonCode, _properties: Any
    ) -> None:
        if reason.is_failure:
            log.warning("broker_refused", reason=str(reason))
            return
        log.info("broker_connected", session_resumed=flags.session_present)
        if self._session.unwanted:
            client.unsubscribe(list(self._session.unwanted))
        if self._session.filters:
            # Also with a resumed session: subscribing again is harmless and mends a lost session.
            options = SubscribeOptions(qos=_QOS, retainHandling=SubscribeOptions.RETAIN_SEND_IF_NEW_SUB)
            wanted = [(each, options) for each in self._session.filters]
            client.subscribe([*wanted, (DROPS_TOPIC, SubscribeOptions(qos=0))])

    def _on_subscribe(
        self, _client: mqtt.Client, _data: Any, _mid: int, reasons: list[ReasonCode], _properties: Any
    ) -> None:
        granted = zip(self._session.filters, reasons, strict=False)  # after them the broker's own count
        refused = {each: str(reason) for each, reason in granted if reason.is_failure}
        if refused:
            log.error("subscription_refused", filters=refused)
            return
        self._note_connected()

    def _on_unsubscribe(
        self, _client: mqtt.Client, _data: Any, _mid: int, _reasons: Any, _properties: Any
    ) -> None:
        if not self._session.filters:
            self._note_connected()

    def _note_connected(self) -> None:
        self.is_taken_over = False
        self._connected_at = time.monotonic()
        self._connected.set()

    def _on_disconnect(
        self, _client: mqtt.Client, _data: Any, _flags: Any, reason: ReasonCode, _properties: Any
    ) -> None:
        was_connected = self._connected.is_set()
        self._connected.clear()
        if reason.value == TAKEN_OVER:
            self._note_takeover()
        elif was_connected:
            log.warning("broker_disconnected", reason=str(reason))

    def _note_takeover(self) -> None:
        least, most = self._settings.takeover_delay_seconds_min, self._settings.takeover_delay_seconds_max
        # Two that fight wait at most so long; a session that lasted longer was not fought for.
        is_new = time.monotonic() - self._connected_at > 2 * most
        self._takeover_delay_seconds = (
            least if is_new or not self.takeovers else min(most, 2 * self._takeover_delay_seconds)
        )
        self.takeovers += 1
        self.is_taken_over = True
        log.error(
            "session_taken_over",
            times=self.takeovers,
            tries_again_in_seconds=self._takeover_delay_seconds,
            what=TAKEOVER_HINT,
        )

    def _take(self, publications: list[Publication]) -> None:
        """Put what came at once into the inbox."""
        now, connection = time.time_ns() // 1000, self._connection_number
        waiting = self.inbox.payload_bytes
        messages = []
        for name, payload, qos, is_retained, packet_id in publications:
            topic = self._topics.get(name) or self._topic(name)
            if topic == DROPS_TOPIC:
                self.broker_drops = int(payload)
                continue
            if qos == 0 and waiting > self._settings.inbox_bytes_max:
                self.qos0_drops += 1
                continue
            waiting += len(payload)
            messages.append(Received(topic, payload, now, is_retained, (connection, packet_id)))
        self.inbox.put_all(messages)

    def _topic(self, name: bytes) -> str:
        """A topic as text; remembered, for few topics have most messages."""
        try:
            topic = name.decode()
        except UnicodeDecodeError:
            topic = UNREADABLE_TOPIC
        if len(name) <= TOPIC_BYTES_REMEMBERED_MAX:
            if len(self._topics) >= TOPICS_REMEMBERED_MAX:
                self._topics.clear()
            self._topics[name] = topic
        return topic
