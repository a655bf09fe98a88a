"""Quarters, hours and local days: what the worker keeps equals what the observations say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import psycopg
import pytest
from structlog.testing import capture_logs

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
#: As a revision does it that makes roll-ups anew: at the very end of the ledger, so that what comes in
#: meanwhile is served first.
ROLL_UP_ALL_ANEW = """
    INSERT INTO dirty_buckets (batch_id, datastream_ids, bucket_hours)
    SELECT 9223372036854775807 - row_number() OVER (),
           array_agg(datastream_id), array_agg(floor(extract(epoch FROM bucket_start) / 3600)::integer)
    FROM observations_hourly
    GROUP BY datastream_id, time_bucket(INTERVAL '28 days', bucket_start)
"""

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
    # Not over while this runs, as today may be.
    tomorrow = datetime.now(UTC).replace(hour=8, minute=0) + timedelta(days=1)
    patient = IngestSettings(rollup_open_day_seconds=3_600)
    store.commit("no2", [(tomorrow, 1.0, 1)])
    assert keep_up(worker, patient) == (1, 0)
    store.commit("no2", [(tomorrow + timedelta(seconds=1), 2.0, 1)])
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
        connection.execute(ROLL_UP_ALL_ANEW)
    store.commit("no2", [(MIDNIGHT + timedelta(days=60), 1.0, 1)])
    assert roll_up(worker, IngestSettings(rollup_batches_max=1)) == 1
    keep_up(worker)
    assert store.query("SELECT count(*) FROM observations_quarter_hourly") == [(40 * 24 + 1,)]
    assert store.query("SELECT count(*) FROM observations_daily") == [(41,)]


HOUR = timedelta(hours=1)
MAX = 1.7976931348623157e308
ASIDE = (
    "SELECT bucket_seconds, to_timestamp(bucket_epoch), left(reason, 5) FROM set_aside_buckets ORDER BY 1, 2"
)
OVERFLOW = "22003"


@pytest.mark.parametrize(
    ("code", "spoilt", "widths"),
    [
        ("pm2_5", (MAX, MAX), (900, 3600, 86_400)),  # no mean, no hour
        ("pm2_5", (1e308, -1e308), (900, 3600, 86_400)),  # no deviation
        ("pm2_5", (-MAX, 1e155), (900, 3600, 86_400)),
        (
            "wind_direction",
            (float("inf"), 10.0),
            (900, 3600),
        ),  # no sine; the day's is that of the other hours
    ],
)
def test_what_cannot_be_computed_stops_nothing_else(
    store: Store, worker: Connection, code: str, spoilt: tuple[float, float], widths: tuple[int, ...]
) -> None:
    """Results as an older hub stored them, in the second quarter of the day's third hour."""
    at = MIDNIGHT + 2 * HOUR + timedelta(minutes=16)
    fine = [(MIDNIGHT + n * timedelta(minutes=5), 10.0 + n % 7, 1) for n in range(288)]
    store.commit(code, [row for row in fine if row[0] not in {at, at + timedelta(minutes=1)}])
    store.commit("no2", every(5, 288))
    keep_up(worker)
    store.commit(code, [(at, spoilt[0], 2), (at + timedelta(minutes=1), spoilt[1], 2)])
    store.commit("no2", [(at, 5.0, 1)])
    with capture_logs() as logs:
        keep_up(worker)
        keep_up(worker)
    assert [(one["event"], one["log_level"]) for one in logs] == [("bucket_set_aside", "warning")] * len(
        widths
    )
    hour, quarter = MIDNIGHT + 2 * HOUR, MIDNIGHT + 2 * HOUR + timedelta(minutes=15)
    spoilt_ones = [(900, quarter, 5), (3600, hour, 14), (86_400, MIDNIGHT, 290)][: len(widths)]
    assert store.query(ASIDE) == [(seconds, start, OVERFLOW) for seconds, start, _ in spoilt_ones]
    for seconds, start, count in spoilt_ones:
        rolled = store.rolled(seconds, code)
        assert rolled[start] == (count, *[None] * 7, count - 2, 2, 0, 0), "counts, and no figure from before"
        assert len(rolled) == 86_400 // seconds
        assert all(figures[1] is not None for at_, figures in rolled.items() if at_ != start)
    assert store.rolled(86_400, code)[MIDNIGHT][0] == 289 + 1
    assert store.rolled(3600, "no2")[hour][0] == 13, "the neighbours of the same statement are computed"
    store.query(
        "DELETE FROM observations WHERE datastream_id = %s AND quality = 2 RETURNING 1",
        store.datastreams[code],
    )
    store.commit(code, [(at + timedelta(minutes=2), 11.0, 1)])
    keep_up(worker)
    assert store.query(ASIDE) == []
    assert all(figures[1] is not None for figures in store.rolled(900, code).values())
    assert store.rolled(86_400, code)[MIDNIGHT][0] == 289


