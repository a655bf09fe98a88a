"""``falaj qc explain``: which test flagged an observation."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from citycore.store.registry import register
from stack.cli import app
from stack.postgres import ROLES
from tests.conftest import Database
from tests.ingest.conftest import STANDARD, describe_source, describe_thing

AT = "2026-03-01T08:00:00+00:00"


@pytest.fixture
def datastream(database: Database, monkeypatch: pytest.MonkeyPatch) -> int:
    """Three results, of which the second is flagged as a spike."""
    for role in ROLES:
        monkeypatch.setenv(f"FALAJ_STORE_{role.upper()}_URL", database.url(role))
    monkeypatch.setenv("FALAJ_LANGUAGE", "en")
    with database.connect() as owner:
        register(owner, describe_source("s"), [describe_thing("t", STANDARD[0])])
        (number,) = owner.execute("SELECT datastream_id FROM datastreams").fetchone() or (0,)
        for minute, result, quality in ((-1, 20.0, 2), (0, 95.0, 4), (1, 21.0, 2)):
            owner.execute(
                "INSERT INTO observations VALUES (%s, %s, %s::timestamptz + make_interval(mins => %s), %s, 1)",
                [number, quality, AT, minute, result],
            )
        owner.execute("INSERT INTO observation_flags VALUES (%s, %s, 'spike', 4, 1)", [number, AT])
    return number


def test_it_names_the_test_the_limits_and_the_neighbours(datastream: int) -> None:
    told = CliRunner().invoke(app, ["qc", "explain", str(datastream), AT]).output
    assert "t, pm2_5: 95.0 ug/m3, quality 4" in told
    assert "spike → 4: it stands off both of its neighbours" in told
    assert "It stands 74.5 off the mean" in told


def test_it_says_what_was_unusual_then(database: Database, datastream: int) -> None:
    with database.connect("worker") as worker:
        for minute, ends in ((-20, 0), (-90, -60)):
            worker.execute(
                "INSERT INTO anomalies (datastream_id, expected_by, starts_at, ends_at, step_count, worst_at, observed, expected,"
                " lower_95, upper_95, size) VALUES (%s, 'nowcast', %s::timestamptz + make_interval(mins => %s),"
                " %s::timestamptz + make_interval(mins => %s), 2, %s, 95, 20, 12.5, 27, 9)",
                [datastream, AT, minute, AT, ends, AT],
            )
    told = CliRunner().invoke(app, ["qc", "explain", str(datastream), AT]).output
    assert told.count("Unusual: anomaly") == 1
    assert (
        "anomaly 1 since 2026-03-01T07:40:00+0000. At its worst 20 was expected, between 12.5 and 27" in told
    )
    assert "spike → 4" in told


@pytest.mark.parametrize(("at", "code"), [("2026-03-01T09:00:00Z", 1), ("yesterday", 2)])
def test_what_is_not_there_is_said(datastream: int, at: str, code: int) -> None:
    assert CliRunner().invoke(app, ["qc", "explain", str(datastream), at]).exit_code == code
