"""The days of a month that is gone in one file: what says where a column begins would weigh more than a day of a small source.

The days stay parts of their own, each with its digest; what changes is which file they are in.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from citycore.archive.parts import KEYS, NUMBERS, TEXT, Flag, Rows, RowsDigest, read_all
from citycore.archive.place import PartFile, Place, month_path
from citycore.clock import Clock, microseconds_of
from citycore.store.connections import Connection
from ingest.archive import repository
from ingest.archive.model import Part, WrittenPart
from ingest.archive.settings import ArchiveSettings
from ingest.archive.tables import PartTable

Block = tuple[Rows, list[Flag]]


class NotTheSame(Exception):
    """What was read back is not what was written, or what the store holds is not what the archive holds."""


@dataclass(frozen=True, slots=True)
class Merging:
    """What works on months; see :class:`ingest.archive.service.Archive`."""

    connection: Connection
    place: Place
    settings: ArchiveSettings
    clock: Clock


@dataclass(frozen=True, slots=True)
class Month:
    """Of one sector of a source."""

    by: Merging
    source_id: int
    sector: str
    first_day: date

    @property
    def name(self) -> str:
        return f"{self._parts()[0].dataset}/{self.sector}/{self.first_day:%Y-%m}"

    def merge(self) -> str:
        """Put the days into one file: ``merged``. The old files are removed when nobody can be reading them."""
        parts, connection = self._parts(), self.by.connection
        blocks = [block for part in parts for block in self._read(part)]
        with tempfile.TemporaryDirectory(prefix="falaj-archive-") as folder:
            local = Path(folder) / "month"
            written = self._write(local, blocks)
            path = month_path(parts[0].dataset, self.sector, self.first_day, written.sha256)
            repository.note_leftover(connection, path, self.by.clock())  # until the parts need it
            self.by.place.put(local, path)
        file = PartFile(
            parts[0].dataset, self.sector, self.first_day, path, written.byte_count, written.sha256
        )
        self.by.place.check_bytes(file)
        for part in parts:
            self._read(part, file)
        with connection.transaction():
            repository.forget_leftover(connection, path)
            for part in parts:
                if not repository.note_merged(connection, part, file, self.by.clock()):
                    raise NotTheSame(f"{part.name}: it has changed meanwhile")
            for old in {part.path for part in parts}:
                repository.note_leftover(connection, old, self.by.clock())
        return "merged"

    def _parts(self) -> list[Part]:
        key = {"source_id": self.source_id, "sector": self.sector, "month": self.first_day}
        return repository.fetch_parts(self.by.connection, "parts_of_month", key)

    def _read(self, part: Part, file: PartFile | None = None) -> list[Block]:
        """The rows of a part in its file, or in another; :class:`NotTheSame` if they are not what was written."""
        digest, blocks = RowsDigest(), []
        span = microseconds_of(part.starts_at), microseconds_of(part.ends_at)
        with self.by.place.open(file or part.file) as parquet:
            for rows, flags in read_all(parquet, *span):
                digest.add(rows, flags)
                blocks.append((rows, flags))
        if (digest.rows, digest.flags, digest.digest()) != (
            part.row_count,
            part.flag_count,
            part.rows_digest,
        ):
            raise NotTheSame(f"{part.name}: the file says something else than was written")
        return blocks

    def _write(self, local: Path, blocks: list[Block]) -> WrittenPart:
        rows, flags = joined(blocks)
        with local.open("xb") as sink:
            table = PartTable(sink, frozenset(rows), self.by.settings, has_flags=bool(flags))
            table.add(rows, flags)
            written = table.end()
        assert written is not None, "a part has rows"
        return written


def joined(blocks: list[Block]) -> Block:
    """Blocks as one, in the order of datastream and time; what a block has no column of is absent in its rows."""
    counts = [len(rows["datastream"]) for rows, _ in blocks]
    names = {name for rows, _ in blocks for name in rows}
    whole: dict[str, Any] = {
        name: np.concatenate([np.asarray(rows[name]) for rows, _ in blocks]) for name in KEYS
    }
    for name in names.intersection(NUMBERS):
        columns = [
            rows.get(name, np.full(count, np.nan)) for (rows, _), count in zip(blocks, counts, strict=True)
        ]
        whole[name] = np.concatenate([np.asarray(column) for column in columns])
    order = np.lexsort((whole["phenomenon_time"], whole["datastream"]))
    whole = {name: column[order] for name, column in whole.items()}
    if TEXT in names:
        texts = [
            text
            for (rows, _), count in zip(blocks, counts, strict=True)
            for text in rows.get(TEXT, [None] * count)
        ]
        whole[TEXT] = [texts[place] for place in order]
    begins = np.concatenate([[0], np.cumsum(counts)])
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(len(order))
    flags = sorted(
        (int(places[begin + place]), *flag)
        for begin, (_, some) in zip(begins, blocks, strict=False)
        for place, *flag in some
    )
    return whole, flags  # type: ignore[return-value]  # the rest of a flag is as it was
