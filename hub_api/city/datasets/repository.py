"""Datasets, from SQL to values."""

from __future__ import annotations

from collections.abc import Sequence

from citycore.licences import licence_of
from citycore.store.queries import load_queries
from hub_api.city.datasets.model import Dataset
from hub_api.serving.database import Database, Row
from hub_api.serving.paging import Key

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


async def fetch_datasets(database: Database, datasets: Sequence[str]) -> Sequence[Dataset]:
    """Those that are named, as far as they exist, ordered by code."""
    parameters = {"datasets": list(datasets), "after": None, "rows": None}
    return [dataset_of(row) for row in await database.fetch(QUERIES["describe"], parameters)]


async def fetch_page(database: Database, after: Key | None, rows: int) -> Sequence[Row]:
    """At most ``rows`` datasets after a code, ordered by code, for :func:`dataset_of`."""
    return await database.fetch(QUERIES["describe"], {"datasets": None, "after": after, "rows": rows})


def dataset_key(row: Row) -> str:
    return str(row[0])


def dataset_of(row: Row) -> Dataset:
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
