"""What there is to get, as values: datasets and their bulk files."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from falaj_client.model import Name, within


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """``id`` is the SPDX identifier, where the licence has one; its text can be read at ``url``."""

    id: str
    name: Name
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetProperty:
    """What a dataset observes, and how often a value is expected."""

    observed_property: str
    name: Name
    unit: str
    result_type: str
    datastream_count: int
    interval_seconds: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """A way to get the data of a dataset."""

    kind: str
    format: str
    media_type: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """All that one source has published. ``bbox`` is west, south, east, north in WGS 84 degrees.

    ``start`` is the beginning of its first local day; None as ``licence``: the provider states none.
    """

    dataset: str
    kind: str
    simulated: bool
    name: Name
    description: Name | None
    provider: Name | None = field(metadata=within("provider", "name"))
    homepage: str | None = field(metadata=within("provider", "homepage"))
    licence: Licence | None
    attribution: str | None
    observed_properties: tuple[DatasetProperty, ...]
    thing_count: int
    datastream_count: int
    start: dt.datetime | None = field(metadata=within("temporal", "start"))
    bbox: tuple[float, float, float, float] | None = field(metadata=within("spatial", "bbox"))
    places: tuple[str, ...] = field(metadata=within("spatial", "places"))
    interval_seconds: int | None
    day_count: int
    bulk_file_count: int
    newest_phenomenon_time: dt.datetime | None
    age_seconds: float | None
    distributions: tuple[Distribution, ...]

    @property
    def code(self) -> str:
        """What it is called everywhere else: ``dataset``."""
        return self.dataset


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkFile:
    """A local day of a dataset as a Parquet file; ``path`` is where it lies in a folder of all."""

    dataset: str
    date: dt.date
    url: str
    path: str
    row_count: int
    byte_count: int
    sha256: str
    first_phenomenon_time: dt.datetime | None
    last_phenomenon_time: dt.datetime | None
    generated_at: dt.datetime
    #: Whose day it is.
    zone: str
