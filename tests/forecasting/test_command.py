"""``python -m forecasting`` as the worker runs it, and ``falaj forecast`` as an operator does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from citycore.model import SourceKind
from stack import boundary

ROOT = Path(__file__).resolve().parents[2]
END = datetime(2024, 3, 3, tzinfo=UTC)


def run(environment, *arguments):
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "forecasting", *arguments],
        cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=400,
    )  # fmt: skip


def test_what_is_due_is_issued_by_processes_of_their_own(database, weekly, add_thing, add_hours):
    environment = {
        **database.environment(),
        "FALAJ_FORECAST_BACKTEST_ORIGINS": "3",
        "FALAJ_FORECAST_PROPHET_SERIES_MAX": "0",
    }
    with database.connect() as owner:
        for observed_property in ("vehicle_flow", "pedestrian_flow"):
            datastream = add_thing(owner, SourceKind.RECORDED, observed_property)
            add_hours(owner, datastream, END, weekly(4, noise=5.0).values)
    due = run(environment, "--due")
    assert (due.returncode, due.stdout) == (0, "2 forecasts issued, 0 failed.\n"), due.stderr
    assert "forecasts_issued" in due.stderr
    studied = run(environment, "--study", "--language", "ar")
    assert studied.returncode == 0, studied.stderr
    assert "دُرست 2 سلسلة" in studied.stdout
    assert "cmdstan" not in (due.stderr + studied.stderr).lower(), "no noise from the libraries"


def test_what_is_wrong_is_one_line_without_traceback(database):
    away = run({"FALAJ_STORE_WORKER_URL": "postgresql://falaj_worker@127.0.0.1:1/none"}, "--due")
    assert away.returncode == 1
    assert len(away.stderr.splitlines()) == 1, away.stderr
    assert "127.0.0.1:1/none" in away.stderr
    assert run({}).returncode == 2


@pytest.fixture
def falaj(database, monkeypatch, capsys):
    """Run a command here; its exit code and what it said."""
    environment = {
        **database.environment(), "FALAJ_FORECAST_PROCESSES": "0", "FALAJ_FORECAST_BACKTEST_ORIGINS": "4",
        "FALAJ_FORECAST_PROPHET_SERIES_MAX": "0", "COLUMNS": "200", "FALAJ_LANGUAGE": "en",
    }  # fmt: skip
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    # Loggers keep the stream that they were set up with, which is this test's.
    monkeypatch.setattr("citycore.log.configure_command_logging", lambda: None)

    def command(*arguments):
        capsys.readouterr()
        code = boundary.run(["forecast", *arguments])
        said = capsys.readouterr()
        return code, said.out + said.err

    return command


def test_an_operator_issues_tests_and_is_told_why(
    database, weekly, add_thing, add_hours, falaj, tmp_path, monkeypatch
):
    with database.connect() as owner:
        datastream = add_thing(owner, SourceKind.RECORDED)
        add_hours(owner, datastream, END, weekly(5, noise=5.0).values)
        assert "4711" in falaj("run", "--datastream", "4711")[1]
        code, said = falaj("explain", str(datastream))
        assert (code, f"{datastream}" in said) == (1, True)
        assert falaj("run", "--property", "vehicle_flow")[0] == 0
        assert "simple models" in falaj("explain", str(datastream))[1]
        file = tmp_path / "studies.json"
        code, said = falaj("backtest", "--datastream", str(datastream), "--json", str(file))
        assert code == 0, said
        assert "LightGBM" in said
        assert "is shown" in said
        assert json.loads(file.read_text())[str(datastream)]["key"] == datastream
        assert falaj("run", "--datastream", str(datastream))[0] == 0
        owner.execute(
            "INSERT INTO forecast_outcomes VALUES (%s, %s, 1, 6, 'x', 10, 5, 10, 5, 10, 5, 8, 10)",
            [datastream, END.date() + timedelta(days=1)],
        )
    _, said = falaj("explain", str(datastream))
    assert "on 4 earlier days" in said
    assert "80 % band" in said
    assert "Since 2024-03-04, on 1 days, its forecasts erred 50 % less than the same hour last week." in said
    monkeypatch.setenv("FALAJ_LANGUAGE", "ar")
    assert "نطاق" in falaj("explain", str(datastream))[1]
    assert falaj("backtest")[0] == 2
