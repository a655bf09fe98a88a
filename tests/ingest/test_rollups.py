"""Quarters, hours and local days: what the worker keeps equals what the observations say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from citycore.model import DatastreamDescription
from citycore.store.connections import Connection
from citycore.store.registry import register
from ingest.rollups import roll_up, roll_up_days
from ingest.settings import IngestSettings
from tests.conftest import Database
from tests.ingest.conftest import describe_source, describe_thing

#: Midnight in Muscat.
MIDNIGHT = datetime(2026, 3, 1, 20, tzinfo=UTC)
COLUMNS = (
    "observation_count, mean, minimum, maximum, standard_deviation, p05, p50, p95, good_count,"
    " not_evaluated_count, suspect_count, bad_count"
)
TABLES = {900: "observations_quarter_hourly", 3600: "observations_hourly", 86_400: "observations_daily"}
DATASTREAMS = (
    DatastreamDescription(observed_property="pm2_5", interval_seconds=300),
    DatastreamDescription(observed_property="no2"),
    DatastreamDescription(observed_property="wind_direction", interval_seconds=300),
    DatastreamDescription(observed_property="o3", interval_seconds=10_800),
)
MIGRATION = Path(__file__).resolve().parents[2] / "citycore/store/migrations/versions/0006_buckets.sql"

Rows = Sequence[tuple[datetime, float, int]]


class Store:
    """A registered thing, and batches as ingest commits them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.batch = 0
        with database.connect() as owner:
            register(owner, describe_source("s"), [describe_thing("t", *DATASTREAMS)])
            rows = owner.execute("SELECT observed_property_code, datastream_id FROM datastreams").fetchall()
        self.datastreams: dict[str, int] = dict(rows)

    def commit(self, code: str, rows: Rows) -> None:
        number = self.datastreams[code]
        self.batch += 1
        times, results, flags = (list(column) for column in zip(*rows, strict=True))
        hours = sorted({int(at.timestamp()) // 3600 for at in times})
        with self.database.connect("ingest") as connection, connection.transaction():
            connection.execute(
                "INSERT INTO observations (datastream_id, quality, phenomenon_time, result, batch_id)"
                " SELECT %s, q, t, r, %s FROM unnest(%s::int2[], %s::timestamptz[], %s::float8[]) AS u (q, t, r)",
                [number, self.batch, flags, times, results],
            )
            connection.execute(
                "INSERT INTO dirty_buckets VALUES (%s, %s, %s)", [self.batch, [number] * len(hours), hours]
            )

    def query(self, text: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with self.database.superuser() as connection:
            return connection.execute(text.encode(), parameters).fetchall()

    def rolled(self, seconds: int, code: str) -> dict[datetime, tuple[Any, ...]]:
        rows = self.query(
            f"SELECT bucket_start, {COLUMNS} FROM {TABLES[seconds]} WHERE datastream_id = %s",
            self.datastreams[code],
        )
        return {row[0]: row[1:] for row in rows}


@pytest.fixture
def store(database: Database) -> Store:
    return Store(database)


@pytest.fixture
def worker(database: Database) -> Iterator[Connection]:
    with database.connect("worker") as connection:
        yield connection


def keep_up(worker: Connection, settings: IngestSettings | None = None) -> tuple[int, int]:
    """Roll up until nothing is due; how many hours and days that were."""
    hours = sum(iter(lambda: roll_up(worker, settings), 0))
    return hours, sum(iter(lambda: roll_up_days(worker, settings), 0))


def every(minutes: float, count: int, start: datetime = MIDNIGHT, seed: int = 0) -> Rows:
    """Values in steps, some flagged, all reproducible."""
    random = np.random.default_rng(seed)
    values = random.gamma(3, 10, count)
    flags = random.choice([1, 2, 3, 4, 9], count, p=[0.4, 0.3, 0.1, 0.1, 0.1])
    return [
        (start + n * timedelta(minutes=minutes), float(value), int(flag))
        for n, (value, flag) in enumerate(zip(values, flags, strict=True))
    ]


def statistics(rows: Rows) -> tuple[Any, ...]:
    """What a bucket of these rows holds, computed without the database; the mean is that of all values."""
    values = np.array([value for _, value, flag in rows if flag < 4])
    flags = [flag for _, _, flag in rows]
    figures: list[float | None] = [None] * 7
    if len(values):
        deviation = float(np.std(values, ddof=1)) if len(values) > 1 else None
        figures = [
            values.mean(),
            values.min(),
            values.max(),
            deviation,
            *np.quantile(values, [0.05, 0.5, 0.95]),
        ]
    return (len(rows), *figures, *(flags.count(flag) for flag in (1, 2, 3, 4)))


def assert_same(found: Sequence[Any], expected: Sequence[Any]) -> None:
    """Equal but for the last digits; nothing equals only nothing."""
    assert [figure is None for figure in found] == [figure is None for figure in expected]
    pairs = [(a, b) for a, b in zip(found, expected, strict=True) if a is not None]
    assert [a for a, _ in pairs] == pytest.approx([b for _, b in pairs], rel=1e-12)


def buckets(rows: Rows, seconds: int) -> dict[datetime, Rows]:
    origin, found = MIDNIGHT - timedelta(days=7), {}
    for row in rows:
        number = int((row[0] - origin).total_seconds()) // seconds
        found.setdefault(origin + number * timedelta(seconds=seconds), []).append(row)
    return found


@pytest.mark.parametrize("seconds", [900, 3600])
def test_quarters_and_hours_are_what_the_rows_say_also_after_late_data(
    store: Store, worker: Connection, seconds: int
) -> None:
    rows = every(2.5, 2_000)
    store.commit("pm2_5", rows[:1_200])
    keep_up(worker)
    store.commit("pm2_5", rows[1_400:])
    store.commit("pm2_5", rows[1_200:1_400])  # late, into buckets that exist and some that do not
    keep_up(worker)
    rolled, expected = store.rolled(seconds, "pm2_5"), buckets(rows, seconds)
    assert rolled.keys() == expected.keys()
    for start, some in expected.items():
        assert_same(rolled[start], statistics(some))


def valid_hour_means(rows: Rows, needed: float) -> list[float]:
    means = []
    for some in buckets(rows, 3600).values():
        values = [value for _, value, flag in some if flag < 4]
        if values and len(values) >= needed:
            means.append(float(np.mean(values)))
    return means


def test_days_are_local_and_their_mean_is_that_of_the_valid_hours(store: Store, worker: Connection) -> None:
    # Every 5 minutes for three days, but the third day's first 7 hours are missing, so it has 17.
    rows = every(5, 3 * 288)
    rows = [*rows[: 2 * 288], *rows[2 * 288 + 7 * 12 :]]
    burst = [(MIDNIGHT + timedelta(seconds=n + 1), 500.0, 1) for n in range(200)]
    store.commit("pm2_5", rows + burst)
    assert keep_up(worker) == (24 + 24 + 17, 3)
    daily = store.rolled(86_400, "pm2_5")
    assert sorted(daily) == [MIDNIGHT + timedelta(days=n) for n in range(3)]
    for start, some in buckets([*rows, *burst], 86_400).items():
        means = valid_hour_means(some, 9)
        expected = list(statistics(some))
        expected[1] = np.mean(means) if len(means) >= 18 else None
        assert_same(daily[start], expected)
    first = daily[MIDNIGHT][1]
    assert first < 80, "a burst within one hour weighs as one hour"
    hours = store.query(
        "SELECT valid_hour_count, expected_count, mean FROM observations_daily ORDER BY bucket_start"
    )
    assert [row[1] for row in hours] == [288] * 3
    assert hours[2][0] <= 17
    assert hours[2][2] is None, "too few valid hours give no mean, but they are counted"


def test_rare_and_unscheduled_values_have_days_too(store: Store, worker: Connection) -> None:
    store.commit("o3", every(180, 8))  # every three hours: 8 values are all that is expected
    store.commit("no2", [(MIDNIGHT + timedelta(hours=5), 7.0, 1), (MIDNIGHT + timedelta(hours=6), 9.0, 1)])
    keep_up(worker)
    rare = store.query(
        "SELECT mean IS NOT NULL, expected_count, valid_hour_count FROM observations_daily WHERE datastream_id = %s",
        store.datastreams["o3"],
    )
    good = sum(flag < 4 for _, _, flag in every(180, 8))
    assert rare == [(good >= 6, 8, good)]
    assert store.rolled(86_400, "no2")[MIDNIGHT][1] == 8.0


def test_directions_are_averaged_as_directions(store: Store, worker: Connection) -> None:
    around_north = [(MIDNIGHT + n * timedelta(minutes=5), 350.0 if n % 2 else 20.0, 1) for n in range(288)]
    store.commit("wind_direction", around_north)
    keep_up(worker)
    for seconds in TABLES:
        figures = store.rolled(seconds, "wind_direction")[MIDNIGHT]
        mean = figures[1] if figures[1] < 180 else figures[1] - 360
        assert -5 < mean < 15.0001, seconds
        assert figures[2:8] == (None,) * 6


def test_late_data_renew_a_day_that_has_ended_at_once(store: Store, worker: Connection) -> None:
    settings = IngestSettings(rollup_open_day_seconds=3_600)
    store.commit("no2", every(5, 288))
    assert keep_up(worker, settings) == (24, 1)
    store.commit("no2", [(MIDNIGHT + timedelta(minutes=1), 1_000.0, 1)])
    assert keep_up(worker, settings) == (1, 1)
    assert store.rolled(86_400, "no2")[MIDNIGHT][3] == 1_000.0


def test_a_day_that_goes_on_is_not_read_again_with_each_batch(store: Store, worker: Connection) -> None:
    now = datetime.now(UTC)
    patient = IngestSettings(rollup_open_day_seconds=3_600)
    store.commit("no2", [(now, 1.0, 1)])
    assert keep_up(worker, patient) == (1, 0)
    store.commit("no2", [(now + timedelta(seconds=1), 2.0, 1)])
    hours, days = keep_up(worker, IngestSettings(rollup_open_day_seconds=0))
    assert (hours, days) == (1, 1), "noted once, however many batches"
    assert store.query("SELECT observation_count, mean FROM observations_daily") == [(2, 1.5)]


def test_only_so_many_days_at_once(store: Store, worker: Connection) -> None:
    store.commit("no2", every(24 * 60, 40))
    while roll_up(worker):
        pass
    settings = IngestSettings(rollup_days_max=15)
    assert list(iter(lambda: roll_up_days(worker, settings), 0)) == [15, 15, 10]
    assert store.query("SELECT count(*) FROM observations_daily") == [(40,)]


def test_hours_from_before_are_rolled_up_anew_after_what_is_new(store: Store, worker: Connection) -> None:
    store.commit("no2", every(60, 40 * 24))
    while roll_up(worker):
        pass
    with store.database.superuser() as connection:
        connection.execute("TRUNCATE observations_quarter_hourly, observations_daily, dirty_days")
        connection.execute(MIGRATION.read_text("utf-8").split(";\n\n")[-1].encode())
    store.commit("no2", [(MIDNIGHT + timedelta(days=60), 1.0, 1)])
    assert roll_up(worker, IngestSettings(rollup_batches_max=1)) == 1
    keep_up(worker)
    assert store.query("SELECT count(*) FROM observations_quarter_hourly") == [(40 * 24 + 1,)]
    assert store.query("SELECT count(*) FROM observations_daily") == [(41,)]
