"""When Python looks for garbage in the process that serves the pages."""

from __future__ import annotations

import gc
from functools import cache


@cache
def spare_imports() -> None:
    """What was imported is never garbage: once a process, take it out of what the collector looks at.

    A full look then costs milliseconds, and Python takes one when what has come since has grown by a quarter.
    """
    gc.collect()
    gc.freeze()
