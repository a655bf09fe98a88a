"""The broker as it is shipped: its own files with other ports and folders and without TLS."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from citycore.broker import end_connection
from citycore.wire import encode
from ingest.sessions import client_id, find_hub_id
from stack.child import Child, unprivileged_user
from stack.ports import free_port
from stack.waiting import wait_until
from tests.conftest import Database, open_folder
from tests.ingest.conftest import ROOT, IngestProcess

pytestmark = pytest.mark.usefixtures("wire")

DEPLOY = ROOT / "deploy"
PASSWORD = "a password"
USERS = ("falaj", "muscat", "salalah/station-1", "zigbee-gateway")
NOT_AUTHORIZED = 135
NOBODY = 16
START = datetime(2026, 11, 20, tzinfo=UTC)


@dataclass
class ShippedBroker:
    """``deploy/mosquitto.conf`` and ``deploy/mosquitto.acl`` on free loopback ports."""

    folder: Path
    devices_port: int = field(default_factory=free_port)
    hub_port: int = field(default_factory=free_port)
    child: Child = field(init=False)

    def __post_init__(self) -> None:
        passwords, acl = self.folder / "falaj.passwords", self.folder / "falaj.acl"
        passwords.touch()
        for user in USERS:
            command = ["mosquitto_passwd", "-b", str(passwords), user, PASSWORD]
            subprocess.run(command, check=True, capture_output=True)
        shipped = (DEPLOY / "mosquitto.acl").read_text("utf-8")
        acl.write_text(re.sub(r"^#(user|topic)", r"\1", shipped, flags=re.MULTILINE), "utf-8")
        configuration = self.folder / "mosquitto.conf"
        text = (DEPLOY / "mosquitto.conf").read_text("utf-8")
        text = re.sub(r"^(certfile|keyfile) .*$", "", text, flags=re.MULTILINE)
        text = text.replace("listener 8883", f"listener {self.devices_port} 127.0.0.1")
        text = text.replace("listener 1884", f"listener {self.hub_port}")
        text = text.replace("/var/lib/mosquitto/", f"{self.folder}/")
        text = text.replace("/etc/mosquitto/", f"{self.folder}/")
        configuration.write_text(text.replace("sys_interval 10", "sys_interval 1"), "utf-8")
        user = unprivileged_user()
        if user is not None:
            for path in (self.folder, passwords, acl, configuration):
                shutil.chown(path, user)
        binary = shutil.which("mosquitto", path="/usr/sbin:/usr/bin") or "mosquitto"
        log = self.folder / "mosquitto.log"
        self.child = Child("mosquitto", [binary, "-c", str(configuration)], log, user=user)

    def start(self) -> None:
        self.child.start()
        client = mqtt.Client(CallbackAPIVersion.VERSION2)

        def answers() -> bool:
            try:
                client.connect("127.0.0.1", self.hub_port)
            except OSError:
                return False
            return True

        assert wait_until(answers, 20, alive=lambda: self.child.running), self.child.last_words()


@contextmanager
def open_broker() -> Iterator[ShippedBroker]:
    with open_folder("shipped") as folder:
        broker = ShippedBroker(folder)
        broker.start()
        yield broker
        broker.child.kill()


@pytest.fixture
def shipped() -> Iterator[ShippedBroker]:
    with open_broker() as broker:
        yield broker


class Guest:
    """A client with a user's name, and what becomes of it."""

    def __init__(
        self, port: int, user: str | None, name: str = "", *, password: str = PASSWORD, keeps: bool = False
    ) -> None:
        self.received: list[tuple[str, bytes]] = []
        self.answers: list[int] = []
        self.reasons: list[int] = []
        self.farewells: list[str] = []
        self.subscriptions = 0
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=mqtt.MQTTv5)
        if user is not None:
            self.client.username_pw_set(user, password)
        self.client.on_connect = lambda _c, _d, _f, reason, _p: self.answers.append(reason.value)
        self.client.on_message = lambda _c, _d, got: self.received.append((got.topic, bytes(got.payload)))
        self.client.on_publish = lambda _c, _d, _m, reason, _p: self.reasons.append(reason.value)
        self.client.on_subscribe = self._on_subscribe
        self.client.on_disconnect = lambda _c, _d, _f, reason, _p: self.farewells.append(str(reason))
        connect = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho's own lack
        connect.SessionExpiryInterval = 600 if keeps else 0
        self.client.connect("127.0.0.1", port, clean_start=not keeps, properties=connect)
        self.client.loop_start()
        assert wait_until(lambda: bool(self.answers), 20)

    def _on_subscribe(self, _c: object, _d: object, _m: int, _r: list[ReasonCode], _p: object) -> None:
        self.subscriptions += 1

    def subscribe(self, *filters: str) -> None:
        before = self.subscriptions
        self.client.subscribe([(each, 1) for each in filters])
        assert wait_until(lambda: self.subscriptions > before, 20)

    def publish(self, topic: str, payload: bytes = b"x") -> int:
        """The broker's reason."""
        before = len(self.reasons)
        self.client.publish(topic, payload, qos=1)
        assert wait_until(lambda: len(self.reasons) > before, 20)
        return self.reasons[-1]

    def leave(self) -> None:
        end_connection(self.client)


