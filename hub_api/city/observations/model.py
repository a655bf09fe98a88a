"""What is read: which series, of which datastreams, from when to when, in which order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from citycore.model import Quality, ResultType
from hub_api.city.selection.model import Selection

Bucket = Literal["raw", "PT15M", "PT1H", "P1D", "P1W", "P1M", "P1Y"]
Order = Literal["asc", "desc"]
#: ``mixed``: rows of several result types in one answer; ``period``: weeks, months or years; ``zoned…``: days, or weeks,
#: months and years, of several zones.
Series = Literal[
    "measurement", "category", "position", "mixed", "statistics", "daily", "zoned", "period", "zoned_period"
]
#: Of months and years about how long they are: for estimates.
BUCKET_SECONDS: Mapping[Bucket, int] = {
    "PT15M": 900,
    "PT1H": 3600,
    "P1D": 86_400,
    "P1W": 604_800,
    "P1M": 2_592_000,
    "P1Y": 31_536_000,
}
#: How many months the longer ones have.
BUCKET_MONTHS: Mapping[Bucket, int] = {"P1M": 1, "P1Y": 12}
#: Those that are made of days.
OF_DAYS: frozenset[Bucket] = frozenset({"P1W", *BUCKET_MONTHS})
#: The series whose buckets are local, all of one zone.
OF_ONE_ZONE: tuple[Series, ...] = ("daily", "period")
#: An older hub may hold instants before and after these, which neither Python nor RFC 3339 has; a day away from
#: the ends, so that days of every zone have theirs.
FIRST, LAST = "0001-01-02T00:00:00Z", "9999-12-30T00:00:00Z"
QUALITY_NAMES = tuple(quality.name.lower() for quality in Quality)


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a reading makes its statements: there are few shapes."""

    bucket: Bucket
    series: Series
    result_types: tuple[ResultType, ...]
    order: Order
    is_one: bool
    has_flags: bool
    #: Whether rows of the archive come along.
    has_archive: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """Which columns an answer has: of one datastream or of several, with what people call them, or only some, as they were asked
    for.
    """

    series: Series
    is_one: bool
    labels: bool = False
    fields: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Archived:
    """Rows that the store has let go of, as the statements name them; with these a reading is of store and archive."""

    parameters: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """``[start, end)`` of a selection; open sides are None, and so are no flags: all count."""

    selection: Selection
    bucket: Bucket
    series: Series
    start: datetime | None
    end: datetime | None
    order: Order
    qualities: tuple[Quality, ...] | None
    archived: Archived | None = None
    labels: bool = False
    fields: tuple[str, ...] | None = None

    @property
    def is_raw(self) -> bool:
        return self.bucket == "raw"

    @property
    def shape(self) -> Shape:
        return Shape(
            self.bucket,
            self.series,
            tuple(sorted(self.selection.result_types)),
            self.order,
            self.selection.is_one,
            self.is_raw and self.qualities is not None,
            self.archived is not None,
        )

    @property
    def layout(self) -> Layout:
        return Layout(self.series, self.selection.is_one, self.labels, self.fields)

    @property
    def rows_per_second(self) -> float:
        """How many rows a second of time is expected to hold where every interval is known."""
        if self.bucket != "raw":
            return len(self.selection.datastreams) / BUCKET_SECONDS[self.bucket]
        return sum(1 / one.interval_seconds for one in self.selection.datastreams if one.interval_seconds)

    def within(self, start: datetime | None, end: datetime | None) -> Reading:
        return replace(self, start=start, end=end)

    def parameters(self) -> dict[str, object]:
        """What the statements name. An open side is the end of what an answer can say: as the driver tells
        texts from instants, open and closed windows are prepared, and planned, each for themselves.
        """
        numbers = [one.number for one in self.selection.datastreams]
        return {
            "start": self.start or FIRST,
            "end": self.end or LAST,
            "datastream": numbers[0] if numbers else None,
            "datastreams": numbers,
            "zones": [one.zone for one in self.selection.datastreams],
            "qualities": None if self.qualities is None else [int(quality) for quality in self.qualities],
            "measurements": self.selection.numbers("measurement"),
            "categories": self.selection.numbers("category"),
            "positions": self.selection.numbers("position"),
            **({} if self.archived is None else self.archived.parameters),
        }
