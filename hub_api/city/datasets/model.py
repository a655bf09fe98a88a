"""A dataset as one value: what ``/v1/datasets`` says, and what any catalogue can be made from.

Each field is a term of DCAT-AP 3 (and so of schema.org and Croissant), named in the words of this API:
title, description, licence, publisher, temporal and spatial coverage, frequency, distributions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from citycore.licences import Licence


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """All that one source has published. Names without a text are None."""

    code: str
    kind: str
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
    #: Whose days its days are.
    zone: str
    thing_count: int
    datastream_count: int
    newest_phenomenon_time: datetime | None
    #: How often a value is expected of the datastream that speaks most often.
    interval_seconds: int | None
    #: West, south, east, north of all things, where they stand or were seen last.
    box: tuple[float, float, float, float] | None
    places: tuple[str, ...]
    #: Local days with observations, the first of them, and how many have a bulk file.
    day_count: int
    first_date: date | None
    file_count: int
    observed_properties: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Distribution:
    """One way to get the data. ``kind``: observations, things, latest, bulk or stream."""

    kind: str
    format: str
    media_type: str
    url: str
