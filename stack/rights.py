"""Who the hub's own processes run as when root starts it: somebody without rights, where that is possible.

The data folder itself stays root's, with the hub's state and logs; what the processes write lies in folders
of their user, closed to everybody else.
"""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from stack.child import launcher
from stack.owned import hand_over, make_folder
from stack.ports import PRIVILEGED_BELOW

ROOT = Path(__file__).resolve().parents[1]
#: The first of them that this machine knows. Not the servers' user: a room must not reach the cluster's files.
ROOM_USERS = ("falaj", "nobody")
#: What the rooms keep in the data folder.
ROOM_FOLDERS = (
    "applications",
    "audit-heads",
    "awards",
    "bulk",
    "certificates",
    "evidence",
    "follow_up",
    "mail",
    "mail-files",
    "pictures",
    "reviewing",
    "shown",
    "submissions",
    "vendors",
)
HOME = "home"
#: Where the rooms' Python keeps what it has compiled: it may not write beside the code.
CACHE = Path("/var/cache/falaj")
#: Ends with 0 if whoever runs it can read the code with its packages, and enter the folder.
PROBE = (
    "import os, sys, fastapi, streamlit.version, stack.child; sys.exit(not os.access(sys.argv[1], os.X_OK))"
)
PROBE_SECONDS_MAX = 60.0


def room_user() -> str | None:
    """Who the rooms should run as; None if we are not root, or nobody suitable exists."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ROOM_USERS if name in names), None)


def can_run_rooms(user: str, folder: Path, ports: Iterable[int]) -> bool:
    """Whether that user reaches the code and the folder, and may listen on these ports."""
    if any(port < PRIVILEGED_BELOW for port in ports):
        return False
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    try:
        probe = subprocess.run(
            [*launcher(user), sys.executable, "-c", PROBE, str(folder)],
            check=False,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=PROBE_SECONDS_MAX,
            env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
            start_new_session=True,
        )
    except subprocess.TimeoutExpired:
        return False
    return probe.returncode == 0


def prepare_room_folders(folder: Path, user: str) -> dict[str, str]:
    """Give the rooms what is theirs, once; what else they need in their environment."""
    for name in (*ROOM_FOLDERS, HOME):
        hand_over(folder / name, user)
    home, cache = folder / HOME, CACHE / sha256(str(ROOT).encode()).hexdigest()[:12]
    make_folder(CACHE)
    hand_over(cache, user)
    return {
        "HOME": str(home),
        "USER": user,
        "LOGNAME": user,
        "PYTHONPYCACHEPREFIX": str(cache),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local"),
    }
