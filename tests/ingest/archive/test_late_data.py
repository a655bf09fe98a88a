"""What comes late into a day that has left the store: not lost, not doubled, and no roll-up is made of it alone."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from ingest.rollups import roll_up, roll_up_days
from ingest.verifying import Verification
from tests.ingest.archive.conftest import EVERYTHING_OLD, KEEPING, ROLLED_UP, Scene, at


@pytest.fixture
def gone(scene: Scene) -> Scene:
    scene.run(KEEPING)
    assert scene.run().let_go == len(scene.parts())
    return scene


def told(scene: Scene, name: str, table: str = "observations") -> list[tuple[Any, ...]]:
    """Instant, result and batch of a datastream's rows."""
    with scene.city.database.connect("worker") as connection:
        return connection.execute(
            f"SELECT phenomenon_time, result, batch_id FROM {table} WHERE datastream_id = %s ORDER BY 1".encode(),
            [scene.city.numbers[name]],
        ).fetchall()


def test_a_late_value_is_merged_and_its_roll_ups_are_of_the_whole_day(gone: Scene) -> None:
    roll_ups = gone.roll_ups()
    gone.city.commit("air.pm2_5", [(at(5, 30), 1000.0)])
    while roll_up(gone.worker, ROLLED_UP) + roll_up_days(gone.worker, ROLLED_UP):
        pass
    assert gone.roll_ups() == roll_ups, "nothing is computed of one value"
    with psycopg.connect(gone.city.database.url("worker"), autocommit=True) as connection:
        verification = Verification(connection)
        assert list(verification.differences()) == []
    assert verification.tally.compared == 0
    assert verification.tally.archived > 0
    restored = gone.run(KEEPING)
    assert (restored.restored, restored.failed) == (1, 0)
    gone.settle()
    # A day is written as a whole, so the other two parts come back as well.
    written = gone.run(KEEPING)
    assert (written.restored, written.written, written.failed) == (2, 1, 0)
    gone.settle()
    rows = told(gone, "air.pm2_5")
    assert len(rows) == 25
    assert (at(5, 30), 1000.0, gone.city.batch) in rows
    day_mean = (sum(range(24)) - 5 + 502.5) / 24
    assert figures(gone, "hourly") == (2, 1000.0, 502.5)
    assert figures(gone, "daily") == (25, 1000.0, day_mean)
    assert gone.run(EVERYTHING_OLD).let_go == 3
    part = gone.parts()["port/air/2026-03-02"]
    assert (part.version, part.row_count) == (2, 24 + 24 + 1)
    assert told(gone, "air.pm2_5") == []
    with gone.city.database.connect("worker") as connection:
        assert connection.execute("SELECT count(*) FROM archive_waiting").fetchone() == (0,)


def figures(scene: Scene, width: str) -> tuple[Any, ...] | None:
    """Of the bucket that holds the late value."""
    with scene.city.database.connect("worker") as connection:
        return connection.execute(
            f"SELECT observation_count, maximum, mean FROM observations_{width} WHERE datastream_id = %s"
            " AND bucket_start <= %s ORDER BY bucket_start DESC LIMIT 1".encode(),
            [scene.city.numbers["air.pm2_5"], at(5)],
        ).fetchone()


@pytest.mark.parametrize(("policy", "kept"), [("keep_first", 5.0), ("quarantine", 5.0), ("keep_last", 99.0)])
def test_a_correction_is_decided_by_the_policy(gone: Scene, policy: str, kept: float) -> None:
    with gone.city.database.superuser() as owner:
        owner.execute("UPDATE datastreams SET conflict_policy = %s", [policy])
    first = 2  # the batch of the day
    gone.city.commit("air.pm2_5", [(at(5), 99.0), (at(6), 6.0)])
    gone.settle()
    assert gone.run(KEEPING).restored == 1
    rows = told(gone, "air.pm2_5")
    assert len(rows) == 24
    assert rows[5] == (at(5), kept, gone.city.batch if policy == "keep_last" else first)
    assert rows[6] == (at(6), 6.0, first), "the same once more is the first"
    flags = [row for row in gone.rows()["observation_flags"] if row[1] == at(5)]
    assert len(flags) == (0 if policy == "keep_last" else 2)
    with gone.city.database.connect("worker") as connection:
        letters = connection.execute("SELECT topic, payload, reason FROM dead_letters").fetchall()
    payload = b'{"phenomenon_time":"2026-03-02T01:00:00Z","results":{"pm2_5":99.0}}'
    quarantined = [("falaj/v1/port/air", payload, "conflicting_result")]
    assert letters == (quarantined if policy == "quarantine" else [])
