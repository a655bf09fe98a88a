"""Workbooks for office programs (Office Open XML), made by a process of their own and sent once they are whole."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

import orjson

from citycore.language import Language
from hub_api.serving.errors import QueryTooDear
from hub_api.serving.settings import ServingSettings
from hub_api.serving.texts import TEXTS

PROCESS = Path(__file__).with_name("sheet_process.py")
#: How long it may take to close a workbook, which is to compress it.
CLOSING_SECONDS_MAX = 300
#: What columns of lists and of observations hold, as the process calls it.
KINDS: Mapping[str, str] = {"second": "instant", "count": "whole"}


@dataclass(frozen=True, slots=True)
class Workbook:
    """Columns are names with kinds: ``instant``, ``date``, ``number``, ``whole``, ``text``, ``truth``. ``zone`` is that of the dates
    beside instants; ``about`` says what all sheets of data are to be read with.
    """

    columns: Sequence[tuple[str, str]]
    about: Mapping[str, Any]
    zone: str
    language: Language

    def told(self) -> bytes:
        names = [TEXTS.text(f"sheet.{name}", self.language) for name in ("data", "about")]
        about = [(name, _text(value)) for name, value in self.about.items()]
        return orjson.dumps(
            {
                "columns": [(name, KINDS.get(kind, kind)) for name, kind in self.columns],
                "sheets": names,
                "about": [*about, ("local", TEXTS.text("sheet.local", self.language, zone=self.zone))],
                "zone": self.zone,
                "row_count_name": "row_count",
                "is_right_to_left": self.language == "ar",
            },
            option=orjson.OPT_APPEND_NEWLINE,
        )


class SheetWriter:
    """Rows are lines of JSON, an array each; the bytes come after the end. ``QueryTooDear`` for more rows than a sheet may have."""

    is_slow = True

    def __init__(self, workbook: Workbook, settings: ServingSettings) -> None:
        self._workbook = workbook
        self._rows_max = settings.export_sheet_rows_max
        self._block_bytes = settings.export_block_bytes
        self._row_count = 0
        self._folder: TemporaryDirectory[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._file: IO[bytes] | None = None

    def start(self) -> bytes:
        self._folder = TemporaryDirectory(prefix="falaj-sheet-")
        command = [sys.executable, "-I", str(PROCESS), str(self._path)]
        self._process = subprocess.Popen(  # our own program, with a path of our own
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env={}
        )
        self._write(self._workbook.told())
        return b""

    def rows(self, rows: list[Any]) -> bytes:
        self._row_count += len(rows)
        if self._row_count > self._rows_max:
            raise too_long(self._row_count, self._rows_max)
        self._write(b"".join(rows))
        return b""

    def end(self) -> bytes:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.close()
        if self._process.wait(CLOSING_SECONDS_MAX):
            raise RuntimeError(f"the workbook was not written: {self._process.returncode}")
        self._file = self._path.open("rb")
        return b""

    def more(self) -> bytes:
        assert self._file is not None
        return self._file.read(self._block_bytes)

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            if self._process.stdin is not None:
                with suppress(BrokenPipeError):  # what it had not read yet is nobody's any more
                    self._process.stdin.close()
        if self._file is not None:
            self._file.close()
        if self._folder is not None:
            self._folder.cleanup()

    @property
    def _path(self) -> Path:
        assert self._folder is not None
        return Path(self._folder.name) / "export.xlsx"

    def _write(self, lines: bytes) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(lines)


def too_long(row_count: int, maximum: int) -> QueryTooDear:
    """A sheet ends before the rows do."""
    return QueryTooDear(reason="sheet", estimated=row_count, maximum=maximum, hint={"f": "parquet"})


def _text(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
