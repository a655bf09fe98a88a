"""What an operator types so that devices can come in: authority, users of the broker, credentials."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from citycore.broker import credentials, security
from citycore.broker.credentials import State
from citycore.settings import StoreSettings
from citycore.store.registry import register
from stack.authority import Authority
from stack.broker import PrivateBroker
from stack.ports import free_port
from stack.settings import TlsSettings
from stack.waiting import wait_until
from stack.worker.devices import DeviceLoop
from stack.worker.guard import Guard
from stack.worker.outage import StoreState
from stack.worker.settings import WorkerSettings
from tests.conftest import Database, open_folder
from tests.ingest.conftest import STANDARD, describe_source, describe_thing
from tests.ingest.guests import NOT_AUTHORIZED, Guest, as_user
from tests.stack.conftest import Command
from tests.stack.test_cli import assert_one_line

pytestmark = pytest.mark.usefixtures("wire")
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def loaded(file: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(file.read_bytes())


def is_trusted(authority: Authority, host: str, at: datetime) -> bool:
    """By the rules of browsers, which are stricter than those of devices."""
    policy = PolicyBuilder().store(Store([loaded(authority.ca_file)])).time(at)
    try:
        policy.build_server_verifier(x509.DNSName(host)).verify(loaded(authority.server_file), [])
    except VerificationError:
        return False
    return True


def test_a_certificate_counts_for_its_names_and_its_time_and_is_renewed(tmp_path: Path) -> None:
    authority = Authority(tmp_path / "tls", TlsSettings(server_days=90))
    authority.establish(("mqtt.example.om", "192.0.2.7"), NOW)
    assert is_trusted(authority, "mqtt.example.om", NOW)
    assert not is_trusted(authority, "other.example.om", NOW)
    assert not is_trusted(authority, "mqtt.example.om", NOW + timedelta(days=91))
    ca, key = authority.ca_file.read_bytes(), authority.server_key_file.read_bytes()
    assert authority.renew(NOW + timedelta(days=80)) == ("mqtt.example.om", "192.0.2.7")
    assert is_trusted(authority, "mqtt.example.om", NOW + timedelta(days=91))
    assert authority.ca_file.read_bytes() == ca, "devices need nothing new"
    assert authority.server_key_file.read_bytes() != key
    late = NOW + timedelta(days=3_640)
    authority.renew(late, ["other.example.om"])
    assert authority.expires_at() == loaded(authority.ca_file).not_valid_after_utc
    assert is_trusted(authority, "other.example.om", late)


def test_the_commands_say_where_files_belong_and_overwrite_nothing(tmp_path: Path, command: Command) -> None:
    folder = str(tmp_path / "tls")
    assert_one_line(command("tls", "renew", "--folder", folder), "falaj tls init")
    made = command("tls", "init", "--folder", folder, "--host", "broker.example.om")
    assert made.returncode == 0, made.stderr
    assert "broker.example.om" in made.stdout
    for name in ("ca.crt", "ca.key", "server.crt", "server.key"):
        assert (tmp_path / "tls" / name).stat().st_mode & 0o777 == 0o600
    before = (tmp_path / "tls" / "ca.key").read_bytes()
    assert_one_line(command("tls", "init", "--folder", folder), "ca.crt")
    assert (tmp_path / "tls" / "ca.key").read_bytes() == before
    assert command("tls", "renew", "--folder", folder).returncode == 0
    assert command("tls", "init", "--host", "a b", "--folder", f"{folder}2").returncode == 2
    users = tmp_path / "users.json"
    made = command("broker", "init", "--file", str(users), "--user", "muscat")
    assert "FALAJ_BROKER_USERNAME=muscat\n" in made.stdout
    assert users.stat().st_mode & 0o777 == 0o600
    secrets = [line.split("=", 1)[1] for line in made.stdout.splitlines() if "PASSWORD" in line]
    assert not any(secret in users.read_text() for secret in secrets)
    assert not json.loads(users.read_text())["defaultACLAccess"]["subscribe"]
    assert_one_line(command("broker", "init", "--file", str(users)), "users.json")


@pytest.fixture
def run(database: Database, broker: PrivateBroker, source_code: str, command: Command) -> Callable[..., str]:
    """The command with this source; what it prints for programs, one value a line."""
    with database.connect() as connection:
        register(connection, describe_source(source_code), [describe_thing(f"{source_code}-0", *STANDARD)])

    def credentials_command(*options: str) -> str:
        environment = database.environment() | broker.environment()
        outcome = command("sources", "credentials", source_code, *options, **environment)
        assert outcome.returncode == 0, outcome.stderr
        return outcome.stdout

    return credentials_command


def test_a_credential_by_command(
    run: Callable[..., str], command: Command, broker: PrivateBroker, database: Database, source_code: str
) -> None:
    assert "falaj sources credentials" in run("--list")
    user, secret = run("--thing", f"{source_code}-0").split()
    device = Guest(as_user(broker.settings, user, secret))
    assert device.answers == [0]
    assert device.publish(f"falaj/v1/{source_code}/another") == NOT_AUTHORIZED
    listed = run("--list")
    assert user in listed
    assert "works" in listed
    assert secret not in listed
    assert user in run("--revoke", user)
    assert wait_until(lambda: bool(device.farewells), 40)
    device.leave()
    assert "revoked" in run("--list")
    environment = database.environment() | broker.environment()
    assert_one_line(command("sources", "credentials", "nobody", **environment), "nobody")
    arabic = command("sources", "credentials", "nobody", FALAJ_LANGUAGE="ar", **environment)
    assert_one_line(arabic, "nobody", "مصدر")
    assert command("sources", "credentials", "a", "--list", "--revoke", "b", **environment).returncode == 2


@pytest.fixture
def own_broker(wire: None) -> Iterator[PrivateBroker]:
    with open_folder("devices") as folder:
        server = PrivateBroker(folder, free_port())
        server.start()
        yield server
        server.stop()


def test_the_worker_makes_good_what_the_broker_missed(
    database: Database, own_broker: PrivateBroker, source_code: str
) -> None:
    store, broker = database.settings(), own_broker.settings
    with database.connect() as connection:
        register(connection, describe_source(source_code), [])
    with database.connect("registry") as registry:
        issued = credentials.issue(registry, broker, source_code)
        own_broker.stop()
        assert not credentials.revoke(registry, broker, source_code, issued.signature.username)
        missed = credentials.issue(registry, broker, source_code)
        settings = WorkerSettings(job_retry_seconds_min=0.2, job_retry_seconds_max=0.5, devices_seconds=0.5)
        loop = DeviceLoop(store, settings, StoreState(), guard_of(store, settings), broker=broker)
        loop.start()

        def failures() -> list[object]:
            with database.connect("worker") as worker:
                return worker.execute("SELECT job FROM failures WHERE job = 'device_credentials'").fetchall()

        def states() -> list[State]:
            return [each.state for each in credentials.find(registry)]

        try:
            assert wait_until(lambda: bool(failures()), 60), "the operator sees that it cannot be done"
            assert states() == [State.NOT_WITHDRAWN, State.WAITS]
            own_broker.start()
            assert wait_until(lambda: states() == [State.REVOKED, State.WORKS], 60), states()
            assert wait_until(lambda: not failures(), 60)
            hub = credentials.mark_of(registry)
            assert security.listed(broker, hub).keys() == {missed.signature.username}
            device = Guest(as_user(broker, *missed.signature))
            assert device.answers == [0], "the secret that was shown once"
            other = credentials.issue(registry, broker, source_code)
            registry.execute("DELETE FROM source_credentials")
            assert wait_until(lambda: security.listed(broker, hub) == {}, 60), "nobody's user goes"
            assert Guest(as_user(broker, *other.signature)).answers == [NOT_AUTHORIZED]
        finally:
            loop.stop()


def guard_of(store: StoreSettings, settings: WorkerSettings) -> Guard:
    return Guard(store, settings, lambda: datetime.now(UTC))
