"""The endpoint of MQTT, with a client that knows nothing of it."""

from __future__ import annotations

import json
import secrets
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from citycore.keys import digest_of
from stack.broker import PrivateBroker
from stack.ports import free_port
from stack.waiting import wait_until
from tests.conftest import Database
from tests.hub_api.conftest import serving_process
from tests.hub_api.sensorthings_writing.conftest import (
    KEY,
    datastream,
    location,
    observed_property,
    sensor,
    thing,
)
from tests.hub_api.test_ingest import open_process

REQ = "http://www.opengis.net/spec/iot_sensing/1.1/req/"
CLASSES = (
    f"{REQ}create-observations-via-mqtt/observations-creation",
    f"{REQ}receive-updates-via-mqtt/receive-updates",
)


@dataclass
class Served:
    """The hub as a process."""

    http: httpx.Client
    port: int

    def get(self, path: str) -> Any:
        answer = self.http.get(path)
        assert answer.status_code == 200, (path, answer.text)
        return answer.json()

    def made(self, path: str, content: Any) -> str:
        """Where it is, behind the root."""
        answer = self.http.post(path, json=content)
        assert answer.status_code == 201, (path, answer.text)
        return str(answer.headers["location"].rpartition("/sta/v1.1/")[2])


class Subscriber:
    """An MQTT client of version 3.1.1."""

    def __init__(self, port: int, user: str | None = None, secret: str = "") -> None:
        self.received: list[tuple[str, Any]] = []
        self.granted: list[int] = []
        self.answers: list[str] = []
        self.acknowledged: list[int] = []
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv311)
        if user is not None:
            self.client.username_pw_set(user, secret)
        self.client.on_connect = lambda _c, _d, _f, reason, _p: self.answers.append(str(reason))
        self.client.on_message = lambda _c, _d, got: self.received.append(
            (got.topic, json.loads(got.payload))
        )
        self.client.on_subscribe = lambda _c, _d, _m, reasons, _p: self.granted.extend(
            reason.value for reason in reasons
        )
        self.client.on_publish = lambda _c, _d, number, _r, _p: self.acknowledged.append(number)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        assert wait_until(lambda: bool(self.answers), 20)

    def subscribe(self, *topics: str) -> list[int]:
        before = len(self.granted)
        for each in topics:
            self.client.subscribe(each, 2)
        assert wait_until(lambda: len(self.granted) == before + len(topics), 20)
        return self.granted[before:]

    def publish(self, topic: str, content: Any, qos: int = 1) -> None:
        before = len(self.acknowledged)
        self.client.publish(topic, json.dumps(content), qos=qos)
        assert wait_until(lambda: len(self.acknowledged) > before, 20)

    def on(self, topic: str) -> list[Any]:
        return [content for name, content in self.received if name == topic]

    def hears(self, topic: str, content: Any) -> None:
        assert wait_until(lambda: bool(self.on(topic)), 10), f"nothing on {topic}"
        assert self.on(topic) == [content]

    def leave(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture(scope="module")
def served(
    database: Database, broker: PrivateBroker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("mqtt")
    port, own_port = free_port(), free_port()
    with open_process(database, broker, folder, f"mqtt-{secrets.token_hex(3)}") as process:
        own = {
            "FALAJ_API_INGEST_URL": f"http://127.0.0.1:{process.port}",
            "FALAJ_API_ADMIN_KEY_SHA256": digest_of(KEY),
            "FALAJ_STA_MQTT_PORT": str(own_port),
            "FALAJ_STA_MQTT_HUB_URL": f"http://127.0.0.1:{port}",
            "FALAJ_STA_MQTT_TOPICS_OF_CLIENT_MAX": "60",
            "FALAJ_STA_MQTT_CONNECT_SECONDS_MAX": "2",
        }
        with (
            serving_process(database, folder / "hub.log", port, **own) as (url, _),
            httpx.Client(base_url=f"{url}/sta/v1.1/", auth=("a", KEY), timeout=30) as http,
        ):
            yield Served(http, own_port)


@pytest.fixture
def reader(served: Served) -> Iterator[Subscriber]:
    subscriber = Subscriber(served.port)
    yield subscriber
    subscriber.leave()


@pytest.fixture
def writer(served: Served) -> Iterator[Subscriber]:
    subscriber = Subscriber(served.port, "anybody", KEY)
    yield subscriber
    subscriber.leave()


def stream_of(served: Served) -> str:
    own = served.made("Things", thing(Locations=[location()], Datastreams=[datastream()]))
    return f"Datastreams({served.get(f'{own}/Datastreams')['value'][0]['@iot.id']})"


def test_it_is_declared_with_where_it_is(served: Served) -> None:
    told = served.get("")["serverSettings"]
    assert set(CLASSES) <= set(told["conformance"])
    assert all(told[each] == {"endpoints": [f"mqtt://127.0.0.1:{served.port}"]} for each in CLASSES)


def test_who_subscribes_hears_what_a_get_tells(served: Served, reader: Subscriber) -> None:
    sets = ("Things", "Locations", "HistoricalLocations", "Datastreams", "Sensors", "ObservedProperties")
    assert (
        reader.subscribe(*(f"v1.1/{each}" for each in sets), "v1.1/Things?$select=name,properties") == [1] * 7
    )
    own = served.made("Things", thing(Locations=[location()], Datastreams=[datastream()]))
    stream = f"Datastreams({served.get(f'{own}/Datastreams')['value'][0]['@iot.id']})"
    reader.hears("v1.1/Things", served.get(own))
    reader.hears("v1.1/Things?$select=name,properties", served.get(f"{own}?$select=name,properties"))
    for name in ("Locations", "HistoricalLocations", "Datastreams"):
        (only,) = served.get(f"{own}/{name}")["value"]
        reader.hears(f"v1.1/{name}", served.get(f"{name}({only['@iot.id']})"))
    for name, collection in (("Sensor", "Sensors"), ("ObservedProperty", "ObservedProperties")):
        only = served.get(f"{stream}/{name}")
        reader.hears(f"v1.1/{collection}", served.get(f"{collection}({only['@iot.id']})"))


def test_of_a_change_whom_it_concerns_hears(served: Served, reader: Subscriber) -> None:
    stream = stream_of(served)
    own = served.get(f"{stream}/Thing")["@iot.id"]
    other = stream_of(served)
    heard = [
        "v1.1/Things", f"v1.1/Things({own})", f"v1.1/{stream}/Thing", f"v1.1/Things({own})/description",
        "v1.1/Things?$select=description", f"v1.1/Things?$filter=id eq {own}",
    ]  # fmt: skip
    silent = [
        f"v1.1/Things({own})/name", "v1.1/Things?$select=name", f"v1.1/{other}/Thing",
        f"v1.1/Things?$filter=id ne {own}", "v1.1/Datastreams",
    ]  # fmt: skip
    reader.subscribe(*heard, *silent)
    assert served.http.patch(f"Things({own})", json={"description": "Changed"}).status_code == 200
    told = served.get(f"Things({own})")
    for topic in (*heard[:3], heard[5]):
        reader.hears(topic, told)
    for topic in heard[3:5]:
        reader.hears(topic, {"description": "Changed"})
    assert not [topic for topic in silent if reader.on(topic)]


def test_observations_are_told_whoever_sent_them(served: Served, reader: Subscriber) -> None:
    stream = stream_of(served)
    topics = [
        "v1.1/Observations", f"v1.1/{stream}/Observations", "v1.1/Observations?$select=result",
        f"v1.1/{stream}/Observations?$filter=result gt 4",
    ]  # fmt: skip
    reader.subscribe(*topics)
    rows = [["2026-10-01T00:00:00Z", 3], ["2026-10-01T00:01:00Z", 5]]
    block = {
        "Datastream": {"@iot.id": int(stream[12:-1])},
        "components": ["phenomenonTime", "result"],
        "dataArray": rows,
    }
    links = served.http.post("CreateObservations", json=[block]).json()
    ids = [link.rpartition("/sta/v1.1/")[2] for link in links]
    assert wait_until(lambda: len(reader.received) == 7, 10), reader.received
    assert reader.on(topics[0]) == reader.on(topics[1]) == [served.get(each) for each in ids]
    assert reader.on(topics[2]) == [{"result": 3}, {"result": 5}]
    assert reader.on(topics[3]) == [served.get(ids[1])]
    reader.received.clear()
    assert served.http.patch(ids[0], json={"parameters": {"a": 1}}).status_code == 200
    reader.hears(topics[0], served.get(ids[0]))


@pytest.mark.parametrize("qos", [0, 1, 2])
def test_an_observation_is_created_and_told_once(
    served: Served, reader: Subscriber, writer: Subscriber, qos: int
) -> None:
    stream = stream_of(served)
    topic = f"v1.1/{stream}/Observations"
    reader.subscribe(topic)
    sent = {"phenomenonTime": "2015-03-01T02:40:00+02:00", "result": 8, "parameters": {"a": "b"}}
    writer.publish(topic, sent, qos)
    assert wait_until(lambda: bool(reader.on(topic)), 10)
    (told,) = served.get(f"{stream}/Observations")["value"]
    reader.hears(topic, told)
    assert (told["phenomenonTime"], told["result"], told["parameters"]) == (
        "2015-03-01T00:40:00Z",
        8,
        {"a": "b"},
    )


def test_observations_of_one_instant_are_each_created_and_told(
    served: Served, reader: Subscriber, writer: Subscriber
) -> None:
    topic = f"v1.1/{stream_of(served)}/Observations"
    assert reader.subscribe(topic) == [1]
    at = "2026-10-01T00:00:00Z"
    for result in (10, 5, 0):
        writer.publish(topic, {"phenomenonTime": at, "result": result})
    assert wait_until(lambda: len(reader.on(topic)) == 3, 20)
    assert {(each["result"], each["phenomenonTime"]) for each in reader.on(topic)} == {
        (10, at), (5, at), (0, at),
    }  # fmt: skip


def test_a_deep_insert_is_one_message(served: Served, writer: Subscriber) -> None:
    name = f"deep {secrets.token_hex(4)}"
    stream = datastream(
        name=name, Thing=thing(Locations=[location()]), Sensor=sensor(), ObservedProperty=observed_property()
    )
    writer.publish("v1.1/Observations", {"result": 1, "Datastream": stream}, 2)
    found = served.get(f"Datastreams?$filter=name eq '{name}'&$expand=Observations")["value"]
    assert [each["result"] for each in found[0]["Observations"]] == [1]


def test_what_is_refused_is_stored_nowhere_and_heard_by_nobody(
    served: Served, reader: Subscriber, writer: Subscriber
) -> None:
    stream = stream_of(served)
    topic = f"v1.1/{stream}/Observations"
    reader.subscribe(topic)
    reader.publish(topic, {"result": 1})  # without a name
    writer.publish(topic, {"result": "warm"})
    writer.publish("v1.1/Things", thing(name="Never"))
    writer.publish("falaj/v1/a/b", {"result": 1})
    writer.publish("v1.1/Datastreams(999999)/Observations", {"result": 1})
    writer.publish(topic, {"result": 2})
    assert wait_until(lambda: bool(reader.on(topic)), 10)
    assert [each["result"] for each in reader.on(topic)] == [2]
    assert [each["result"] for each in served.get(f"{stream}/Observations")["value"]] == [2]
    assert served.get("Things?$filter=name eq 'Never'")["value"] == []


def test_who_is_wrong_hears_so(served: Served, reader: Subscriber) -> None:
    wrong = Subscriber(served.port, "anybody", f"{KEY}x")
    assert wrong.answers[0] != "Success"
    wrong.leave()
    assert reader.subscribe("v1.1/#", "v1.1/Nothing", "falaj/v1/#", "$SYS/#") == [128] * 4
    granted = reader.subscribe(*(f"v1.1/Things({number})" for number in range(1, 70)))
    assert granted == [1] * 60 + [128] * 9
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as raw:
        raw.sendall(b"GET / HTTP/1.1\r\nHost: hub\r\n\r\n")
        assert raw.recv(100) == b""
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as raw:
        raw.sendall(b"\x10\xff\xff\xff\x7f")  # a packet of 256 MiB
        assert raw.recv(100) == b""


def test_who_connects_again_is_one_client(served: Served) -> None:
    def client(name: str | None) -> mqtt.Client:
        made = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="twin", reconnect_on_failure=False)
        if name is not None:
            made.username_pw_set(name, KEY)
        made.connect("127.0.0.1", served.port)
        made.loop_start()
        assert wait_until(made.is_connected, 10)
        return made

    nobody, first = client(None), client("anybody")
    second = client("anybody")
    assert wait_until(lambda: not first.is_connected(), 10)
    assert second.is_connected()
    # The id alone is nobody's.
    assert nobody.is_connected()
    for each in (nobody, first, second):
        each.disconnect()
        each.loop_stop()
