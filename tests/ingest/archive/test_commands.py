"""``falaj archive``: what operators see, and with what it ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from stack.cli import app
from stack.postgres import ROLES
from tests.ingest.archive.conftest import KEEPING, Scene

ROOT = Path(__file__).resolve().parents[3]


def test_an_operator_lists_verifies_and_restores(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    for role in ROLES:
        monkeypatch.setenv(f"FALAJ_STORE_{role.upper()}_URL", scene.city.database.url(role))
    monkeypatch.setenv("FALAJ_LANGUAGE", "en")
    monkeypatch.setenv("FALAJ_ARCHIVE_URL", scene.folder.as_uri())
    monkeypatch.setenv("FALAJ_ARCHIVE_QUIET_SECONDS", "0")
    before = scene.rows()
    scene.run(KEEPING)

    def tell(*words: str) -> tuple[int, str]:
        told = CliRunner().invoke(app, ["archive", *words])
        return told.exit_code, told.output

    code, listed = tell("list", "--sector", "weather")
    assert code == 0
    assert "port/weather/2026-03-02: 2 rows, version 1," in listed
    assert "in the store as well" in listed
    assert "Parts: 1, with 2 rows" in listed
    scene.run()
    assert "in the archive alone" in tell("list")[1]
    assert tell("verify") == (0, "Parts read: 6. Damaged: 0.\n")
    # In a process of its own, whose log is no part of what it prints.
    words = [sys.executable, "-m", "stack", "archive", "restore", "port", "2026-03-01", "2026-03-03"]
    told = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.startswith("Parts in the store: 5, with 55 rows.")
    assert told.stderr == ""
    path = scene.file("other/air/2026-03-02")
    path.write_bytes(path.read_bytes()[:-1])
    code, verified = tell("verify", "--dataset", "other")
    assert code == 1
    assert "other/air/2026-03-02: damaged, and the store has let go of its rows." in verified
    code, refused = tell("restore", "other", "2026-03-02")
    assert code == 1
    assert "other/air/2026-03-02: not put back:" in refused
    code, done = tell("run")
    assert (code, "Parts let go of by the store: 0" in done) == (0, True), "no age was named"
    assert len(scene.rows()["observations"]) == len(before["observations"]) - 5
