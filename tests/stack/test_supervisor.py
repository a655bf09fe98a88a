"""Supervision: restart with growing pauses, give up at the limit, stop in reverse order."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from stack.child import Child
from stack.errors import ProcessFailed
from stack.settings import StackSettings
from stack.stopping import Stop, StopRequested
from stack.supervisor import Service, Supervisor, Task, restart_delay_seconds
from stack.waiting import wait_until


@pytest.fixture
def said() -> list[str]:
    return []


def a_supervisor(said: list[str], **limits: float) -> Supervisor:
    settings = StackSettings.model_validate(limits)
    return Supervisor(settings, Stop(), lambda what, details: said.append(f"{what} {details['process']}"))


def python(folder: Path, name: str, code: str) -> Child:
    return Child(name, [sys.executable, "-c", code], folder / f"{name}.log")


def tended(supervisor: Supervisor) -> bool:
    supervisor.tend()
    return True


def test_pauses_double_up_to_the_limit():
    assert [restart_delay_seconds(number, 5.0) for number in (1, 2, 3, 4, 9)] == [1, 2, 4, 5, 5]


def test_a_service_that_dies_is_said_once_and_started_again(tmp_path: Path, said: list[str]):
    supervisor = a_supervisor(said, restart_delay_seconds_max=0.1)
    service = Service("sleeper", python(tmp_path, "sleeper", "import time; time.sleep(600)"))
    supervisor.start(service)
    first = service.child.process
    assert first is not None
    first.kill()
    first.wait()
    assert wait_until(lambda: tended(supervisor) and service.child.running, 40)
    assert service.child.process is not first
    assert said == ["died sleeper"]
    supervisor.stop_all()


def test_a_service_that_keeps_dying_ends_it_with_its_last_words(tmp_path: Path, said: list[str]):
    supervisor = a_supervisor(said, restart_delay_seconds_max=0.0, restarts_max=2)
    supervisor.start(Service("mayfly", python(tmp_path, "mayfly", "print('no such sensor')")))
    with pytest.raises(ProcessFailed, match="no such sensor"):
        wait_until(lambda: not tended(supervisor), 20)
    assert said == ["died mayfly"] * 2
    supervisor.stop_all()


def test_a_service_that_ends_at_start_is_named(tmp_path: Path, said: list[str]):
    supervisor = a_supervisor(said)
    supervisor.start(
        Service("early", python(tmp_path, "early", "print('bad setting')"), answers=lambda: False)
    )
    with pytest.raises(ProcessFailed, match="early ended at start: bad setting"):
        supervisor.wait_until_healthy()
    supervisor.stop_all()


def test_a_service_that_never_answers_is_named(tmp_path: Path, said: list[str]):
    supervisor = a_supervisor(said, healthy_seconds_max=0.3)
    child = python(tmp_path, "mute", "import time; time.sleep(600)")
    supervisor.start(Service("mute", child, answers=lambda: False))
    with pytest.raises(ProcessFailed, match="mute does not answer"):
        supervisor.wait_until_healthy()
    supervisor.stop_all()
    assert not child.running


def test_stages_stop_in_reverse_order(tmp_path: Path, said: list[str]):
    supervisor = a_supervisor(said)
    note = tmp_path / "order"
    code = f"""
import pathlib, signal, sys, time
def end(*_):
    with pathlib.Path({str(note)!r}).open("a") as file:
        file.write(sys.argv[1] + " ")
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
print("ready", flush=True)
time.sleep(600)
"""
    children = []
    for name in ("first", "second", "third"):
        child = Child(name, [sys.executable, "-c", code, name], tmp_path / f"{name}.log")
        supervisor.start(Service(name, child))
        children.append(child)
    assert wait_until(lambda: all("ready" in child.last_words() for child in children), 40)
    supervisor.stop_all()
    assert note.read_text() == "third second first "


def test_a_task_that_ends_well_is_settled_once_and_a_failed_one_is_said(tmp_path: Path, said: list[str]):
    supervisor = a_supervisor(said)
    settled: list[str] = []
    for name, code in (("good", ""), ("bad", "raise SystemExit(1)")):
        task = Task(name, python(tmp_path, name, code), lambda name=name: settled.append(name))
        supervisor.start_task(task)
    assert wait_until(lambda: tended(supervisor) and bool(settled and said), 40)
    supervisor.tend()
    assert (settled, said) == (["good"], ["task_failed bad"])


def test_nothing_is_started_after_a_wish_to_stop(tmp_path: Path, said: list[str]):
    supervisor = a_supervisor(said)
    supervisor.stop.requested = True
    child = python(tmp_path, "late", "")
    with pytest.raises(StopRequested):
        supervisor.start(Service("late", child))
    assert child.process is None
