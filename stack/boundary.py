"""Where errors end: one line for the person, the traceback in a file, an exit code for programs."""

from __future__ import annotations

import errno
import os
import pwd
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from citycore.errors import FalajError, Kind
from citycore.language import translate
from citycore.settings import data_folder
from stack.errors import DiskFull, FileRefused
from stack.stopping import INTERRUPTED
from stack.texts import choose_language


def run(arguments: Sequence[str]) -> int:
    """Run one command line; its exit code: 0 good, 1 failed, 2 wrong usage, 130 interrupted."""
    from stack.cli import app

    try:
        app(args=list(arguments) or ["--help"], prog_name="falaj", standalone_mode=True)
    except SystemExit as ending:
        return _code(ending)
    except KeyboardInterrupt:
        return INTERRUPTED
    except FalajError as error:
        sys.stderr.write(error.text(choose_language(os.environ)) + "\n")
        return 1
    except OSError as error:
        sys.stderr.write(_refused(error).text(choose_language(os.environ)) + "\n")
        return 1
    except Exception:  # noqa: BLE001 (the process boundary: nobody is left to handle it)
        line = translate("error.internal", choose_language(os.environ), reference=_write_traceback())
        sys.stderr.write(line + "\n")
        return 1
    return 0


def _code(ending: SystemExit) -> int:
    return ending.code if isinstance(ending.code, int) else int(ending.code is not None)


#: What the system says when it refuses a file; any other error of the system is one of ours.
REFUSALS = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EISDIR, errno.ELOOP})


def _refused(error: OSError) -> FalajError:
    """The planned error for a file that we may not have or have no room for, else the unplanned one."""
    file = error.filename
    if error.errno in REFUSALS and isinstance(file, (str, bytes)):
        return FileRefused(file=os.fsdecode(file), reason=error.strerror, user=_own_name())
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFull(folder=file if isinstance(file, str) else data_folder(), free_mib=0, needed_mib=1)
    return Unplanned(reference=_write_traceback())


class Unplanned(FalajError):
    slug = "internal"
    kind = Kind.INTERNAL


def _own_name() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def _write_traceback() -> Path:
    import traceback

    name = f"error-{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}.log"
    for folder in _log_folders():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(traceback.format_exc(), "utf-8")
        except OSError:
            continue  # a read-only checkout under systemd
        return folder / name
    return Path(os.devnull)


def _log_folders() -> tuple[Path, ...]:
    import tempfile

    given = os.environ.get(
        "LOGS_DIRECTORY"
    )  # of a unit (`LogsDirectory=`), whose temporary files end with it
    return (*([Path(given)] if given else []), data_folder() / "logs", Path(tempfile.gettempdir()))
