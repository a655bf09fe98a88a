"""The broker as it is shipped: its own files with other ports and folders, certificates as ``falaj tls init`` makes them."""

from __future__ import annotations

import gc
import shutil
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from citycore.broker import security
from citycore.broker.rights import Topics, of_source, of_thing
from citycore.broker.security import Signature
from citycore.settings import BrokerSettings
from citycore.wire import encode
from ingest.sessions import client_id, find_hub_id
from simulators.publisher import Publisher
from stack.child import Child, unprivileged_user
from stack.ports import free_port
from stack.waiting import wait_until
from tests.conftest import Database, open_folder
from tests.ingest.conftest import ROOT, IngestProcess
from tests.ingest.guests import NOT_AUTHORIZED, Guest, as_user
from tests.stack.test_cli import falaj

pytestmark = pytest.mark.usefixtures("wire")

DEPLOY = ROOT / "deploy"
PASSWORD = "a password"
HUB = "0123456789abcdef"
USERS = {
    "muscat": of_source("muscat"),
    "salalah-station-1": of_thing("salalah", "native", ["station-1"]),
    "zigbee-gateway": Topics(("zigbee2mqtt/#",)),
}
START = datetime(2026, 11, 20, tzinfo=UTC)


@dataclass
class ShippedBroker:
    """``deploy/mosquitto.conf`` on free loopback ports, with what ``falaj tls init`` and ``falaj broker init`` make."""

    folder: Path
    devices_port: int = field(default_factory=free_port)
    hub_port: int = field(default_factory=free_port)
    remote_port: int = field(default_factory=free_port)
    child: Child = field(init=False)
    environment: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        users = self.folder / "falaj-security.json"
        certificates = self.folder / "certs"
        made = falaj("broker", "init", "--file", str(users))
        assert made.returncode == 0, made.stderr
        self.environment = dict(line.split("=", 1) for line in made.stdout.splitlines())
        made = falaj("tls", "init", "--folder", str(certificates), "--host", "127.0.0.1")
        assert made.returncode == 0, made.stderr
        self.ca_file = self.folder / "ca.crt"
        shutil.copy(certificates / "ca.crt", self.ca_file)
        configuration = self.folder / "mosquitto.conf"
        text = (DEPLOY / "mosquitto.conf").read_text("utf-8")
        text = text.replace("listener 8883", f"listener {self.devices_port} 127.0.0.1")
        text = text.replace("listener 1884", f"listener {self.hub_port}")
        before, after = text.split("#listener 8884")
        text = f"{before}listener {self.remote_port} 127.0.0.1{after.replace('#', '')}"
        text = text.replace("/var/lib/mosquitto/", f"{self.folder}/")
        text = text.replace("/etc/mosquitto/", f"{self.folder}/")
        configuration.write_text(text.replace("sys_interval 10", "sys_interval 1"), "utf-8")
        user = unprivileged_user()
        if user is not None:
            for path in (self.folder, users, certificates, *certificates.iterdir(), configuration):
                shutil.chown(path, user)
        binary = shutil.which("mosquitto", path="/usr/sbin:/usr/bin") or "mosquitto"
        log = self.folder / "mosquitto.log"
        self.child = Child("mosquitto", [binary, "-c", str(configuration)], log, user=user)

    @property
    def settings(self) -> BrokerSettings:
        """Of the hub, on its own listener."""
        return BrokerSettings(
            host="127.0.0.1",
            port=self.hub_port,
            username=self.environment["FALAJ_BROKER_USERNAME"],
            password=SecretStr(self.environment["FALAJ_BROKER_PASSWORD"]),
            admin_username=self.environment["FALAJ_BROKER_ADMIN_USERNAME"],
            admin_password=SecretStr(self.environment["FALAJ_BROKER_ADMIN_PASSWORD"]),
        )

    @property
    def by_tls(self) -> BrokerSettings:
        """The listener of devices."""
        return self.settings.model_copy(update={"port": self.devices_port, "ca_file": self.ca_file})

    @property
    def remote(self) -> BrokerSettings:
        """Of the hub on another machine."""
        return self.by_tls.model_copy(update={"port": self.remote_port})

    def device(self, user: str | None, password: str = PASSWORD) -> BrokerSettings:
        return as_user(self.by_tls, user, password)

    def start(self) -> None:
        self.child.start()

        def answers() -> bool:
            try:
                Guest(self.settings).leave()
            except OSError:
                return False
            return True

        assert wait_until(answers, 40, alive=lambda: self.child.running), self.child.last_words()


