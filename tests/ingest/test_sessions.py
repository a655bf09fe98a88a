"""Hubs, their identities and their sessions on the real broker."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from citycore.broker.connecting import sign_in
from citycore.settings import BrokerSettings
from citycore.store.registry import register
from citycore.wire import encode
from ingest.model import Account
from ingest.sessions import client_id, find_hub_id
from stack.broker import PrivateBroker
from stack.ports import free_port
from stack.postgres import PrivatePostgres
from stack.waiting import wait_until
from tests.conftest import Database, open_database
from tests.ingest.conftest import (
    STANDARD,
    IngestProcess,
    Publisher,
    describe_source,
    describe_thing,
    end_session,
    settle,
)

START = datetime(2026, 11, 20, tzinfo=UTC)


def minutes(count: int) -> list[bytes]:
    return [encode(START + timedelta(minutes=n), {"pm2_5": n + 0.5}) for n in range(count)]


@pytest.fixture
def other(
    postgres: PrivatePostgres,
    broker: PrivateBroker,
    ingest_process: IngestProcess,
    source_code: str,
    tmp_path: Path,
) -> Iterator[tuple[Database, IngestProcess]]:
    """A second hub on the broker, whose ingest has the same name as the first hub's."""
    with open_database(postgres) as database:
        with database.connect() as connection:
            register(connection, describe_source(source_code), [describe_thing("station-1", *STANDARD)])
        port = free_port()
        own = database.environment() | {"FALAJ_INGEST_HTTP_PORT": str(port)}
        process = IngestProcess(ingest_process.environment | own, port, tmp_path / "other.log")
        yield database, process
        if process.process is not None and process.process.poll() is None:
            process.kill()
        with database.connect("ingest") as connection:
            end_session(broker, client_id(find_hub_id(connection), f"worker-{source_code}"))


def count(database: Database) -> int:
    with database.connect("read") as connection:
        row = connection.execute("SELECT count(*) FROM observations").fetchone()
    return row[0] if row else 0


@pytest.mark.parametrize("is_shared", ["false", "true"])
def test_two_hubs_on_one_broker_each_get_everything(
    database: Database,
    ingest_process: IngestProcess,
    other: tuple[Database, IngestProcess],
    publisher: Publisher,
    station: str,
    is_shared: str,
) -> None:
    stranger, strangers_ingest = other
    for process in (ingest_process, strangers_ingest):
        process.environment["FALAJ_INGEST_IS_SHARED"] = is_shared
        process.start()
    publisher.publish(station, minutes(200))
    assert wait_until(lambda: (count(database), count(stranger)) == (200, 200), 60), (
        count(database), count(stranger),
    )  # fmt: skip
    assert "session_taken_over" not in ingest_process.log.read_text() + strangers_ingest.log.read_text()
    with database.connect("ingest") as one, stranger.connect("ingest") as another:
        ids = find_hub_id(one), find_hub_id(another)
    assert ids[0] != ids[1]
    assert all(len(each) == 32 for each in ids)


def test_a_takeover_is_told_and_not_fought_and_a_new_identity_ends_it(
    database: Database,
    ingest_process: IngestProcess,
    other: tuple[Database, IngestProcess],
    publisher: Publisher,
    station: str,
) -> None:
    copy, copys_ingest = other
    ingest_process.environment["FALAJ_INGEST_TAKEOVER_DELAY_SECONDS_MIN"] = "8"
    for process in (ingest_process, copys_ingest):
        process.environment["FALAJ_INGEST_REPORT_SECONDS"] = "1"
    ingest_process.start()
    with database.superuser() as connection, copy.superuser() as restored:
        row = connection.execute("SELECT hub_id FROM hub_identity").fetchone()
        assert row is not None
        restored.execute("INSERT INTO hub_identity (hub_id) VALUES (%s)", [row[0]])
    copys_ingest.start()
    assert wait_until(lambda: not ingest_process.ready(), 20)
    assert re.search(r"^falaj_ingest_session_takeovers [12].0$", ingest_process.metrics(), re.MULTILINE)
    log = ingest_process.log.read_text()
    assert "session_taken_over" in log
    assert "falaj ingest --new-identity" in log

    def told() -> tuple[int, bool]:
        with database.connect("read") as connection:
            row = connection.execute("SELECT taken_over_count, is_connected FROM ingest_sessions").fetchone()
        return (row[0], row[1]) if row else (0, True)

    assert wait_until(lambda: told() in {(1, False), (2, False)}, 10), told()
    assert "session_taken_over" not in copys_ingest.log.read_text(), "it asked again at once"
    copys_ingest.stop()
    assert copys_ingest.run("--new-identity") == 0
    copys_ingest.start()
    assert wait_until(ingest_process.ready, 40), ingest_process.log.read_text()
    before = told()[0]
    publisher.publish(station, minutes(50))
    assert wait_until(lambda: (count(database), count(copy)) == (50, 50), 60)
    assert "taken_over" not in copys_ingest.log.read_text().partition("identity_renewed")[2]
    assert told()[0] == before


