"""New observations at a real broker, as SensorThings has them."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from citycore.broker.control import Control
from hub_api.app import create_app
from hub_api.settings import ApiSettings
from hub_api.standards.sensorthings.publishing import Publisher
from hub_api.standards.sensorthings.settings import PublishingSettings
from stack.broker import PrivateBroker
from stack.broker_users import READERS
from stack.ports import free_port
from stack.waiting import wait_until
from tests.conftest import open_folder
from tests.hub_api.conftest import NOW, Api, City, serving
from tests.hub_api.stream.test_stream import write
from tests.hub_api.turns import Turns
from tests.ingest.guests import NOT_AUTHORIZED, Guest, as_user

HUB = "https://hub.example"
ALL = "v1.1/Observations"
_batches = count(700)

pytestmark = pytest.mark.usefixtures("wire")


@pytest.fixture(scope="module")
def own_broker() -> Iterator[PrivateBroker]:
    """One that may be stopped."""
    with open_folder("broker") as folder:
        server = PrivateBroker(folder, free_port())
        server.start()
        yield server
        server.stop()


@pytest.fixture
def reader(own_broker: PrivateBroker) -> Iterator[Guest]:
    """Without a name, with a session that outlives the broker's."""
    guest = Guest(as_user(own_broker.settings, None), f"reader-{secrets.token_hex(4)}", keeps=True)
    assert guest.subscribe("v1.1/#") == [1]
    yield guest
    guest.leave()


@contextmanager
def publishing(city: City, broker: PrivateBroker, **settings: Any) -> Iterator[Publisher]:
    """Once it listens; ``ready=False`` does not wait for that."""
    is_ready = settings.pop("ready", True)
    known = PublishingSettings(hub_url=HUB, **{"check_seconds": 0.2, "poll_seconds": 0.2, **settings})
    publisher = Publisher(city.database.settings(), broker.settings, known, CollectorRegistry())
    publisher.start()
    try:
        assert not is_ready or wait_until(lambda: figure(publisher.is_publishing) == 1, 20)
        yield publisher
    finally:
        asyncio.run(publisher.close())


def figure(metric: Any) -> float:
    return float(metric._value.get())


def store(city: City, rows: int = 1) -> list[str]:
    """A batch of one datastream; the ids of its observations."""
    batch, number = next(_batches), city.datastreams["air-01.pm10"]
    with city.database.superuser() as connection:
        write(connection, batch, number, rows)
        found = connection.execute(
            "SELECT (extract(epoch FROM phenomenon_time) * 1000000)::bigint FROM observations WHERE batch_id = %s ORDER BY 1",
            [batch],
        ).fetchall()
    return [f"{number}-{moment}" for (moment,) in found]


def ids(guest: Guest, topic: str) -> list[str]:
    return [json.loads(payload)["@iot.id"] for name, payload in guest.received if name == topic]


def test_who_subscribes_gets_what_a_get_would_tell(
    standing_city: City, own_broker: PrivateBroker, reader: Guest
) -> None:
    settings = ApiSettings(
        sensorthings_mqtt=PublishingSettings(hub_url="http://hub.test", poll_seconds=0.2),
        broker_url="mqtts://broker.example:8883",
    )
    with Turns() as runner:
        app = create_app(settings, standing_city.database.settings(), lambda: NOW, own_broker.settings)
        context = serving(app)
        api = Api(app, runner, runner.run(context.__aenter__()))
        assert wait_until(lambda: figure(app.state.sensorthings_publisher.is_publishing) == 1, 20)
        (known,) = store(standing_city)
        one = f"v1.1/Datastreams({standing_city.datastreams['air-01.pm10']})/Observations"
        assert wait_until(lambda: known in ids(reader, one), 20)
        assert {name for name, _ in reader.received} == {ALL, one}
        told = api.get(f"/sta/v1.1/Observations('{known}')").json()
        assert all(json.loads(payload) == told for _, payload in reader.received)
        declared = api.get("/sta/v1.1").json()["serverSettings"]
        assert declared["@falaj.observationsViaMqtt"] == {
            "endpoints": ["mqtts://broker.example:8883"],
            "topics": [ALL, "v1.1/Datastreams({datastream})/Observations"],
        }
        assert not any("mqtt" in each for each in declared["conformance"])
        runner.run(context.__aexit__(None, None, None))


def test_a_reader_publishes_nothing_there(reader: Guest) -> None:
    assert reader.publish("v1.1/Datastreams(1)/Observations", b'{"result": 1}') == NOT_AUTHORIZED
    assert reader.subscribe("falaj/v1/#") == [NOT_AUTHORIZED]
    assert reader.received == []


