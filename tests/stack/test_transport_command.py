"""``falaj transport``: a schedule is loaded once, and a wrong one says where."""

from __future__ import annotations

from pathlib import Path

import pytest

from citycore.store.registry import register
from stack.boundary import run
from stack.postgres import ROLES
from tests.citycore.transit_scene import feed_files, write_feed
from tests.conftest import Database
from tests.ingest.conftest import describe_source


@pytest.fixture
def hub(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    for role in ROLES:
        monkeypatch.setenv(f"FALAJ_STORE_{role.upper()}_URL", database.url(role))
    monkeypatch.setenv("FALAJ_LANGUAGE", "en")
    with database.connect() as owner:
        register(owner, describe_source("buses"), [])
    return database


@pytest.mark.usefixtures("hub")
def test_a_schedule_is_loaded_once(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = str(write_feed(tmp_path, feed_files({"t1": 28_800})))
    assert run(["transport", "load", folder, "--source", "buses"]) == 0
    assert (
        "Loaded a schedule for buses: 1 trips, 4 stops, 2026-11-01 to 2026-12-31." in capfd.readouterr().out
    )
    assert run(["transport", "load", folder, "--source", "buses"]) == 0
    assert "is there already" in capfd.readouterr().out
    assert run(["transport", "list"]) == 0
    assert "buses\t" in capfd.readouterr().out
    assert run(["transport", "load", folder, "--source", "trams"]) == 1
    assert "There is no source “trams”" in capfd.readouterr().err


@pytest.mark.usefixtures("hub")
def test_every_fault_has_a_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    files = feed_files({"t1": 28_800})
    files["stop_times.txt"] = files["stop_times.txt"].replace(",b,2", ",x,2").replace(",c,3", ",y,3")
    assert run(["transport", "load", str(write_feed(tmp_path, files)), "--source", "buses"]) == 1
    told = capfd.readouterr().err
    assert "stop_times.txt, line 3: stop_id names “x”" in told
    assert "stop_times.txt, line 4: stop_id names “y”" in told
    assert "(faults: 2)" in told
    assert "Traceback" not in told