def test_a_copy_on_another_host_is_noticed_although_its_workers_have_other_names(
    database: Database,
    broker: PrivateBroker,
    ingest_process: IngestProcess,
    other: tuple[Database, IngestProcess],
    station: str,
) -> None:
    copy, copys_ingest = other
    copys_ingest.environment |= {
        "FALAJ_INGEST_WORKER": "ingest-elsewhere",
        "FALAJ_INGEST_REPORT_SECONDS": "1",
    }
    ingest_process.environment["FALAJ_INGEST_REPORT_SECONDS"] = "1"
    ingest_process.start()
    with database.connect("ingest") as connection, copy.superuser() as restored:
        hub_id = find_hub_id(connection)
        restored.execute("INSERT INTO hub_identity (hub_id) VALUES (%s)", [hub_id])
    copys_ingest.start()
    assert wait_until(lambda: "identity_taken_over" in ingest_process.log.read_text(), 30)
    with database.connect("read") as connection:
        assert wait_until(
            lambda: connection.execute("SELECT taken_over_count FROM ingest_sessions").fetchall() == [(1,)],
            10,
        )
    assert ingest_process.ready(), "its own session is not concerned"
    copys_ingest.kill()
    end_session(broker, client_id(hub_id, "ingest-elsewhere"))


def test_what_waits_in_the_session_from_before_hubs_had_an_id_is_stored(
    database: Database,
    broker: PrivateBroker,
    ingest_process: IngestProcess,
    publisher: Publisher,
    station: str,
    ledger: Callable[[], Account],
) -> None:
    name = ingest_process.environment["FALAJ_INGEST_WORKER"]
    earlier = _Earlier(broker.settings, name)
    earlier.subscribe("falaj/v1/#")
    with database.connect() as connection:  # noted by the owner
        connection.execute(
            "INSERT INTO earlier_sessions SELECT unnest(%s::text[])", [[name, "ingest-elsewhere"]]
        )
    publisher.publish(station, minutes(80))
    ingest_process.start()
    assert settle(ledger, 80, 60).stored == 80

    def left() -> list[str]:
        with database.superuser() as connection:
            return [
                each for (each,) in connection.execute("SELECT client_id FROM earlier_sessions").fetchall()
            ]

    assert wait_until(lambda: left() == ["ingest-elsewhere"], 30), left()
    assert not earlier.has_session(), "it would hoard what nobody collects"
    with database.connect("read") as connection:
        workers = connection.execute("SELECT worker FROM ingest_totals WHERE batches > 0").fetchall()
    assert workers == [(name,)], "the ledger knows workers by readable names"


class _Earlier:
    """A session with the broker under the bare name of a worker."""

    def __init__(self, broker: BrokerSettings, name: str) -> None:
        self._broker = broker
        self._name = name

    def subscribe(self, topic: str) -> None:
        client, _ = self._connect()
        granted: list[object] = []
        client.on_subscribe = lambda *_: granted.append(1)
        client.subscribe(topic, qos=1)
        assert wait_until(lambda: bool(granted), 20)
        self._leave(client)

    def has_session(self) -> bool:
        client, is_present = self._connect()
        self._leave(client, 0)
        return is_present

    def _connect(self) -> tuple[mqtt.Client, bool]:
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=self._name, protocol=mqtt.MQTTv5)
        present: list[bool] = []
        client.on_connect = lambda _c, _d, flags, *_: present.append(flags.session_present)
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho's own lack
        properties.SessionExpiryInterval = 600
        sign_in(client, self._broker)
        client.connect(self._broker.host, self._broker.port, clean_start=False, properties=properties)
        client.loop_start()
        assert wait_until(lambda: bool(present), 20)
        return client, present[0]

    @staticmethod
    def _leave(client: mqtt.Client, expiry: int | None = None) -> None:
        farewell = Properties(PacketTypes.DISCONNECT)  # type: ignore[no-untyped-call]  # paho's own lack
        if expiry is not None:
            farewell.SessionExpiryInterval = expiry
        client.disconnect(properties=farewell)
        client.loop_stop()
