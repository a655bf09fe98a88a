"""Supervision: restart with growing pauses, replace what is frozen, let rest what keeps dying, stop in reverse order."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from stack.child import Child
from stack.errors import DiskFull, ProcessFailed
from stack.folder import DataFolder
from stack.hub import Hub
from stack.probes import is_not_stopped
from stack.settings import StackSettings
from stack.stopping import Stop, StopRequested
from stack.supervisor import Service, Supervisor, Task, restart_delay_seconds
from stack.waiting import wait_until

pytestmark = pytest.mark.usefixtures("wire")


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


def test_pauses_double_up_to_the_limit_and_rests_after_too_many_up_to_theirs():
    settings = StackSettings(
        restarts_max=5, restart_delay_seconds_max=5, rest_seconds_first=60, rest_seconds_max=200
    )
    pauses = [restart_delay_seconds(number, settings) for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 5_000)]
    assert pauses == [1, 2, 4, 5, 5, 60, 120, 200, 200, 200]


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


def test_a_service_that_keeps_dying_rests_while_the_others_run_and_comes_back_when_it_can(
    tmp_path: Path, said: list[str]
):
    supervisor = a_supervisor(
        said, restart_delay_seconds_max=0.0, restarts_max=2, rest_seconds_first=0.5, rest_seconds_max=0.5
    )
    sleeper = Service("sleeper", python(tmp_path, "sleeper", "import time; time.sleep(600)"))
    cured = tmp_path / "cured"
    code = f"import pathlib, time; pathlib.Path({str(cured)!r}).exists() and time.sleep(600)"
    mayfly = Service("mayfly", python(tmp_path, "mayfly", code))
    supervisor.start(sleeper)
    supervisor.start(mayfly)
    assert wait_until(lambda: tended(supervisor) and said.count("rests mayfly") == 2, 60), said
    assert said[:4] == ["died mayfly", "died mayfly", "rests mayfly", "rests mayfly"]
    assert sleeper.child.running
    assert [(one.title, one.state) for one in supervisor.ailments()] == [("mayfly", "down")]
    cured.touch()
    assert wait_until(lambda: tended(supervisor) and mayfly.child.running and not supervisor.ailments(), 60)
    supervisor.stop_all()


FREEZING = """
import signal, sys
if sys.argv[1] == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
signal.pause()
signal.pause()
"""


@pytest.mark.parametrize(
    "patience",
    [
        {"frozen_seconds": 0.5, "stopped_seconds": 600},
        {"frozen_seconds": 600, "stopped_seconds": 0.5},  # what the kernel says counts beside the answers
    ],
    ids=["silent", "stopped"],
)
def test_frozen_services_are_replaced_together_and_the_stubborn_one_is_killed(
    tmp_path: Path, said: list[str], patience: dict[str, float]
):
    supervisor = a_supervisor(
        said, liveness_seconds=0.05, frozen_stop_seconds_max=0.5, healthy_seconds_max=600, **patience
    )
    services = []
    for name in ("gentle", "stubborn", "well"):
        child = Child(name, [sys.executable, "-c", FREEZING, name], tmp_path / f"{name}.log")
        services.append(Service(name, child, lives=is_not_stopped(child)))
    supervisor.start(*services)
    assert wait_until(lambda: all("ready" in one.child.last_words() for one in services), 40)
    assert wait_until(lambda: tended(supervisor) and all(answered(one) for one in services), 40)
    first = [one.child.process for one in services]
    for process in first[:2]:
        assert process is not None
        process.send_signal(signal.SIGSTOP)
    assert wait_until(
        lambda: tended(supervisor) and all(one.child.running and one.restarts for one in services[:2]), 60
    ), said
    assert sorted(said) == ["frozen gentle", "frozen stubborn"]
    assert [process.returncode for process in first if process is not None] == [
        -signal.SIGTERM, -signal.SIGKILL, None,
    ]  # fmt: skip
    assert services[2].restarts == 0
    supervisor.stop_all()


def answered(service: Service) -> bool:
    return service.watch is not None and service.watch.pulse.has_answered


def test_the_hub_comes_up_without_what_it_does_not_need(tmp_path: Path, said: list[str]):
    supervisor = a_supervisor(said, healthy_seconds_max=0.3)
    for name, code in (("early", "raise SystemExit(1)"), ("mute", "import time; time.sleep(600)")):
        service = Service(name, python(tmp_path, name, code), answers=lambda: False, is_optional=True)
        supervisor.start(service)
    supervisor.wait_until_healthy()
    assert wait_until(lambda: tended(supervisor) and said == ["died early"], 40), said
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


def test_a_task_that_ends_well_is_settled_once_and_one_that_always_fails_is_said(
    tmp_path: Path, said: list[str]
):
    supervisor = a_supervisor(said, restarts_max=1, restart_delay_seconds_max=0.05)
    settled: list[str] = []
    for name, code in (("good", ""), ("bad", "raise SystemExit(1)")):
        task = Task(name, python(tmp_path, name, code), lambda name=name: settled.append(name))
        supervisor.start_task(task)
    assert wait_until(lambda: tended(supervisor) and bool(settled and "task_failed bad" in said), 40)
    supervisor.tend()
    assert (settled, said) == (["good"], ["died bad", "task_failed bad"])


def test_a_task_that_fails_for_a_while_is_run_again_to_its_end(tmp_path: Path, said: list[str]):
    supervisor = a_supervisor(said, restart_delay_seconds_max=0.05)
    settled: list[str] = []
    mark = tmp_path / "server"
    code = f"import pathlib, sys; sys.exit(not pathlib.Path({str(mark)!r}).exists())"
    supervisor.start_task(Task("story", python(tmp_path, "story", code), lambda: settled.append("story")))
    assert wait_until(lambda: tended(supervisor) and said == ["died story"], 40)
    mark.touch()
    assert wait_until(lambda: tended(supervisor) and bool(settled), 40)


def test_nothing_is_started_after_a_wish_to_stop(tmp_path: Path, said: list[str]):
    supervisor = a_supervisor(said)
    supervisor.stop.requested = True
    child = python(tmp_path, "late", "")
    with pytest.raises(StopRequested):
        supervisor.start(Service("late", child))
    assert child.process is None


def test_what_a_hubs_supervisor_does_is_told_and_logged(tmp_path: Path):
    told: list[str] = []
    hub = Hub(DataFolder(tmp_path), StackSettings(), Stop(), lambda what, _: told.append(what))
    hub.supervisor.tell("frozen", {"process": "ingest", "seconds": "30"})
    assert told == ["frozen"]
    assert "Z frozen process=ingest seconds=30\n" in (tmp_path / "logs" / "supervisor.log").read_text()


def test_whoever_looks_after_a_hub_sees_its_disk_fill(tmp_path: Path):
    """It is looked after again and again (test_stopping), and ends as at a disk that is full at the start (test_cli)."""
    enough, too_little = (
        StackSettings(disk_free_mib_running_min=1),
        StackSettings(disk_free_mib_running_min=10**9),
    )
    Hub(DataFolder(tmp_path), enough, Stop(), lambda *_: None).tend()
    with pytest.raises(DiskFull, match=str(tmp_path)):
        Hub(DataFolder(tmp_path), too_little, Stop(), lambda *_: None).tend()
