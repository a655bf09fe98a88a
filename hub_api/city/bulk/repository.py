"""Bulk files, from SQL to values and to the elements of the manifest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from citycore.partitions import partition_name
from citycore.store.queries import load_queries
from hub_api.city.bulk.model import BulkFile
from hub_api.serving.database import Database, Row
from hub_api.serving.lists.keys import RowKey
from hub_api.serving.paging import Key

QUERIES = load_queries("hub_api.city.bulk")
#: Dataset and day.
KEY = RowKey((str, date.fromisoformat))
FIELDS = (
    "dataset",
    "local_date",
    "zone",
    "row_count",
    "byte_count",
    "sha256",
    "first_phenomenon_time",
    "last_phenomenon_time",
    "generated_at",
)


async def fetch_files(
    database: Database, filters: Mapping[str, object], after: Key | None, rows: int
) -> Sequence[Row]:
    """At most ``rows`` files after a key, ordered by dataset and day."""
    dataset, day = KEY.read(after)
    key = {"after_dataset": dataset, "after_date": day}
    return await database.fetch(QUERIES["page"], {**filters, **key, "rows": rows})


async def fetch_file(database: Database, dataset: str, local_date: date) -> BulkFile | None:
    filters = {"dataset": dataset, "first_date": local_date, "last_date": local_date}
    rows = await fetch_files(database, filters, None, 1)
    return file_of(rows[0]) if rows else None


async def has_any(database: Database, datasets: Sequence[str], first: date | None, last: date | None) -> bool:
    """Whether one of the datasets has a file of these days."""
    parameters = {"datasets": list(datasets), "first_date": first, "last_date": last}
    rows = await database.fetch(QUERIES["any_of"], parameters)
    return bool(rows[0][0])


async def suspect(database: Database, file: BulkFile) -> datetime | None:
    """Have the worker look at a file at once; when it tries again, if it could not make it the last time."""
    rows = await database.fetch(QUERIES["suspect"], {"name": f"{file.dataset}/{file.local_date}"})
    again_at: datetime | None = rows[0][1]
    return again_at


def file_of(row: Row) -> BulkFile:
    facts = dict(zip(FIELDS, row, strict=True))
    return BulkFile(**{**facts, "sha256": bytes(facts["sha256"])})


def file_key(row: Row) -> str:
    return KEY.write(row[0], row[1])


def file_element(row: Row) -> dict[str, Any]:
    file = file_of(row)
    return {
        "dataset": file.dataset,
        "date": file.local_date,
        "zone": file.zone,
        "url": file.url,
        "path": partition_name(file.dataset, file.local_date),
        "row_count": file.row_count,
        "byte_count": file.byte_count,
        "sha256": file.sha256.hex(),
        "first_phenomenon_time": file.first_phenomenon_time,
        "last_phenomenon_time": file.last_phenomenon_time,
        "generated_at": file.generated_at,
    }
