"""Ingest as a process between the real broker and the real database."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from citycore.store.registry import register
from citycore.wire import encode
from ingest.model import Account
from ingest.rollups import roll_up
from stack.broker import PrivateBroker
from stack.postgres import PrivatePostgres
from stack.waiting import wait_until
from tests.conftest import Database, open_database
from tests.ingest.conftest import (
    STANDARD,
    IngestProcess,
    Publisher,
    begin_anew,
    describe_source,
    describe_thing,
    open_ingest,
    settle,
)

START = datetime(2026, 11, 20, tzinfo=UTC)
Ledger = Callable[[], Account]


@pytest.fixture(scope="module")
def database(postgres: PrivatePostgres) -> Iterator[Database]:
    with open_database(postgres) as database:
        yield database


@pytest.fixture(scope="module")
def running(
    database: Database, broker: PrivateBroker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[IngestProcess]:
    """One process for all tests here; one that a test ended is started again by the next."""
    log = tmp_path_factory.mktemp("process") / "ingest.log"
    with open_ingest(database, broker, "worker-of-all", log) as process:
        yield process


@pytest.fixture
def station(database: Database, source_code: str) -> str:
    """A thing of this test alone."""
    code = f"station-of-{source_code}"
    with database.connect() as connection:
        register(connection, describe_source(source_code), [describe_thing(code, *STANDARD)])
    return code


@pytest.fixture
def ingest_process(running: IngestProcess, database: Database) -> IngestProcess:
    begin_anew(running, database)
    return running


def minutes(count: int, offset: int = 0) -> list[bytes]:
    """Messages of two values each, one a minute, all different."""
    return [
        encode(START + timedelta(minutes=n), {"pm2_5": n + 0.5, "wind_direction": float(n % 360)})
        for n in range(offset, offset + count)
    ]


def test_messages_are_stored_once_and_the_account_closes(
    database: Database, ingest_process: IngestProcess, publisher: Publisher, station: str, ledger: Ledger
) -> None:
    before = duplicates(ingest_process)
    publisher.publish(station, minutes(500))
    assert settle(ledger, 1000) == Account(500, 1000, 1000, 0, 0, 0)
    publisher.publish(station, minutes(500))
    assert settle(ledger, 2000) == Account(1000, 2000, 1000, 1000, 0, 0)
    with database.connect("read") as connection:
        assert connection.execute("SELECT count(*) FROM observations").fetchone() == (1000,)
        newest = connection.execute(
            "SELECT l.phenomenon_time, l.result FROM latest l JOIN datastreams d USING (datastream_id)"
            " WHERE d.observed_property_code = 'pm2_5'"
        ).fetchone()
        totals = connection.execute(
            "SELECT batches, messages, received, stored, duplicate FROM ingest_totals"
        ).fetchone()
        batches = connection.execute("SELECT count(*) FROM ingest_batches").fetchone()
    assert newest == (START + timedelta(minutes=499), 499.5)
    assert batches is not None
    assert totals == (batches[0], 1000, 2000, 1000, 1000)
    assert duplicates(ingest_process) - before == 1000
    assert wait_until(lambda: signs_of_life(database) == 1, 40), "for the status"
    assert ingest_process.stop() == 0
    assert signs_of_life(database) == 0, "nothing is expected of one that ended in order"


def duplicates(process: IngestProcess) -> float:
    [counted] = re.findall(r"^falaj_ingest_duplicate_total (\S+)$", process.metrics(), re.MULTILINE)
    return float(counted)


def signs_of_life(database: Database) -> int:
    with database.connect("read") as connection:
        return connection.execute("SELECT * FROM component_reports WHERE component = 'ingest'").rowcount


def test_every_kind_of_result_notes_the_hours_it_touched(
    database: Database, ingest_process: IngestProcess, publisher: Publisher, station: str, ledger: Ledger
) -> None:
    results = {"pm2_5": 1.0, "weather": "clear", "location": [58.4, 23.6], "no2": 1.0}
    publisher.publish(station, [encode(START, results)])
    settle(ledger, 4)
    publisher.publish(station, [encode(START, {"no2": 2.0})])  # a correction, which its policy keeps
    settle(ledger, 5)
    with database.superuser() as connection:
        noted = connection.execute(
            "SELECT d.observed_property_code, count(*), min(hour) FROM dirty_buckets,"
            " unnest(datastream_ids, bucket_hours) AS noted (datastream_id, hour)"
            " JOIN datastreams AS d USING (datastream_id) GROUP BY 1 ORDER BY 1"
        ).fetchall()
    hour = int(START.timestamp()) // 3600
    assert noted == [("location", 1, hour), ("no2", 2, hour), ("pm2_5", 1, hour), ("weather", 1, hour)]


def test_what_is_acknowledged_does_not_come_again(
    ingest_process: IngestProcess, publisher: Publisher, station: str, ledger: Ledger
) -> None:
    publisher.publish(station, minutes(3000))
    before = settle(ledger, 6000)
    ingest_process.stop()
    ingest_process.start()
    publisher.publish(station, minutes(1, 3000))
    after = settle(ledger, 6002)
    assert (before.duplicate, after.received, after.duplicate) == (0, 6002, 0)


def test_conflicts_follow_the_policy_of_the_datastream(
    database: Database, ingest_process: IngestProcess, publisher: Publisher, station: str, ledger: Ledger
) -> None:
    publisher.publish(station, [encode(START, {"pm2_5": 1.0, "no2": 1.0, "o3": 1.0})])
    settle(ledger, 3)
    publisher.publish(station, [encode(START, {"pm2_5": 2.0, "no2": 2.0, "o3": 2.0})])
    account = settle(ledger, 6)
    assert (account.stored, account.conflicting, account.quarantined) == (3, 2, 1)
    with database.superuser() as connection:
        stored = connection.execute(
            "SELECT observed_property_code, o.result, l.result FROM observations o"
            " JOIN datastreams USING (datastream_id) JOIN latest l USING (datastream_id) ORDER BY 1"
        ).fetchall()
        letters = connection.execute("SELECT reason, detail FROM dead_letters").fetchall()
    assert stored == [("no2", 2.0, 2.0), ("o3", 1.0, 1.0), ("pm2_5", 1.0, 1.0)]
    assert letters == [("conflicting_result", "conflicting_result: 2.0")]


def test_categories_and_positions_have_tables_of_their_own(
    database: Database, ingest_process: IngestProcess, publisher: Publisher, station: str, ledger: Ledger
) -> None:
    message = encode(START, {"weather": "dust"}, location=(58.4, 23.6))
    publisher.publish(station, [message])
    settle(ledger, 2)
    publisher.publish(station, [message, encode(START, {"weather": "rain"}, location=(58.5, 23.6))])
    account = settle(ledger, 6)
    assert (account.stored, account.duplicate, account.conflicting) == (2, 2, 2)
    with database.connect("read") as connection:
        assert connection.execute("SELECT result FROM observations_category").fetchall() == [("dust",)]
        assert connection.execute("SELECT longitude, latitude FROM observations_position").fetchall() == [
            (58.4, 23.6)
        ]
        assert connection.execute(
            "SELECT result_text, longitude FROM latest ORDER BY datastream_id"
        ).fetchall() == [("dust", None), (None, 58.4)]


def test_a_value_that_a_clock_stamped_ahead_gives_way_to_the_next(
    database: Database, ingest_process: IngestProcess, publisher: Publisher, station: str, ledger: Ledger
) -> None:
    """The hub's clock was six hours ahead, and is right again: what was stored meanwhile is newest no longer than that."""
    publisher.publish(station, [encode(START, {"pm2_5": 1.0, "no2": 1.0})])
    settle(ledger, 2)
    pm2_5, no2 = "d.observed_property_code = 'pm2_5'", "d.observed_property_code = 'no2'"
    ahead = "UPDATE latest l SET phenomenon_time = clock_timestamp() + '6 h', batch_id = {} FROM datastreams d WHERE d.datastream_id = l.datastream_id AND {}"
    with database.superuser() as connection:
        connection.execute(
            "INSERT INTO ingest_batches (batch_id, worker, messages, received, stored, duplicate, conflicting, quarantined,"
            " first_received_at, committed_at) VALUES (-1, 'ahead', 0, 0, 0, 0, 0, 0, now() + '6 h', now() + '6 h')"
        )
        connection.execute(ahead.format("-1", pm2_5))
        # Stored by a clock that was right: a forecast, whose time lies ahead by itself.
        connection.execute(ahead.format("l.batch_id", no2))
    publisher.publish(station, [encode(START + timedelta(minutes=1), {"pm2_5": 2.0, "no2": 2.0})])
    settle(ledger, 4)
    newest = "SELECT result FROM latest JOIN datastreams AS d USING (datastream_id) WHERE "
    with database.superuser() as connection:
        assert connection.execute(newest + pm2_5).fetchall() == [(2.0,)]
        assert connection.execute(newest + no2).fetchall() == [(1.0,)]
    publisher.publish(station, [encode(START - timedelta(minutes=1), {"pm2_5": 3.0})])
    settle(ledger, 5)
    with database.superuser() as connection:
        assert connection.execute(newest + pm2_5).fetchall() == [(2.0,)]


