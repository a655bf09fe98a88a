"""A reader that tells what it sees of the process it is in."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from casework.files.reader import serve
from casework.files.told import Told


def read(file: BinaryIO, given: Mapping[str, Any]) -> Told:
    time.sleep(given.get("sleep", 0))
    try:
        could_write = bool((Path(given["folder"]) / "written").write_bytes(b"x"))
    except OSError:
        could_write = False
    limits = [resource.getrlimit(one)[1] for one in (resource.RLIMIT_AS, resource.RLIMIT_NOFILE)]
    # The descriptor that lists them is one of them.
    seen = {
        "environment": sorted(os.environ), "descriptors": len(list(Path("/proc/self/fd").iterdir())) - 1,
        "could_write": could_write, "limits": limits,
    }  # fmt: skip
    return Told(None, seen, file.read())


if __name__ == "__main__":
    serve(read)
