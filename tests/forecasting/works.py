"""Pieces of work that go well and wrong, for the tests of runners; processes of their own import them."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from pathlib import Path


def double(number: int) -> int:
    return 2 * number


def fail() -> None:
    raise ValueError("no such series\nand a second line")


def die() -> None:
    os._exit(3)


def hang(note: Path) -> None:
    """For ever, beside a process that was started as Stan is, with a file in the temporary folder."""
    beside = subprocess.Popen(["sleep", "600"])
    left = tempfile.mkdtemp()
    note.write_text(f"{beside.pid} {left}")
    while True:
        signal.pause()


def process() -> int:
    return os.getpid()
