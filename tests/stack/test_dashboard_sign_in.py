"""Signing in on the dashboards of a hub on one machine: who chooses what, and who can read it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from citycore.settings import SignInSettings
from stack.dashboard_sign_in import NAMES, arguments_of, settings_of, sign_in_environment
from stack.folder import DataFolder

URL = "http://127.0.0.1:8501"


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def test_a_folder_has_one_secret_and_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    told = sign_in_environment(folder, URL)
    assert sign_in_environment(folder, URL) == told, "it stays over a restart"
    assert sign_in_environment(DataFolder(tmp_path / "x" / ".."), URL) == told
    option, file = arguments_of(folder, settings_of(told), "http://127.0.0.1:8000")
    assert option == "--secrets.files"
    assert Path(file).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "dashboards.json").stat().st_mode & 0o777 == 0o600
    auth = tomllib.loads(Path(file).read_text("utf-8"))["auth"]
    assert auth["redirect_uri"] == f"{URL}/oauth2callback" == told[NAMES[0]]
    assert auth["client_secret"] == told[NAMES[1]]


def test_what_is_said_by_hand_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAMES[0], "https://dash.example/oauth2callback")
    monkeypatch.setenv(NAMES[1], "h" * 40)
    told = sign_in_environment(DataFolder(tmp_path), URL)
    assert told == {}
    assert settings_of(told).redirect_uri == "https://dash.example/oauth2callback"


def test_where_nothing_is_said_streamlit_is_told_nothing(tmp_path: Path) -> None:
    assert arguments_of(DataFolder(tmp_path), SignInSettings()) == []
    assert list(tmp_path.iterdir()) == []
