"""The data folder: one hub at a time, state that survives, disk that suffices."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from stack.child import Child
from stack.errors import DiskFull, HubNotRunning, HubRunning
from stack.folder import RUN_MARKER, DataFolder, processes_of
from stack.postgres import reachable_folder
from stack.waiting import wait_until


def test_a_second_hub_is_told_who_has_the_folder(tmp_path: Path):
    folder = DataFolder(tmp_path / "new")
    lock = folder.claim()
    assert folder.is_claimed
    with pytest.raises(HubRunning, match=str(os.getpid())):
        folder.claim()
    lock.close()
    assert not folder.is_claimed
    folder.claim().close()


@pytest.mark.usefixtures("wire")
def test_the_lock_of_a_killed_hub_is_free_at_once(tmp_path: Path):
    code = (
        "import os, signal; from pathlib import Path; from stack.folder import DataFolder;"
        f"lock = DataFolder(Path({str(tmp_path)!r})).claim(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", code], check=False, cwd=Path(__file__).parents[2])
    DataFolder(tmp_path).claim().close()


def test_state_is_for_the_owner_only_and_survives_rubbish(tmp_path: Path):
    folder = DataFolder(tmp_path)
    folder.remember("hub", {"environment": {"FALAJ_X": "1"}})
    assert stat.S_IMODE((tmp_path / "hub.json").stat().st_mode) == 0o600
    assert folder.remembered("hub") == {"environment": {"FALAJ_X": "1"}}
    (tmp_path / "hub.json").write_text("{half")
    assert folder.remembered("hub") == {}


def test_the_environment_is_that_of_a_running_hub_only(tmp_path: Path):
    folder = DataFolder(tmp_path)
    folder.remember("hub", {"environment": {"FALAJ_X": "1"}})
    with pytest.raises(HubNotRunning, match="falaj demo"):
        folder.running_environment()
    with folder.claim():
        assert folder.running_environment() == {"FALAJ_X": "1"}


def test_too_little_disk_is_an_error_that_names_both_numbers(tmp_path: Path):
    DataFolder(tmp_path).check_disk(1)
    with pytest.raises(DiskFull, match="999999999 MiB needed"):
        DataFolder(tmp_path).check_disk(999_999_999)


@pytest.mark.usefixtures("wire")
def test_leftovers_of_a_killed_hub_are_ended(tmp_path: Path):
    folder = DataFolder(tmp_path)
    folder.remember("hub", {"run_id": "left"})
    child = Child("child", ["sleep", "600"], tmp_path / "log", {RUN_MARKER: "left"})
    child.start()
    assert wait_until(lambda: len(processes_of("left")) == 1, 40)
    folder.end_leftovers(0.1)
    assert child.process is not None
    child.process.wait(60)
    assert processes_of("left") == []


def test_a_folder_behind_a_closed_door_is_replaced(tmp_path: Path):
    if os.geteuid() != 0:
        pytest.skip("only root runs servers as somebody else, who may be locked out")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    moved = reachable_folder(closed / "postgres")
    assert moved.parent == Path("/var/lib/falaj")
    assert reachable_folder(closed / "postgres") == moved
    assert reachable_folder(closed / "broker") != moved
    assert reachable_folder(Path("/srv/falaj")) == Path("/srv/falaj")
