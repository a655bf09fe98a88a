"""A report made in a process of its own: the hub's programmes know the dashboards only as a command.

The process has bounds for memory, time and files, and of our environment what dashboards read: no address of the
database and no secret of the hub. What it says is bounded and looked at before it is believed.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from threading import Timer
from typing import IO, Any, Final

import structlog

from casework.report_mails.model import Choice, Fault, Made
from casework.report_mails.settings import ReportMailSettings
from citycore.failures.rules import printable

_ROOT: Final = Path(__file__).resolve().parents[2]
#: What the dashboards' command is called; it answers with a line about the report, then the report.
COMMAND: Final = "dashboards.report"
#: Of our environment.
_NAMES: Final = frozenset(
    {"PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "PYTHONPATH", "PYTHONSAFEPATH", "FALAJ_API_URL"}
    | {"FONTCONFIG_FILE", "FONTCONFIG_PATH", "XDG_CACHE_HOME"}
)
_PREFIXES: Final = ("FALAJ_DASHBOARDS_", "FALAJ_MAP_")
#: In no name that it is told.
_SECRETS: Final = ("SECRET", "PASSWORD", "TOKEN", "KEY")
#: Pictures are drawn by one thread each: several reports are made one after the other.
_ONE_THREAD: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1"}
#: Waits that a page keeps short, since somebody looks at it; nobody does here.
_WAITS: Final = (
    "FALAJ_DASHBOARDS_PRESENCE_WAIT_SECONDS_MAX",
    "FALAJ_DASHBOARDS_LIMIT_WAIT_SECONDS_MAX",
    "FALAJ_API_TIMEOUT_SECONDS",
)
#: With what Python ends that finds no such module; the command itself answers whatever happens in it.
_NO_SUCH_COMMAND: Final = 1
#: A fault where there is no report.
Make = Callable[[Choice], Made | Fault]
log = structlog.get_logger()


def make_apart(
    choice: Choice, settings: ReportMailSettings, bytes_max: int, module: str = COMMAND
) -> Made | Fault:
    """The report of a choice as a PDF of at most ``bytes_max``; ``ENDED`` where its bounds ended it."""
    with subprocess.Popen(
        [*_bounds(settings), sys.executable, "-m", module, json.dumps(asdict(choice))],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(os.environ, settings),
        cwd=_ROOT,
    ) as process:
        end = Timer(settings.seconds_max, process.kill)
        end.daemon = True
        end.start()
        try:
            assert process.stdout is not None
            head = process.stdout.readline(settings.head_bytes_max)
            made = _read(head, process.stdout, bytes_max)
            process.stdout.close()
            code = process.wait()
        finally:
            end.cancel()
            process.kill()
    if made is not None:
        return made
    if not head and code == _NO_SUCH_COMMAND:
        return Fault.NOT_AVAILABLE
    ended_by = signal.Signals(-code).name if code < 0 else f"exit {code}"
    log.warning("report_ended", place=choice.place, days=choice.days, ended_by=ended_by)
    return Fault.ENDED


def environment(ours: Mapping[str, str], settings: ReportMailSettings) -> dict[str, str]:
    """What the process is told of our environment."""
    known = {
        name: value
        for name, value in ours.items()
        if (name in _NAMES or name.startswith(_PREFIXES)) and not any(word in name for word in _SECRETS)
    }
    return {**known, **_ONE_THREAD, **dict.fromkeys(_WAITS, str(settings.answer_seconds_max))}


def _bounds(settings: ReportMailSettings) -> list[str]:
    """Memory is bounded by what it can write to: a library that draws reserves far more addresses than it uses. It ends with us."""
    return [
        "prlimit",
        f"--data={settings.memory_bytes_max}",
        f"--cpu={settings.core_seconds_max}",
        f"--nofile={settings.open_files_max}",
        "--core=0",
        "--",
        "setpriv",
        "--pdeathsig",
        "KILL",
    ]


def _read(line: bytes, stream: IO[bytes], bytes_max: int) -> Made | Fault | None:
    """What it says, if that is a report or a reason against one; None without a word that can be read."""
    try:
        head: dict[str, Any] = json.loads(line)
        if head["refused"] is not None:
            log.warning("report_refused", reason=printable(str(head["reason"])))
            return Fault(head["refused"])
        if head["bytes"] > bytes_max:
            return Fault.TOO_LARGE
        made = Made(stream.read(bytes_max + 1), str(head["place"]), str(head["answers"]))
        is_whole = head["bytes"] == len(made.content)
    except (ValueError, KeyError, TypeError):
        return None
    return made if is_whole else None
