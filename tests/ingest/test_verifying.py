"""``falaj rollups verify``: says nothing where all is well, and names what somebody planted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from citycore.model import DatastreamDescription
from citycore.store.registry import register
from ingest.rollups import roll_up, roll_up_days, roll_up_periods, settle_hours
from ingest.settings import IngestSettings
from ingest.verifying import Difference, Tally, Verification
from stack import boundary
from tests.conftest import Database
from tests.ingest.conftest import describe_source, describe_thing

#: New year's midnight in Muscat.
MIDNIGHT = datetime(2025, 12, 31, 20, tzinfo=UTC)
AT_ONCE = IngestSettings(
    rollup_open_day_seconds=0, rollup_ended_hour_seconds=0, rollup_open_hour_seconds=0,
    rollup_ended_period_seconds=0, rollup_open_period_seconds=0,
)  # fmt: skip
DATASTREAMS = (
    DatastreamDescription(observed_property="pm2_5", interval_seconds=600),
    DatastreamDescription(observed_property="wind_direction"),
)


@pytest.fixture
def city(database: Database) -> Database:
    """Two days around a new year; one hour of it cannot be computed."""
    with database.connect("owner") as owner:
        register(owner, describe_source("s"), [describe_thing("t", *DATASTREAMS)])
    with database.superuser() as connection:
        connection.execute(
            "INSERT INTO observations (datastream_id, quality, phenomenon_time, result, batch_id)"
            " SELECT datastream_id, 2, %s::timestamptz + n * INTERVAL '10 minutes', n %% 350, 1"
            " FROM datastreams, generate_series(-144, 143) AS n",
            [MIDNIGHT],
        )
        connection.execute(
            "UPDATE observations SET result = 1.7e308 WHERE phenomenon_time < %s AND datastream_id = 1",
            [MIDNIGHT - timedelta(hours=23)],
        )
        connection.execute(
            "INSERT INTO dirty_buckets SELECT 1, array_agg(datastream_id), array_agg(hour) FROM (SELECT DISTINCT"
            " datastream_id, floor(extract(epoch FROM phenomenon_time) / 3600)::int AS hour FROM observations) AS hours"
        )
    with database.connect("worker") as worker:
        for work in (roll_up, settle_hours, roll_up_days, roll_up_periods):
            while work(worker, AT_ONCE):
                pass
    return database


def verified(database: Database, *window: Any) -> tuple[list[Difference], Tally]:
    import psycopg

    with psycopg.connect(database.url("worker"), autocommit=True) as connection:
        verification = Verification(connection, *window)
        return list(verification.differences()), verification.tally


def change(database: Database, *statements: str) -> None:
    with database.superuser() as connection:
        for statement in statements:
            connection.execute(statement.encode())


def test_nothing_is_said_where_all_is_well(city: Database) -> None:
    found, tally = verified(city)
    assert found == []
    # Two days, so two months and two years, of two datastreams; an hour, its quarters that hold two, and its day cannot be computed.
    assert tally.aside == 4
    assert tally.compared == 2 * (48 * 5 + 2 + 2 + 2)
    assert tally.waiting == 0


def test_what_was_planted_is_named_in_every_width(city: Database) -> None:
    change(
        city,
        "UPDATE observations_hourly SET mean = mean + 1 WHERE datastream_id = 2 AND bucket_start = '2025-12-31T20:00Z'",
        "UPDATE observations_quarter_hourly SET p95 = NULL WHERE datastream_id = 1 AND bucket_start = '2025-12-31T20:00Z'",
        "DELETE FROM observations_daily WHERE datastream_id = 1 AND bucket_start = '2025-12-31T20:00Z'",
        "UPDATE observations_monthly SET good_count = 7 WHERE datastream_id = 2 AND bucket_start = '2025-12-31T20:00Z'",
        "INSERT INTO observations_yearly SELECT 2, '2020-12-31T20:00Z', 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1",
    )
    found, tally = verified(city)
    named = sorted((one.datastream, one.seconds, one.field) for one in found if one.field)
    assert named == [(1, 900, "p95"), (2, 3_600, "mean"), (2, 2_592_000, "good_count")]
    rows = sorted((one.datastream, one.seconds, one.kept, one.computed) for one in found if one.field is None)
    assert rows == [(1, 86_400, None, "a row"), (2, 31_536_000, "a row", None)]
    assert len(tally.different) == 5
    assert {one.datastream for one in verified(city, None, None, 1)[0]} == {1}
    assert verified(city, datetime(2026, 1, 1, tzinfo=UTC))[0] == []


def test_what_waits_is_about_to_change(city: Database) -> None:
    change(
        city,
        "UPDATE observations SET result = 5 WHERE datastream_id = 1 AND phenomenon_time = '2025-12-31T20:00Z'",
        "INSERT INTO dirty_buckets VALUES (9, '{1}', ARRAY[extract(epoch FROM '2025-12-31T20:00Z'::timestamptz)::int / 3600])",
    )
    found, tally = verified(city)
    assert found == []
    assert tally.waiting == 4 + 1 + 1 + 1 + 1


def test_the_command_names_differences_up_to_a_limit_and_ends_with_1(
    city: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in (city.environment() | {"FALAJ_LANGUAGE": "en"}).items():
        monkeypatch.setenv(name, value)
    assert boundary.run(["rollups", "verify"]) == 0
    assert capsys.readouterr().out.startswith("Compared: ")
    change(city, "UPDATE observations_daily SET total = 1, maximum = 0 WHERE datastream_id = 2")
    assert boundary.run(["rollups", "verify", "--limit", "1", "--datastream", "2"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Datastream 2, day 2025-12-30T20:00:00Z: ")
    assert "And 3 more differences." in lines
    assert "Different: 2." in lines[-1]
    monkeypatch.setenv("FALAJ_LANGUAGE", "ar")
    assert boundary.run(["rollups", "verify", "--from", "2026-01-05T00:00Z"]) == 0
    assert "قورن: 0" in capsys.readouterr().out
