"""Children end: when asked, when they will not listen, and when their parent dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from stack.child import Child, launcher
from stack.folder import RUN_MARKER, processes_of
from stack.waiting import wait_until

pytestmark = pytest.mark.usefixtures("wire")

STUBBORN = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print("ready", flush=True)
time.sleep(600)
"""


def a_child(folder: Path, code: str, run_id: str) -> Child:
    child = Child("child", [sys.executable, "-c", code], folder / "child.log", {RUN_MARKER: run_id})
    child.start()
    return child


def test_a_child_stops_when_asked(tmp_path: Path):
    run_id = f"obedient-{os.getpid()}"
    child = a_child(tmp_path, "import time; time.sleep(600)", run_id)
    assert child.running
    child.stop(5)
    assert processes_of(run_id) == []
    assert not child.running


def test_a_child_that_ignores_the_signal_is_killed_with_its_own_children(tmp_path: Path):
    run_id = f"stubborn-{os.getpid()}"
    child = a_child(tmp_path, STUBBORN, run_id)
    assert wait_until(lambda: "ready" in child.last_words(), 40)
    assert len(processes_of(run_id)) == 2
    child.stop(0.2)
    assert wait_until(lambda: processes_of(run_id) == [], 40)


def test_stopping_what_never_started_or_ended_already_is_fine(tmp_path: Path):
    Child("child", ["true"], tmp_path / "log").stop()
    child = a_child(tmp_path, "", "short")
    assert wait_until(lambda: not child.running, 40)
    child.stop()
    child.stop()


@pytest.mark.parametrize("parent_signal", [signal.SIGKILL, signal.SIGTERM])
def test_a_child_ends_with_its_parent(tmp_path: Path, parent_signal: signal.Signals):
    run_id = f"orphan-{parent_signal.name}-{os.getpid()}"
    parent_code = textwrap.dedent(f"""
        import sys, time
        from pathlib import Path
        from stack.child import Child
        child = Child("child", [sys.executable, "-c", "import time; time.sleep(600)"],
                      Path({str(tmp_path)!r}, "log"), {{{RUN_MARKER!r}: {run_id!r}}})
        child.start()
        print("started", flush=True)
        time.sleep(600)
    """)
    parent = subprocess.Popen(
        [sys.executable, "-c", parent_code],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"started\n"
    assert wait_until(lambda: len(processes_of(run_id)) == 1, 40)
    parent.send_signal(parent_signal)
    parent.wait(60)
    parent.stdout.close()
    assert wait_until(lambda: processes_of(run_id) == [], 40)


def test_a_command_whose_parent_is_gone_already_never_starts(tmp_path: Path):
    words = launcher(None)
    assert words[-1] == str(os.getpid())
    started = tmp_path / "started"
    orphan = subprocess.run([*words[:-1], "1", "touch", str(started)], check=False)
    assert orphan.returncode == 1
    assert not started.exists()
    assert subprocess.run([*words, "touch", str(started)], check=False).returncode == 0
    assert started.exists()


def test_a_child_gives_way_as_far_as_it_is_told(tmp_path: Path):
    code = "import os; print('niceness', os.nice(0))"
    for niceness in (0, 7):
        child = Child("child", [sys.executable, "-c", code], tmp_path / f"{niceness}.log", niceness=niceness)
        child.start()
        assert wait_until(lambda one=child: "niceness" in one.last_words(), 40)
        assert child.last_words() == f"niceness {os.nice(0) + niceness}"
        child.stop()


def test_last_words_are_the_end_of_the_log(tmp_path: Path):
    child = a_child(tmp_path, "print('one'); print('two'); print('three'); print('four')", "talker")
    assert wait_until(lambda: not child.running, 40)
    assert child.last_words(2) == "three / four"