def test_a_day_alone_can_be_beyond_computing(store: Store, worker: Connection) -> None:
    """Each hour has one result and so a mean; their mean is none."""
    store.commit("pm2_5", [(MIDNIGHT + 5 * HOUR, MAX, 2), (MIDNIGHT + 6 * HOUR, 1.0, 2)])
    store.commit("no2", [(MIDNIGHT + n * HOUR, MAX, 2) for n in range(24)])
    keep_up(worker)
    assert (86_400, MIDNIGHT, OVERFLOW) in store.query(ASIDE)
    assert store.rolled(3600, "pm2_5")[MIDNIGHT + 5 * HOUR][1] == MAX
    assert store.rolled(86_400, "no2")[MIDNIGHT][:2] == (24, None)


def test_many_poisoned_buckets_among_many_others(store: Store, worker: Connection) -> None:
    rows = [(MIDNIGHT + n * timedelta(minutes=30), MAX if n // 2 % 10 == 3 else 1.0, 2) for n in range(400)]
    store.commit("no2", rows)
    keep_up(worker, IngestSettings(rollup_buckets_max=70))
    hourly = store.rolled(3600, "no2")
    assert len(hourly) == 200
    assert sum(figures[1] is None for figures in hourly.values()) == 20
    assert store.query("SELECT count(*) FROM set_aside_buckets WHERE bucket_seconds = 3600") == [(20,)]


def test_it_is_tried_again_after_a_while_though_nothing_came(store: Store, worker: Connection) -> None:
    store.commit("no2", [(MIDNIGHT, MAX, 2), (MIDNIGHT + timedelta(minutes=1), MAX, 2)])
    keep_up(worker)
    store.query("DELETE FROM observations WHERE result > 1e100 RETURNING 1")
    keep_up(worker)
    assert len(store.query(ASIDE)) == 3, "nothing has changed that anybody told"
    store.query("UPDATE set_aside_buckets SET tried_at = now() - INTERVAL '2 hours' RETURNING 1")
    assert keep_up(worker) == (1, 1)
    assert store.query(ASIDE) == []
    assert all(store.rolled(seconds, "no2") == {} for seconds in TABLES), "nothing is left, also of the row"


@pytest.mark.parametrize("hour", [-(2**31), -50_000_000, 70_389_527, 2**31 - 1, 2_550_000_000 // 2])
def test_a_note_of_any_hour_is_worked_off(store: Store, worker: Connection, hour: int) -> None:
    """Also of hours that Python or PostgreSQL has no date for."""
    number = store.datastreams["no2"]
    store.query("INSERT INTO dirty_buckets VALUES (1, %s, %s) RETURNING 1", [number, number], [hour, 490_000])
    keep_up(worker)
    assert store.query("SELECT count(*) FROM dirty_buckets") == [(0,)]
    assert store.query("SELECT count(*) FROM dirty_days WHERE bucket_start < now()") == [(0,)]


def test_results_at_the_end_of_the_calendar_are_rolled_up(store: Store, worker: Connection) -> None:
    """As somebody may have stored who trusts every clock."""
    number = store.datastreams["no2"]
    for text in (
        "0001-01-01 00:30+00",
        "0044-03-15 12:00+00 BC",
        "9999-12-31 23:59+00",
        "246000-12-30 00:00+00",
    ):
        store.query(
            "WITH stored AS (INSERT INTO observations (datastream_id, quality, phenomenon_time, result, batch_id)"
            " VALUES (%s, 2, %s, 1.0, 1) RETURNING *)"
            " INSERT INTO dirty_buckets SELECT (SELECT coalesce(max(batch_id), 0) + 1 FROM dirty_buckets),"
            " ARRAY[datastream_id], ARRAY[floor(extract(epoch FROM phenomenon_time) / 3600)::integer] FROM stored"
            " RETURNING 1",
            number, text,
        )  # fmt: skip
    keep_up(worker, IngestSettings(rollup_open_day_seconds=0))
    assert store.query("SELECT count(*), count(mean) FROM observations_hourly") == [(4, 4)]
    assert store.query("SELECT count(*), count(mean) FROM observations_daily") == [(4, 4)]


def test_an_outage_is_no_fault_of_the_data(store: Store, worker: Connection) -> None:
    """A lock that is not given in time is waited for, as before: nothing is set aside."""
    store.commit("no2", [(MIDNIGHT, 1.0, 1)])
    with store.database.superuser() as other, other.transaction():
        other.execute("LOCK TABLE observations_hourly IN ACCESS EXCLUSIVE MODE")
        worker.execute("SET lock_timeout = '50ms'")
        with pytest.raises(psycopg.OperationalError):
            roll_up(worker)
    assert keep_up(worker) == (1, 1)
    assert store.query(ASIDE) == []
