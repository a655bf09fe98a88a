"""Work that may wait steps back alone: whoever began it goes on as before."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from citycore.background import step_back

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing steps back")


def test_only_the_thread_that_steps_back_becomes_idle_work() -> None:
    before = os.sched_getscheduler(0)
    with ThreadPoolExecutor(1, initializer=step_back) as threads:
        assert threads.submit(os.sched_getscheduler, 0).result() == os.SCHED_IDLE
    assert os.sched_getscheduler(0) == before != os.SCHED_IDLE


def test_where_a_container_forbids_it_the_work_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "sched_setscheduler", refuse)
    monkeypatch.setattr(os, "setpriority", refuse)
    step_back()
