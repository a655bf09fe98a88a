"""Solvers written in C print what is for their authors, whatever their options say. Logs go to standard error and stay."""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

#: There is one standard output a process: whoever is silent last gives it back.
_lock = threading.Lock()


@contextmanager
def silence() -> Iterator[None]:
    """Nothing reaches standard output meanwhile, of no thread; one at a time."""
    c = ctypes.CDLL(None)
    with _lock:
        sys.stdout.flush()
        c.fflush(None)
        kept, nothing = os.dup(1), os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nothing, 1)
            yield
        finally:
            c.fflush(None)
            os.dup2(kept, 1)
            os.close(kept)
            os.close(nothing)
