"""Bulk files as values: which day is due, what its dataset is, and the file that was made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from citycore.clock import day_start
from citycore.licences import Licence
from citycore.model import ResultType

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Day:
    """A local day of a dataset, in the zone of its source."""

    source_id: int
    dataset: str
    local_date: date
    zone: str

    @property
    def start(self) -> datetime:
        return day_start(self.local_date, ZoneInfo(self.zone))

    @property
    def end(self) -> datetime:
        return day_start(self.local_date + DAY, ZoneInfo(self.zone))


@dataclass(frozen=True, slots=True)
class DueDay:
    """A day as the database names it, which need not be one of Python's calendar."""

    source_id: int
    dataset: str
    local_date: str
    zone: str

    @property
    def name(self) -> str:
        """What readers and operators call its file."""
        return f"{self.dataset}/{self.local_date}"

    def day(self) -> Day:
        """``ValueError`` or ``OverflowError`` for what is no day that a file could be made of."""
        day = Day(self.source_id, self.dataset, date.fromisoformat(self.local_date), self.zone)
        _ = day.start, day.end
        return day


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeFile:
    """A file that should be there."""

    day: Day
    byte_count: int
    sha256: bytes
    generated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """What a file says about the dataset it is part of."""

    code: str
    is_simulated: bool
    name_en: str
    name_ar: str
    description_en: str | None
    description_ar: str | None
    provider_en: str | None
    provider_ar: str | None
    homepage: str | None
    licence: Licence | None
    attribution: str | None


@dataclass(frozen=True, slots=True)
class Datastream:
    """Whose observations they are, as the rows say it."""

    number: int
    thing: str
    observed_property: str
    unit: str
    result_type: ResultType


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What is known of a day at the instant whose observations are read."""

    change_count: int
    #: Of the file there is.
    sha256: bytes | None
    generated_at: datetime | None
    dataset: Dataset
    datastreams: tuple[Datastream, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenFile:
    """A complete file; the times are those of its first and last observation, None without any."""

    row_count: int
    byte_count: int
    sha256: bytes
    first_phenomenon_time: datetime | None
    last_phenomenon_time: datetime | None