@pytest.fixture(scope="module")
def shipped() -> Iterator[ShippedBroker]:
    """One for all tests here; none of them leaves a session behind."""
    with open_folder("shipped") as folder:
        broker = ShippedBroker(folder)
        broker.start()
        for user, topics in USERS.items():
            security.tell(broker.settings, HUB, Signature(user, PASSWORD), topics)
        yield broker
        broker.child.kill()


@pytest.fixture
def guests(shipped: ShippedBroker) -> Iterator[dict[str, Guest]]:
    there = {user: Guest(shipped.device(user), f"id-of-{user}") for user in USERS}
    there["hub"] = Guest(shipped.settings, "falaj-secret")
    there["hub"].subscribe("#", "$SYS/broker/publish/messages/dropped")
    yield there
    for guest in there.values():
        guest.leave()


def test_nobody_comes_in_without_a_password(shipped: ShippedBroker) -> None:
    for listener in (shipped.by_tls, shipped.settings):
        for user, password in ((None, ""), ("falaj", "guessed"), ("muscat", "guessed")):
            guest = Guest(as_user(listener, user, password), "x")
            assert guest.answers[0] == NOT_AUTHORIZED
            guest.leave()


@pytest.mark.parametrize(
    ("user", "topic", "is_allowed"),
    [
        ("muscat", "falaj/v1/muscat/station-1", True),
        ("muscat", "falaj/v1/muscat/station-2", True),
        ("muscat", "falaj/v1/salalah/station-1", False),
        ("muscat", "falaj/v1/muscat2/station-1", False),
        ("muscat", "muscat/station-1", False),
        ("salalah-station-1", "falaj/v1/salalah/station-1", True),
        ("salalah-station-1", "falaj/v1/salalah/station-2", False),
        ("salalah-station-1", "falaj/v1/muscat/station-1", False),
        ("zigbee-gateway", "zigbee2mqtt/kitchen", True),
        ("zigbee-gateway", "falaj/v1/muscat/station-1", False),
    ],
)
def test_a_device_writes_below_its_own_name_only(
    guests: dict[str, Guest], user: str, topic: str, *, is_allowed: bool
) -> None:
    assert guests[user].publish(topic, b"told") == (0 if is_allowed else NOT_AUTHORIZED)
    guests["muscat"].publish("falaj/v1/muscat/last", b"last")
    hub = guests["hub"]
    assert wait_until(lambda: ("falaj/v1/muscat/last", b"last") in hub.received, 20)
    assert ((topic, b"told") in hub.received) is is_allowed


def test_a_device_reads_nothing_not_even_its_own(shipped: ShippedBroker, guests: dict[str, Guest]) -> None:
    curious = guests["muscat"]
    wanted = ("#", "falaj/v1/#", "falaj/v1/muscat/#", "$SYS/#", "$share/falaj/falaj/v1/#")
    assert curious.subscribe(*wanted) == [NOT_AUTHORIZED] * 5
    guests["salalah-station-1"].publish("falaj/v1/salalah/station-1")
    curious.publish("falaj/v1/muscat/station-1")
    hub = guests["hub"]
    assert wait_until(lambda: sum(not topic.startswith("$") for topic, _ in hub.received) == 2, 20)
    assert wait_until(lambda: any(topic.startswith("$SYS") for topic, _ in hub.received), 20)
    assert curious.received == []


