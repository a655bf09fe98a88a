"""The events of the write path's specification, each caused for real, on servers of this module's own."""

from __future__ import annotations

import os
import re
import signal
import socket
import struct
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import psutil
import psycopg
import pytest

from citycore.wire import encode
from ingest.model import Account
from stack.broker import PrivateBroker
from stack.postgres import PrivatePostgres
from stack.waiting import wait_until
from tests.conftest import open_folder
from tests.ingest.breakable import SOURCE, Hub, open_hub, open_servers
from tests.ingest.conftest import (
    BUSY_SECONDS_MAX,
    Publisher,
)
from tests.prepared import Program

pytestmark = pytest.mark.usefixtures("wire")

START = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[PrivatePostgres, PrivateBroker]]:
    with open_folder("faults") as folder, open_servers(folder, folder / "postgres") as servers:
        yield servers


@pytest.fixture
def hub(servers: tuple[PrivatePostgres, PrivateBroker], tmp_path: Path) -> Iterator[Hub]:
    """With a database and a session of its own on the servers of all tests here, which it may break."""
    with open_hub(*servers, tmp_path / "ingest.log") as one:
        yield one


def minutes(count: int, offset: int = 0) -> list[bytes]:
    return [encode(START + timedelta(minutes=n), {"pm2_5": n + 0.5}) for n in range(offset, offset + count)]


def test_a_crashed_database_costs_nothing(hub: Hub) -> None:
    hub.ingest.start()
    hub.publisher.publish("station-1", minutes(500))
    hub.postgres.stop(crash=True)
    hub.publisher.publish("station-1", minutes(500, 500))
    assert wait_until(lambda: not hub.ingest.ready(), BUSY_SECONDS_MAX)
    hub.postgres.start()
    account = hub.stored_reaches(1000)
    assert account.stored == 1000
    assert wait_until(hub.ingest.ready, BUSY_SECONDS_MAX)
    log = hub.ingest.log.read_text()
    changes = re.findall("store_answers|store_failed", log)
    assert "store_failed" in changes
    assert all(a != b for a, b in pairwise(changes)), "each change is said once, not each retry"
    assert "Traceback" not in log


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system needs root")
def test_a_full_disk_is_waited_out() -> None:
    with open_folder("faults") as folder:
        small = folder / "small"
        small.mkdir()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=260m", "tmpfs", str(small)], check=False, capture_output=True
        )
        if mounted.returncode != 0:
            pytest.skip(f"this machine does not let us mount: {mounted.stderr.decode().strip()}")
        try:
            with (
                open_servers(folder, small / "postgres") as servers,
                open_hub(*servers, folder / "ingest.log") as hub,
            ):
                fill_and_empty(hub, small)
        finally:
            subprocess.run(["umount", str(small)], check=False)


def fill_and_empty(hub: Hub, disk: Path) -> None:
    hub.ingest.start()
    hub.publisher.publish("station-1", minutes(200))
    hub.stored_reaches(200)
    filler = disk / "filler"
    _fill(filler)
    hub.publisher.publish("station-1", _wide(3000))
    assert wait_until(lambda: "store_failed" in hub.ingest.log.read_text(), 60)
    filler.unlink()
    if hub.postgres.child is not None and not hub.postgres.child.running:
        hub.postgres.stop()
        hub.postgres.start()
    account = hub.stored_reaches(200 + 3000)
    assert (account.stored, account.quarantined) == (3200, 0)


def _wide(count: int) -> list[bytes]:
    """One message a day, so that every row needs room in a chunk of its own soon."""
    return [encode(START - timedelta(days=n), {"pm2_5": n + 0.25}) for n in range(1, count + 1)]


def _fill(filler: Path) -> None:
    with filler.open("wb", buffering=0) as output:
        try:
            while output.write(bytes(1 << 16)):
                pass
        except OSError:
            return


def _while_latest_is_locked(
    hub: Hub, second: Callable[[psycopg.Connection[tuple[object, ...]]], None]
) -> None:
    """Hold the newest value's row against ingest, do ``second``, commit."""
    with psycopg.connect(hub.postgres.superuser_url(hub.database.name)) as other:
        other.execute(
            "UPDATE latest SET quality = 2 WHERE datastream_id = (SELECT max(datastream_id) FROM latest)"
        )
        message = encode(START + timedelta(days=1), {"pm2_5": 1.0, "wind_direction": 1.0})
        publishing = threading.Thread(target=hub.publisher.publish, args=("station-1", [message]))
        publishing.start()
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'falaj_ingest' AND wait_event_type = 'Lock'"
        with hub.database.superuser() as watch:
            assert wait_until(lambda: watch.execute(waiting).fetchone() == (1,), BUSY_SECONDS_MAX)
        second(other)
        publishing.join()


