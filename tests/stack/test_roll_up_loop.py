"""The loop that rolls up while there is always more to do."""

from __future__ import annotations

import gc

import psycopg
import pytest

from citycore.clock import system_clock
from stack.waiting import wait_until
from stack.worker import roll_up_loop
from stack.worker.guard import Guard
from stack.worker.outage import StoreState
from stack.worker.roll_up_loop import RollUpLoop
from stack.worker.settings import WorkerSettings

NOTICES = 400


def test_notices_do_not_pile_up_while_there_is_always_more(database, monkeypatch: pytest.MonkeyPatch):
    store, settings = database.settings(), WorkerSettings(gather_seconds=0.001)
    turns: list[int] = []
    monkeypatch.setattr(roll_up_loop, "roll_up", lambda _connection: turns.append(1) or 1)
    loop = RollUpLoop(store, settings, StoreState(), Guard(store, settings, system_clock))
    loop.start()
    try:
        with psycopg.connect(database.url("worker"), autocommit=True) as teller:
            assert wait_until(lambda: len(turns) > 1, 10.0)
            for number in range(NOTICES):
                teller.execute("SELECT pg_notify('falaj_batches', %s)", [str(number)])
            seen = len(turns)
            assert wait_until(lambda: len(turns) > seen + 100, 10.0)
    finally:
        assert loop.stop(10.0)
    assert sum(isinstance(each, psycopg.Notify) for each in gc.get_objects()) < NOTICES / 10
