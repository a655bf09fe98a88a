"""What a test needs decides where it runs: in which lane, in which process, and beside what.

The fixtures of a test say it, and an audit hook of Python holds them to it.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from tests.durations import MADE_ONCE

#: Fixtures that open ports, start processes or answer HTTP; tests that do so without one of them ask for ``wire``.
WIRES = frozenset(
    {"wire", "broker", "chromium", "house", "make_api", "portal", "serving_city", "stand", "standing_api"}
)
#: A pair of sockets, as every event loop has, is none of these.
SOCKETS = frozenset({"socket.connect", "socket.bind"})
STARTED = "subprocess.Popen"
SCRIPT = Path(__file__).resolve().parents[1] / "falaj"


class Lane(StrEnum):
    PURE = "pure"  # no socket
    STORE = "store"  # a database
    WIRE = "wire"  # HTTP, MQTT, browsers, processes
    HUB = "hub"  # whole hubs


def lane_of(item: pytest.Item) -> Lane:
    fixtures = set(getattr(item, "fixturenames", ()))
    if "whole_hub" in fixtures:
        return Lane.HUB
    if fixtures & WIRES:
        return Lane.WIRE
    return Lane.STORE if "postgres" in fixtures else Lane.PURE


def shared_fixtures(item: pytest.Item) -> list[str]:
    """Those that tests of one file share, or of all files, so that they should run in one process."""
    known = getattr(item, "_fixtureinfo").name2fixturedefs  # noqa: B009  # pytest says it nowhere else
    return sorted(
        name
        for name in getattr(item, "fixturenames", ())
        if known.get(name) and (known[name][-1].scope in {"package", "module", "class"} or name in MADE_ONCE)
    )


class Guard:
    """Fails a test without a fixture for it that opens a socket or starts a program of ours.

    A hook of this kind cannot be taken away again, so it is switched on and off.
    """

    def __init__(self) -> None:
        self._is_on = False
        sys.addaudithook(self._look)

    @contextmanager
    def watching(self, lane: Lane) -> Iterator[None]:
        self._is_on = lane is Lane.PURE
        try:
            yield
        finally:
            self._is_on = False

    def _look(self, event: str, arguments: tuple[Any, ...]) -> None:
        # What another thread does was begun by a test before, which has failed by now.
        if (
            self._is_on
            and threading.current_thread() is threading.main_thread()
            and (event in SOCKETS or (event == STARTED and _is_ours(arguments[1])))
        ):
            raise AssertionError(
                f"A test without fixtures for it must not do this: {event}{arguments[:2]}."
                " Ask for the fixture `wire`, which says that a test opens sockets or starts programs."
            )


def _is_ours(command: Any) -> bool:
    """Whether a command is Python or the script; others, such as git, are no hub."""
    return not isinstance(command, str | bytes) and str(command[0]) in {sys.executable, str(SCRIPT)}


GUARD = Guard()
