"""The outcome file: a CSV line for every row that was not stored, and why.

It is written before the transaction of its batch commits, and its length is committed with the
batch: what a failed attempt or a killed process left behind that length is cut off.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from citycore.errors import InvalidFile
from ingest.load.model import Prepared
from ingest.model import Fate

HEADER = "line,outcome,reason,detail,dead_letter\r\n"


class OutcomeFile:
    """Open for one load; ``committed_bytes`` of an earlier run of the same load are kept."""

    def __init__(self, path: Path, committed_bytes: int) -> None:
        self.path = path
        try:
            is_ours = committed_bytes > 0 and path.is_file() and path.stat().st_size >= committed_bytes
            self._file: IO[bytes] = path.open("r+b" if is_ours else "wb")
            self.length = committed_bytes if is_ours else self.replace_from(0, HEADER)
        except OSError as error:
            raise self._unwritable(error) from error

    def replace_from(self, length: int, text: str) -> int:
        """Cut the file to ``length``, add ``text``, and bring both to the disk; the new length."""
        try:
            self._file.truncate(length)
            self._file.seek(length)
            self._file.write(text.encode())
            self._file.flush()
            if text:
                os.fsync(self._file.fileno())
        except OSError as error:
            raise self._unwritable(error) from error
        return self._file.tell()

    def close(self) -> None:
        self._file.close()

    def _unwritable(self, error: OSError) -> InvalidFile:
        return InvalidFile(file=self.path, line=1, reason=error.strerror or str(error))


def outcome_lines(prepared: Prepared, fate: Fate, letters: int, *, is_last: bool) -> str:
    """The lines of one part of a batch, in the order of the file; its first ``letters`` rejections are letters.

    What is missing is told with the last part, in which it is counted.
    """
    lines = list(_outcomes(prepared, fate, letters))
    if is_last:
        lines += [(line, "missing", "", "", "") for line in prepared.missing.tolist()]
    text = io.StringIO()
    csv.writer(text).writerows(sorted(lines))
    return text.getvalue()


def _outcomes(prepared: Prepared, fate: Fate, letters: int) -> Iterator[tuple[int, str, str, str, str]]:
    for outcome, rows in (("duplicate", fate.duplicates), ("conflicting", fate.conflicts)):
        for line in prepared.lines[rows].tolist():
            yield line, outcome, "", "", ""
    for number, rejection in enumerate(fate.rejections):
        line = int(prepared.lines[rejection.message])
        kept = "kept" if number < letters else "beyond_limit"
        yield line, "quarantined", rejection.reason, rejection.detail, kept