def test_a_deadlock_is_tried_again(hub: Hub) -> None:
    # PostgreSQL looks once after this time: by then the other must wait too, however slow the machine.
    hub.set_for_ingest("deadlock_timeout", "5s")
    hub.ingest.start()
    hub.publisher.publish("station-1", [encode(START, {"pm2_5": 1.0, "wind_direction": 1.0})])
    hub.stored_reaches(2)

    def lock_the_other_row(other: psycopg.Connection[tuple[object, ...]]) -> None:
        other.execute("SET deadlock_timeout = '10min'")  # the victim is who looks first
        other.execute(
            "UPDATE latest SET quality = 2 WHERE datastream_id = (SELECT min(datastream_id) FROM latest)"
        )

    _while_latest_is_locked(hub, lock_the_other_row)
    assert hub.stored_reaches(4).stored == 4
    assert "deadlock detected" in hub.ingest.log.read_text()


def test_a_serialization_failure_is_tried_again(hub: Hub) -> None:
    hub.set_for_ingest("default_transaction_isolation", "repeatable read")
    hub.ingest.start()
    hub.publisher.publish("station-1", [encode(START, {"pm2_5": 1.0, "wind_direction": 1.0})])
    hub.stored_reaches(2)
    _while_latest_is_locked(hub, lambda other: other.commit())
    assert hub.stored_reaches(4).stored == 4
    assert "could not serialize" in hub.ingest.log.read_text()


def test_a_broker_restarted_in_order_resumes_the_session(hub: Hub) -> None:
    hub.ingest.start()
    hub.publisher.publish("station-1", minutes(200))
    hub.stored_reaches(200)
    hub.ingest.kill()
    hub.publisher.publish("station-1", minutes(300, 200))  # nobody listens: the broker keeps them
    hub.broker.stop()
    hub.broker.start()
    hub.ingest.start()
    assert hub.stored_reaches(500).stored == 500


@pytest.mark.parametrize("persistence", ["kept", "lost"])
def test_a_broker_killed_and_restarted_is_found_again(hub: Hub, persistence: str) -> None:
    """What the killed broker itself forgot is published again, as a device does; nothing is twice."""
    hub.ingest.start()
    for round_number in range(3):
        messages = minutes(400, round_number * 400)
        hub.publisher.publish("station-1", messages)
        hub.broker.stop(crash=True)
        # Or what it says after the start may still be about the connection that is gone.
        assert wait_until(lambda: not hub.ingest.ready(), BUSY_SECONDS_MAX)
        if persistence == "lost":
            (hub.broker.folder / "mosquitto.db").unlink(missing_ok=True)
        hub.broker.start()
        assert wait_until(hub.ingest.ready, BUSY_SECONDS_MAX)
        assert wait_until(hub.publisher.client.is_connected, BUSY_SECONDS_MAX)
        hub.publisher.publish("station-1", messages)
    account = hub.stored_reaches(1200)
    assert account.stored == 1200
    assert account.received == account.stored + account.duplicate


def test_retained_messages_are_stored_if_new_or_ignored_as_declared(hub: Hub) -> None:
    hub.publisher.publish("station-1", minutes(1), retain=True)
    ignoring = Publisher(hub.publisher.settings, "ignoring")
    ignoring.publish("station-2", minutes(1), retain=True)
    hub.ingest.start()
    hub.publisher.publish("station-1", minutes(2, 1))
    assert hub.stored_reaches(3) == Account(hub.account().messages, 3, 3, 0, 0, 0)
    ignoring.publish("station-2", minutes(1, 5))
    assert hub.stored_reaches(4).stored == 4
    hub.ingest.kill()
    for publisher, thing in ((hub.publisher, "station-1"), (ignoring, "station-2")):
        publisher.publish(thing, [b""], retain=True)  # the broker of all tests keeps none
    ignoring.close()


