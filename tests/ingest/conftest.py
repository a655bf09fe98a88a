"""A registered source, a publisher, and ingest as the real process it is."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from citycore.broker.connecting import sign_in
from citycore.model import DatastreamDescription, SourceDescription, SourceKind, ThingDescription
from citycore.settings import BrokerSettings
from citycore.store.edition import look
from citycore.store.registry import register
from ingest.model import Account
from ingest.sessions import client_id, find_hub_id
from stack.broker import PrivateBroker
from stack.ports import free_port
from stack.waiting import wait_until
from tests.conftest import Database
from tests.prepared import Program

ROOT = Path(__file__).resolve().parents[2]

#: A machine on which much else runs needs long for what takes a second.
BUSY_SECONDS_MAX = 120


def describe_source(code: str, **policies: str) -> SourceDescription:
    return SourceDescription(code=code, kind=SourceKind.DEVICE, name_en="Test", name_ar="اختبار", **policies)  # type: ignore[arg-type]  # literals as strings


def describe_thing(code: str, *datastreams: DatastreamDescription) -> ThingDescription:
    return ThingDescription(
        code=code,
        kind="station",
        name_en="Station",
        name_ar="محطة",
        longitude=58.4,
        latitude=23.6,
        datastreams=datastreams,
    )


def compress_all(database: Database) -> None:
    """Every chunk of measurements, where the edition of TimescaleDB compresses."""
    with database.superuser() as connection:
        if look(connection).compresses:
            connection.execute(
                "SELECT compress_chunk(chunk, if_not_compressed => true) FROM show_chunks('observations') AS chunk"
            )


STANDARD = (
    DatastreamDescription(observed_property="pm2_5", interval_seconds=60),
    DatastreamDescription(observed_property="no2", conflict_policy="keep_last"),
    DatastreamDescription(observed_property="o3", conflict_policy="quarantine"),
    DatastreamDescription(observed_property="wind_direction"),
    DatastreamDescription(observed_property="weather", result_type="category"),
    DatastreamDescription(observed_property="location", result_type="position"),
)


@dataclass
class Publisher:
    """Publishes and waits until the broker has acknowledged everything."""

    settings: BrokerSettings
    source: str
    client: mqtt.Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
        self.client.max_inflight_messages_set(1000)
        self.client.reconnect_delay_set(0.1, 0.5)  # type: ignore[arg-type]  # it takes parts of seconds as well
        sign_in(self.client, self.settings)
        self.client.connect(self.settings.host, self.settings.port)
        self.client.loop_start()

    def publish(self, thing: str, payloads: Sequence[bytes], *, retain: bool = False) -> None:
        sent = [
            self.client.publish(f"falaj/v1/{self.source}/{thing}", payload, qos=1, retain=retain)
            for payload in payloads
        ]
        for info in sent:
            info.wait_for_publish(30)

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture
def publisher(broker_settings: BrokerSettings, source_code: str) -> Iterator[Publisher]:
    one = Publisher(broker_settings, source_code)
    yield one
    one.close()


@dataclass
class IngestProcess:
    """``python -m ingest`` against this test's database."""

    environment: dict[str, str]
    port: int
    log: Path
    process: Program | None = None

    def start(self, *arguments: str) -> None:
        process = self.process = Program("ingest", arguments, {**os.environ, **self.environment}, self.log)
        assert wait_until(self.ready, BUSY_SECONDS_MAX, alive=lambda: process.poll() is None), (
            self.log.read_text()
        )

    def run(self, *arguments: str) -> int:
        """Once and to its end; its exit code."""
        with self.log.open("ab") as output:
            command = [sys.executable, "-m", "ingest", *arguments]
            environment = {**os.environ, **self.environment}
            return subprocess.run(
                command, cwd=ROOT, env=environment, stdout=output, stderr=output, timeout=120, check=False
            ).returncode

    def ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def metrics(self) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=30) as answer:
            return str(answer.read().decode())

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(60)


@pytest.fixture
def ingest_process(
    database: Database, broker: PrivateBroker, source_code: str, tmp_path: Path
) -> Iterator[IngestProcess]:
    """Not started; its worker name is the test's own, so that sessions do not mix."""
    with open_ingest(database, broker, f"worker-{source_code}", tmp_path / "ingest.log") as process:
        yield process


#: What tests write; the registry stays.
WRITTEN = (
    "observations, observations_category, observations_position, latest, dead_letters, ingest_batches, ingest_totals,"
    " dirty_buckets, dirty_days, observations_hourly, observations_daily"
)


@contextmanager
def open_ingest(database: Database, broker: PrivateBroker, worker: str, log: Path) -> Iterator[IngestProcess]:
    """Not started; killed at the end, and its session with it."""
    port = free_port()
    own = {"FALAJ_INGEST_HTTP_PORT": str(port), "FALAJ_INGEST_WORKER": worker}
    process = IngestProcess(database.environment() | broker.environment() | own, port, log)
    yield process
    if process.process is not None and process.process.poll() is None:
        process.kill()
    with database.connect("ingest") as connection:
        end_session(broker, client_id(find_hub_id(connection), worker))


def begin_anew(process: IngestProcess, database: Database) -> None:
    """It runs, also if the test before ended it, and nothing is stored."""
    with database.superuser() as connection:
        connection.execute(f"TRUNCATE {WRITTEN}".encode())
    if process.process is None or process.process.poll() is not None:
        process.start()


def end_session(broker: PrivateBroker, name: str) -> None:
    """Connect once with a clean start, so that the broker forgets the session and its queue."""
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=mqtt.MQTTv5)
    sign_in(client, broker.settings)
    client.connect("127.0.0.1", broker.port, clean_start=True)
    client.loop_start()
    wait_until(client.is_connected, 40)
    client.disconnect()
    client.loop_stop()


@pytest.fixture
def station(database: Database, source_code: str) -> str:
    """A registered thing with one datastream of each kind and policy."""
    with database.connect() as connection:
        register(connection, describe_source(source_code), [describe_thing("station-1", *STANDARD)])
    return "station-1"


@pytest.fixture
def ledger(database: Database) -> Callable[[], Account]:
    """The sum of all accounts in the ledger."""

    def total() -> Account:
        with database.superuser() as connection:
            row = connection.execute(
                "SELECT coalesce(sum(messages), 0), coalesce(sum(received), 0), coalesce(sum(stored), 0),"
                " coalesce(sum(duplicate), 0), coalesce(sum(conflicting), 0), coalesce(sum(quarantined), 0)"
                " FROM ingest_batches"
            ).fetchone()
        assert row is not None
        return Account(*(int(part) for part in row))

    return total


def settle(ledger: Callable[[], Account], received: int, seconds: float = 30) -> Account:
    """The ledger once so much was received, and nothing came after."""
    assert wait_until(lambda: ledger().received >= received, seconds), ledger()
    time.sleep(0.3)
    return ledger()
