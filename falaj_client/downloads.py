"""Bulk files into a folder: gone on with where they broke off, whole by their SHA-256, or not there.

The folder gets the shape of the hub's own (``dataset=…/date=…/part-0.parquet``), so that DuckDB, Spark,
pandas and pyarrow read it as one table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import file_digest
from io import BufferedRandom
from pathlib import Path

from falaj_client import questions
from falaj_client.catalogue import BulkFile
from falaj_client.errors import Incomplete, NotThisApi
from falaj_client.exchange import Core, Steps
from falaj_client.exports import BINARY
from falaj_client.parameters import Parameters

#: Where a file may lie in a folder; a server cannot name any other place.
PATH = re.compile(r"dataset=[a-z0-9][a-z0-9_-]*/date=\d{4}-\d{2}-\d{2}/[A-Za-z0-9][A-Za-z0-9_-]*\.parquet")
#: Characters of the digest that tell the parts of two versions apart.
VERSION_CHARACTERS = 16


@dataclass(slots=True)
class FileSink:
    """Takes a bulk file into ``part``, behind what an earlier attempt left there of the same version."""

    part: BufferedRandom
    file: BulkFile

    accept = BINARY["parquet"][0]
    parameters: Parameters = ()

    def resume(self) -> Mapping[str, str]:
        """The header fields that ask for the rest; the coding would count other bytes."""
        held = self.part.seek(0, 2)
        if held >= self.file.byte_count:
            self.begin()
            held = 0
        fields = {"accept-encoding": "identity"}
        return {**fields, "range": f"bytes={held}-", "if-range": f'"{self.file.sha256}"'} if held else fields

    def begin(self) -> None:
        self.part.seek(0)
        self.part.truncate()

    def feed(self, piece: bytes) -> None:
        self.part.write(piece)

    def finish(self) -> str | None:
        self.part.seek(0)
        if file_digest(self.part, "sha256").hexdigest() == self.file.sha256:
            return None
        self.begin()  # the next attempt must not go on behind what is wrong
        return "wrong_digest"


def fetch(core: Core, file: BulkFile, folder: Path) -> Steps[Path]:
    """One file, unless it is there already. If it was made anew meanwhile, the new one."""
    try:
        return (yield from _fetch(core, file, folder))
    except Incomplete:
        anew = yield from _anew(core, file)
        if anew is None or anew.sha256 == file.sha256:
            raise
    return (yield from _fetch(core, anew, folder))


def _fetch(core: Core, file: BulkFile, folder: Path) -> Steps[Path]:
    if PATH.fullmatch(file.path) is None:
        raise NotThisApi(core.address(file.url, ()), "no_answer_of_ours", core.language)
    path = folder / file.path
    if _is_whole(path, file):
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{file.sha256[:VERSION_CHARACTERS]}.part")
    for other in path.parent.glob(f".{path.name}.*.part"):
        if other != part:  # of a version that is no more
            other.unlink(missing_ok=True)
    with part.open("ab+") as growing:
        yield from core.fetch(file.url, FileSink(growing, file))
    part.replace(path)
    return path


def _is_whole(path: Path, file: BulkFile) -> bool:
    if not path.is_file() or path.stat().st_size != file.byte_count:
        return False
    with path.open("rb") as content:
        return file_digest(content, "sha256").hexdigest() == file.sha256


def _anew(core: Core, file: BulkFile) -> Steps[BulkFile | None]:
    question = questions.bulk(dataset=file.dataset, first_date=file.date, last_date=file.date)
    page = yield from core.page(question, ())
    return page.first
