"""``python -m forecasting`` as an operator runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from citycore.model import SourceKind

ROOT = Path(__file__).resolve().parents[2]


def run(environment, *arguments):
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "forecasting", *arguments],
        cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def test_one_datastream_and_then_all_that_are_due(database, weekly, add_thing, add_hours):
    environment = {**database.environment(), "FALAJ_FORECAST_BACKTEST_ORIGINS": "3"}
    with database.connect() as owner:
        first = add_thing(owner, SourceKind.RECORDED)
        second = add_thing(owner, SourceKind.RECORDED, "pedestrian_flow")
        for datastream in (first, second):
            add_hours(owner, datastream, datetime(2024, 3, 3, tzinfo=UTC), weekly(4, noise=5.0).values)
        one = run(environment, "--datastream", str(first))
        assert one.returncode == 0, one.stderr
        assert f"Datastream {first}: forecast of 48 hours from 2024-03-03T00:00:00+00:00 by" in one.stdout
        assert len(one.stdout.splitlines()) == 1
        due = run(environment, "--due")
        assert (due.returncode, due.stdout) == (0, "1 forecasts issued, 0 failed.\n"), due.stderr
        assert "forecast_issued" in due.stderr
        assert "cmdstan" not in (one.stderr + due.stderr).lower(), "no noise from the libraries"
        stored = owner.execute("SELECT datastream_id FROM forecasts ORDER BY forecast_id").fetchall()
        assert stored == [(first,), (second,)]


def test_too_little_data_is_said_in_arabic_too(database, weekly, add_thing, add_hours):
    with database.connect() as owner:
        datastream = add_thing(owner)
        add_hours(owner, datastream, datetime(2024, 3, 3, tzinfo=UTC), weekly(1).values)
    outcome = run(database.environment(), "--datastream", str(datastream), "--language", "ar")
    assert outcome.returncode == 1
    assert f"تدفق البيانات {datastream}: لا يوجد توقع" in outcome.stdout
    with database.connect() as owner:
        add_hours(owner, datastream, datetime(2024, 3, 6, tzinfo=UTC), weekly(10 / 7).values)
    outcome = run(database.environment(), "--datastream", str(datastream))
    assert outcome.returncode == 0, outcome.stderr
    assert "only the same hour of last week was asked" in outcome.stdout


def test_what_is_wrong_is_one_line_without_traceback(database):
    unknown = run(database.environment(), "--datastream", "4711")
    away = run({"FALAJ_STORE_WORKER_URL": "postgresql://falaj_worker@127.0.0.1:1/none"}, "--due")
    for outcome, words in ((unknown, "4711"), (away, "127.0.0.1:1/none")):
        assert outcome.returncode == 1
        assert len(outcome.stderr.splitlines()) == 1, outcome.stderr
        assert words in outcome.stderr
    assert run({}, "--datastream", "x").returncode == 2
