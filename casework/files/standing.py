"""Scanning files that lie in a store already: those that came before there was a scanner, or while it was away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from casework.files.model import Store
from casework.files.scanning import Answer, Scanner, Verdict
from casework.files.service import UNSCANNED, path_of

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
#: Of a store: files that were taken out of it. Whoever asks for one is told that it cannot be read.
SET_ASIDE: Final = ".set-aside"


def scan_store(store: Store, scanner: Scanner, *, only_unscanned: bool) -> Iterator[tuple[str, Answer]]:
    """Every file of a store by its digest, with what the scanner says; a mark that it was not scanned goes where it now was."""
    for digest in _digests(store, only_unscanned=only_unscanned):
        try:
            with path_of(digest, store).open("rb") as file:
                answer = scanner.scan(file)
        except FileNotFoundError:  # swept meanwhile
            _unmark(digest, store)
            continue
        if answer.verdict in {Verdict.CLEAN, Verdict.FOUND}:
            _unmark(digest, store)
        yield digest, answer


def set_aside(digest: str, store: Store) -> Path:
    """Take a file out of its store; where it lies now, for whoever looks into it."""
    folder = store.folder / SET_ASIDE
    folder.mkdir(exist_ok=True, mode=0o700)
    return path_of(digest, store).rename(folder / digest)


def _digests(store: Store, *, only_unscanned: bool) -> list[str]:
    found = store.folder.glob(f"{UNSCANNED}/*" if only_unscanned else "??/??/*")
    return sorted(path.name for path in found if _DIGEST.fullmatch(path.name))


def _unmark(digest: str, store: Store) -> None:
    (store.folder / UNSCANNED / digest).unlink(missing_ok=True)