def test_bad_messages_become_letters_and_stop_nothing(
    database: Database, ingest_process: IngestProcess, publisher: Publisher, station: str, ledger: Ledger
) -> None:
    good = minutes(10)
    publisher.publish(station, [*good[:5], b"{broken", b"{broken", *good[5:]])
    publisher.publish("stranger", [encode(START, {"pm2_5": 1.0})])
    assert settle(ledger, 23) == Account(13, 23, 20, 0, 0, 3)
    with database.superuser() as connection:
        letters = connection.execute(
            "SELECT topic, payload, reason, times_received FROM dead_letters ORDER BY reason"
        ).fetchall()
    assert [(bytes(p), reason, times) for _, p, reason, times in letters] == [
        (encode(START, {"pm2_5": 1.0}), "unknown_thing", 1),
        (b"{broken", "unreadable_payload", 2),
    ]


def test_a_thing_counts_from_the_moment_it_is_registered(
    database: Database, ingest_process: IngestProcess, publisher: Publisher, source_code: str, ledger: Ledger
) -> None:
    publisher.publish("late", [encode(START, {"pm2_5": 1.0})])
    assert settle(ledger, 1).quarantined == 1
    with database.connect() as connection:
        register(connection, describe_source(source_code), [describe_thing("late", STANDARD[0])])
    publisher.publish("late", [encode(START, {"pm2_5": 1.0, "no2": 2.0})])
    assert settle(ledger, 3).stored == 1
    with database.connect() as connection:
        register(connection, describe_source(source_code), [describe_thing("late", *STANDARD)])
    publisher.publish("late", [encode(START, {"no2": 2.0})])
    assert settle(ledger, 4).stored == 2


