"""Files that survive a loss of power once they are named."""

from __future__ import annotations

import os
import shutil
from pathlib import Path, PurePosixPath


def sync_folder(folder: Path) -> None:
    """Its entries survive a loss of power, too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_durably(local: Path, folder: Path, path: str) -> None:
    """Let a file appear in a folder under a path, with one step from the old one to the new one, on the disk."""
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    growing = target.with_name(f".{target.name}")  # beside it: a rename does not cross file systems
    shutil.copyfile(local, growing)
    with growing.open("rb") as file:
        os.fsync(file.fileno())
    growing.replace(target)
    for count in range(len(PurePosixPath(path).parts)):
        sync_folder(target.parents[count])
