"""Runners: a task that fails, hangs or kills its process is told of, and stops no other."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

from forecasting.running.cluster import Cluster
from forecasting.running.model import Outcome, Runner, Task
from forecasting.running.opening import open_runner
from forecasting.running.processes import Processes
from forecasting.running.settings import DaskSettings, RunningSettings
from stack.waiting import wait_until
from tests.forecasting.works import die, double, fail, hang, process

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def two(wire: None) -> Iterator[Runner]:
    with open_runner(RunningSettings(processes=2, tasks_per_process_max=3), DaskSettings()) as runner:
        yield runner


def run(runner: Runner, tasks: Sequence[Task]) -> dict[object, Outcome]:
    waiting, found = list(tasks), {}
    while waiting or runner.is_busy:
        while waiting and runner.has_room:
            runner.start(waiting.pop(0))
        outcome = runner.wait()
        found[outcome.task.subject] = outcome
    return found


def test_what_fails_hangs_or_dies_stops_no_other(two: Runner, tmp_path: Path) -> None:
    note = tmp_path / "note"
    good = [Task(number, partial(double, number), 60) for number in range(4)]
    # The process that dies and the one that hangs have to start first, which takes longer than a moment.
    bad = [Task("fails", fail, 60), Task("dies", die, 60), Task("hangs", partial(hang, note), 5)]
    found = run(two, [*bad, *good])
    assert [found[number].result for number in range(4)] == [0, 2, 4, 6]
    assert {name: found[name].fault for name in ("fails", "dies", "hangs")} == {
        "fails": "error",
        "dies": "died",
        "hangs": "timeout",
    }
    assert found["fails"].reason == "ValueError: no such series"
    assert "ended with 3" in found["dies"].reason
    assert "5 seconds" in found["hangs"].reason
    beside, left = note.read_text().split()
    assert wait_until(lambda: not Path(f"/proc/{beside}").exists(), 30), "what it had started went with it"
    assert not Path(left).exists(), "and its files"


def test_a_process_is_replaced_after_so_many_tasks(two: Runner) -> None:
    pids = []
    for _ in range(7):
        two.start(Task("pid", process, 60))
        pids.append(two.wait().result)
    assert len(set(pids)) >= 3
    assert all(pids.count(pid) <= 3 for pid in pids)


@pytest.fixture
def cluster(wire: None, tmp_path: Path) -> Iterator[str]:
    """The address of a scheduler with two workers, each a process with one thread that a nanny starts anew."""
    folder = tmp_path / "dask"
    folder.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__WORKER__DAEMON": "False"}
    note = folder / "scheduler.json"
    command = (sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0")
    started = []

    def start(*arguments: str) -> None:
        with (folder / f"{len(started)}.log").open("wb") as log:
            started.append(
                subprocess.Popen(
                    arguments, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True
                )
            )

    start(*command, "--no-dashboard", "--scheduler-file", str(note))
    try:
        start(
            sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", str(note), "--nworkers", "2",
            "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1", "--local-directory", str(folder),
        )  # fmt: skip
        assert wait_until(note.exists, 60)
        yield json.loads(note.read_text())["address"]
    finally:
        for one in reversed(started):
            os.killpg(one.pid, signal.SIGKILL)
            one.wait()


def test_a_cluster_does_the_same_and_ends_what_hangs(cluster: str, tmp_path: Path) -> None:
    with open_runner(RunningSettings(), DaskSettings(scheduler=cluster)) as runner:
        assert isinstance(runner, Cluster)
        runner.client.wait_for_workers(2, timeout=60)
        note = tmp_path / "note"
        bad = [Task("fails", fail, 60), Task("hangs", partial(hang, note), 2)]
        found = run(runner, [*bad, *(Task(number, partial(double, number), 60) for number in range(4))])
    assert [found[number].result for number in range(4)] == [0, 2, 4, 6]
    assert (found["fails"].fault, found["fails"].reason) == ("error", "ValueError: no such series")
    assert found["hangs"].fault == "timeout"


def test_without_its_cluster_the_hub_computes_by_itself(
    wire: None, capsys: pytest.CaptureFixture[str]
) -> None:
    away = DaskSettings(scheduler="tcp://127.0.0.1:1", connect_seconds_max=0.1)
    with open_runner(RunningSettings(processes=1), away) as runner:
        assert isinstance(runner, Processes)
    assert "cluster_away" in capsys.readouterr().out
