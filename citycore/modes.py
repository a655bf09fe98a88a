"""Who may read what a process writes: its owner alone, or the folder's group where the operator shares the folder."""

from __future__ import annotations

import stat
from pathlib import Path


def file_mode(folder: Path) -> int:
    """Of a file below ``folder``: a folder that hands its group on (setgid) is shared by several processes of the hub."""
    return 0o660 if _is_shared(folder) else 0o600


def folder_mode(folder: Path) -> int:
    """Of a folder below ``folder``; it is handed the group by itself."""
    return 0o770 if _is_shared(folder) else 0o700


def _is_shared(folder: Path) -> bool:
    return bool(folder.stat().st_mode & stat.S_ISGID)
