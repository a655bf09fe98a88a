"""Files outside the database: checked by what they hold, and stored under the digest of it."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

from casework.files.apart import read_apart
from casework.files.archives import ArchiveLimits
from casework.files.errors import FileRefused
from casework.files.kinds import ARCHIVES, HEAD_BYTES, MEDIA_TYPES, TEXTS, TextCheck, has_head
from casework.files.model import Kept, Received, Store
from casework.files.pictures import FORMATS, PictureLimits, PictureRefused, clean_apart
from casework.files.rules import tidy_name
from citycore.modes import file_mode, folder_mode

_PIECE_BYTES: Final = 1 << 16
#: Of a store: names of files that a scanner should see and has not.
UNSCANNED: Final = ".unscanned"


def receive(stream: BinaryIO, name: str, store: Store, *, is_unscanned: bool = False) -> Received:
    """A file that somebody sends, checked and on the disk; :class:`FileRefused`. It belongs to nothing yet.

    It takes long, and needs no connection to the database: whoever is to have it is asked before, and again when
    it is put in its place. ``is_unscanned``: a scanner should have looked at it and could not, which is remembered.
    """
    tidy = tidy_name(name)
    if store.pictures is not None:
        stream = BytesIO(_clean(stream, tidy, store.pictures, store))
    kept = keep(stream, tidy, store)
    if is_unscanned:
        mark_unscanned(kept.digest, store)
    return Received(tidy, kept.media_type, kept.size_bytes, kept.digest)


def keep(stream: BinaryIO, name: str, store: Store) -> Kept:
    """Check a file and store it; :class:`FileRefused`. The same bytes are stored once.

    Nothing of it is visible before all of it is on the disk.
    """
    extension = _extension_of(name)
    folder = store.folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".incoming-") as incoming:
        digest, size = _copy(stream, incoming, name, store.file_bytes_max)
        with Path(incoming.name).open("rb") as file:
            _check(file, extension, name, store)
        _settle(Path(incoming.name), path_of(digest, store), store)
    return Kept(digest, size, MEDIA_TYPES[extension])


def check_held(content: bytes, name: str, store: Store) -> str:
    """Check a file that is in memory and stays there: its media type; :class:`FileRefused`."""
    extension = _extension_of(name)
    if not content:
        raise FileRefused("empty", name=name)
    if len(content) > store.file_bytes_max:
        raise FileRefused("size", name=name, bytes_max=store.file_bytes_max)
    if extension in ARCHIVES:
        _check_archive(content, extension, name, store)
    else:
        _check(BytesIO(content), extension, name, store)
    return MEDIA_TYPES[extension]


def path_of(digest: str, store: Store) -> Path:
    """Where bytes of a digest lie. Its name is made here, never by who uploads."""
    return store.folder / digest[:2] / digest[2:4] / digest


def mark_unscanned(digest: str, store: Store) -> None:
    """Remember that nobody scanned a file yet."""
    folder = store.folder / UNSCANNED
    folder.mkdir(exist_ok=True, mode=0o700)
    (folder / digest).touch(mode=0o600)


def remove_unused(path: Path, store: Store, before: float) -> bool:
    """Remove a file of a store, unless it was stored again since ``before`` (seconds since 1970); whether it went.

    Nobody stores the same bytes meanwhile: they would take what is there for theirs, and it would go.
    """
    with _locked(store, fcntl.LOCK_EX):
        if path.stat().st_mtime >= before:
            return False
        path.unlink()
    return True


@contextmanager
def _locked(store: Store, how: int) -> Iterator[None]:
    """Held by all who store a file, or by whoever removes one; it ends with the process at the latest."""
    folder = os.open(store.folder, os.O_RDONLY)
    try:
        fcntl.flock(folder, how)
        yield
    finally:
        os.close(folder)


def _clean(stream: BinaryIO, name: str, limits: PictureLimits, store: Store) -> bytes:
    """A picture without what it says about who took it where, before any of it is in the store."""
    ending = name.rpartition(".")[2]
    if "." not in name or ending not in FORMATS:
        raise FileRefused("type", name=name, allowed=" ".join(FORMATS))
    content = stream.read(store.file_bytes_max + 1)
    if len(content) > store.file_bytes_max:
        raise FileRefused("size", name=name, bytes_max=store.file_bytes_max)
    if not content:
        raise FileRefused("empty", name=name)
    try:
        return clean_apart(content, ending, limits, store.reading)
    except PictureRefused as refused:
        raise FileRefused(refused.code, name=name, **refused.details) from refused


def _copy(stream: BinaryIO, incoming: object, name: str, bytes_max: int) -> tuple[str, int]:
    digest, size = sha256(), 0
    write = getattr(incoming, "write")  # noqa: B009 (the wrapper of a temporary file has no type of its own)
    while piece := stream.read(_PIECE_BYTES):
        size += len(piece)
        if size > bytes_max:
            raise FileRefused("size", name=name, bytes_max=bytes_max)
        digest.update(piece)
        write(piece)
    if size == 0:
        raise FileRefused("empty", name=name)
    getattr(incoming, "flush")()  # noqa: B009 (likewise)
    return digest.hexdigest(), size


def _settle(incoming: Path, target: Path, store: Store) -> None:
    """Under its name, on the disk, for us alone or those who share the store; new for whoever removes what is unused."""
    for folder in (target.parent.parent, target.parent):
        folder.mkdir(exist_ok=True, mode=folder_mode(store.folder))
    incoming.chmod(file_mode(store.folder))
    with incoming.open("rb") as file:
        os.fsync(file.fileno())
    with _locked(store, fcntl.LOCK_SH):
        try:
            os.link(incoming, target)
        except FileExistsError:  # the same bytes are there: they count as stored now
            os.utime(target)
            return
    opened = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _extension_of(name: str) -> str:
    extension = name.rpartition(".")[2].lower()
    if "." not in name or extension not in MEDIA_TYPES:
        raise FileRefused("type", name=name, allowed=" ".join(MEDIA_TYPES))
    return extension


def _check(file: BinaryIO, extension: str, name: str, store: Store) -> None:
    """Whether a file is what its name says; read from its beginning."""
    if extension in TEXTS:
        _check_text(file, name)
    elif extension in ARCHIVES:
        _check_archive(file, extension, name, store)
    else:
        _check_head(file, extension, name)


def _check_head(file: BinaryIO, extension: str, name: str) -> None:
    if not has_head(file.read(HEAD_BYTES), extension):
        raise FileRefused("content", name=name)


def _check_text(file: BinaryIO, name: str) -> None:
    text = TextCheck()
    while piece := file.read(_PIECE_BYTES):
        _refuse_text(text.wrong(piece), name)
    _refuse_text(text.wrong(b"", is_last=True), name)


def _refuse_text(wrong: str | None, name: str) -> None:
    if wrong is not None:
        raise FileRefused(wrong, name=name)


def _check_archive(file: BinaryIO | bytes, extension: str, name: str, store: Store) -> None:
    bounds = store.reading
    limits = ArchiveLimits(
        store.unpacked_files_max,
        store.unpacked_bytes_max,
        bounds.directory_bytes_max,
        bounds.unpacked_ratio_max,
        bounds.unpacked_free_bytes,
    )
    told = read_apart(
        "casework.files.archives", limits.given(extension, holds_source=store.holds_source), file, bounds
    )
    if told.refused is not None:
        raise FileRefused(told.refused, name=name, **told.details)