def test_the_dup_flag_is_never_a_reason_to_skip(hub: Hub) -> None:
    hub.ingest.start()
    payload = minutes(1)[0]
    with socket.create_connection(("127.0.0.1", hub.broker.port), timeout=30) as device:
        device.sendall(bytes.fromhex("101000044d51545404020000") + b"\x00\x04dup1")
        assert device.recv(4)[0] == 0x20
        topic = f"falaj/v1/{SOURCE}/station-1".encode()
        body = struct.pack(">H", len(topic)) + topic + struct.pack(">H", 1) + payload
        assert len(body) < 16_384
        length = bytes([len(body)]) if len(body) < 128 else bytes([len(body) % 128 | 128, len(body) // 128])
        device.sendall(b"\x3a" + length + body)  # PUBLISH, DUP = 1, QoS 1
        assert device.recv(4)[0] == 0x40
    assert hub.stored_reaches(1).stored == 1


def _three_children(process: Program) -> list[int]:
    """The workers' processes, once all three run."""
    children: list[int] = []

    def all_run() -> bool:
        found = psutil.Process(process.pid).children()
        try:
            children[:] = [child.pid for child in found if child.status() != psutil.STATUS_ZOMBIE]
        except psutil.NoSuchProcess:  # ended meanwhile: one that was killed a moment ago
            return False
        return len(children) == 3

    assert wait_until(all_run, BUSY_SECONDS_MAX)
    return children


def _workers(hub: Hub) -> list[str]:
    """Those that have stored something."""
    with hub.database.superuser() as connection:
        rows = connection.execute("SELECT worker FROM ingest_totals ORDER BY 1").fetchall()
    return [worker for (worker,) in rows]


def test_shared_workers_killed_in_turn_lose_nothing_and_leave_nothing_behind(hub: Hub, is_long: bool) -> None:
    hub.ingest.environment["FALAJ_INGEST_WORKER"] = "team"
    hub.ingest.start("--workers", "3")
    assert hub.ingest.process is not None
    rounds = 6 if is_long else 3
    for round_number in range(rounds):
        hub.publisher.publish("station-1", minutes(500, round_number * 500))
        os.kill(_three_children(hub.ingest.process)[round_number % 3], signal.SIGKILL)
    sent = rounds * 500
    assert hub.stored_reaches(sent).stored == sent
    # Whoever was killed before it had stored anything has its share of what comes later.
    while len(_workers(hub)) < 3 and sent < 10_000:
        _three_children(hub.ingest.process)
        hub.publisher.publish("station-1", minutes(300, sent))
        sent += 300
        assert hub.stored_reaches(sent).stored == sent
    assert _workers(hub) == ["team-1", "team-2", "team-3"]

    # Two of them are not wanted any more: what they still hold is stored, and their sessions end.
    hub.ingest.process.send_signal(signal.SIGTERM)
    hub.publisher.publish("station-1", minutes(600, sent))
    assert hub.ingest.process.wait(60) == 0
    hub.ingest.start()
    sent += 600
    assert hub.stored_reaches(sent).stored == sent
    log = hub.ingest.log
    assert wait_until(lambda: log.read_text().count("worker_retired") == 3, BUSY_SECONDS_MAX), log.read_text()
    hub.publisher.publish("station-1", minutes(100, sent))
    assert hub.stored_reaches(sent + 100).stored == sent + 100


def test_the_inbox_stays_within_its_bytes_while_the_database_is_away(hub: Hub) -> None:
    bound = 64 * 1024 * 20
    hub.ingest.environment["FALAJ_INGEST_INBOX_BYTES_MAX"] = str(bound)
    hub.ingest.start()
    hub.publisher.publish("station-1", minutes(100))
    hub.stored_reaches(100)
    hub.postgres.stop(crash=True)
    for round_number in range(4):
        hub.publisher.publish("station-1", minutes(500, 100 + round_number * 500))
        hub.broker.stop()  # each return of the broker would deliver everything again
        hub.broker.start()
        assert wait_until(hub.publisher.client.is_connected, BUSY_SECONDS_MAX)
        waiting = float(hub.ingest.metrics().split("\nfalaj_ingest_in_flight_messages ")[1].split()[0])
        assert waiting <= 20 + 2000  # the window, and the batch in hand
    hub.postgres.start()
    assert hub.stored_reaches(2100).stored == 2100
    assert "falaj_broker_dropped_messages 0.0" in hub.ingest.metrics()


def test_messages_of_qos_0_are_stored_too(hub: Hub) -> None:
    hub.ingest.start()
    for payload in minutes(50):
        hub.publisher.client.publish(f"falaj/v1/{SOURCE}/station-1", payload, qos=0).wait_for_publish(5)
    assert hub.stored_reaches(50).stored == 50
    hub.publisher.publish("station-1", minutes(50, 50))
    assert hub.stored_reaches(100).stored == 100
    assert hub.ingest.log.read_text().count("broker_connected") == 1
