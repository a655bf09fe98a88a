"""Where errors end: one line for the person, the traceback in a file, an exit code for programs."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from citycore.errors import FalajError
from citycore.language import translate
from citycore.settings import data_folder
from stack.texts import choose_language


def run(arguments: Sequence[str]) -> int:
    """Run one command line; its exit code: 0 good, 1 failed, 2 wrong usage, 130 interrupted."""
    from stack.cli import INTERRUPTED, app

    try:
        app(args=list(arguments) or ["--help"], prog_name="falaj", standalone_mode=True)
    except SystemExit as ending:
        return _code(ending)
    except KeyboardInterrupt:
        return INTERRUPTED
    except FalajError as error:
        sys.stderr.write(error.text(choose_language(os.environ)) + "\n")
        return 1
    except Exception:  # noqa: BLE001 (the process boundary: nobody is left to handle it)
        line = translate("error.internal", choose_language(os.environ), reference=_write_traceback())
        sys.stderr.write(line + "\n")
        return 1
    return 0


def _code(ending: SystemExit) -> int:
    return ending.code if isinstance(ending.code, int) else int(ending.code is not None)


def _write_traceback() -> Path:
    import traceback

    file = _log_folder() / f"error-{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}.log"
    file.write_text(traceback.format_exc(), "utf-8")
    return file


def _log_folder() -> Path:
    import tempfile

    try:
        logs = data_folder() / "logs"
        logs.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.gettempdir())  # a read-only checkout under systemd
    return logs