def test_the_hub_gets_everything_whoever_wants_a_share_or_its_client_id(
    shipped: ShippedBroker,
    database: Database,
    ingest_process: IngestProcess,
    guests: dict[str, Guest],
    source_code: str,
    station: str,
) -> None:
    ingest_process.environment |= {
        "FALAJ_BROKER_PORT": str(shipped.hub_port),
        **shipped.environment,
        "FALAJ_INGEST_IS_SHARED": "true",
    }
    ingest_process.start()
    with database.connect("ingest") as connection:
        worker = ingest_process.environment["FALAJ_INGEST_WORKER"]
        name = client_id(find_hub_id(connection), worker)
    thief = Guest(shipped.device("muscat"), name)  # even somebody who knows the secret
    thief.subscribe("$share/falaj-ingest/falaj/v1/#", f"$share/{worker}/#", "$share/falaj/#")
    sender = Guest(shipped.settings, "sender")
    for n in range(100):
        at = START.replace(minute=n % 60, hour=n // 60)
        sender.publish(f"falaj/v1/{source_code}/{station}", encode(at, {"pm2_5": float(n)}))

    def stored() -> int:
        with database.connect("read") as connection:
            row = connection.execute("SELECT count(*) FROM observations").fetchone()
        return row[0] if row else 0

    assert wait_until(lambda: stored() == 100, 60), stored()
    assert thief.received == []
    assert ingest_process.ready()
    assert "session_taken_over" not in ingest_process.log.read_text()
    for guest in (thief, sender):
        guest.leave()


def test_what_waits_for_the_hub_outlives_the_broker(shipped: ShippedBroker) -> None:
    """Rights are looked up for a client that is not there, also after a restart."""
    hub = Guest(shipped.settings, "falaj-secret", keeps=True)
    hub.subscribe("#")
    hub.leave()
    device = Guest(shipped.device("muscat"))
    assert device.publish("falaj/v1/muscat/a", b"before") == 0
    device.leave()
    shipped.child.stop()
    shipped.start()
    device = Guest(shipped.device("muscat"))
    assert device.publish("falaj/v1/muscat/a", b"after") == 0
    device.leave()
    hub = Guest(shipped.settings, "falaj-secret", keeps=True)
    wanted = [("falaj/v1/muscat/a", b"before"), ("falaj/v1/muscat/a", b"after")]
    assert wait_until(lambda: hub.received == wanted, 20), hub.received
    hub.leave()
    Guest(shipped.settings, "falaj-secret").leave()  # which ends the session


# paho leaves a socket that failed to the garbage collector.
@pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <ssl.SSLSocket:pytest.PytestUnraisableExceptionWarning"
)
def test_devices_speak_tls_and_only_with_the_right_server(shipped: ShippedBroker) -> None:
    with socket.create_connection(("127.0.0.1", shipped.devices_port), timeout=40) as plain:
        plain.sendall(b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x0a\x00\x00")
        try:
            answer = plain.recv(1)
        except ConnectionResetError:
            answer = b""
        assert answer != b"\x20", "no CONNACK"
    with pytest.raises(ssl.SSLCertVerificationError):  # by the authorities of the system
        Guest(shipped.by_tls.model_copy(update={"ca_file": None, "tls": True}))
    with pytest.raises(ssl.SSLCertVerificationError):  # another name than that in the certificate
        Guest(shipped.by_tls.model_copy(update={"host": "localhost"}))
    gc.collect()


def test_the_hubs_own_clients_speak_tls(
    shipped: ShippedBroker, ingest_process: IngestProcess, guests: dict[str, Guest]
) -> None:
    assert {"muscat"} <= security.listed(shipped.remote, HUB).keys()
    with Publisher(shipped.remote) as publisher:
        publisher.publish("falaj/v1/muscat/simulated", b"x")
        publisher.drain()
    assert wait_until(lambda: ("falaj/v1/muscat/simulated", b"x") in guests["hub"].received, 40)
    ingest_process.environment |= {
        **shipped.environment,
        "FALAJ_BROKER_PORT": str(shipped.remote_port),
        "FALAJ_BROKER_CA_FILE": str(shipped.ca_file),
    }
    guests["hub"].leave()
    ingest_process.start()
    assert "broker_connected" in ingest_process.log.read_text()
