"""The client reads as much as has come, and gives the same messages as paho's own."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from citycore.broker.connecting import end_connection, sign_in
from citycore.settings import BrokerSettings
from ingest.mqtt_client import Client, Publication
from stack.waiting import wait_until

LARGE = b"x" * 65_000


class Connected(Client):
    """A client whose socket gives what a test has for it, piece by piece."""

    def __init__(self, pieces: list[bytes]) -> None:
        self.taken: list[Publication] = []
        super().__init__("test", self.taken.extend)
        self._pieces = pieces
        self._sock = object()  # type: ignore[assignment]  # nothing asks it

    def _sock_recv(self, bufsize: int) -> bytes:
        assert bufsize >= max(map(len, self._pieces))
        return self._pieces.pop(0)

    def _sock_close(self) -> None:
        self._sock = None


def publish(
    topic: bytes, payload: bytes, *, qos: int = 1, packet_id: int = 7, properties: bytes = b""
) -> bytes:
    name = len(topic).to_bytes(2, "big") + topic
    number = packet_id.to_bytes(2, "big") if qos else b""
    body = name + number + bytes([len(properties)]) + properties + payload
    return bytes([0x30 | qos << 1]) + length_of(body) + body


def length_of(body: bytes) -> bytes:
    length, encoded = len(body), bytearray()
    while True:
        length, low = divmod(length, 128)
        encoded.append(low | (128 if length else 0))
        if not length:
            return bytes(encoded)


PINGRESP = b"\xd0\x00"
CONTENT_TYPE = b"\x03\x00\x04json"
STREAM = b"".join(
    [
        publish(b"a/b", b"1", packet_id=1),
        PINGRESP,
        publish(b"a/b", b"", qos=0),
        publish(b"a/b", b"with properties", packet_id=300, properties=CONTENT_TYPE),
        publish(b"\xff", b"y" * 200, packet_id=65_535),
        publish(b"a/c", b"z" * 20_000, packet_id=2),
    ]
)
TAKEN = [
    Publication(b"a/b", b"1", 1, False, 1),
    Publication(b"a/b", b"", 0, False, 0),
    Publication(b"a/b", b"with properties", 1, False, 300),
    Publication(b"\xff", b"y" * 200, 1, False, 65_535),
    Publication(b"a/c", b"z" * 20_000, 1, False, 2),
]


def read(pieces: list[bytes]) -> Connected:
    client = Connected(pieces)
    while pieces:
        assert client.loop_read() == MQTTErrorCode.MQTT_ERR_SUCCESS
    return client


def test_messages_are_the_same_wherever_the_stream_is_cut() -> None:
    for cut in range(1, 300):
        assert read([STREAM[:cut], STREAM[cut:]]).taken == TAKEN, cut
    chance = random.Random(1)
    for _ in range(50):
        cuts = [0, *sorted(chance.sample(range(1, len(STREAM)), 20)), len(STREAM)]
        pieces = [STREAM[start:end] for start, end in pairwise(cuts)]
        assert read(pieces).taken == TAKEN
    assert read([STREAM[n : n + 1] for n in range(len(STREAM))]).taken == TAKEN


def test_what_is_no_packet_ends_the_connection_and_what_came_before_is_taken() -> None:
    odd = {
        "a length of five bytes": b"\x32\xff\xff\xff\xff\x01",
        "a topic longer than its packet": b"\x32\x05\x00\x09a\x00\x01",
        "no topic": b"\x30\x01\x00",
        "an unknown command": b"\x00\x00",
        "both bits of QoS": b"\x36\x06\x00\x01a\x00\x01\x00",
    }
    for name, packet in odd.items():
        client = Connected([publish(b"a", b"1") + packet])
        assert client.loop_read() > MQTTErrorCode.MQTT_ERR_SUCCESS, name
        assert len(client.taken) == 1, name
    assert Connected([b""]).loop_read() == MQTTErrorCode.MQTT_ERR_CONN_LOST


def test_over_a_real_broker_it_hears_what_paho_hears(
    broker_settings: BrokerSettings, source_code: str
) -> None:
    topic = f"falaj/v1/{source_code}/t"
    heard_by_paho: list[tuple[Any, ...]] = []
    paho = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
    paho.on_message = lambda _c, _d, m: heard_by_paho.append(
        (m.topic.encode(), bytes(m.payload), m.qos, bool(m.retain))
    )
    taken: list[Publication] = []
    ours = Client(f"ours-{source_code}", taken.extend)
    for client in (paho, ours):
        sign_in(client, broker_settings)
        client.on_connect = lambda c, *_: c.subscribe(topic, qos=1)
    properties = Properties(PacketTypes.PUBLISH)
    properties.ContentType = "application/json"
    listening: list[int] = []
    for client in (paho, ours):
        client.on_subscribe = lambda *_: listening.append(1)
        client.connect(broker_settings.host, broker_settings.port)
        client.loop_start()
    assert wait_until(lambda: len(listening) == 2, 60)
    sender = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
    sign_in(sender, broker_settings)
    sender.connect(broker_settings.host, broker_settings.port)
    sender.loop_start()
    payloads = [b"", b"1", LARGE, *(str(n).encode() * (n % 200) for n in range(500)), b"last"]
    for number, payload in enumerate(payloads):
        sender.publish(
            topic, payload, qos=number % 3, properties=properties if number % 7 == 0 else None
        ).wait_for_publish(60)
    wait_until(lambda: len(heard_by_paho) == len(taken) == len(payloads), 10)
    assert (len(heard_by_paho), len(taken)) == (len(payloads), len(payloads))
    for client in (paho, ours, sender):
        end_connection(client)
    assert [tuple(each)[:4] for each in taken] == heard_by_paho
    assert [each.packet_id > 0 for each in taken] == [each.qos > 0 for each in taken]
