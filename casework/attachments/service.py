"""Reading the bytes of attachments, and removing those that nothing names any more."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from casework.attachments.model import Sweep
from casework.files.model import Store
from casework.files.service import path_of, remove_unused
from citycore.clock import Clock
from citycore.failures.service import Attempts
from citycore.store.connections import Connection

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_DAY_SECONDS: Final = 86_400
_PIECE_BYTES: Final = 1 << 16


def read_pieces(digest: str, store: Store) -> Iterator[bytes]:
    """The bytes of a file, in pieces."""
    with path_of(digest, store).open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            yield piece


def sweep_store(connection: Connection, sweep: Sweep, store: Store, clock: Clock) -> int:
    """Remove bytes that nothing names; how many. What cannot be removed is set aside.

    An upload is stored first and named later, so bytes stay for some days after they were last handed in.
    """
    attempts = Attempts(connection, sweep.job, clock)
    before, removed = _unused_before(store, clock()), 0
    for path in _unnamed(connection, sweep, store, before):
        work = partial(_remove, path, store, before)
        removed += attempts.attempt(str(path.relative_to(store.folder)), work) or 0
        if removed >= store.reading.swept_files_max:
            break
    return removed


def _unnamed(connection: Connection, sweep: Sweep, store: Store, before: float) -> Iterator[Path]:
    """What broke off on its way, and old files that no row names: one question for all files of a folder."""
    yield from (path for path in sorted(store.folder.glob(".incoming-*")) if _is_old(path, before))
    for folder in sorted(store.folder.glob("??")):
        old = [path for path in sorted(folder.glob("??/*")) if _is_old(path, before)]
        named = _named(connection, sweep, [path.name for path in old])
        yield from (path for path in old if path.name not in named)


def _named(connection: Connection, sweep: Sweep, names: Collection[str]) -> frozenset[str]:
    digests = [bytes.fromhex(name) for name in names if _DIGEST.fullmatch(name)]
    rows = connection.execute(sweep.named, {"digests": digests}).fetchall() if digests else []
    return frozenset(digest for (digest,) in rows)


def _unused_before(store: Store, at: datetime) -> float:
    return at.timestamp() - store.reading.unnamed_days_min * _DAY_SECONDS


def _is_old(path: Path, before: float) -> bool:
    """What cannot be looked at counts as old: removing it says what is wrong."""
    try:
        return path.stat().st_mtime < before
    except OSError:
        return True


def _remove(path: Path, store: Store, before: float) -> int:
    is_broken_off = path.parent == store.folder
    if not is_broken_off and not _DIGEST.fullmatch(path.name):
        path.stat()
        raise ValueError("no file of ours: its name is no digest")
    return int(remove_unused(path, store, before))
