"""Replaying and discarding against the real broker, database and ingest process."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import paho.mqtt.client as mqtt
import psycopg
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from citycore.broker.connecting import sign_in
from citycore.dead_letters import service
from citycore.dead_letters.errors import DeadLetterNotFound, DeadLetterNotReplayable, NoSubscriber
from citycore.dead_letters.model import Selection, Tally
from citycore.dead_letters.outlet import Outlet
from citycore.dead_letters.repository import find_dead_letters, find_sealed, mark_replayed
from citycore.errors import BrokerUnavailable
from citycore.settings import BrokerSettings, DeadLettersSettings
from citycore.store.connections import Connection
from citycore.store.registry import register
from ingest.model import Account
from stack.broker import PrivateBroker
from stack.ports import free_port
from stack.waiting import wait_until
from tests.conftest import Database, open_folder
from tests.ingest.conftest import (
    STANDARD,
    IngestProcess,
    Publisher,
    describe_source,
    describe_thing,
    settle,
)

GENTLE = DeadLettersSettings(acknowledge_seconds_max=3)
OPEN = Selection(status="open")


def reading(minute: int, **results: Any) -> bytes:
    return json.dumps({"phenomenon_time": f"2026-11-24T10:{minute:02}:00Z", "results": results}).encode()


@pytest.fixture
def admin(database: Database) -> Iterator[Connection]:
    with database.connect("admin") as connection:
        yield connection


@pytest.fixture
def outlet(broker_settings: BrokerSettings) -> Iterator[Outlet]:
    with Outlet(broker_settings, GENTLE) as connected:
        yield connected


@dataclass
class Desk:
    """An administrator at work."""

    admin: Connection
    outlet: Outlet

    def replay(self, selection: Selection, letters_max: int = 2) -> Tally:
        span, total = service.begin(self.admin, selection), Tally()
        while span is not None:
            tally, span = service.replay_next(self.admin, self.outlet, selection, span, letters_max)
            total += tally
        return total


@pytest.fixture
def desk(admin: Connection, outlet: Outlet) -> Desk:
    return Desk(admin, outlet)


@pytest.fixture
def register_thing(database: Database, source_code: str) -> Callable[[str], None]:
    def do(code: str) -> None:
        with database.connect() as owner:
            register(owner, describe_source(source_code), [describe_thing(code, *STANDARD)])

    return do


@pytest.fixture
def listener(broker_settings: BrokerSettings) -> Iterator[list[tuple[str, bytes]]]:
    """Somebody who subscribes as ingest does; what arrived."""
    heard: list[tuple[str, bytes]] = []
    client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
    subscribed: list[bool] = []
    client.on_message = lambda _c, _d, message: heard.append((message.topic, bytes(message.payload)))
    client.on_subscribe = lambda *_: subscribed.append(True)
    sign_in(client, broker_settings)
    client.connect(broker_settings.host, broker_settings.port)
    client.loop_start()
    client.subscribe("falaj/v1/#", qos=1)
    assert wait_until(lambda: bool(subscribed), 40)
    yield heard
    client.disconnect()
    client.loop_stop()


def write(database: Database, topic: str, payload: bytes, status: str = "open") -> int:
    with database.superuser() as connection:
        row = connection.execute(
            "INSERT INTO dead_letters (digest, topic, payload, reason, detail, status, first_received_at,"
            " last_received_at, batch_id) VALUES (sha256(gen_random_uuid()::text::bytea), %s, %s,"
            " 'unknown_thing', '', %s, now(), now(), 1) RETURNING dead_letter_id",
            [topic, payload, status],
        ).fetchone()
    assert row is not None
    return int(row[0])


def statuses(admin: Connection) -> dict[str, int]:
    found: dict[str, int] = {}
    for letter in find_dead_letters(admin, Selection(), None, 1_000):
        found[letter.status] = found.get(letter.status, 0) + 1
    return found


def test_an_unknown_thing_is_registered_and_its_letters_replayed(
    ingest_process: IngestProcess, publisher: Publisher, desk: Desk,
    register_thing: Callable[[str], None], ledger: Callable[[], Account],
) -> None:  # fmt: skip
    ingest_process.start()
    publisher.publish("new-1", [reading(minute, pm2_5=minute, no2=1) for minute in range(5)])
    assert settle(ledger, 5).quarantined == 5  # without a thing a message counts as one value
    register_thing("new-1")
    wanted = Selection(reason="unknown_thing", source=publisher.source, status="open")
    assert desk.replay(wanted) == Tally(accepted=5)
    account = settle(ledger, 15)
    assert (account.received, account.stored, account.quarantined) == (15, 10, 5)
    assert statuses(desk.admin) == {"replayed": 5}
    assert {letter.times_replayed for letter in find_dead_letters(desk.admin, Selection(), None, 10)} == {1}
    assert desk.replay(wanted) == Tally()


def test_what_fails_again_is_open_again_and_counted(
    ingest_process: IngestProcess, publisher: Publisher, desk: Desk, station: str,
    ledger: Callable[[], Account],
) -> None:  # fmt: skip
    ingest_process.start()
    publisher.publish(station, [reading(0, pm2_5="many"), reading(1, pm2_5=1, unheard_of=2)])
    settle(ledger, 3)
    assert desk.replay(OPEN).accepted == 2
    account = settle(ledger, 6)
    assert (account.received, account.stored, account.duplicate, account.quarantined) == (6, 1, 1, 4)
    assert wait_until(lambda: statuses(desk.admin) == {"open": 2}, 40)
    letters = find_dead_letters(desk.admin, OPEN, None, 10)
    assert {(letter.times_received, letter.times_replayed) for letter in letters} == {(2, 1)}


def test_a_letter_that_failed_again_before_it_could_be_marked_stays_open(
    database: Database, admin: Connection
) -> None:
    number = write(database, "falaj/v1/s/t", b"{")
    sealed = find_sealed(admin, OPEN, service.begin(admin, OPEN), 10)
    with database.connect("ingest") as ingest:
        ingest.execute("UPDATE dead_letters SET times_received = times_received + 1, status = 'open'")
    with admin.transaction():
        mark_replayed(admin, sealed)
    letter, _ = service.get_dead_letter(admin, number)
    assert (letter.status, letter.times_received, letter.times_replayed) == ("open", 2, 1)


def test_killed_between_acknowledgement_and_mark_it_is_sent_twice_and_stored_once(
    ingest_process: IngestProcess, publisher: Publisher, desk: Desk,
    register_thing: Callable[[str], None], ledger: Callable[[], Account],
) -> None:  # fmt: skip
    ingest_process.start()
    publisher.publish("new-2", [reading(minute, pm2_5=minute) for minute in range(3)])
    settle(ledger, 3)
    register_thing("new-2")
    sealed = find_sealed(desk.admin, OPEN, service.begin(desk.admin, OPEN), 10)
    desk.outlet.deliver(sealed)  # and nobody lives to mark them
    settle(ledger, 6)
    assert statuses(desk.admin) == {"open": 3}
    assert desk.replay(OPEN).accepted == 3
    account = settle(ledger, 9)
    assert (account.stored, account.duplicate, account.quarantined) == (3, 3, 3)
    assert statuses(desk.admin) == {"replayed": 3}


def test_letters_are_sent_byte_for_byte_oldest_first_and_only_those_of_the_selection(
    database: Database, admin: Connection, desk: Desk, source_code: str,
    listener: list[tuple[str, bytes]],
) -> None:  # fmt: skip
    mine = f"falaj/v1/{source_code}/t"
    payloads = [b"\x00\xff not text", b"", b"{", '{"ع":1}'.encode(), b"x" * 60_000]
    for payload in payloads:
        write(database, mine, payload)
    write(database, f"falaj/v1/{source_code}-other/t", b"other")
    write(database, mine, b"settled", "discarded")
    tally = desk.replay(Selection(source=source_code, status="open"), letters_max=2)
    assert tally == Tally(accepted=5)
    assert wait_until(lambda: len(listener) >= 5, 40)
    assert [message for message in listener if message[0].startswith(f"falaj/v1/{source_code}")] == [
        (mine, payload) for payload in payloads
    ]
    assert statuses(admin) == {"replayed": 5, "open": 1, "discarded": 1}


def test_by_number_any_status_is_replayed(
    database: Database, admin: Connection, desk: Desk, listener: list[tuple[str, bytes]]
) -> None:
    number = write(database, "falaj/v1/s/t", b"1", "discarded")
    service.replay_one(admin, desk.outlet, number)
    service.replay_one(admin, desk.outlet, number)
    letter, payload = service.get_dead_letter(admin, number)
    assert (letter.status, letter.times_replayed, payload) == ("replayed", 2, b"1")
    with pytest.raises(DeadLetterNotFound, match="no dead letter named “9999”"):
        service.replay_one(admin, desk.outlet, 9999)


def test_letters_that_cannot_be_sent_stay_and_say_why(
    database: Database, admin: Connection, desk: Desk, listener: list[tuple[str, bytes]]
) -> None:
    foreign = write(database, "elsewhere/t", b"1")
    write(database, "falaj/v1/s/\ufffd", b"1")
    huge = write(database, "falaj/v1/s/t", b"x" * 70_000)
    good = write(database, "falaj/v1/s/t", b"good")
    tally = desk.replay(OPEN, letters_max=10)
    assert (tally.accepted, dict(tally.hindered)) == (1, {"topic": 2, "too_large": 1})
    assert statuses(admin) == {"open": 3, "replayed": 1}
    assert service.get_dead_letter(admin, good)[0].status == "replayed"
    with pytest.raises(DeadLetterNotReplayable, match="not one that ingest subscribes to"):
        service.replay_one(admin, desk.outlet, foreign)
    with pytest.raises(DeadLetterNotReplayable) as refused:
        service.replay_one(admin, desk.outlet, huge)
    assert "أكبر من الحد" in refused.value.text("ar")


def test_without_any_ingest_nothing_is_marked(database: Database, admin: Connection) -> None:
    write(database, "falaj/v1/s/t", b"1")
    with own_broker() as lonely, Outlet(lonely, GENTLE) as outlet, pytest.raises(NoSubscriber):
        Desk(admin, outlet).replay(OPEN)
    assert statuses(admin) == {"open": 1}


def test_a_broker_that_is_away_is_an_error_and_changes_nothing(database: Database, admin: Connection) -> None:
    write(database, "falaj/v1/s/t", b"1")
    away = BrokerSettings(host="127.0.0.1", port=free_port())
    with pytest.raises(BrokerUnavailable), Outlet(away, GENTLE) as outlet:
        Desk(admin, outlet).replay(OPEN)
    assert statuses(admin) == {"open": 1}


def test_discarding_keeps_the_letter_and_what_comes_again_is_open_again(
    ingest_process: IngestProcess, publisher: Publisher, admin: Connection, source_code: str,
    ledger: Callable[[], Account],
) -> None:  # fmt: skip
    ingest_process.start()
    publisher.publish("gone-1", [reading(minute, pm2_5=1) for minute in range(5)])
    settle(ledger, 5)
    span, discarded = service.begin(admin, OPEN), 0
    while span is not None:
        some, span = service.discard_next(admin, OPEN, span, 2)
        discarded += some
    assert discarded == 5
    assert statuses(admin) == {"discarded": 5}
    publisher.publish("gone-1", [reading(0, pm2_5=1)])
    settle(ledger, 6)
    assert statuses(admin) == {"discarded": 4, "open": 1}


def test_letters_that_come_while_a_replay_runs_are_not_part_of_it(
    database: Database, admin: Connection, desk: Desk, listener: list[tuple[str, bytes]]
) -> None:
    write(database, "falaj/v1/s/t", b"before")
    span = service.begin(admin, OPEN)
    write(database, "falaj/v1/s/t", b"after")
    tally, _ = service.replay_next(admin, desk.outlet, OPEN, span, 10)
    assert tally.accepted == 1
    assert statuses(admin) == {"open": 1, "replayed": 1}


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM dead_letters", "UPDATE dead_letters SET payload = ''", "SELECT * FROM observations",
        "UPDATE things SET code = 'x'", "DELETE FROM dead_letter_removals",
    ],
)  # fmt: skip
def test_the_administrators_role_has_just_the_rights_it_needs(admin: Connection, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        admin.execute(statement)


@contextmanager
def own_broker() -> Iterator[BrokerSettings]:
    """A broker of which nobody knows."""
    with open_folder("lonely") as folder:
        server = PrivateBroker(folder, free_port())
        server.start()
        try:
            yield BrokerSettings(host="127.0.0.1", port=server.port)
        finally:
            server.stop()
