"""Local days are those of where a datastream is: compared with pandas in the zone itself, day by day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from msgspec.structs import replace
from psycopg.types.json import Jsonb

from citycore.model import DatastreamDescription
from citycore.store.connections import Connection
from citycore.store.registry import register
from ingest.rollups import roll_up, roll_up_days
from stack.postgres import PrivatePostgres
from tests.conftest import Database, open_database
from tests.ingest.conftest import describe_source, describe_thing

#: Hourly values of a leap year and more, with both changes of the clocks; and twice as many.
FIRST, DAYS, DAYS_LONG = datetime(2023, 12, 31, tzinfo=UTC), 400, 730
ZONES = ("Asia/Shanghai", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Havana")


def series(step: timedelta, seed: int, days: int) -> Any:
    """Values with single gaps and whole days of them, as a station has."""
    random = np.random.default_rng(seed)
    times = pd.date_range(FIRST, FIRST + timedelta(days=days), freq=step, inclusive="left")
    values = np.round(random.gamma(2.0, 40.0, len(times)), 1)
    is_there = random.random(len(times)) > 0.08
    for begin in random.integers(0, len(times), 60):
        is_there[begin : begin + int(int(random.integers(3, 30)) * timedelta(hours=1) / step)] = False
    return pd.Series(values, index=times)[is_there]


def days_of(values: Any, zone: str, interval: timedelta) -> Any:
    """Means of local days by the rule of three quarters, without the database."""
    local = values.tz_convert(zone)
    midnights = [datetime.combine(day, datetime.min.time(), ZoneInfo(zone)) for day in dates(local)]
    results, rows = values.to_numpy(), []
    for begin in midnights:
        after = begin.date() + timedelta(days=1)
        end = datetime.combine(after, datetime.min.time(), ZoneInfo(zone))
        first, last = begin.astimezone(UTC), end.astimezone(UTC)
        own = slice(*values.index.searchsorted([pd.Timestamp(first), pd.Timestamp(last)]))
        number = ((values.index[own] - first) // pd.Timedelta(hours=1)).to_numpy()
        counts, sums = np.bincount(number), np.bincount(number, results[own])
        hour = timedelta(hours=1)
        is_valid = counts >= max(0.75 * (hour // interval), 1)
        means = sums[is_valid] / counts[is_valid]
        wanted = 0.75 * ((last - first) / max(hour, interval))
        mean = means.mean() if len(means) >= wanted and len(means) else None
        rows.append(
            (
                first,
                len(number),
                (last - first) // interval,
                mean,
                results[own].min(),
                results[own].max(),
                len(means),
            )
        )
    names = ["start", "count", "expected", "mean", "minimum", "maximum", "valid_hours"]
    return pd.DataFrame(rows, columns=names)


def dates(local: Any) -> list[date]:
    return sorted(set(local.index.date))


class City:
    """A thing in each zone, with observations as ingest commits them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.batch = 0

    def add(self, code: str, zone: str | None, interval: timedelta) -> int:
        declared = DatastreamDescription(
            observed_property="pm2_5", interval_seconds=int(interval.total_seconds())
        )
        with self.database.connect() as owner:
            register(owner, replace(describe_source(code), zone=zone), [describe_thing(code, declared)])
            row = owner.execute(
                "SELECT datastream_id FROM datastreams JOIN things USING (thing_id) WHERE code = %s", [code]
            ).fetchone()
        assert row is not None
        return int(row[0])

    def commit(self, number: int, values: Any) -> None:
        self.batch += 1
        times = [moment.to_pydatetime() for moment in values.index]
        hours = sorted({int(at.timestamp()) // 3600 for at in times})
        with self.database.connect("ingest") as connection, connection.transaction():
            connection.execute(
                "INSERT INTO observations (datastream_id, quality, phenomenon_time, result, batch_id)"
                " SELECT %s, 1, t, r, %s FROM unnest(%s::timestamptz[], %s::float8[]) AS u (t, r)",
                [number, self.batch, times, values.tolist()],
            )
            connection.execute(
                "INSERT INTO dirty_buckets VALUES (%s, %s, %s)", [self.batch, [number] * len(hours), hours]
            )

    def query(self, text: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with self.database.superuser() as connection:
            return connection.execute(text.encode(), parameters).fetchall()

    def days(self, number: int) -> list[tuple[Any, ...]]:
        return self.query(
            "SELECT bucket_start, observation_count, expected_count, mean, minimum, maximum, valid_hour_count"
            " FROM observations_daily WHERE datastream_id = %s ORDER BY 1",
            number,
        )


@pytest.fixture
def city(database: Database) -> City:
    return City(database)


@pytest.fixture
def keep_up(database: Database) -> Iterator[Callable[[], None]]:
    with database.connect("worker") as worker:
        yield lambda: _keep_up(worker)


def _keep_up(worker: Connection) -> None:
    while roll_up(worker) or roll_up_days(worker):
        pass


def compare(found: list[tuple[Any, ...]], expected: Any) -> None:
    """Every day, every figure."""
    assert [row[0] for row in found] == list(expected["start"])
    for row, known in zip(found, expected.itertuples(index=False), strict=True):
        assert row[1:3] == (known.count, known.expected), row
        assert row[6] == known.valid_hours, row
        assert (row[3] is None) == (pd.isna(known.mean)), (row, known)
        if row[3] is not None:
            assert row[3] == pytest.approx(known.mean, rel=1e-12), (row, known)
        assert row[4:6] == (known.minimum, known.maximum)


@pytest.fixture(scope="module")
def a_year(
    postgres: PrivatePostgres, is_long: bool
) -> Iterator[tuple[dict[str, list[tuple[Any, ...]]], Any]]:
    """The days of each zone, which are rolled up together, as those of a city's sources are; and the values."""
    hour = timedelta(hours=1)
    values = series(hour, 7, DAYS_LONG if is_long else DAYS)
    with open_database(postgres) as database, database.connect("worker") as worker:
        city = City(database)
        numbers = {zone: city.add(f"elsewhere-{n}", zone, hour) for n, zone in enumerate(ZONES)}
        for number in numbers.values():
            city.commit(number, values)
        _keep_up(worker)
        yield {zone: city.days(number) for zone, number in numbers.items()}, values


@pytest.mark.parametrize("zone", ZONES)
def test_all_days_of_a_year_are_those_of_pandas_in_the_zone(
    a_year: tuple[dict[str, list[tuple[Any, ...]]], Any], zone: str
) -> None:
    found, values = a_year
    expected = days_of(values, zone, timedelta(hours=1))
    # Days that lack hours have no mean, and the others do: both occur often.
    assert 20 < expected["mean"].isna().sum() < len(expected) / 2
    compare(found[zone], expected)


@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "Europe/Berlin"])
def test_so_are_those_of_values_every_ten_minutes(city: City, keep_up: Callable[[], None], zone: str) -> None:
    step = timedelta(minutes=10)
    number, values = city.add("elsewhere", zone, step), series(step, seed=3, days=120)
    city.commit(number, values)
    keep_up()
    compare(city.days(number), days_of(values, zone, step))


def test_a_short_day_within_a_day_of_hours_is_one_of_its_days(
    city: City, keep_up: Callable[[], None]
) -> None:
    """24 hours of UTC, read at one go, in which the Chatham Islands' day of 23 hours lies with a bit of both next to it."""
    zone, step = "Pacific/Chatham", timedelta(minutes=15)
    number = city.add("chatham", zone, step)
    times = pd.date_range(datetime(2026, 9, 26, 11, tzinfo=UTC), periods=96, freq=step)
    values = pd.Series(np.arange(96.0), index=times)
    city.commit(number, values)
    keep_up()
    found = city.days(number)
    assert [row[1] for row in found] == [1, 92, 3]
    compare(found, days_of(values, zone, step))
    noted = city.query("SELECT local_date FROM dataset_days ORDER BY 1")
    assert noted == [(date(2026, 9, day),) for day in (26, 27, 28)]


def test_days_follow_when_the_zone_of_a_source_or_a_place_changes(
    city: City, database: Database, keep_up: Callable[[], None]
) -> None:
    hour = timedelta(hours=1)
    number, values = city.add("here", None, hour), series(hour, seed=11, days=40)
    city.commit(number, values)
    keep_up()
    compare(city.days(number), days_of(values, "Asia/Muscat", hour))
    changes = city.query("SELECT sum(change_count) FROM dataset_days")
    city.add("here", "Asia/Shanghai", hour)
    assert city.days(number) == [], "what Muscat's days said is gone at once"
    keep_up()
    compare(city.days(number), days_of(values, "Asia/Shanghai", hour))
    assert city.query("SELECT sum(change_count) FROM dataset_days") > changes
    with database.superuser() as owner:
        owner.execute(
            "INSERT INTO places (code, kind, name_en, name_ar, geometry, provenance, zone)"
            " VALUES ('berlin', 'governorate', 'Berlin', 'برلين', %s, 'test', 'Europe/Berlin')",
            [Jsonb({"type": "Polygon", "coordinates": [[[13, 52], [14, 52], [14, 53], [13, 52]]]})],
        )
        owner.execute("UPDATE things SET place_code = 'berlin'")
    keep_up()
    compare(city.days(number), days_of(values, "Europe/Berlin", hour))
    with database.superuser() as owner:
        owner.execute("UPDATE places SET zone = 'Asia/Kathmandu'")
    keep_up()
    compare(city.days(number), days_of(values, "Asia/Kathmandu", hour))


def test_a_bucket_over_a_change_of_the_interval_expects_what_both_parts_do(
    city: City, database: Database, keep_up: Callable[[], None]
) -> None:
    hour, five = timedelta(hours=1), timedelta(minutes=5)
    number = city.add("here", None, five)
    # Hourly until half past ten in the morning of the third day, every five minutes from then on.
    change = FIRST + timedelta(days=2, hours=10, minutes=30)
    times = [FIRST + n * hour for n in range(59)]
    times += [change + n * five for n in range(int(timedelta(days=2) / five))]
    values = pd.Series(np.arange(len(times), dtype=float), index=pd.DatetimeIndex(times))
    with database.connect("worker") as worker:
        worker.execute("DELETE FROM datastream_intervals")
        worker.execute(
            "INSERT INTO datastream_intervals VALUES (%s, '-infinity', 3600, true), (%s, %s, 300, true)",
            [number, number, change],
        )
    city.commit(number, values)
    keep_up()
    hours = dict(
        city.query("SELECT bucket_start, expected_count FROM observations_hourly ORDER BY bucket_start")
    )
    over = change - timedelta(minutes=30)
    assert [hours[over - hour], hours[over], hours[over + hour]] == [1, 6, 12], "half of 1, and 6"
    days = {row[0]: row[1:] for row in city.days(number)}
    whole, over_day = FIRST + timedelta(hours=20), FIRST + timedelta(days=1, hours=20)
    assert (days[whole][1], days[whole][5]) == (24, 24)
    assert days[whole][2] is not None
    # From midnight in Muscat to the change 14.5 hours, then 9.5 hours of twelve values.
    assert (days[over_day][1], days[over_day][5]) == (int(14.5 + 9.5 * 12), 24)
    assert days[over_day][2] is not None
