"""The publisher against the real broker: everything arrives, also when the broker goes away."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from paho.mqtt.client import Client, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from citycore.broker.connecting import end_connection, sign_in
from citycore.errors import BrokerUnavailable
from citycore.settings import BrokerSettings
from simulators.publisher import Publisher, Stopped
from simulators.settings import SimulatorsSettings
from stack.broker import PrivateBroker
from stack.ports import free_port
from stack.waiting import wait_until


class Subscriber:
    """Collects what arrives under one topic filter."""

    def __init__(self, broker: BrokerSettings, topic_filter: str, session_seconds: int = 0) -> None:
        self.received: list[tuple[str, bytes]] = []
        self.ready = threading.Event()
        self.client = Client(CallbackAPIVersion.VERSION2, client_id=topic_filter, protocol=MQTTv5)
        self.client.reconnect_delay_set(1, 1)
        properties = Properties(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = session_seconds
        self.client.on_connect = lambda client, *_: client.subscribe(topic_filter, qos=1)
        self.client.on_subscribe = lambda *_: self.ready.set()
        self.client.on_message = self._keep
        sign_in(self.client, broker)
        self.client.connect(broker.host, broker.port, clean_start=session_seconds == 0, properties=properties)
        self.client.loop_start()
        assert self.ready.wait(40)

    def _keep(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        self.received.append((message.topic, message.payload))

    def wait_for(self, count: int, seconds: float = 60) -> None:
        until = time.monotonic() + seconds
        while len(self.received) < count and time.monotonic() < until:
            time.sleep(0.02)

    def close(self) -> None:
        end_connection(self.client)


@pytest.fixture
def subscriber(broker_settings: BrokerSettings, source_code: str) -> Iterator[Subscriber]:
    listening = Subscriber(broker_settings, f"falaj/v1/{source_code}/#")
    yield listening
    listening.close()


def test_all_messages_arrive_once_and_in_order(
    broker_settings: BrokerSettings, source_code: str, subscriber: Subscriber
) -> None:
    topic = f"falaj/v1/{source_code}/thing"
    limits = SimulatorsSettings(unacknowledged_messages_max=50)
    with Publisher(broker_settings, limits) as publisher:
        for number in range(2_000):
            publisher.publish(topic, b"%d" % number)
            assert publisher.unacknowledged <= 50
        assert publisher.drain()
        assert publisher.acknowledged == 2_000
    subscriber.wait_for(2_000)
    assert subscriber.received == [(topic, b"%d" % number) for number in range(2_000)]


def test_five_thousand_messages_a_second(broker_settings: BrokerSettings, source_code: str) -> None:
    """Of this process's own time: what else the machine does is not the publisher's."""
    payload = b"x" * 120
    started = time.process_time()
    with Publisher(broker_settings) as publisher:
        for _ in range(20_000):
            publisher.publish(f"falaj/v1/{source_code}/thing", payload)
        publisher.drain()
    rate = 20_000 / (time.process_time() - started)
    assert rate > 5_000, f"{rate:.0f} messages/s; 37,000 on an idle machine"


def test_a_connection_left_idle_is_kept_alive(broker_settings: BrokerSettings, source_code: str) -> None:
    with Publisher(broker_settings.model_copy(update={"keepalive_seconds": 1})) as publisher:
        publisher.serve(3.0)
        publisher.publish(f"falaj/v1/{source_code}/thing", b"1")
        assert publisher.drain(40)


@pytest.mark.usefixtures("wire")
def test_no_broker_is_one_clear_line() -> None:
    with (
        pytest.raises(BrokerUnavailable, match=r"does not answer at 127\.0\.0\.1:"),
        Publisher(BrokerSettings(port=free_port())),
    ):
        pass


@pytest.mark.usefixtures("wire")
def test_a_broker_that_restarts_loses_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    server = PrivateBroker(_folder(tmp_path_factory), free_port())
    server.start()
    settings = server.settings.model_copy(update={"reconnect_delay_seconds_max": 1})
    limits = SimulatorsSettings(unacknowledged_messages_max=300)
    listening = Subscriber(settings, "falaj/v1/a/#", session_seconds=600)
    with Publisher(settings, limits) as publisher:
        for number in range(200):
            publisher.publish("falaj/v1/a/b", b"%d" % number)
        publisher.drain()
        server.stop()  # it keeps the subscriber's session on disk
        for number in range(200, 500):  # the window fills while nobody listens
            publisher.publish("falaj/v1/a/b", b"%d" % number)
        assert publisher.unacknowledged == 300
        server.start()
        for number in range(500, 800):
            publisher.publish("falaj/v1/a/b", b"%d" % number)
        publisher.drain()
        assert publisher.acknowledged == 800

    def heard() -> set[int]:  # what was on its way when the broker ended may come twice
        return {int(payload) for _, payload in list(listening.received)}

    assert wait_until(lambda: heard() == set(range(800)), 60), sorted(set(range(800)) - heard())
    listening.close()
    server.stop()


@pytest.mark.usefixtures("wire")
def test_a_full_window_ends_when_asked_to_stop(tmp_path_factory: pytest.TempPathFactory) -> None:
    server = PrivateBroker(_folder(tmp_path_factory), free_port())
    server.start()
    stop = threading.Event()
    limits = SimulatorsSettings(unacknowledged_messages_max=10)
    with Publisher(server.settings, limits, stopping=stop.is_set) as publisher:
        server.stop(crash=True)
        threading.Timer(0.5, stop.set).start()
        started = time.monotonic()
        for _ in range(10):
            publisher.publish("falaj/v1/a/b", b"1")
        with pytest.raises(Stopped):
            publisher.publish("falaj/v1/a/b", b"1")
        assert 0.3 < time.monotonic() - started < 20


@pytest.mark.usefixtures("wire")
def test_a_broker_that_stays_away_is_reported(tmp_path_factory: pytest.TempPathFactory) -> None:
    server = PrivateBroker(_folder(tmp_path_factory), free_port())
    server.start()
    limits = SimulatorsSettings(replay_silence_seconds_max=0.6)
    with Publisher(server.settings, limits) as publisher:
        server.stop(crash=True)
        publisher.publish("falaj/v1/a/b", b"1")
        with pytest.raises(BrokerUnavailable):
            publisher.drain()


def _folder(factory: pytest.TempPathFactory) -> Path:
    folder = factory.mktemp("own-broker")
    for parent in (folder, *folder.parents):
        if parent == Path("/tmp"):
            break
        parent.chmod(0o755)
    return folder
