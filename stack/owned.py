"""Files and folders that root makes where another user may have been before: no link is followed.

Root that writes in a folder of somebody else would write wherever that user's links lead. So a folder is
opened first, refusing a link, and everything else is named relative to it; what is written is made anew
and then put in place, which replaces a link instead of following it.
"""

from __future__ import annotations

import errno
import os
import pwd
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

#: Whose everything is when it is handed to nobody else.
OURS = None


def write_owned(file: Path, text: str, user: str | None = OURS, mode: int = 0o600) -> None:
    """Put a fresh file in place, whole or not at all, that belongs to ``user``."""
    with _opened(file.parent) as folder:
        fresh = f".{file.name}.{secrets.token_hex(8)}"
        descriptor = os.open(
            fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=folder
        )
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                stream.write(text)
                _give(descriptor, user, mode)
            os.rename(fresh, file.name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(fresh, dir_fd=folder)
            raise


def read_owned(file: Path) -> str:
    """What a plain file holds; ``OSError`` for a link or anything else in its place."""
    with _opened(file.parent) as folder:
        descriptor = os.open(file.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise OSError(errno.EISDIR, os.strerror(errno.EISDIR), file.name)
        with os.fdopen(descriptor, "r", encoding="utf-8") as stream:
            return stream.read()


def open_log(file: Path, bytes_max: int) -> IO[bytes]:
    """A log to append to. What is longer, or is not our own plain file, is put aside as ``….old``."""
    with _opened(file.parent) as folder:
        descriptor = _open_own(file.name, folder, bytes_max)
        if descriptor is None:
            with suppress(FileNotFoundError):
                os.replace(file.name, file.with_suffix(".old").name, src_dir_fd=folder, dst_dir_fd=folder)
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
            descriptor = os.open(file.name, flags, 0o644, dir_fd=folder)
        return os.fdopen(descriptor, "ab")


def make_folder(folder: Path, user: str | None = OURS, mode: int = 0o755) -> None:
    """Make it, if there is none, and give it to ``user``; its contents stay as they are."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    with _opened(folder) as descriptor:
        _give(descriptor, user, mode)


def hand_over(folder: Path, user: str, mode: int = 0o700) -> None:
    """Give a folder with all its contents to ``user``, unless it is theirs already.

    A second name of a file that belongs to somebody else (a hard link) is left as it is.
    """
    entry = pwd.getpwnam(user)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    with _opened(folder) as top:
        owner = os.fstat(top).st_uid
        if owner == entry.pw_uid:
            return
        for _, names, files, parent in os.fwalk(".", dir_fd=top, follow_symlinks=False):
            for name in (*names, *files):
                known = os.stat(name, dir_fd=parent, follow_symlinks=False)
                is_second_name = not stat.S_ISDIR(known.st_mode) and known.st_nlink > 1
                if not (is_second_name and known.st_uid != owner):
                    os.chown(name, entry.pw_uid, entry.pw_gid, dir_fd=parent, follow_symlinks=False)
        _give(top, user, mode)  # last: one that was interrupted is begun anew


def hand_over_file(file: Path, user: str) -> None:
    """Give a plain file in a folder of ours to ``user`` alone."""
    with _opened(file.parent) as folder:
        descriptor = os.open(file.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
        try:
            _give(descriptor, user, 0o600)
        finally:
            os.close(descriptor)


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    """A folder by its descriptor. What the system refuses in it is named with its whole path."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        yield descriptor
    except OSError as error:
        name = error.filename2 or error.filename  # of two names the one that was to be replaced
        if isinstance(name, (str, bytes)):
            error.filename, error.filename2 = str(folder / os.fsdecode(name)), None
        raise
    finally:
        os.close(descriptor)


def _open_own(name: str, folder: int, bytes_max: int) -> int | None:
    try:
        # A pipe in its place must not hold us up.
        flags = os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK
        descriptor = os.open(name, flags, dir_fd=folder)
    except OSError:
        return None
    known = os.fstat(descriptor)
    is_own = stat.S_ISREG(known.st_mode) and known.st_nlink == 1 and known.st_uid == os.geteuid()
    if not is_own or known.st_size > bytes_max:
        os.close(descriptor)
        return None
    os.set_blocking(descriptor, True)
    return descriptor


def _give(descriptor: int, user: str | None, mode: int) -> None:
    if os.geteuid() == 0:
        entry = pwd.getpwuid(0) if user is None else pwd.getpwnam(user)
        os.fchown(descriptor, entry.pw_uid, entry.pw_gid)
    os.fchmod(descriptor, mode)
