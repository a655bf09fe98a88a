"""The city of the bulk files with an archive beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from citycore.archive.place import Place
from citycore.archive.settings import ArchivePlaceSettings
from citycore.store.connections import Connection
from ingest.archive.model import Part, Report
from ingest.archive.service import Archive
from ingest.archive.settings import ArchiveSettings
from ingest.rollups import roll_up, roll_up_days, roll_up_periods, settle_hours
from ingest.settings import IngestSettings
from tests.conftest import Database
from tests.ingest.bulk.conftest import MIDNIGHT, NOW, City, fill

EVERYTHING_OLD = ArchiveSettings(quiet_seconds=0, keep_days={"*": 2}, keep_late_seconds=0)
KEEPING = EVERYTHING_OLD.model_copy(update={"keep_days": {}})
ROLLED_UP = IngestSettings(
    rollup_open_day_seconds=0, rollup_ended_hour_seconds=0, rollup_open_hour_seconds=0,
    rollup_ended_period_seconds=0, rollup_open_period_seconds=0,
)  # fmt: skip
TABLES = ("observations", "observations_category", "observations_position", "observation_flags")


def place_of(folder: Path) -> Place:
    return Place(ArchivePlaceSettings(url=SecretStr(folder.as_uri())))


@dataclass
class Scene:
    """A city whose days are closed, rolled up and in bulk files; nothing is archived yet."""

    city: City
    worker: Connection
    archive: Archive
    folder: Path

    def with_settings(self, settings: ArchiveSettings) -> Archive:
        return replace(self.archive, settings=settings)

    def settle(self) -> None:
        """What the worker does of its own accord: roll-ups and bulk files."""
        for work in (roll_up, settle_hours, roll_up_days, roll_up_periods):
            while work(self.worker, ROLLED_UP):
                pass
        self.city.write(self.worker)
        # The roll-ups' ticks are over, so days have been quiet.

    def run(self, settings: ArchiveSettings = EVERYTHING_OLD) -> Report:
        return self.with_settings(settings).run()

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """All that the store has been told."""
        with self.city.database.connect("worker") as connection:
            return {
                table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 3, 2, 4, 5".encode()).fetchall()
                for table in TABLES
            }

    def roll_ups(self) -> list[str]:
        """What all roll-ups say, and since when they say it does not matter."""
        found = []
        with self.city.database.connect("worker") as connection:
            for width in ("quarter_hourly", "hourly", "daily", "monthly", "yearly"):
                rows = connection.execute(
                    f"SELECT to_jsonb(b) - 'computed_at' FROM observations_{width} AS b ORDER BY datastream_id, bucket_start".encode()
                ).fetchall()
                found += [f"{width} {json.dumps(row[0], sort_keys=True)}" for row in rows]
        return found

    def parts(self) -> dict[str, Part]:
        return {part.name: part for part in self.archive.find()}

    def file(self, name: str) -> Path:
        return self.folder / self.parts()[name].file.path


@pytest.fixture
def make_scene(database: Database, tmp_path: Path) -> Iterator[Callable[..., Scene]]:
    """``fill``: what is put into the city's two sources."""
    with database.connect("worker") as worker:

        def make(fill: Callable[[City], None] = fill_flagged, place: Place | None = None) -> Scene:
            city = City(database, tmp_path / "bulk")
            fill(city)
            folder = tmp_path / "archive"
            archive = Archive(worker, place or place_of(folder), EVERYTHING_OLD, lambda: NOW)
            scene = Scene(city, worker, archive, folder)
            scene.settle()
            return scene

        yield make


@pytest.fixture
def scene(make_scene: Callable[..., Scene]) -> Scene:
    return make_scene()


def fill_flagged(city: City) -> None:
    """Three days of every kind of observation, some with flags."""
    fill(city)
    with city.database.connect("ingest") as ingest:
        ingest.execute(
            "INSERT INTO observation_flags SELECT %s, %s::timestamptz + n * INTERVAL '1 hour', test, 3, 2"
            " FROM generate_series(3, 5) AS n, unnest(ARRAY['spike', 'flat_line']) AS test",
            [city.numbers["air.pm2_5"], MIDNIGHT],
        )


def at(hour: int, minute: int = 0) -> datetime:
    """An instant of the local day."""
    return MIDNIGHT.astimezone(UTC) + timedelta(hours=hour, minutes=minute)
