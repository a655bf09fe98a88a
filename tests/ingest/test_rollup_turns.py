"""What is written plainly because nothing is kept of it yet, and what a turn leaves for the next one."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from citycore.store.connections import Connection
from ingest.buckets import HOUR, new_hours
from ingest.rollups import roll_up, roll_up_days, settle_hours
from ingest.settings import IngestSettings
from tests.conftest import Database
from tests.ingest.test_rollups import (
    MAX,
    MIDNIGHT,
    Store,
    assert_same,
    buckets,
    every,
    keep_up,
    statistics,
)

START = int(MIDNIGHT.timestamp())


@pytest.fixture
def store(database: Database) -> Store:
    return Store(database)


@pytest.fixture
def worker(database: Database) -> Iterator[Connection]:
    with database.connect("worker") as connection:
        yield connection


@pytest.mark.parametrize(
    ("kept", "known"),
    [
        ("", set()),
        ("observations_hourly", {2}),
        ("observations_quarter_hourly", {2}),
    ],
)
def test_a_run_is_new_where_neither_an_hour_nor_a_quarter_of_it_is_kept(
    store: Store, worker: Connection, kept: str, known: set[int]
) -> None:
    """Two runs, of four and of five hours, and one of three, which is too short to be looked up."""
    number = store.datastreams["no2"]
    runs = {1: range(4), 2: range(10, 15), 3: range(20, 23)}
    for table in filter(None, [kept]):
        store.query(
            f"INSERT INTO {table} (datastream_id, bucket_start, observation_count, good_count,"
            " not_evaluated_count, suspect_count, bad_count) VALUES (%s, %s, 1, 1, 0, 0, 0)"
            " RETURNING datastream_id",
            number,
            MIDNIGHT + timedelta(hours=14),
        )
    hours = [(number, START + n * HOUR) for run in runs.values() for n in run]
    wanted = {(number, START + n * HOUR) for run in {1, 2} - known for n in runs[run]}
    assert new_hours(worker, hours, 4) == wanted


@pytest.mark.parametrize("table", ["observations_hourly", "observations_quarter_hourly"])
def test_what_is_kept_of_a_part_of_a_run_is_replaced(store: Store, worker: Connection, table: str) -> None:
    """As what was set aside leaves it: hours without quarters, and quarters without an hour."""
    rows = every(5, 288)
    store.commit("no2", rows[:100])
    keep_up(worker)
    store.query(f"DELETE FROM {table} RETURNING datastream_id")
    store.commit("no2", rows[100:])
    store.query(
        "UPDATE dirty_buckets SET datastream_ids = %s, bucket_hours = %s RETURNING batch_id",
        [store.datastreams["no2"]] * 24,
        list(range(START // HOUR, START // HOUR + 24)),
    )
    keep_up(worker)
    for seconds in (900, HOUR):
        expected = {start: statistics(some) for start, some in buckets(rows, seconds).items()}
        found = store.rolled(seconds, "no2")
        assert found.keys() == expected.keys()
        for start, figures in found.items():
            assert_same(figures, expected[start])


def test_one_hour_of_a_file_that_cannot_be_computed_leaves_the_others(
    store: Store, worker: Connection
) -> None:
    rows = every(5, 288)
    at = MIDNIGHT + timedelta(hours=5)
    spoilt = [(at, MAX, 1), (at + timedelta(minutes=1), -MAX, 1)]
    store.commit("no2", [row for row in rows if not at <= row[0] < at + timedelta(hours=1)] + spoilt)
    keep_up(worker)
    hours = store.rolled(HOUR, "no2")
    assert len(hours) == 24
    assert [start for start, figures in hours.items() if figures[1] is None] == [at]
    assert len(store.rolled(900, "no2")) == 23 * 4 + 1
    assert store.query("SELECT bucket_seconds FROM set_aside_buckets ORDER BY 1") == [
        (900,),
        (HOUR,),
        (86_400,),
    ]


def test_what_a_turn_has_no_time_for_stays_noted(store: Store, worker: Connection) -> None:
    """The first piece is always worked through, so that there is an end to it however slow it is."""
    store.commit("pm2_5", every(24 * 60, 200))
    while roll_up(worker):
        pass
    hurried = IngestSettings(rollup_turn_seconds=1e-9)
    noted = "SELECT count(*), min(noted_at) > '-infinity' FROM dirty_days"
    # 288 values are expected of a day, and 40,000 are for the first piece.
    assert roll_up_days(worker, hurried) == 139
    assert store.query(noted) == [(61, True)]
    store.query("UPDATE datastreams SET interval_seconds = 1 RETURNING datastream_id")
    assert [roll_up_days(worker, hurried) for _ in range(3)] == [1, 1, 1], "of a day that may hold more"
    store.query("UPDATE datastreams SET interval_seconds = NULL RETURNING datastream_id")
    assert list(iter(lambda: roll_up_days(worker, hurried), 0)) == [28, 28, 2], (
        "1,440 of one of which nothing is known"
    )
    assert store.query("SELECT count(*) FROM observations_daily") == [(200,)]


@pytest.mark.parametrize("seed", range(3))
def test_gaps_are_those_between_the_values_whatever_shows_them(
    store: Store, worker: Connection, seed: int
) -> None:
    """Of eight days, in two parts of which the second one fills what the first one lacks: within days, over midnight, beside
    what is missing, and on days of which a gap is noted that has closed."""
    random = np.random.default_rng(seed)
    rows, is_there = every(5, 8 * 288, seed=seed), np.full(8 * 288, True)
    flags = np.where(random.random(len(rows)) < 0.002, 9, 1)
    for begin in [*random.integers(0, len(rows), 12), 3 * 288 - 4]:
        is_there[begin : begin + random.integers(4, 14)] = False
    filled, missing = 5 * 288 + 100, 6 * 288 + 100
    is_there[filled : filled + 10] = is_there[missing : missing + 10] = False
    is_there[missing + 5], flags[missing + 5] = True, 9
    rows = [(at, value, int(flag)) for (at, value, _), flag in zip(rows, flags, strict=True)]
    is_late = ~is_there & (random.random(len(rows)) < 0.2)
    is_late[filled : filled + 10] = True
    for kept in (is_there, is_there | is_late):
        new = kept if kept is is_there else is_late
        store.commit("pm2_5", [row for row, is_new in zip(rows, new, strict=True) if is_new])
        keep_up(worker)
        times = [row[0] for row, is_kept in zip(rows, kept, strict=True) if is_kept and row[2] < 9]
        wanted = [
            (begin, end) for begin, end in itertools.pairwise(times) if end - begin > timedelta(minutes=15)
        ]
        assert len(wanted) > 3
        found = store.query("SELECT began_at, ended_at FROM gaps ORDER BY 1")
        assert found == [*wanted, (times[-1], None)]


def test_pieces_grow_with_what_there_is_time_for(
    store: Store, worker: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hours to which values were added, of which none has ended long ago."""
    hours = [(store.datastreams["no2"], START + n * HOUR) for n in range(200)]
    store.query(
        "INSERT INTO added_hours SELECT %s, to_timestamp(unnest(%s::int8[])) RETURNING datastream_id",
        store.datastreams["no2"],
        [epoch for _, epoch in hours],
    )
    taken: list[int] = []
    execute = type(worker).execute

    def count(self: Connection, query: Any, params: Any = None, **options: Any) -> Any:
        if isinstance(params, dict) and "hours_max" in params:
            taken.append(params["hours_max"])
        return execute(self, query, params, **options)

    monkeypatch.setattr(type(worker), "execute", count)
    patient = IngestSettings(rollup_turn_seconds=600, rollup_turn_buckets=100, rollup_hours_max=190)
    assert settle_hours(worker, patient) == 190
    assert taken == [16, 100, 74], "eight times as many, but no more than may be at once, and at all"
