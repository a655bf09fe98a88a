"""``python -m stack``: the process boundary of the command line."""

from __future__ import annotations

import signal
import sys

# Until a command says otherwise, Ctrl-C ends us silently: there is nothing to tidy up yet.
signal.signal(signal.SIGINT, signal.SIG_DFL)
# One that came while Python began waits: the script `falaj` holds it back until here.
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})

from stack.boundary import run  # noqa: E402 (the signal comes first)

if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
