"""A city of two sources, and its folder of bulk files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from citycore.model import DatastreamDescription, SourceDescription, SourceKind, ThingDescription
from citycore.partitions import partition_path
from citycore.store.connections import Connection
from citycore.store.registry import register
from ingest.bulk.service import Report, write_due
from ingest.bulk.settings import BulkSettings
from ingest.rollups import roll_up
from tests.conftest import Database

ROOT = Path(__file__).resolve().parents[3]
#: The local day 2026-03-02 of Muscat.
DAY = date(2026, 3, 2)
MIDNIGHT = datetime(2026, 3, 1, 20, tzinfo=UTC)
#: Later than any note, whose times are the database's.
NOW = datetime(2100, 1, 1, tzinfo=UTC)
AT_ONCE = BulkSettings(quiet_seconds=0, free_mib_min=0)
TABLES = {
    "measurement": ("observations", "result"),
    "category": ("observations_category", "result"),
    "position": ("observations_position", "longitude, latitude"),
}
PORT = SourceDescription(
    code="port", kind=SourceKind.DEVICE, name_en="Port", name_ar="ميناء", licence="CC-BY-4.0",
    attribution="Port of Example", description_en="Sensors of a port.", description_ar="مستشعرات ميناء.",
)  # fmt: skip


def thing(code: str, *properties: tuple[str, str]) -> ThingDescription:
    datastreams = tuple(
        DatastreamDescription(observed_property=name, result_type=kind)  # type: ignore[arg-type]  # literals
        for name, kind in properties
    )
    return ThingDescription(code=code, kind="station", name_en=code, name_ar=code, datastreams=datastreams)


class City:
    """Two sources, and batches as ingest commits and the worker rolls them up."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.folder, self.batch = database, folder, 0
        with database.connect() as owner:
            register(owner, PORT, [
                thing("air", ("pm2_5", "measurement"), ("weather", "category"), ("no2", "measurement")),
                thing("bus", ("location", "position")),
            ])  # fmt: skip
            other = SourceDescription(code="other", kind=SourceKind.SIMULATED, name_en="O", name_ar="آخر")
            register(owner, other, [thing("else", ("pm2_5", "measurement"))])
            rows = owner.execute(
                "SELECT things.code || '.' || observed_property_code, datastream_id, result_type"
                " FROM datastreams JOIN things USING (thing_id)"
            ).fetchall()
        self.numbers = {name: number for name, number, _ in rows}
        self.kinds = {name: kind for name, _, kind in rows}

    def commit(self, name: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Rows of time and result (or longitude and latitude)."""
        self.batch += 1
        table, columns = TABLES[self.kinds[name]]
        marks = ", ".join(["%s"] * len(rows[0]))
        hours = sorted({int(row[0].timestamp()) // 3600 for row in rows})
        with self.database.connect("ingest") as ingest, ingest.transaction():
            statement = (
                f"INSERT INTO {table} (datastream_id, batch_id, quality, phenomenon_time, {columns})"
                f" VALUES ({self.numbers[name]}, {self.batch}, 2, {marks})"
            )
            ingest.cursor().executemany(statement.encode(), rows)
            ingest.execute(
                "INSERT INTO dirty_buckets VALUES (%s, %s, %s)",
                [self.batch, [self.numbers[name]] * len(hours), hours],
            )

    def write(self, worker: Connection, **more: Any) -> Report:
        while roll_up(worker):
            pass
        given: dict[str, Any] = {"settings": AT_ONCE, "clock": lambda: NOW, **more}
        return write_due(worker, self.folder, **given)

    def path(self, dataset: str = "port", day: date = DAY) -> Path:
        return partition_path(self.folder, dataset, day)

    def known(self) -> dict[tuple[str, date], dict[str, Any]]:
        with self.database.connect("read") as connection:
            cursor = connection.execute(
                "SELECT code, local_date, row_count, byte_count, sha256, first_phenomenon_time,"
                " last_phenomenon_time, generated_at FROM dataset_days JOIN sources USING (source_id)"
            )
            names = [column.name for column in cursor.description or ()]
            return {(row[0], row[1]): dict(zip(names, row, strict=True)) for row in cursor}


@pytest.fixture
def city(database: Database, tmp_path: Path) -> City:
    return City(database, tmp_path / "bulk")


@pytest.fixture
def worker(database: Database) -> Iterator[Connection]:
    with database.connect("worker") as connection:
        yield connection


def hourly(start: datetime, count: int, first: float = 0.0) -> list[tuple[datetime, float]]:
    return [(start + timedelta(hours=n), first + n) for n in range(count)]


def fill(city: City) -> None:
    """A day of every kind of observation, its neighbours, and somebody else's."""
    city.commit("air.no2", hourly(MIDNIGHT - timedelta(hours=2), 28, 100))
    city.commit("air.pm2_5", hourly(MIDNIGHT, 24))
    city.commit("air.weather", [(MIDNIGHT + timedelta(hours=3), "غبار"), (MIDNIGHT, "clear")])
    city.commit("bus.location", [(MIDNIGHT + timedelta(minutes=5), 58.4, 23.6)])
    city.commit("else.pm2_5", hourly(MIDNIGHT, 5, 1000))
