"""Runners: a task that fails, hangs or kills its process is told of, and stops no other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

from forecasting.running.model import Outcome, Runner, Task
from forecasting.running.opening import open_runner
from forecasting.running.settings import DaskSettings, RunningSettings
from stack.waiting import wait_until
from tests.forecasting.works import die, double, fail, hang, process


@pytest.fixture(scope="module")
def two() -> Iterator[Runner]:
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
