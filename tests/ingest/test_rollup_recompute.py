"""Whatever comes, in whatever order: every roll-up is what a full recompute says, or is set aside with a reason.

The recompute is numpy's, from what the table of observations holds in the end. It shares no statement with the roll-ups.
Where the edition of TimescaleDB compresses, all chunks are compressed before each turn of the worker.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from citycore.clock import day_start
from citycore.model import DatastreamDescription
from citycore.store.connections import Connection
from citycore.store.registry import register
from ingest.rollups import roll_up, roll_up_days, roll_up_periods, settle_hours
from ingest.settings import IngestSettings
from stack.postgres import PrivatePostgres
from tests.conftest import Database, open_database
from tests.ingest.conftest import compress_all, describe_source, describe_thing

MUSCAT = ZoneInfo("Asia/Muscat")
FIRST = datetime(2025, 11, 30, 18, tzinfo=UTC)
DATASTREAMS = (
    DatastreamDescription(observed_property="pm2_5", interval_seconds=300),
    DatastreamDescription(observed_property="no2"),
    DatastreamDescription(observed_property="wind_direction", interval_seconds=300),
    DatastreamDescription(observed_property="vehicle_count", interval_seconds=900),
)
LONG = 1e10
QUANTILES = ("p05", "p50", "p95")
#: Everything is due at once, and values are added to hours that hold two, which are not computed whole.
EAGER = IngestSettings(
    rollup_ended_hour_seconds=LONG,
    rollup_open_hour_seconds=LONG,
    rollup_open_day_seconds=0,
    rollup_add_rows_min=2,
    rollup_new_hours_min=1,
    rollup_ended_period_seconds=0,
    rollup_open_period_seconds=0,
)
SETTLED = EAGER.model_copy(update={"rollup_ended_hour_seconds": 0.0, "rollup_open_hour_seconds": 0.0})
FIGURES = (
    "mean", "minimum", "maximum", "standard_deviation", "p05", "p50", "p95", "first_result", "last_result", "total",
)  # fmt: skip
COUNTS = ("observation_count", "good_count", "not_evaluated_count", "suspect_count", "bad_count")
TABLES = {
    900: "observations_quarter_hourly",
    3_600: "observations_hourly",
    86_400: "observations_daily",
    2_592_000: "observations_monthly",
    31_536_000: "observations_yearly",
}
Bucket = dict[str, Any]
Rows = list[tuple[datetime, float, int]]


def circular_mean(angles: Any) -> float:
    radians = np.radians(np.fmod(angles, 360))
    return float(np.degrees(np.arctan2(np.mean(np.sin(radians)), np.mean(np.cos(radians)))) % 360)


@dataclass(frozen=True, slots=True)
class Oracle:
    """Roll-ups of one datastream by numpy; a figure that is not finite is one that cannot be computed."""

    rows: Rows
    interval: int | None
    is_circular: bool
    is_amount: bool

    def all(self) -> dict[int, dict[datetime, Bucket]]:
        quarters, hours = self.of_seconds(900), self.of_seconds(3_600)
        days = self.days(hours)
        return {
            900: quarters,
            3_600: hours,
            86_400: days,
            2_592_000: self.periods(days, hours, lambda local: local.replace(day=1)),
            31_536_000: self.periods(days, hours, lambda local: local.replace(month=1, day=1)),
        }

    def of_seconds(self, seconds: int) -> dict[datetime, Bucket]:
        return {start: self.figures(some) for start, some in self.grouped(seconds).items()}

    def grouped(self, seconds: int) -> dict[datetime, Rows]:
        found: dict[datetime, Rows] = defaultdict(list)
        for row in self.rows:
            found[datetime.fromtimestamp(row[0].timestamp() // seconds * seconds, UTC)].append(row)
        return found

    def figures(self, rows: Rows) -> Bucket:
        values = np.array([value for _, value, flag in rows if flag < 4], dtype=np.float64)
        flags = [flag for _, _, flag in rows]
        bucket: Bucket = dict.fromkeys(FIGURES)
        bucket |= {"observation_count": len(rows)}
        bucket |= {
            f"{name.removesuffix('_count')}_count": flags.count(n) for n, name in enumerate(COUNTS[1:], 1)
        }
        if len(values) == 0:
            return bucket
        bucket |= {"first_result": values[0], "last_result": values[-1]}
        if self.is_circular:
            return bucket | {"mean": circular_mean(values)}
        with np.errstate(all="ignore"):
            bucket |= {"mean": self.mean(values), "minimum": values.min(), "maximum": values.max()}
            bucket["standard_deviation"] = np.std(values, ddof=1) if len(values) > 1 else None
            for name, share in (("p05", 0.05), ("p50", 0.5), ("p95", 0.95)):
                bucket[name] = np.quantile(values, share)
            bucket["total"] = values.sum() if self.is_amount else None
        return bucket

    def mean(self, values: Any) -> float:
        with np.errstate(all="ignore"):
            return float(np.mean(values))

    def expected(self, seconds: float) -> float:
        return 0 if self.interval is None else 0.75 * math.floor(seconds / self.interval)

    def valid_means(self, hours: Mapping[datetime, Bucket], start: datetime, end: datetime) -> list[float]:
        found = []
        for at, hour in sorted(hours.items()):
            usable = sum(hour[name] for name in COUNTS[1:4])
            if start <= at < end and usable and usable >= self.expected(3_600) and is_fine(hour):
                found.append(hour["mean"])
        return found

    def days(self, hours: Mapping[datetime, Bucket]) -> dict[datetime, Bucket]:
        found: dict[date, Rows] = defaultdict(list)
        for row in self.rows:
            found[row[0].astimezone(MUSCAT).date()].append(row)
        days = {}
        for local, some in found.items():
            start, end = day_start(local, MUSCAT), day_start(local + timedelta(days=1), MUSCAT)
            means = self.valid_means(hours, start, end)
            wanted = 0 if self.interval is None else 0.75 * 24
            day = self.figures(some) | {"mean": None, "valid_hour_count": len(means)}
            if means and len(means) >= wanted:
                day["mean"] = circular_mean(means) if self.is_circular else self.mean(np.array(means))
            days[start] = day
        return days

    def periods(
        self, days: Mapping[datetime, Bucket], hours: Mapping[datetime, Bucket], begin: Any
    ) -> dict[datetime, Bucket]:
        found: dict[date, list[Bucket]] = defaultdict(list)
        for start, day in sorted(days.items()):
            found[begin(start.astimezone(MUSCAT).date())].append(
                day if is_fine(day) else without_figures(day)
            )
        return {
            day_start(first, MUSCAT): self.period(first, some, begin, hours) for first, some in found.items()
        }

    def period(self, first: date, days: list[Bucket], begin: Any, hours: Mapping[datetime, Bucket]) -> Bucket:
        last = begin(first + timedelta(days=366 if begin(date(2025, 6, 1)).month == 1 else 31))
        if begin(date(2025, 6, 1)).month == 1:
            last = date(first.year + 1, 1, 1)
        start, end = day_start(first, MUSCAT), day_start(last, MUSCAT)

        def those(name: str) -> list[float]:
            return [day[name] for day in days if day[name] is not None]

        means, hourly = those("mean"), self.valid_means(hours, start, end)
        wanted = 0 if self.interval is None else 0.75 * (end - start).total_seconds() / 86_400
        period: Bucket = dict.fromkeys(FIGURES)
        period |= {name: sum(day[name] for day in days) for name in COUNTS} | {"valid_day_count": len(means)}
        firsts, lasts = those("first_result"), those("last_result")
        period |= {"first_result": firsts[0] if firsts else None, "last_result": lasts[-1] if lasts else None}
        with np.errstate(all="ignore"):
            if means and len(means) >= wanted:
                period["mean"] = circular_mean(means) if self.is_circular else self.mean(np.array(means))
            if self.is_circular:
                return period
            period["minimum"] = min(those("minimum"), default=None)
            period["maximum"] = max(those("maximum"), default=None)
            period["total"] = sum(those("total")) if those("total") else None
            if len(hourly) > 1:
                period["standard_deviation"] = float(np.std(hourly, ddof=1))
            for name, share in (("p05", 0.05), ("p50", 0.5), ("p95", 0.95)):
                period[name] = float(np.quantile(hourly, share)) if hourly else None
        return period


def is_fine(bucket: Bucket) -> bool:
    return all(bucket[name] is None or math.isfinite(bucket[name]) for name in FIGURES)


def without_figures(bucket: Bucket) -> Bucket:
    return bucket | dict.fromkeys(FIGURES)


def is_same(found: Any, expected: Any, name: str, *, is_circular: bool, scale: float) -> bool:
    if found is None or expected is None:
        return found is None and expected is None
    if is_circular and name == "mean":
        return bool(abs((found - expected + 180) % 360 - 180) < 1e-6)
    # Sums of values of both signs lose digits of the greatest of them.
    return math.isclose(found, expected, rel_tol=1e-9, abs_tol=max(1e-12 * scale, 1e-300))


@dataclass(slots=True)
class City:
    """Four datastreams, and everything that can happen to their observations."""

    database: Database
    worker: Connection
    numbers: list[int]
    batch: int = 0
    kinds: list[tuple[int | None, bool, bool]] = field(default_factory=list)

    def happen(self, event: tuple[str, int, Rows]) -> None:
        what, which, rows = event
        number = self.numbers[which]
        if what == "go on":
            rows = self.after_the_newest(number, rows)
            what = "put"
        self.batch += 1
        with self.database.superuser() as connection, connection.transaction():
            for at, value, flag in rows:
                key = {"n": number, "at": at, "value": value, "flag": flag, "batch": self.batch}
                connection.execute(STATEMENTS[what].encode(), key)
            hours = sorted({int(at.timestamp()) // 3_600 for at, _, _ in rows})
            firsts: list[int] | None = [-(2**63)] * len(hours)
            lasts: list[int] | None = [0] * len(hours)
            if what == "delete":
                firsts = lasts = None
            if what == "put":
                inside = [
                    [micros(at) for at, _, _ in rows if int(at.timestamp()) // 3_600 == hour]
                    for hour in hours
                ]
                firsts, lasts = [min(some) for some in inside], [max(some) for some in inside]
            connection.execute(
                "INSERT INTO dirty_buckets VALUES (%s, %s, %s, %s, %s)",
                [self.batch, [number] * len(hours), hours, firsts, lasts],
            )

    def after_the_newest(self, number: int, rows: Rows) -> Rows:
        """The same values a minute apart, after all that there is."""
        with self.database.superuser() as connection:
            query = "SELECT max(phenomenon_time) FROM observations WHERE datastream_id = %s"
            newest = connection.execute(query.encode(), [number]).fetchall()[0][0] or FIRST
        return [
            (newest + (n + 1) * timedelta(minutes=1), value, flag) for n, (_, value, flag) in enumerate(rows)
        ]

    def keep_up(self, how: IngestSettings) -> None:
        compress_all(self.database)
        for work in (roll_up, settle_hours, roll_up_days, roll_up_periods):
            while work(self.worker, how):
                pass

    def check(self, numbers: Collection[int], *, is_settled: bool) -> None:
        """Until it is settled, quarters and hours but for their quantiles."""
        with self.database.superuser() as connection:
            aside = set(
                connection.execute(
                    "SELECT datastream_id, bucket_seconds, bucket_epoch FROM set_aside_buckets WHERE reason <> ''"
                ).fetchall()
            )
            for which in sorted(numbers):
                number, (interval, is_circular, is_amount) = self.numbers[which], self.kinds[which]
                rows = connection.execute(
                    "SELECT phenomenon_time, result, quality FROM observations WHERE datastream_id = %s"
                    " ORDER BY phenomenon_time", [number],
                ).fetchall()  # fmt: skip
                expected = Oracle(rows, interval, is_circular, is_amount).all()
                for width, table in TABLES.items() if is_settled else [*TABLES.items()][:2]:
                    found = rolled(connection, table, number)
                    assert found.keys() == expected[width].keys(), (table, number)
                    for start, bucket in expected[width].items():
                        is_aside = (number, width, int(start.timestamp())) in aside
                        pair = (found[start], bucket)
                        if not is_settled:
                            pair = (pair[0] | dict.fromkeys(QUANTILES), pair[1] | dict.fromkeys(QUANTILES))
                        self.compare(*pair, is_aside=is_aside, is_circular=is_circular, where=(table, start))

    def compare(
        self, found: Bucket, bucket: Bucket, *, is_aside: bool, is_circular: bool, where: object
    ) -> None:
        if is_aside:
            assert not is_fine(bucket) or is_near_the_end(bucket), (where, bucket)
            assert all(found[name] is None for name in FIGURES), where
        scale = max(
            (abs(bucket[name]) for name in ("minimum", "maximum") if bucket[name] is not None), default=0
        )
        for name in COUNTS if is_aside else (*COUNTS, *FIGURES):
            same = is_same(found[name], bucket[name], name, is_circular=is_circular, scale=scale)
            assert same, (where, name, found[name], bucket[name])


def is_near_the_end(bucket: Bucket) -> bool:
    """Whether a calculation in between may leave the range of numbers: squares of results do from 1e154 on."""
    return any(abs(bucket[name] or 0) > 1e150 for name in ("minimum", "maximum", "mean"))


def micros(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def rolled(connection: Connection, table: str, number: int) -> dict[datetime, Bucket]:
    names = (*COUNTS, *FIGURES)
    rows = connection.execute(
        f"SELECT bucket_start, {', '.join(names)} FROM {table} WHERE datastream_id = %s".encode(), [number]
    ).fetchall()
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}


PUT = (
    "INSERT INTO observations (datastream_id, quality, phenomenon_time, result, batch_id)"
    " VALUES (%(n)s, %(flag)s, %(at)s, %(value)s, %(batch)s) ON CONFLICT DO NOTHING"
)
STATEMENTS = {
    "put": PUT,
    "correct": "UPDATE observations SET result = %(value)s, quality = %(flag)s"
    " WHERE datastream_id = %(n)s AND phenomenon_time = %(at)s",
    "delete": "DELETE FROM observations WHERE datastream_id = %(n)s AND phenomenon_time = %(at)s",
}
usual = st.floats(0, 500).map(lambda value: round(value, 2))
absurd = st.sampled_from([1e308, -1e308, 1.7976931348623157e308, 5e-324, -5e-324, -0.0, 1e155])
flags = st.sampled_from([1, 2, 2, 2, 3, 4, 9])
#: Three days around a new month and a new year of Muscat, in steps that meet often; or 400 days earlier.
moments = st.builds(
    lambda day, minute, is_late: FIRST + timedelta(days=day - (400 if is_late else 0), minutes=minute),
    st.sampled_from([0, 0, 0, 1, 31]),
    st.integers(0, 240),
    st.sampled_from([False] * 5 + [True]),
)
some_rows = st.lists(st.tuples(moments, st.one_of(*[usual] * 6, absurd), flags), min_size=1, max_size=8)
runs = st.builds(
    lambda begin, step, values, flag: [
        (begin + n * timedelta(minutes=step), value, flag) for n, value in enumerate(values)
    ],
    moments,
    st.sampled_from([1, 5, 15]),
    st.lists(usual, min_size=10, max_size=30),
    st.sampled_from([1, 2]),
)
events = st.tuples(
    st.sampled_from(["go on", "go on", "put", "put", "correct", "delete"]),
    st.integers(0, 3),
    st.one_of(some_rows, runs),
)
#: Chapters, after each of which the worker takes a turn.
stories = st.lists(st.lists(events, min_size=1, max_size=5), min_size=4, max_size=8)
#: A story takes up to three seconds on two busy cores, as numpy computes all anew after each chapter: ``--long`` ends within
#: ten minutes. One that fails is not made shorter, which would take many more.
STORIES = {False: 12, True: 100}
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]


@pytest.fixture(scope="module")
def city(postgres: PrivatePostgres) -> Iterator[City]:
    with open_database(postgres) as database:
        yield from _city(database)


def _city(database: Database) -> Iterator[City]:
    with database.connect("owner") as owner:
        register(owner, describe_source("s"), [describe_thing("t", *DATASTREAMS)])
        rows = owner.execute(
            "SELECT datastream_id, interval_seconds, is_circular, is_amount FROM datastreams"
            " JOIN observed_properties ON code = observed_property_code ORDER BY datastream_id"
        ).fetchall()
    with database.connect("worker") as worker:
        yield City(database, worker, [row[0] for row in rows], kinds=[row[1:] for row in rows])


EMPTY = (
    "DELETE FROM observations; TRUNCATE observations_quarter_hourly, observations_hourly, observations_daily,"
    " observations_monthly, observations_yearly, dirty_buckets, dirty_days, dirty_periods, added_hours, set_aside_buckets, gaps"
)


def play(city: City, story: list[Any]) -> None:
    with city.database.superuser() as connection:
        connection.execute(EMPTY)
    for chapter in story:
        for event in chapter:
            city.happen(event)
        city.keep_up(EAGER)
        city.check({which for _, which, _ in chapter}, is_settled=False)
    city.keep_up(SETTLED)
    city.check(range(4), is_settled=True)


def test_every_roll_up_is_what_a_full_recompute_says(city: City, is_long: bool) -> None:
    how = settings(max_examples=STORIES[is_long], phases=PHASES, suppress_health_check=list(HealthCheck))
    how(given(stories)(lambda story: play(city, story)))()
