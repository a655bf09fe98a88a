"""Intervals that are learned, gaps with their reason, and last wills: through the real store, broker and process."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from psycopg import sql

from citycore.model import DatastreamDescription
from citycore.settings import BrokerSettings
from citycore.store.connections import Connection
from citycore.store.registry import register
from ingest.presence.rules import decide, learned
from ingest.presence.service import keep_open_gaps, learn_intervals
from ingest.presence.settings import PresenceSettings
from ingest.rollups import roll_up, roll_up_days
from stack.waiting import wait_until
from tests.conftest import Database
from tests.ingest.conftest import IngestProcess, describe_source, describe_thing

SETTINGS = PresenceSettings()
MINUTE, HOUR = 60.0, 3_600.0
#: Noon in Muscat.
NOON = datetime(2026, 3, 2, 8, tzinfo=UTC)


def steps(step: float, count: int, start: float = 0.0) -> list[float]:
    return [start + n * step for n in range(count)]


@pytest.mark.parametrize(
    ("times", "interval"),
    [
        (steps(300, 40), 300),
        (steps(307, 40), 300),  # a device that takes some time for each round
        ([t for t in steps(HOUR, 60) if t % 7], 3_600),  # some hours are missing
        (steps(417, 40), 417),  # near nothing that devices are set to
        (steps(60, 5), None),  # too few
        ([1.7**n for n in range(40)], None),  # no interval at all
        (steps(0.2, 40), None),
    ],
)
def test_an_interval_is_the_median_of_spacings_near_a_natural_one(
    times: list[float], interval: int | None
) -> None:
    assert learned(times, SETTINGS) == interval


def test_what_is_declared_yields_only_to_what_holds_for_long() -> None:
    hourly, often = steps(HOUR, 60), steps(MINUTE, 60, 1e6)
    assert decide(None, often, (), SETTINGS) == (60, 1e6)
    assert decide(60, often, hourly, SETTINGS) is None, "it is as declared"
    assert decide(3_600, often, hourly, SETTINGS) is None, "a burst since yesterday"
    assert decide(300, hourly, hourly, SETTINGS) == (3_600, 0.0)
    assert decide(50, often, often, SETTINGS) is None, "nearly as declared"


class Store:
    """Two things with a datastream each, and observations as ingest commits them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.batch = 0

    def add(self, code: str, interval: int | None) -> int:
        stream = DatastreamDescription(observed_property="pm2_5", interval_seconds=interval)
        with self.database.connect() as owner:
            register(owner, describe_source(f"s-{code}"), [describe_thing(code, stream)])
        ((number,),) = self.query(
            "SELECT datastream_id FROM datastreams JOIN things USING (thing_id) WHERE code = %s", code
        )
        return int(number)

    def commit(self, number: int, times: Sequence[datetime], committed_at: datetime | None = None) -> None:
        self.batch += 1
        hours = sorted({int(at.timestamp()) // 3600 for at in times})
        with self.database.connect("ingest") as connection, connection.transaction():
            connection.execute(
                "INSERT INTO observations (datastream_id, quality, phenomenon_time, result, batch_id)"
                " SELECT %s, 1, t, 5, %s FROM unnest(%s::timestamptz[]) AS t",
                [number, self.batch, list(times)],
            )
            connection.execute(
                "INSERT INTO latest VALUES (%s, 1, %s, 5, NULL, NULL, NULL, 1) ON CONFLICT (datastream_id)"
                " DO UPDATE SET phenomenon_time = greatest(latest.phenomenon_time, EXCLUDED.phenomenon_time)",
                [number, max(times)],
            )
            connection.execute(
                "INSERT INTO dirty_buckets VALUES (%s, %s, %s)", [self.batch, [number] * len(hours), hours]
            )
            connection.execute(
                "INSERT INTO ingest_batches SELECT %s, 'w', 1, 1, 1, 0, 0, 0, at, at"
                " FROM (SELECT %s::timestamptz AS at) AS instant",
                [self.batch, committed_at or max(times)],
            )

    def query(self, text: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with self.database.superuser() as connection:
            return connection.execute(text.encode(), parameters).fetchall()

    def gaps(self, number: int) -> list[tuple[Any, ...]]:
        return self.query(
            "SELECT began_at, ended_at, reason FROM gaps WHERE datastream_id = %s ORDER BY 1", number
        )


@pytest.fixture
def store(database: Database) -> Store:
    return Store(database)


@pytest.fixture
def worker(database: Database) -> Iterator[Connection]:
    with database.connect("worker") as connection:
        yield connection


def keep_up(worker: Connection) -> None:
    while roll_up(worker) or roll_up_days(worker):
        pass


def every(minutes: float, start: datetime, end: datetime) -> list[datetime]:
    step = timedelta(minutes=minutes)
    return [start + n * step for n in range(int((end - start) / step))]


def test_an_interval_is_learned_and_what_was_expected_becomes_true(store: Store, worker: Connection) -> None:
    wrong, none = store.add("wrong", 300), store.add("none", None)
    start = NOON - timedelta(days=5)
    store.commit(wrong, every(60, start, NOON))
    store.commit(none, every(15, NOON - timedelta(days=1), NOON))
    keep_up(worker)
    day = datetime(2026, 2, 28, 20, tzinfo=UTC)
    means = (
        "SELECT mean, expected_count FROM observations_daily WHERE datastream_id = %s AND bucket_start = %s"
    )
    assert store.query(means, wrong, day) == [(None, 288)]
    assert learn_intervals(worker, SETTINGS, lambda: NOON) is None
    keep_up(worker)
    assert store.query(means, wrong, day) == [(5.0, 24)]
    present = dict(store.query("SELECT datastream_id, interval_seconds FROM datastreams"))
    assert present == {wrong: 3_600, none: 900}
    rows = store.query(
        "SELECT datastream_id, is_learned, interval_seconds FROM datastream_intervals ORDER BY 1, since"
    )
    assert rows == [(wrong, False, 300), (wrong, True, 3_600), (none, True, 900)]
    hours = "SELECT expected_count, count(*) FROM observations_hourly WHERE datastream_id = %s GROUP BY 1 ORDER BY 1"
    # Before the values that it was learned from nothing is known.
    assert store.query(hours, none) == [(4, 15), (None, 9)]
    assert learn_intervals(worker, SETTINGS, lambda: NOON) is None
    assert len(store.query("SELECT FROM datastream_intervals")) == 3, "nothing more is learned of the same"


def test_a_gap_begins_and_ends_with_values_and_late_ones_shorten_it(store: Store, worker: Connection) -> None:
    number = store.add("one", 300)
    before, after = NOON - timedelta(hours=2), NOON + timedelta(days=2)
    store.commit(number, every(5, before, NOON))
    keep_up(worker)
    last = NOON - timedelta(minutes=5)
    assert store.gaps(number) == [(last, None, "unknown")]
    store.commit(number, every(5, after, after + timedelta(hours=1)))
    keep_up(worker)
    assert store.gaps(number)[0] == (last, after, "unknown")
    # What the device had kept comes late, in the day between: the gap of before is two now.
    between = NOON + timedelta(days=1)
    store.commit(number, every(5, between, between + timedelta(hours=1)))
    keep_up(worker)
    end = between + timedelta(minutes=55)
    assert [gap[:2] for gap in store.gaps(number)[:2]] == [(last, between), (end, after)]
    store.commit(number, every(5, NOON, between))
    keep_up(worker)
    assert [gap[:2] for gap in store.gaps(number)[:1]] == [(end, after)]


def test_the_reason_of_a_gap_is_what_the_hub_knows(store: Store, worker: Connection) -> None:
    numbers = {name: store.add(name, 300) for name in ("offline", "refused", "fine")}
    day = NOON.replace(hour=0)
    store.commit(numbers["fine"], every(5, day, day + timedelta(minutes=10)))
    away, back = day + timedelta(hours=6), day + timedelta(hours=7)
    for name in ("offline", "refused"):
        store.commit(numbers[name], every(5, day, day + timedelta(hours=1)))
        store.commit(numbers[name], every(5, day + timedelta(hours=3), away))
        store.commit(numbers[name], every(5, back, back + timedelta(hours=1)))
    # All through the first hours the others' messages came in; from six to seven nothing did.
    for minute in every(10, day + timedelta(minutes=15), away):
        store.commit(numbers["fine"], [minute], committed_at=minute)
    with store.database.superuser() as connection:
        connection.execute(
            "INSERT INTO thing_connections SELECT thing_id, true, %s, 'availability' FROM things"
            " WHERE code = 'offline'",
            [day + timedelta(hours=3)],
        )
        connection.execute(
            "INSERT INTO dead_letters (digest, topic, payload, reason, detail, first_received_at, last_received_at,"
            " batch_id) VALUES ('x', 'falaj/v1/s-refused/refused', 'y', 'wrong_type', '', %s, %s, 1)",
            [day + timedelta(hours=2)] * 2,
        )
    keep_up(worker)
    for name in ("offline", "refused"):
        first, second = store.gaps(numbers[name])[:2]
        assert (first[1], first[2]) == (day + timedelta(hours=3), name)
        assert second == (away - timedelta(minutes=5), back, "hub_away")


def test_a_silent_datastream_opens_a_gap_and_a_poisoned_one_stops_nobody(
    store: Store, worker: Connection
) -> None:
    numbers = [store.add(f"t-{n}", 300) for n in range(3)]
    for number in numbers:
        store.commit(number, [NOON])
    with store.database.superuser() as connection:
        connection.execute("DELETE FROM dirty_buckets")
        connection.execute(
            "UPDATE datastreams SET interval_seconds = 1 WHERE datastream_id = %s", [numbers[1]]
        )
        connection.execute(sql.SQL("ALTER TABLE gaps ADD CHECK (datastream_id <> {})").format(numbers[1]))
    soon, late = NOON + timedelta(minutes=14), NOON + timedelta(minutes=16)
    assert keep_open_gaps(worker, SETTINGS, lambda: soon) == 1, "only the one of the short interval is silent"
    assert [store.gaps(number) for number in numbers] == [[], [], []]
    keep_open_gaps(worker, SETTINGS, lambda: late)
    assert [len(store.gaps(number)) for number in numbers] == [1, 0, 1]
    failed = store.query("SELECT job, subject FROM failures")
    assert failed == [("presence", str(numbers[1]))]


def test_a_last_will_says_that_a_native_thing_is_away(
    database: Database,
    broker_settings: BrokerSettings,
    ingest_process: IngestProcess,
    station: str,
    source_code: str,
) -> None:
    ingest_process.start()
    topic = f"falaj/v1/{source_code}/{station}/connection"
    device = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=source_code, protocol=mqtt.MQTTv5)
    device.will_set(topic, b"offline", qos=1, retain=True)
    device.connect(broker_settings.host, broker_settings.port)
    device.loop_start()
    device.publish(topic, b"online", qos=1, retain=True).wait_for_publish(30)
    assert wait_until(lambda: connection_of(database) == [(True,)], 60)
    device.loop_stop()
    own: Any = device.socket()
    assert own is not None
    own.shutdown(socket.SHUT_RDWR)  # no farewell: the power went
    assert wait_until(lambda: connection_of(database) == [(False,)], 60)
    cleaner = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
    cleaner.connect(broker_settings.host, broker_settings.port)
    cleaner.loop_start()
    cleaner.publish(topic, b"sleeping", qos=1).wait_for_publish(30)
    cleaner.publish(topic, b"", qos=1, retain=True).wait_for_publish(30)
    refused = "SELECT detail FROM dead_letters WHERE topic = %s"
    known = [("unreadable_payload: neither online nor offline",)]
    assert wait_until(lambda: query(database, refused, topic) == known, 60)
    cleaner.disconnect()
    cleaner.loop_stop()


def connection_of(database: Database) -> list[tuple[Any, ...]]:
    return query(database, "SELECT is_connected FROM thing_connections")


def query(database: Database, text: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with database.superuser() as connection:
        return connection.execute(text.encode(), parameters).fetchall()
