"""Datasets, from SQL to values."""

from __future__ import annotations

from collections.abc import Sequence

from citycore.licences import licence_of
from citycore.store.queries import load_queries
from hub_api.city.datasets.model import Dataset
from hub_api.serving.database import Database, Row

QUERIES = load_queries("hub_api.city.datasets")
DESCRIBED = (
    "code",
    "kind",
    "is_simulated",
    "name_en",
    "name_ar",
    "description_en",
    "description_ar",
    "provider_en",
    "provider_ar",
    "homepage",
)
COUNTED = ("thing_count", "datastream_count", "newest_phenomenon_time", "interval_seconds")


async def fetch_datasets(database: Database, datasets: Sequence[str] | None = None) -> Sequence[Dataset]:
    """All datasets by their codes, or those that are named, as far as they exist."""
    named = None if datasets is None else list(datasets)
    return [_dataset(row) for row in await database.fetch(QUERIES["describe"], {"datasets": named})]


def _dataset(row: Row) -> Dataset:
    described = row[: len(DESCRIBED)]
    licence, url, name_en, name_ar, attribution, zone, *rest = row[len(DESCRIBED) :]
    counted, rest = rest[: len(COUNTED)], rest[len(COUNTED) :]
    west, south, east, north, places, day_count, first_date, file_count, properties = rest
    return Dataset(
        **dict(zip(DESCRIBED, described, strict=True)),
        **dict(zip(COUNTED, counted, strict=True)),
        licence=licence_of(licence, url=url, name_en=name_en, name_ar=name_ar),
        attribution=attribution,
        zone=zone,
        box=None if west is None else (west, south, east, north),
        places=tuple(places),
        day_count=day_count,
        first_date=first_date,
        file_count=file_count,
        observed_properties=tuple(properties),
    )
