"""The side of :mod:`casework.files.apart` that reads: a process with limits, which ends with whoever began it.

A module that reads files ends with ``serve(read)`` under ``__main__``. What ``read`` raises, whatever it is, is an
answer: nobody can list what a damaged file makes a library raise.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, BinaryIO, Final

from casework.files.told import Told
from citycore.background import step_back

Read = Callable[[BinaryIO, Mapping[str, Any]], Told]
#: ``PR_SET_PDEATHSIG`` of prctl(2).
_DIES_WITH_PARENT: Final = 1


def serve(read: Read) -> None:
    """Read what is on the standard input, and answer on the standard output: a line about it, then its bytes."""
    asked = json.loads(sys.argv[1])
    _confine(asked["limits"], asked["parent"])
    told = told_of(read, sys.stdin.buffer, asked["given"])
    sys.stdout.buffer.write(told.head() + told.content)
    sys.stdout.buffer.flush()


def told_of(read: Read, file: BinaryIO, given: Mapping[str, Any]) -> Told:
    """What ``read`` says, or that it could not."""
    try:
        return read(file, given)
    except MemoryError:
        return Told("too_heavy")
    except Exception as error:  # noqa: BLE001 (see above)
        return Told("content", {"failed": type(error).__name__})


def _confine(limits: Mapping[str, int], parent: int) -> None:
    """No more memory, time or open files than these, no file written at all, and no picture of it if it breaks."""
    for kind, most in (
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_NOFILE, limits["files"]),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _limit(kind, most)
    _limit(resource.RLIMIT_CPU, limits["core_seconds"])
    # Also where nobody is left to end it.
    signal.alarm(limits["seconds"] + 1)
    step_back()
    with suppress(OSError, AttributeError):  # Linux alone has it
        ctypes.CDLL(None, use_errno=True).prctl(_DIES_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)


def _limit(kind: int, most: int) -> None:
    """Never above what the process was given."""
    _, hard = resource.getrlimit(kind)
    kept = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (kept, kept))
