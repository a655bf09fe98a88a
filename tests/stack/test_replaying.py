"""``falaj replay`` as a person runs it: registered, published, told; wrong files in one line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stack.conftest import Command
from tests.stack.test_cli import assert_one_line

ROOT = Path(__file__).resolve().parents[2]
WATER = ROOT / "simulators" / "recordings" / "waterflow_2022_hourly.csv.gz"


@pytest.fixture
def environment(database, broker) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("FALAJ_")}
    return {**clean, **database.environment(), **broker.environment()}


def replay(*arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "stack", "replay", *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def test_a_recording_is_registered_and_published_under_the_wanted_source(database, environment, source_code):
    outcome = replay(str(WATER), "--source", source_code, environment=environment)
    assert outcome.returncode == 0, outcome.stderr
    assert "1,268 messages" in outcome.stdout
    assert "values/s" in outcome.stdout
    with database.connect() as connection:
        row = connection.execute(
            "SELECT count(*) FROM datastreams JOIN things USING (thing_id) JOIN sources USING (source_id)"
            " WHERE sources.code = %s",
            [source_code],
        ).fetchone()
    assert row == (1,)


def test_a_file_without_mapping_is_one_line(command: Command, environment, tmp_path: Path):
    unknown = tmp_path / "unknown.csv"
    unknown.write_text("a,b\n1,2\n")
    assert_one_line(command("replay", str(unknown), **environment), "unknown.csv")


def test_a_broker_that_is_away_is_one_line(command: Command, environment):
    outcome = command("replay", str(WATER), **(environment | {"FALAJ_BROKER_PORT": "9"}))
    assert_one_line(outcome, "127.0.0.1:9")
