"""What the catalogue asks the store for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from citycore.store.queries import load_queries
from hub_api.city.bulk.model import BulkFile
from hub_api.city.bulk.repository import file_of
from hub_api.serving.database import Database

QUERIES = load_queries("hub_api.standards.catalogue")


async def fetch_codes(database: Database, after: str | None, rows: int) -> list[str]:
    """At most ``rows`` codes of datasets behind one."""
    found = await database.fetch(QUERIES["codes"], {"after": after, "rows": rows})
    return [row[0] for row in found]


async def count_datasets(database: Database) -> int:
    return int((await database.fetch(QUERIES["count"]))[0][0])


async def fetch_sectors(database: Database) -> Mapping[str, str]:
    """By observed property."""
    return dict(await database.fetch(QUERIES["sectors"]))


async def fetch_newest_files(
    database: Database, datasets: Sequence[str], rows: int
) -> Mapping[str, list[BulkFile]]:
    """At most ``rows`` bulk files of each dataset, the newest first."""
    files: dict[str, list[BulkFile]] = defaultdict(list)
    for row in await database.fetch(QUERIES["newest_files"], {"datasets": list(datasets), "rows": rows}):
        file = file_of(row)
        files[file.dataset].append(file)
    return files
