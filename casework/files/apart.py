"""Reading somebody's file in a process of its own, so that no file takes the memory or the time of the hub.

The process has the file and the limits, and nothing else of ours: no environment, no connection, no descriptor, no
folder that it could write to. What it says is bounded and looked at before it is believed (decision 0015).
"""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import IO, Any, Final

import structlog

from casework.files.settings import FileSettings
from casework.files.told import Told

_ROOT: Final = Path(__file__).resolve().parents[2]
#: Nothing of ours; files are read the same wherever it runs.
_ENVIRONMENT: Final = {"LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}
#: Of the line that comes first.
_HEAD_BYTES_MAX: Final = 4_096
log = structlog.get_logger()


def read_apart(
    module: str,
    given: Mapping[str, Any],
    source: IO[bytes] | bytes,
    settings: FileSettings,
    bytes_max: int = 0,
) -> Told:
    """What ``module`` says of a file, with at most ``bytes_max`` made of it.

    ``too_heavy`` where its limits ended it, ``content`` where the file cannot be read.
    """
    with _descriptor(source) as descriptor:
        told, code = _run(module, given, descriptor, settings, bytes_max)
    if told is None or told.refused == "too_heavy":
        # By what it was ended; a file says nothing else that a log should hold.
        ended_by = signal.Signals(-code).name if code < 0 else f"exit {code}"
        log.warning("file_reading_ended", reader=module, ended_by="memory" if told else ended_by)
        return Told("too_heavy")
    if "failed" in told.details:
        log.info("file_unreadable", reader=module, error=told.details["failed"])
    return told


def _run(
    module: str, given: Mapping[str, Any], descriptor: int, settings: FileSettings, bytes_max: int
) -> tuple[Told | None, int]:
    limits = {
        "memory": settings.memory_bytes_max,
        "core_seconds": settings.core_seconds_max,
        "seconds": math.ceil(settings.seconds_max),
        "files": settings.open_files_max,
    }
    asked = json.dumps({"limits": limits, "given": dict(given), "parent": os.getpid()})
    with subprocess.Popen(
        [sys.executable, "-m", module, asked],
        stdin=descriptor,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_ENVIRONMENT,
        cwd=_ROOT,
        # Not a session of its own: where Linux shares the machine among sessions (``sched_autogroup_enabled``), its
        # niceness would say nothing to the hub, and each reader would get as much as all that the hub is.
        process_group=0,
    ) as process:
        end = Timer(settings.seconds_max, process.kill)
        end.daemon = True
        end.start()
        try:
            assert process.stdout is not None
            told = _listen(process.stdout, bytes_max)
            if told is None:
                process.kill()
            code = process.wait()
        finally:
            end.cancel()
            process.kill()
    return (told if code == 0 else None), code


def _listen(stream: IO[bytes], bytes_max: int) -> Told | None:
    """What it says, if it is what a reader says; never more than what is bounded."""
    try:
        head = json.loads(stream.readline(_HEAD_BYTES_MAX))
        content = stream.read(bytes_max + 1)
        told = Told(head["refused"], head["details"], content)
        is_whole = head["bytes"] == len(content) <= bytes_max and isinstance(told.details, dict)
    except (ValueError, KeyError, TypeError):
        return None
    return told if is_whole and isinstance(told.refused, str | None) else None


@contextmanager
def _descriptor(source: IO[bytes] | bytes) -> Iterator[int]:
    """Of a file, or of bytes that are in memory and stay there: what is sealed never reaches a disk."""
    if not isinstance(source, bytes):
        source.seek(0)
        yield source.fileno()
        return
    with open(os.memfd_create("falaj-file"), "w+b") as held:  # noqa: PTH123 (a descriptor has no path)
        held.write(source)
        held.seek(0)
        yield held.fileno()