@contextmanager
def open_guests(shipped: ShippedBroker) -> Iterator[dict[str, Guest]]:
    there = {user: Guest(shipped.devices_port, user, f"id-of-{user}") for user in USERS[1:]}
    there["hub"] = Guest(shipped.hub_port, "falaj", "falaj-secret")
    there["hub"].subscribe("#", "$SYS/broker/publish/messages/dropped")
    yield there
    for guest in there.values():
        guest.leave()


@pytest.fixture
def guests(shipped: ShippedBroker) -> Iterator[dict[str, Guest]]:
    with open_guests(shipped) as there:
        yield there


@pytest.fixture(scope="module")
def standing_guests() -> Iterator[dict[str, Guest]]:
    """On a broker of their own that nobody restarts."""
    with open_broker() as shipped, open_guests(shipped) as there:
        yield there


def test_nobody_comes_in_without_a_password(shipped: ShippedBroker) -> None:
    for port in (shipped.devices_port, shipped.hub_port):
        for user, password in ((None, ""), ("falaj", "guessed"), ("muscat", "guessed")):
            guest = Guest(port, user, "x", password=password)
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
        ("salalah/station-1", "falaj/v1/salalah/station-1", True),
        ("salalah/station-1", "falaj/v1/salalah/station-2", False),
        ("salalah/station-1", "falaj/v1/muscat/station-1", False),
        ("zigbee-gateway", "zigbee2mqtt/kitchen", True),
        ("zigbee-gateway", "falaj/v1/muscat/station-1", False),
    ],
)
def test_a_device_writes_below_its_own_name_only(
    standing_guests: dict[str, Guest], user: str, topic: str, *, is_allowed: bool
) -> None:
    guests, hub = standing_guests, standing_guests["hub"]
    told, last = f"told by {user}".encode(), f"after {user} on {topic}".encode()
    assert guests[user].publish(topic, told) == (0 if is_allowed else NOT_AUTHORIZED)
    guests["muscat"].publish("falaj/v1/muscat/last", last)
    assert wait_until(lambda: ("falaj/v1/muscat/last", last) in hub.received, 20)
    assert ((topic, told) in hub.received) is is_allowed


def test_a_device_reads_nothing_not_even_its_own(shipped: ShippedBroker, guests: dict[str, Guest]) -> None:
    curious = guests["muscat"]
    curious.subscribe("#", "falaj/v1/#", "falaj/v1/muscat/#", "$SYS/#")
    guests["salalah/station-1"].publish("falaj/v1/salalah/station-1")
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
        "FALAJ_BROKER_USERNAME": "falaj",
        "FALAJ_BROKER_PASSWORD": PASSWORD,
        "FALAJ_INGEST_IS_SHARED": "true",
    }
    ingest_process.start()
    with database.connect("ingest") as connection:
        worker = ingest_process.environment["FALAJ_INGEST_WORKER"]
        name = client_id(find_hub_id(connection), worker)
    thief = Guest(shipped.devices_port, "muscat", name)  # even somebody who knows the secret
    thief.subscribe("$share/falaj-ingest/falaj/v1/#", f"$share/{worker}/#", "$share/falaj/#")
    sender = Guest(shipped.hub_port, "falaj", "sender")
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
    hub = Guest(shipped.hub_port, "falaj", "falaj-secret", keeps=True)
    hub.subscribe("#")
    hub.leave()
    device = Guest(shipped.devices_port, "muscat")
    assert device.publish("falaj/v1/muscat/a", b"before") == 0
    device.leave()
    shipped.child.stop()
    shipped.start()
    device = Guest(shipped.devices_port, "muscat")
    assert device.publish("falaj/v1/muscat/a", b"after") == 0
    device.leave()
    hub = Guest(shipped.hub_port, "falaj", "falaj-secret", keeps=True)
    wanted = [("falaj/v1/muscat/a", b"before"), ("falaj/v1/muscat/a", b"after")]
    assert wait_until(lambda: hub.received == wanted, 20), hub.received
    hub.leave()
