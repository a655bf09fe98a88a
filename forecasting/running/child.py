"""The other end of :mod:`forecasting.running.processes`: takes a task, gives its result, takes the next.

Nothing heavy is imported here: it comes with the first task, after the process has set itself up.
"""

from __future__ import annotations

import ctypes
import os
import pickle
import signal
import tempfile
from multiprocessing.connection import Connection

from citycore.failures.rules import reason_of

_PR_SET_PDEATHSIG = 1


def serve(connection: Connection, folder: str, niceness: int, parent: int) -> None:
    """Work until the other end is closed or ``parent`` is gone. Files go into ``folder``, which is removed after us."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it went before it could take us with it
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever gave us the work
    os.nice(niceness)
    os.environ["TMPDIR"] = folder
    tempfile.tempdir = folder
    while True:
        try:
            given = connection.recv_bytes()
        except EOFError:
            return
        connection.send_bytes(perform(given))


def perform(given: bytes) -> bytes:
    """The pickled result of a pickled piece of work: (True, what it gave) or (False, why it failed)."""
    try:
        return pickle.dumps((True, pickle.loads(given)()), protocol=pickle.HIGHEST_PROTOCOL)  # noqa: S301 (ours)
    except Exception as error:  # noqa: BLE001 (the boundary of the task: it is told to whoever gave it)
        return pickle.dumps((False, reason_of(error)))
