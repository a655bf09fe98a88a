"""Days and their parts as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from citycore.archive.place import PartFile
from ingest.bulk.model import Datastream, Day


@dataclass(frozen=True, slots=True)
class DueDay:
    """A closed day with changes that the archive does not hold; the date as the database writes it."""

    source_id: int
    dataset: str
    local_date: str
    zone: str

    @property
    def name(self) -> str:
        return f"{self.dataset}/{self.local_date}"

    def day(self) -> Day:
        """``ValueError`` or ``OverflowError`` for what is no day of Python's calendar."""
        day = Day(self.source_id, self.dataset, date.fromisoformat(self.local_date), self.zone)
        _ = day.start, day.end
        return day


@dataclass(frozen=True, slots=True)
class Part:
    """What the archive holds of one sector of a day, and where its rows are."""

    source_id: int
    dataset: str
    sector: str
    local_date: date
    path: str
    version: int
    starts_at: datetime
    ends_at: datetime
    row_count: int
    flag_count: int
    byte_count: int
    sha256: bytes
    rows_digest: bytes
    written_at: datetime
    verified_at: datetime
    #: Since when the store has not had its rows.
    let_go_at: datetime | None
    wanted_at: datetime | None
    damage: str | None

    @property
    def file(self) -> PartFile:
        return PartFile(self.dataset, self.sector, self.local_date, self.path, self.byte_count, self.sha256)

    @property
    def name(self) -> str:
        return self.file.name

    def key(self) -> dict[str, object]:
        return {"source_id": self.source_id, "local_date": self.local_date, "sector": self.sector}


@dataclass(frozen=True, slots=True)
class Span:
    """Datastreams and a stretch of time: which rows."""

    datastreams: tuple[Datastream, ...]
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenPart:
    """A file that is complete, in step with the columns of ``archive_parts``."""

    row_count: int
    flag_count: int
    byte_count: int
    sha256: bytes
    rows_digest: bytes
    first_datastream_id: int
    last_datastream_id: int
    first_phenomenon_time: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """Of one run, in parts. ``is_busy``: another process is at it, so nothing was done."""

    written: int = 0
    unchanged: int = 0
    restored: int = 0
    let_go: int = 0
    merged: int = 0
    chunks_dropped: int = 0
    damaged: int = 0
    failed: int = 0
    is_busy: bool = False