def test_a_poisoned_row_stands_alone(
    database: Database, ingest_process: IngestProcess, publisher: Publisher, station: str, ledger: Ledger
) -> None:
    """A constraint that only the database knows refuses one value of two hundred."""
    with database.superuser() as connection:
        connection.execute("ALTER TABLE observations ADD CONSTRAINT no_77 CHECK (result <> 77.5)")
        publisher.publish(station, minutes(100))
        account = settle(ledger, 200)
        connection.execute("ALTER TABLE observations DROP CONSTRAINT no_77")
    assert (account.messages, account.received, account.stored, account.quarantined) == (100, 200, 199, 1)
    with database.superuser() as connection:
        reason, detail = connection.execute("SELECT reason, detail FROM dead_letters").fetchone() or ("", "")
    assert reason == "rejected_by_store"
    assert "no_77" in detail


def test_killed_at_any_instant_nothing_is_lost_or_twice(
    database: Database,
    ingest_process: IngestProcess,
    publisher: Publisher,
    station: str,
    ledger: Ledger,
    is_long: bool,
) -> None:
    random = np.random.default_rng(11)
    rounds = 4 if is_long else 2
    for round_number in range(rounds):
        publisher.publish(station, minutes(1500, round_number * 1500))
        ingest_process.kill()
        assert ingest_process.process is not None
        ingest_process.start()
        if random.random() < 0.5:
            ingest_process.kill()
            ingest_process.start()
    sent = rounds * 3_000
    account = settle(ledger, sent)
    assert account.stored == sent
    assert account.received == account.stored + account.duplicate
    with database.connect("read") as connection:
        assert connection.execute("SELECT count(*) FROM observations").fetchone() == (sent,)


def test_connections_cut_while_writing_lose_nothing(
    database: Database, ingest_process: IngestProcess, publisher: Publisher, station: str, ledger: Ledger
) -> None:
    said_before = len(ingest_process.log.read_text())
    with database.superuser() as connection:
        for round_number in range(6):
            publisher.publish(station, minutes(300, round_number * 300))
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'falaj_ingest'"
            )
    account = settle(ledger, 3600)
    assert account.stored == 3600
    assert "store_failed" in ingest_process.log.read_text()[said_before:] or account.duplicate == 0


def test_rollups_equal_a_full_recompute_also_after_late_data(
    database: Database, ingest_process: IngestProcess, publisher: Publisher, station: str, ledger: Ledger
) -> None:
    publisher.publish(station, minutes(150, 30))
    settle(ledger, 300)
    with database.connect("worker") as connection:
        while roll_up(connection):
            pass
    publisher.publish(station, minutes(30))  # two hours late: the first half of the first hour
    settle(ledger, 360)
    with database.connect("worker") as connection:
        assert roll_up(connection) == 2
        assert roll_up(connection) == 0
        hourly = connection.execute(
            "SELECT bucket_start, observation_count, expected_count, mean, minimum, maximum, p50,"
            " good_count FROM observations_hourly JOIN datastreams USING (datastream_id)"
            " WHERE observed_property_code = 'pm2_5' ORDER BY 1"
        ).fetchall()
        direction = connection.execute(
            "SELECT mean, minimum FROM observations_hourly JOIN datastreams USING (datastream_id)"
            " WHERE observed_property_code = 'wind_direction' ORDER BY bucket_start LIMIT 1"
        ).fetchone()
    assert hourly == [
        (START + timedelta(hours=h), 60, 60, h * 60 + 30.0, h * 60 + 0.5, h * 60 + 59.5, h * 60 + 30.0, 60)
        for h in range(3)
    ]
    assert direction is not None
    assert (round(direction[0], 6), direction[1]) == (29.5, None)