def test_an_operator_makes_readers(own_broker: PrivateBroker) -> None:
    with Control(own_broker.settings) as control:
        control.order(
            {
                "command": "createClient",
                "username": "newsroom",
                "password": "a password",
                "roles": [{"rolename": READERS}],
            }
        )
    guest = Guest(as_user(own_broker.settings, "newsroom", "a password"))
    assert guest.subscribe("v1.1/#", "falaj/v1/#") == [1, NOT_AUTHORIZED]
    assert {guest.publish(topic) for topic in (ALL, "falaj/v1/a/b")} == {NOT_AUTHORIZED}
    guest.leave()


def test_what_is_too_much_is_counted_and_the_next_is_published(
    standing_city: City, own_broker: PrivateBroker, reader: Guest
) -> None:
    with publishing(standing_city, own_broker, rows_max=5, unacknowledged_max=2) as publisher:
        store(standing_city, 8)
        assert wait_until(lambda: figure(publisher.left_out) == 8, 20)
        known = store(standing_city, 5)
        assert wait_until(lambda: len(ids(reader, ALL)) == 5, 20)
        assert ids(reader, ALL) == known
        assert wait_until(lambda: figure(publisher.published) == 5, 20)


def test_what_no_message_can_hold_is_left_out_alone(
    standing_city: City, own_broker: PrivateBroker, reader: Guest
) -> None:
    """A packet that is too large would end the connection, again and again."""
    with publishing(standing_city, own_broker) as publisher:
        batch, number = next(_batches), standing_city.datastreams["air-01.pm10"]
        with standing_city.database.superuser() as connection, connection.transaction():
            write(connection, batch, number, 3)
            connection.execute(
                "INSERT INTO observation_details (datastream_id, phenomenon_time, parameters)"
                " SELECT datastream_id, phenomenon_time, CASE result WHEN 1 THEN jsonb_build_object('long', repeat('x', 70000))"
                " ELSE '{\"n\": 123456789012345678901234567890}'::jsonb END FROM observations WHERE batch_id = %s AND result < 3",
                [batch],
            )
        assert wait_until(lambda: figure(publisher.published) == 2, 20)
        assert wait_until(lambda: len(ids(reader, ALL)) == 2, 20)
        assert [json.loads(got)["result"] for topic, got in reader.received if topic == ALL] == [2, 3]
        assert figure(publisher.left_out) == 1


def test_one_process_publishes_and_the_next_takes_over(
    standing_city: City, own_broker: PrivateBroker, reader: Guest
) -> None:
    with publishing(standing_city, own_broker, ready=False) as second:
        with publishing(standing_city, own_broker, ready=False) as first:
            both = (first, second)
            assert wait_until(lambda: sum(figure(each.is_publishing) for each in both) == 1, 20)
            known = store(standing_city)
            assert wait_until(lambda: ids(reader, ALL) == known, 20)
        assert wait_until(lambda: figure(second.is_publishing) == 1, 20)
        known += store(standing_city)
        assert wait_until(lambda: ids(reader, ALL) == known, 20)


@pytest.mark.parametrize("topics", ["v1.1/#", "+/+/Observations", "#"])
def test_nothing_is_published_where_devices_send_there(
    standing_city: City, own_broker: PrivateBroker, reader: Guest, topics: str
) -> None:
    """Ingest would take it for theirs, and it would come again."""

    def give(filters: list[str]) -> None:
        with standing_city.database.superuser() as connection:
            connection.execute(
                "UPDATE sources SET topic_filters = %s WHERE source_id = (SELECT min(source_id) FROM sources)",
                [filters],
            )

    with publishing(standing_city, own_broker) as publisher:
        give([topics])
        try:
            assert wait_until(lambda: figure(publisher.is_publishing) == 0, 20)
            store(standing_city)
        finally:
            give(["zigbee2mqtt/#"])
        assert wait_until(lambda: figure(publisher.is_publishing) == 1, 20)
        known = store(standing_city)
        assert wait_until(lambda: ids(reader, ALL) == known, 20)
        give([])


def test_what_is_stored_while_the_broker_is_away_comes_after_it(
    standing_city: City, own_broker: PrivateBroker
) -> None:
    with publishing(standing_city, own_broker):
        own_broker.stop()
        known = [each for _ in range(3) for each in store(standing_city)]
        own_broker.start()
        guest = Guest(as_user(own_broker.settings, None))
        guest.subscribe("v1.1/#")
        last = store(standing_city)
        assert wait_until(lambda: ids(guest, ALL)[-1:] == last, 20)
        assert set(ids(guest, ALL)) <= {*known, *last}
        guest.leave()


def test_without_an_address_nothing_runs(api: Any, city: City, make_api: Callable[..., Api]) -> None:
    assert "@falaj.observationsViaMqtt" not in make_api().get("/sta/v1.1").json()["serverSettings"]
    assert figure(make_api().app.state.sensorthings_publisher.is_publishing) == 0
