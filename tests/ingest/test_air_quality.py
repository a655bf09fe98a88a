"""Hours of air quality as the worker keeps them: after late data, with poison among them, and again after a crash."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from citycore.limits.service import load, remove, table_of
from citycore.limits.settings import LimitTableSettings
from citycore.model import DatastreamDescription
from citycore.store.connections import Connection
from citycore.store.registry import register
from ingest.air_quality.service import keep_air_quality
from ingest.air_quality.settings import AirQualitySettings
from ingest.rollups import roll_up
from tests.conftest import Database
from tests.ingest.conftest import describe_source, describe_thing

SETTINGS = AirQualitySettings()
#: Midnight in Muscat.
START = datetime(2026, 3, 1, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
NOW = START + 72 * HOUR


class Station:
    """A thing with PM2.5 and NO2 every quarter of an hour, written as ingest commits it."""

    def __init__(self, database: Database, code: str = "station") -> None:
        self.database = database
        streams = [
            DatastreamDescription(observed_property=each, interval_seconds=900) for each in ("pm2_5", "no2")
        ]
        with database.connect() as owner:
            register(owner, describe_source(f"s-{code}"), [describe_thing(code, *streams)])
        rows = self.query(
            "SELECT observed_property_code, datastream_id, thing_id FROM datastreams JOIN things USING (thing_id)"
            " WHERE code = %s",
            code,
        )
        self.numbers = {name: number for name, number, _ in rows}
        self.thing_id = rows[0][2]
        self.batch = 0

    def query(self, text: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with self.database.superuser() as connection:
            return connection.execute(text.encode(), parameters).fetchall()

    def commit(self, name: str, values: Sequence[tuple[datetime, float]]) -> None:
        self.batch += 1
        number = self.numbers[name]
        hours = sorted({int(at.timestamp()) // 3600 for at, _ in values})
        with self.database.connect("ingest") as connection, connection.transaction():
            connection.cursor().executemany(
                "INSERT INTO observations (datastream_id, quality, phenomenon_time, result, batch_id)"
                " VALUES (%s, 1, %s, %s, %s) ON CONFLICT (datastream_id, phenomenon_time)"
                " DO UPDATE SET result = EXCLUDED.result",
                [(number, at, value, self.batch) for at, value in values],
            )
            connection.execute(
                "INSERT INTO dirty_buckets VALUES (%s, %s, %s)",
                [self.batch + 10_000 * self.thing_id, [number] * len(hours), hours],
            )

    def hours(self, name: str, first: int, last: int, value: float) -> None:
        """All quarters of hours from one up to another."""
        times = [START + n * timedelta(minutes=15) for n in range(4 * first, 4 * last)]
        self.commit(name, [(at, value) for at in times])

    def judged(self, index: str = "us") -> list[tuple[Any, ...]]:
        rows = self.query(
            "SELECT bucket_start, value, level, observed_property, method, coverage FROM air_quality_hours"
            " WHERE thing_id = %s AND index_code = %s ORDER BY 1",
            self.thing_id,
            index,
        )
        return [(round((start - START) / HOUR), *rest) for start, *rest in rows]

    def everything(self) -> list[tuple[Any, ...]]:
        return self.query(
            "SELECT thing_id, index_code, bucket_start, value, is_beyond, level, level_rank, observed_property, span,"
            " method, coverage, parts FROM air_quality_hours ORDER BY 1, 2, 3"
        )


@pytest.fixture
def station(database: Database) -> Station:
    return Station(database)


@pytest.fixture
def worker(database: Database) -> Iterator[Connection]:
    with database.connect("worker") as connection:
        connection.autocommit = True
        yield connection


def work(worker: Connection, now: datetime = NOW) -> int:
    while roll_up(worker):
        pass
    return keep_air_quality(worker, SETTINGS, now)


def test_hours_that_are_over_are_judged_and_later_ones_wait(station: Station, worker: Connection) -> None:
    station.hours("pm2_5", 0, 3, 12.0)
    work(worker, START + 2.5 * HOUR)
    assert station.judged() == [
        (0, None, None, None, None, None),
        (1, 56, "moderate", "pm2_5", "nowcast", pytest.approx(2 / 12, abs=1e-6)),
    ]
    assert work(worker, START + 2.9 * HOUR) == 0
    work(worker, START + 3 * HOUR)
    assert [hour for hour, *_ in station.judged()] == [0, 1, 2]
    assert station.judged("eu")[0][2:4] == ("fair", "pm2_5")
    ((parts,),) = station.query(
        "SELECT parts FROM air_quality_hours WHERE index_code = 'us' AND bucket_start = %s", START
    )
    assert [(part["method"], part["concentration"], part["averaging"]) for part in parts] == [
        ("nowcast", None, "PT12H")
    ]


def test_late_data_change_the_hours_after_them_and_no_others(station: Station, worker: Connection) -> None:
    station.hours("pm2_5", 0, 40, 10.0)
    work(worker)
    before = {row[0]: row for row in station.judged("who")}
    station.hours("pm2_5", 5, 6, 200.0)
    assert work(worker) == 24
    after = {row[0]: row for row in station.judged("who")}
    assert {hour for hour in before if before[hour] != after[hour]} == set(range(17, 29))
    assert after[20][2] == "interim_4", "(23 × 10 + 200) / 24 = 17.9"
    station.hours("pm2_5", 5, 6, 10.0)
    work(worker)
    assert {row[0]: row for row in station.judged("who")} == before


def test_another_table_of_an_index_judges_what_is_kept_again(station: Station, worker: Connection) -> None:
    station.hours("pm2_5", 0, 40, 12.0)
    work(worker)
    before = station.judged("eu")
    assert {row[2] for row in before if row[2]} == {"fair"}
    with station.database.connect("registry") as registry:
        own = table_of(registry, "eu_aqi_2024").text
        # The first of its bands is that of PM2.5.
        changed = own.replace('"fair", up_to = 15', '"fair", up_to = 11', 1)
        assert changed != own
        load(registry, changed, LimitTableSettings())
    work(worker)
    assert {row[2] for row in station.judged("eu") if row[2]} == {"moderate"}
    with station.database.connect("registry") as registry:
        remove(registry, "eu_aqi_2024")
    work(worker)
    assert station.judged("eu") == before


def test_what_is_deleted_leaves_no_hour_behind(station: Station, worker: Connection) -> None:
    station.hours("no2", 0, 3, 10.0)
    work(worker)
    assert [hour for hour, *_ in station.judged("eu")] == [0, 1, 2]
    with station.database.superuser() as connection:
        connection.execute("DELETE FROM observations_hourly WHERE bucket_start = %s", [START + HOUR])
        connection.execute(
            "INSERT INTO air_quality_notes (thing_id, bucket_start) VALUES (%s, %s)",
            [station.thing_id, START + HOUR],
        )
    work(worker)
    assert [hour for hour, *_ in station.judged("eu")] == [0, 2]


def test_three_quarters_of_an_hour_are_needed(station: Station, worker: Connection) -> None:
    station.commit("no2", [(START + n * timedelta(minutes=15), 30.0) for n in (0, 1)])
    station.commit("no2", [(START + HOUR + n * timedelta(minutes=15), 30.0) for n in (0, 1, 2)])
    work(worker)
    assert station.judged("eu") == [
        (0, None, None, None, None, None),
        (1, None, "moderate", "no2", "mean", 0.75),
    ]


def test_one_bad_hour_is_set_aside_and_stops_no_other(station: Station, worker: Connection) -> None:
    other = Station(station.database, "other")
    for one in (station, other):
        one.hours("pm2_5", 0, 40, 10.0)
    # Two hours that are each a number, and have no sum.
    station.hours("pm2_5", 3, 5, 1.7e308 / 4)
    station.hours("pm2_5", 5, 9, 1.7e308 / 4)
    work(worker)
    aside = station.query("SELECT thing_id, reason FROM air_quality_set_aside ORDER BY bucket_start")
    assert {thing for thing, _ in aside} == {station.thing_id}
    assert "OverflowError" in aside[0][1]
    assert len(other.judged("who")) == 40
    known = {hour for hour, *_ in station.judged("who")}
    assert known == set(range(40)) - {
        round((start - START) / HOUR)
        for (start,) in station.query("SELECT bucket_start FROM air_quality_set_aside")
    }
    station.hours("pm2_5", 3, 9, 10.0)
    work(worker)
    assert station.query("SELECT 1 FROM air_quality_set_aside") == []
    assert [row[1:] for row in station.judged("who")] == [row[1:] for row in other.judged("who")]


def test_gases_are_converted_as_they_were_made(station: Station, worker: Connection) -> None:
    with station.database.superuser() as connection:
        connection.execute(
            "INSERT INTO datastream_units VALUES (%s, %s, '[ppb]', 1.88, 0, '25 Cel, 1 atm')",
            [station.numbers["no2"], START - HOUR],
        )
    station.hours("no2", 0, 1, 24.7)
    work(worker)
    assert station.judged("eu")[0][2] == "moderate", "24.7 at 25 Cel are 25.1 at 20 Cel, above 25"
    ((parts,),) = station.query("SELECT parts FROM air_quality_hours WHERE index_code = 'eu'")
    assert parts[0]["conversion"] == "25 Cel, 1 atm → 20 Cel, 1 atm"


def test_an_hour_that_goes_on_is_noted_once_and_not_judged_before_its_roll_up_is_there(
    station: Station, worker: Connection
) -> None:
    for minute in range(0, 60, 15):
        station.commit("pm2_5", [(START + timedelta(minutes=minute), 12.0)])
        while roll_up(worker):
            pass
    assert station.query("SELECT count(*) FROM air_quality_notes") == [(1,)]
    station.commit("pm2_5", [(START + timedelta(minutes=16), 90.0)])
    with station.database.connect("worker") as rolling, rolling.transaction():
        roll_up(rolling)
        # It is not committed yet, and what it has noted is held.
        assert keep_air_quality(worker, SETTINGS, NOW) == 0
    assert keep_air_quality(worker, SETTINGS, NOW) > 0
    assert station.query("SELECT 1 FROM air_quality_notes") == []
    ((level,),) = station.query("SELECT level FROM air_quality_hours WHERE index_code = 'eu'")
    assert level == "moderate", "(4 × 12 + 90) / 5 = 27.6"


@pytest.mark.parametrize("seed", range(3))
def test_any_order_of_arrival_leaves_what_one_reckoning_of_all_would(
    station: Station, worker: Connection, seed: int
) -> None:
    chance = random.Random(seed)
    for _ in range(12):
        first = chance.randrange(0, 60)
        name, value = chance.choice(["pm2_5", "no2"]), round(chance.uniform(-2, 90), 1)
        station.hours(name, first, first + chance.randrange(1, 9), value)
        if chance.random() < 0.6:
            # A worker that is killed half way has done nothing.
            while roll_up(worker):
                pass
            with worker.transaction(force_rollback=True):
                keep_air_quality(worker, SETTINGS, NOW)
            keep_air_quality(worker, SETTINGS, START + chance.randrange(0, 72) * HOUR)
    work(worker)
    found = station.everything()
    assert len(found) > 20
    with station.database.superuser() as connection:
        connection.execute("DELETE FROM air_quality_hours")
        connection.execute(
            "INSERT INTO air_quality_notes (thing_id, bucket_start)"
            " SELECT DISTINCT thing_id, bucket_start FROM observations_hourly JOIN datastreams USING (datastream_id)"
        )
    work(worker)
    assert station.everything() == found
