"""The small city, its bulk files, and the API that serves them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from citycore.partitions import partition_path
from citycore.settings import BulkFolderSettings
from ingest.bulk.service import write_due
from ingest.bulk.settings import BulkSettings
from ingest.rollups import roll_up
from tests.hub_api.conftest import START

URL = "/v1/bulk/simulator/2026-11-24.parquet"
DAY = date(2026, 11, 24)
AT_ONCE = BulkSettings(quiet_seconds=0, free_mib_min=0)
#: Later than any note, whose times are the database's.
LATER = datetime(2100, 1, 1, tzinfo=UTC)


class Bulk:
    """The city's bulk files and the API that serves them."""

    def __init__(self, city: Any, folder: Path, make_api: Any) -> None:
        self.city, self.folder = city, folder
        self.api = make_api(bulk=BulkFolderSettings(folder=folder))

    def note(self, name: str = "air-01.pm2_5", start: datetime = START, hours: int = 10) -> None:
        """As ingest notes a batch."""
        first = int(start.timestamp()) // 3600
        numbers = [self.city.datastreams[name]] * hours
        with self.city.database.superuser() as connection:
            connection.execute(
                "INSERT INTO dirty_buckets SELECT coalesce(max(batch_id), 0) + 1, %s, %s FROM dirty_buckets",
                [numbers, list(range(first, first + hours))],
            )

    def observe(self, at: datetime, result: float = 1.0) -> None:
        with self.city.database.superuser() as connection:
            connection.execute(
                "INSERT INTO observations VALUES (%s, 1, %s, %s, 2)",
                [self.city.datastreams["air-01.pm2_5"], at, result],
            )
        self.note(start=at, hours=1)

    def write(self) -> None:
        with self.city.database.connect("worker") as worker:
            while roll_up(worker):
                pass
            write_due(worker, self.folder, AT_ONCE, lambda: LATER)

    @property
    def path(self) -> Path:
        return partition_path(self.folder, "simulator", DAY)


@pytest.fixture
def bulk(city: Any, tmp_path: Path, make_api: Any) -> Bulk:
    one = Bulk(city, tmp_path / "bulk", make_api)
    one.note()
    one.note("bus-01.location", hours=1)
    one.note("weather-01.weather")
    one.observe(START - timedelta(days=2))
    one.write()
    return one
