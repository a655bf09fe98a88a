"""Vehicles matched by the worker as their positions come in: late, cancelled, poisoned, and not at all."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from citycore.model import DatastreamDescription
from citycore.store.connections import Connection
from citycore.store.registry import register
from citycore.transport.errors import FeedSourceNotFound
from citycore.transport.model import Position
from citycore.transport.service import feeds, load
from citycore.transport.settings import FeedSettings, MeasureSettings
from ingest.rollups import roll_up
from ingest.transport.service import TransitSettings, keep_transit, newest_note
from ingest.transport.settings import TransitJobSettings
from tests.citycore.transit_scene import BEGIN, DAY, Bus, feed_files, feed_of
from tests.conftest import Database
from tests.ingest.conftest import describe_source, describe_thing

SETTINGS = TransitSettings()
EIGHT = 8 * 3_600
#: Six trips, ten minutes apart, by two buses; the last begins at 08:50.
STARTS = {f"t{number}": EIGHT + 600 * number for number in range(6)}
LOADED = BEGIN + timedelta(hours=1)
NOON = BEGIN + timedelta(hours=12)
STREAMS = (
    DatastreamDescription(observed_property="location", result_type="position"),
    DatastreamDescription(observed_property="trip", result_type="category"),
    DatastreamDescription(observed_property="trip_status", result_type="category"),
)


class Fleet:
    """Two buses of a source with a schedule, whose positions are written as ingest commits them."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        with database.connect() as owner:
            things = [describe_thing(f"bus-{number}", *STREAMS) for number in (1, 2)]
            register(owner, describe_source("buses"), things)
        self.feed = feed_of(folder, feed_files(STARTS))
        with database.connect("registry") as connection:
            assert load(connection, "buses", self.feed, FeedSettings(), LOADED)
        with database.superuser() as connection:
            connection.execute("UPDATE transit_feeds SET loaded_at = %s", [LOADED])
        self.numbers = {
            (code, name): number
            for code, name, number in self.query(
                "SELECT code, observed_property_code, datastream_id FROM datastreams JOIN things USING (thing_id)"
            )
        }
        self.batch = 0

    def query(self, text: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with self.database.superuser() as connection:
            return connection.execute(text.encode(), parameters).fetchall()

    def drive(self, code: str, positions: Sequence[Position]) -> None:
        location, trip = self.numbers[code, "location"], self.numbers[code, "trip"]
        places = [(location, _at(each), each.longitude, each.latitude, self.batch) for each in positions]
        stated = [(trip, _at(each), each.trip, self.batch) for each in positions if each.trip is not None]
        with self.database.connect("ingest") as connection, connection.transaction():
            cursor = connection.cursor()
            cursor.executemany("INSERT INTO observations_position VALUES (%s, 1, %s, %s, %s, %s)", places)
            cursor.executemany("INSERT INTO observations_category VALUES (%s, 1, %s, %s, %s)", stated)
            self._note(connection, location, [_at(each) for each in positions])

    def cancel(self, code: str, trip: str, at: datetime) -> None:
        with self.database.connect("ingest") as connection, connection.transaction():
            for name, value in (("trip", trip), ("trip_status", "canceled")):
                row = [self.numbers[code, name], at, value, self.batch]
                connection.execute("INSERT INTO observations_category VALUES (%s, 1, %s, %s, %s)", row)
            self._note(connection, self.numbers[code, "trip_status"], [at])

    def _note(self, connection: Connection, number: int, times: Sequence[datetime]) -> None:
        hours = sorted({int(at.timestamp()) // 3600 for at in times})
        self.batch += 1
        connection.execute(
            "INSERT INTO dirty_buckets VALUES (%s, %s, %s)", [self.batch, [number] * len(hours), hours]
        )

    def all_trips(self, delays: Sequence[float]) -> None:
        """The buses take turns."""
        for number, delay in enumerate(delays):
            bus = Bus(STARTS[f"t{number}"], delay=delay)
            self.drive(f"bus-{number % 2 + 1}", bus.positions(random.Random(number), f"t{number}"))

    def counts(self) -> tuple[int, ...]:
        """Scheduled, observed, cancelled, early, on time, late; and headways."""
        ((*found,),) = self.query(
            "SELECT sum(scheduled_count)::int, sum(observed_count)::int, sum(cancelled_count)::int, sum(early_count)::int,"
            " sum(on_time_count)::int, sum(late_count)::int, sum(headway_count)::int FROM transit_hours"
        )
        return tuple(found)

    def everything(self) -> list[tuple[Any, ...]]:
        return self.query("SELECT * FROM transit_passages ORDER BY service_date, thing_id, trip, sequence")


def _at(position: Position) -> datetime:
    return datetime.fromtimestamp(position.seconds, UTC)


@pytest.fixture
def fleet(database: Database, tmp_path: Path) -> Fleet:
    return Fleet(database, tmp_path)


@pytest.fixture
def worker(database: Database) -> Iterator[Connection]:
    with database.connect("worker") as connection:
        connection.autocommit = True
        yield connection


def work(worker: Connection, now: datetime = NOON, settings: TransitSettings = SETTINGS) -> int:
    while roll_up(worker):
        pass
    return keep_transit(worker, settings, now)


def test_the_newest_hour_that_waits_is_known(fleet: Fleet, worker: Connection) -> None:
    assert newest_note(worker, NOON) is None
    fleet.all_trips([0, 30, 400, 0, 0])
    while roll_up(worker):
        pass
    assert newest_note(worker, NOON) is not None
    assert newest_note(worker, BEGIN - timedelta(days=1)) is None, "hours that are not over do not wait"
    assert keep_transit(worker, SETTINGS, NOON)
    assert newest_note(worker, NOON) is None


def test_a_morning_is_measured_and_late_positions_change_it(fleet: Fleet, worker: Connection) -> None:
    fleet.all_trips([0, 30, 400, 0, 0])
    work(worker)
    # 6 trips of 4 stops; the last was not seen. One was late at all of its stops.
    assert fleet.counts() == (24, 20, 0, 0, 16, 4, 12)
    assert fleet.query("SELECT sum(trip_count)::int, sum(missed_trip_count)::int FROM transit_hours") == [
        (6, 1)
    ]
    ((travel,),) = fleet.query(
        "SELECT avg(value) FROM transit_segment_hours CROSS JOIN LATERAL unnest(seconds) AS value"
    )
    assert travel == pytest.approx(120, abs=10)
    assert work(worker) == 0
    bus = Bus(STARTS["t5"])
    fleet.drive("bus-2", bus.positions(random.Random(5), "t5"))
    work(worker)
    assert fleet.counts() == (24, 24, 0, 0, 20, 4, 15)
    accounts = fleet.query("SELECT position_count = matched_count, left_out_count FROM transit_vehicle_days")
    assert accounts == [(True, 0), (True, 0)]


def test_a_day_keeps_the_bounds_with_which_it_was_counted(fleet: Fleet, worker: Connection) -> None:
    fleet.all_trips([0, 30, 400, 0, 0])
    wide = TransitSettings(measure=MeasureSettings(late_seconds_max=600))
    assert work(worker, settings=wide)
    kept = "SELECT early_seconds_max, late_seconds_max FROM transit_days"
    assert (fleet.counts()[5], fleet.query(kept)) == (0, [(60, 600)])
    assert work(worker) == 0
    assert fleet.query(kept) == [(60, 600)], "nothing was counted with the other bounds"
    fleet.drive("bus-2", Bus(STARTS["t5"]).positions(random.Random(5), "t5"))
    work(worker)
    assert (fleet.counts()[5], fleet.query(kept)) == (4, [(60, 300)])


def test_a_day_that_left_the_store_is_matched_again_once_it_is_back(fleet: Fleet, worker: Connection) -> None:
    fleet.all_trips([0, 30, 400, 0, 0])
    work(worker)
    before = fleet.everything()
    fleet.query(
        "INSERT INTO archive_parts (source_id, local_date, sector, change_count, version, starts_at, ends_at,"
        " first_datastream_id, last_datastream_id, path, row_count, flag_count, byte_count, sha256, rows_digest,"
        " first_phenomenon_time, written_at, verified_at, let_go_at)"
        " SELECT source_id, %s, sector, 1, 1, %s, %s, 1, 100, 'a', 1, 0, 1, sha256('a'), sha256('a'), %s, now(), now(), now()"
        " FROM sources CROSS JOIN observed_properties WHERE sources.code = 'buses' AND observed_properties.code = 'location'"
        " RETURNING 1",
        DAY, BEGIN, BEGIN + timedelta(days=1), BEGIN,
    )  # fmt: skip
    fleet.query(
        "INSERT INTO transit_notes (thing_id, bucket_start) SELECT thing_id, %s FROM things RETURNING 1",
        BEGIN,
    )
    fleet.query("DELETE FROM observations_position RETURNING 1")
    assert work(worker) == 0
    assert fleet.everything() == before
    assert fleet.query("SELECT wanted_at IS NOT NULL FROM archive_parts") == [(True,)]
    fleet.query("UPDATE archive_parts SET let_go_at = NULL RETURNING 1")
    fleet.drive("bus-2", Bus(STARTS["t5"]).positions(random.Random(5), "t5"))
    assert work(worker, NOON + timedelta(hours=2)) > 0
    assert {row[3] for row in fleet.everything()} == {"t5"}


def test_hours_in_which_nothing_is_seen_are_told(fleet: Fleet, worker: Connection) -> None:
    assert work(worker, BEGIN + timedelta(hours=8, minutes=59)) > 0
    assert fleet.counts()[0] is None, "the hour goes on"
    assert work(worker, BEGIN + timedelta(hours=9)) > 0
    assert fleet.counts()[:2] == (24, 0)
    assert work(worker, BEGIN + timedelta(hours=9, minutes=59)) == 0


def test_a_cancelled_trip_is_known_not_to_have_run(fleet: Fleet, worker: Connection) -> None:
    fleet.all_trips([0, 0, 0])
    fleet.cancel("bus-1", "t3", BEGIN + timedelta(hours=7))
    bus = Bus(STARTS["t4"])
    fleet.drive("bus-1", bus.positions(random.Random(1), "t4"))
    work(worker)
    counts = fleet.counts()
    assert (counts[1], counts[2]) == (16, 4)
    # Three headways at each of three stops: the last one over the trip that was cancelled.
    assert counts[6] == 9
    ((longest,),) = fleet.query("SELECT max(actual_squares) FROM transit_hours WHERE stop = 'a'")
    assert longest == pytest.approx(2 * 600**2 + 1_200**2, rel=0.02)


def test_of_two_vehicles_on_a_trip_the_one_seen_more_counts(fleet: Fleet, worker: Connection) -> None:
    bus = Bus(STARTS["t0"], delay=400)
    fleet.drive("bus-1", bus.positions(random.Random(1), "t0")[:15])
    fleet.drive("bus-2", Bus(STARTS["t0"]).positions(random.Random(1), "t0"))
    work(worker)
    assert fleet.counts()[3:6] == (0, 4, 0)


def test_a_day_with_too_much_is_set_aside_and_stops_no_other(fleet: Fleet, worker: Connection) -> None:
    fleet.all_trips([0, 0])
    crowd = Bus(STARTS["t2"], every=1.0).positions(random.Random(2), "t2")
    fleet.drive("bus-1", crowd)
    settings = TransitSettings(job=TransitJobSettings(positions_max=200))
    work(worker, settings=settings)
    ((day, reason),) = fleet.query("SELECT service_date, reason FROM transit_set_aside")
    assert (day, "FALAJ_TRANSIT_JOB_POSITIONS_MAX" in reason) == (DAY, True)
    assert fleet.counts()[1] == 4, "the other bus"
    work(worker, NOON + timedelta(hours=2))
    assert fleet.query("SELECT 1 FROM transit_set_aside") != [], (
        "it is tried again after an hour of the clock"
    )
    with fleet.database.superuser() as connection:
        connection.execute("UPDATE transit_set_aside SET tried_at = %s", [NOON - timedelta(hours=2)])
    work(worker)
    assert fleet.query("SELECT 1 FROM transit_set_aside") == []
    assert fleet.counts()[1] == 12


def test_a_new_version_holds_from_its_day_on_and_the_past_keeps_the_old(
    fleet: Fleet, worker: Connection, tmp_path: Path
) -> None:
    fleet.all_trips([0, 0, 0, 0, 0, 0])
    work(worker)
    before = fleet.everything()
    later = {f"n{number}": EIGHT + 600 * number for number in range(6)}
    with fleet.database.connect("registry") as connection:
        tomorrow = BEGIN + timedelta(days=1, hours=1)
        new = feed_of(tmp_path / "new", feed_files(later))
        assert load(connection, "buses", new, FeedSettings(), tomorrow)
        assert not load(connection, "buses", new, FeedSettings(), tomorrow), "it is there already"
        assert [each.trips for each in feeds(connection)] == [6, 6]
        with pytest.raises(FeedSourceNotFound, match="nobody"):
            load(connection, "nobody", new, FeedSettings(), tomorrow)
    with fleet.database.superuser() as connection:
        connection.execute(
            "UPDATE transit_feeds SET loaded_at = %s WHERE digest = %s", [tomorrow, new.digest]
        )
    work(worker)
    assert fleet.everything() == before
    assert fleet.counts()[1] == 24
    with fleet.database.connect("registry") as connection:
        third = feed_of(tmp_path / "third", feed_files({"t9": EIGHT}))
        load(connection, "buses", third, FeedSettings(versions_max=1), tomorrow)
        assert len(feeds(connection)) == 1


@pytest.mark.parametrize("seed", range(2))
def test_any_order_of_arrival_leaves_what_one_reckoning_would(
    fleet: Fleet, worker: Connection, seed: int
) -> None:
    chance = random.Random(seed)
    pieces = []
    for number in range(6):
        way = Bus(STARTS[f"t{number}"], delay=50 * number, noise=10).positions(chance, f"t{number}")
        pieces += [(f"bus-{number % 2 + 1}", way[begin : begin + 20]) for begin in range(0, len(way), 20)]
    chance.shuffle(pieces)
    for code, piece in pieces:
        fleet.drive(code, piece)
        if chance.random() < 0.2:
            while roll_up(worker):
                pass
            with worker.transaction(force_rollback=True):
                keep_transit(worker, SETTINGS, NOON)  # a worker that is killed half way has done nothing
            keep_transit(worker, SETTINGS, BEGIN + timedelta(hours=chance.uniform(8, 12)))
    work(worker)
    found, counts = fleet.everything(), fleet.counts()
    assert counts[1] == 24
    with fleet.database.superuser() as connection:
        connection.execute("DELETE FROM transit_passages")
        connection.execute(
            "INSERT INTO transit_notes (thing_id, bucket_start) SELECT thing_id, %s FROM things",
            [BEGIN + timedelta(hours=8)],
        )
    work(worker)
    assert (fleet.everything(), fleet.counts()) == (found, counts)
