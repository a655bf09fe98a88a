"""Packets of MQTT as bytes, and what no client and no message may do to the others."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry
from starlette.datastructures import State

from citycore.settings import StoreSettings
from hub_api.standards.sensorthings.mqtt import packets, server
from hub_api.standards.sensorthings.mqtt.feed import read_changes
from hub_api.standards.sensorthings.mqtt.packets import (
    Connect,
    Connected,
    PacketInvalid,
    ProtocolUnknown,
    Publish,
    Subscribe,
    Unsubscribe,
)
from hub_api.standards.sensorthings.mqtt.settings import MqttSettings
from hub_api.standards.sensorthings.mqtt.topics import Change, Document, Topic, read_topic
from hub_api.standards.sensorthings.settings import SensorThingsSettings

HELLO = b"\0\4MQTT\4"


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (HELLO + b"\2\0\x3c\0\1a", Connect("a", 60, True, None, None)),
        (b"\0\6MQIsdp\3\2\0\0\0\1a", Connect("a", 0, True, None, None)),
        (HELLO + b"\xc2\0\0\0\0\0\1u\0\1p", Connect("", 0, True, "u", "p")),
        # A will is read, and nobody is told it.
        (HELLO + b"\xc6\0\0\0\1a\0\1t\0\1m\0\1u\0\1p", Connect("a", 0, True, "u", "p")),
        (b"\0\4MQTT\5\2\0\0\0\0\1a", ProtocolUnknown),
        (HELLO + b"\x82\0\0\0\1a", PacketInvalid),
        (HELLO + b"\2\0\0\0\2\xff\xfe", PacketInvalid),
        (HELLO + b"\2\0\0\0\1\0", PacketInvalid),
    ],
)
def test_who_connects(body: bytes, wanted: Connect | type[Exception]) -> None:
    if isinstance(wanted, Connect):
        assert packets.read_connect(body) == wanted
        return
    with pytest.raises(wanted):
        packets.read_connect(body)


@pytest.mark.parametrize(
    ("flags", "body", "wanted"),
    [
        (0, b"\0\1t{}", Publish("t", b"{}", 0, 0)),
        (0b0010, b"\0\1t\0\7{}", Publish("t", b"{}", 1, 7)),
        (0b1100, b"\0\1t\0\7", Publish("t", b"", 2, 7)),
        (0b0110, b"\0\1t\0\7", None),
        (0b0010, b"\0\1t\0\0", None),
        (0, b"\0\3t/#", None),
        (0, b"\0\0", None),
        (0, b"\0\5t", None),
    ],
)
def test_what_is_published(flags: int, body: bytes, wanted: Publish | None) -> None:
    if wanted is not None:
        assert packets.read_publish(flags, body) == wanted
        return
    with pytest.raises(PacketInvalid):
        packets.read_publish(flags, body)


def test_topics_are_asked_for_and_left() -> None:
    assert packets.read_subscribe(b"\0\1\0\1a\2\0\2bc\0") == Subscribe(1, (("a", 2), ("bc", 0)))
    assert packets.read_unsubscribe(b"\0\2\0\1a") == Unsubscribe(2, ("a",))
    for body in (b"\0\1", b"\0\1\0\1a\3", b"\0\1\0\1a"):
        with pytest.raises(PacketInvalid):
            packets.read_subscribe(body)


@pytest.mark.parametrize("size", [0, 1, 127, 128, 16_383, 16_384, 2_097_152])
def test_a_length_is_read_as_it_is_written(size: int) -> None:
    written = packets.packet(packets.PUBLISH, bytes(size))
    told = written[1 : len(written) - size]
    assert packets.length_of(list(told)) == size
    assert all(packets.length_of(list(told[:end])) is None for end in range(1, len(told)))


def test_a_length_has_at_most_four_bytes() -> None:
    with pytest.raises(PacketInvalid):
        packets.length_of([0x80] * 4)


def test_what_a_server_says() -> None:
    assert packets.connack(Connected.WRONG_SECRET) == b"\x20\2\0\4"
    # To a version that it does not speak it says so in that version's form: MQTT 5 has reasons of its own, and properties.
    assert packets.refused_protocol(3) == b"\x20\2\0\1"
    assert packets.refused_protocol(5) == b"\x20\3\0\x84\0"
    assert packets.suback(7, [1, 0x80]) == b"\x90\4\0\7\1\x80"
    assert packets.acknowledged(packets.PUBACK, 258) == b"\x40\2\1\2"
    assert packets.publish(b"t", b"{}") == b"\x30\5\0\1t{}"
    assert packets.publish(b"t", b"{}", 9) == b"\x32\7\0\1t\0\x09{}"
    assert [packets.next_number(each) for each in (0, 1, 65_535)] == [1, 2, 1]


@given(st.binary(max_size=64), st.integers(0, 15))
def test_any_bytes_are_a_packet_or_none(body: bytes, flags: int) -> None:
    for read in (packets.read_connect, packets.read_subscribe, packets.read_unsubscribe, packets.read_number):
        with suppress(PacketInvalid, ProtocolUnknown):
            read(body)
    with suppress(PacketInvalid):
        packets.read_publish(flags, body)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("v1.1/Things", True),
        ("v1.1/Things(1)", True),
        ("v1.1/Things(1)/description", True),
        ("v1.1/Things?$select=name,description", True),
        ("v1.1/Datastreams(1)/Thing/Locations", True),
        ("v1.1/Observations('1-1425168000000000')/FeatureOfInterest", True),
        ("v1.1/Observations?$filter=result gt 4", True),
        ("v1.1/#", False),
        ("v1.1/+/Datastreams", False),
        ("v1.0/Things", False),
        ("v1.1/", False),
        ("v1.1/Thinks", False),
        ("v1.1/Things(1)/nothing", False),
        ("v1.1/Things(1)/$ref", False),
        ("v1.1/Things?$top=1", False),
        ("v1.1/Things?$filter=nonsense(", False),
        ("v1.1/Things(1)?$filter=name eq 'a'", False),
        ("v1.1/Things(1)/name?$select=name", False),
    ],
)
def test_a_topic_is_what_a_get_could_ask(text: str, is_one: bool) -> None:
    assert (read_topic(text, SensorThingsSettings()) is not None) is is_one


@pytest.mark.parametrize(
    "payload", ["", "{", "[1]", '[["Planet","1",null,false]]', '[["Thing","1",5,false]]']
)
def test_what_nobody_can_read_is_left_out_and_the_listening_goes_on(payload: str) -> None:
    assert read_changes(payload) == []


def endpoint_with(settings: MqttSettings) -> server.Endpoint:
    """Of an application that has nothing else."""
    hub = SimpleNamespace(clock=lambda: datetime(2026, 12, 1, tzinfo=UTC))
    state = State(
        {"sensorthings": SensorThingsSettings(), "hub": hub, "sensorthings_writing": None, "gate": None}
    )
    return server.Endpoint(settings, state, StoreSettings(), CollectorRegistry())


def test_whoever_subscribes_to_what_takes_too_long_is_sent_away_and_the_others_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Told:
        def __init__(self, *_: object) -> None: ...

        async def document(self, topic: Topic, _change: Change) -> Document:
            await asyncio.sleep(5 if "name eq" in topic.text else 0)
            return {"name": "Mast"}

    class Heard:
        def __init__(self) -> None:
            self.received: list[tuple[str, bytes]] = []
            self.is_ended = False

        def send(self, topic: str, payload: bytes) -> None:
            self.received.append((topic, payload))

        def end(self) -> None:
            self.is_ended = True

    monkeypatch.setattr(server, "Telling", Told)
    endpoint = endpoint_with(MqttSettings(question_seconds_max=0.05))
    slow, plain = Heard(), Heard()
    for who, text in ((slow, "v1.1/Things?$filter=name eq 'x'"), (plain, "v1.1/Things?$select=name")):
        topic = read_topic(text, SensorThingsSettings())
        assert topic is not None
        assert endpoint.subscribe(who, topic)  # type: ignore[arg-type]  # as much of a session as is asked for
    asyncio.run(endpoint._tell_all([Change("Thing", 1), Change("Thing", 2)]))
    assert (slow.is_ended, slow.received) == (True, [])
    assert (plain.is_ended, plain.received) == (False, [("v1.1/Things?$select=name", b'{"name":"Mast"}')] * 2)


@pytest.mark.usefixtures("wire")
def test_where_the_port_is_taken_the_rest_is_served_and_nothing_is_declared() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings = MqttSettings(port=taken.getsockname()[1], hub_url="https://hub.example")
        endpoint = endpoint_with(settings)
        asyncio.run(endpoint.start())
        assert not endpoint.is_on
        asyncio.run(endpoint.close())
