"""Services as tests call them: with a programme on the test's own connection and clock."""

from __future__ import annotations

from contextlib import nullcontext

from casework.programme import Programme
from citycore.clock import Clock, system_clock
from citycore.store.connections import Connection
from programme.registry import open_programme


def programme_for(connection: Connection, clock: Clock = system_clock, *parts: object) -> Programme:
    return open_programme(lambda: nullcontext(connection), clock, parts)
