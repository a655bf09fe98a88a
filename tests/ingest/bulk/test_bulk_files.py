"""Bulk files: whole days, in order, complete or not there, made anew when late data came."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pyarrow.parquet as pq
import pytest

from citycore.model import DatastreamDescription, SourceDescription, SourceKind, ThingDescription
from citycore.partitions import is_file_of, partition_path
from citycore.store.connections import Connection
from citycore.store.registry import register
from ingest.bulk.errors import BulkDiskFull
from ingest.bulk.model import Datastream
from ingest.bulk.rules import runs
from ingest.bulk.service import UNFINISHED, Report, is_any_due, write_due
from ingest.bulk.settings import BulkSettings
from ingest.rollups import roll_up
from stack.waiting import wait_until
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


def test_a_day_holds_its_dataset_s_rows_and_no_others_in_order(city: City, worker: Connection) -> None:
    fill(city)
    assert city.write(worker) == Report(written=4)
    table = pq.read_table(city.path(), partitioning=None)
    assert table.num_rows == 24 + 24 + 2 + 1
    rows = table.to_pylist()
    keys = [(row["datastream"], row["phenomenon_time"]) for row in rows]
    assert keys == sorted(keys)
    assert {row["thing"] for row in rows} == {"air", "bus"}
    assert min(at for _, at in keys) == MIDNIGHT
    assert max(at for _, at in keys) == MIDNIGHT + timedelta(hours=23)
    by_name = {(row["thing"], row["observed_property"]): row for row in rows}
    assert by_name["air", "weather"]["result_text"] == "غبار"
    assert by_name["bus", "location"]["longitude"] == 58.4
    assert by_name["air", "pm2_5"]["result"] == 23.0
    assert by_name["air", "pm2_5"]["unit"] == "ug/m3"
    assert not any(row["simulated"] for row in rows)
    assert all(row["simulated"] for row in pq.read_table(city.path("other")).to_pylist())


def test_a_file_says_what_it_is(city: City, worker: Connection) -> None:
    fill(city)
    city.write(worker)
    schema = pq.read_schema(city.path())
    told = {name.decode(): value.decode() for name, value in schema.metadata.items()}
    assert told["dataset"] == "port"
    assert json.loads(told["name"]) == {"en": "Port", "ar": "ميناء"}
    assert (told["licence"], told["attribution"]) == ("CC-BY-4.0", "Port of Example")
    assert told["licence_url"] == "https://creativecommons.org/licenses/by/4.0/"
    assert told["interval"] == "[2026-03-01T20:00:00Z, 2026-03-02T20:00:00Z)"
    assert json.loads(told["quality_flags"])["2"] == "not_evaluated"
    assert json.loads(told["units"])["pm2_5"] == "ug/m3"
    other = pq.read_schema(city.path("other")).metadata
    assert other[b"licence"] == b"not stated"
    assert other[b"simulated"] == b"true"


def test_its_row_is_true(city: City, worker: Connection) -> None:
    fill(city)
    city.write(worker)
    known = city.known()
    assert set(known) == {("port", DAY + timedelta(days=n)) for n in (-1, 0, 1)} | {("other", DAY)}
    for (dataset, day), row in known.items():
        content = city.path(dataset, day).read_bytes()
        assert (row["byte_count"], row["sha256"]) == (len(content), hashlib.sha256(content).digest())
        assert row["row_count"] == pq.read_metadata(city.path(dataset, day)).num_rows
        assert is_file_of(city.path(dataset, day), row["byte_count"], row["generated_at"])
    today = known["port", DAY]
    assert today["first_phenomenon_time"] == MIDNIGHT
    assert today["last_phenomenon_time"] == MIDNIGHT + timedelta(hours=23)


def test_duckdb_and_arrow_read_the_folder(city: City, worker: Connection) -> None:
    fill(city)
    city.write(worker)
    with contextlib.closing(duckdb.connect()) as connection:
        rows = connection.execute(
            "SELECT dataset, date::varchar, count(*) FROM read_parquet(?, hive_partitioning = true)"
            " GROUP BY ALL ORDER BY ALL",
            [f"{city.folder}/*/*/*.parquet"],
        ).fetchall()
    assert rows == [
        ("other", "2026-03-02", 5), ("port", "2026-03-01", 2), ("port", "2026-03-02", 51), ("port", "2026-03-03", 2),
    ]  # fmt: skip
    assert pq.read_table(city.folder, filters=[("dataset", "=", "port")]).num_rows == 55


def test_late_data_make_the_file_anew_and_nothing_else(city: City, worker: Connection) -> None:
    fill(city)
    city.write(worker)
    before = city.known()
    assert city.write(worker) == Report()
    reading = city.path().open("rb")
    city.commit("bus.location", [(MIDNIGHT + timedelta(hours=1), 58.5, 23.5)])
    later = NOW + timedelta(minutes=5)
    assert city.write(worker, clock=lambda: later) == Report(written=1)
    after = city.known()
    changed = {key for key in after if after[key] != before[key]}
    assert changed == {("port", DAY)}
    assert after["port", DAY]["row_count"] == before["port", DAY]["row_count"] + 1
    assert after["port", DAY]["generated_at"] == later
    with reading:  # who was reading the old file reads it to its end
        assert hashlib.sha256(reading.read()).digest() == before["port", DAY]["sha256"]


def test_the_same_rows_are_the_same_bytes_and_the_file_stays(city: City, worker: Connection) -> None:
    fill(city)
    city.write(worker)
    before = city.known()
    with city.database.connect("ingest") as ingest:  # a note for what the file holds already
        number = city.numbers["air.pm2_5"]
        ingest.execute(
            "INSERT INTO dirty_buckets VALUES (900, %s, %s)", [[number], [int(MIDNIGHT.timestamp()) // 3600]]
        )
    assert city.write(worker, clock=lambda: NOW + timedelta(days=1)) == Report(unchanged=1)
    assert city.known() == before
    assert city.write(worker) == Report()


def test_what_is_committed_while_a_file_is_written_makes_it_due_again(city: City, worker: Connection) -> None:
    fill(city)
    while roll_up(worker):
        pass

    def clock() -> datetime:
        """Asked once for the due days, then each time a file is complete and about to appear."""
        if not interfered:
            interfered.append(False)
        elif not interfered[-1]:
            interfered.append(True)
            city.commit("air.pm2_5", [(MIDNIGHT + timedelta(minutes=1), 7.0)])
            city.commit("air.pm2_5", [(MIDNIGHT - timedelta(minutes=1), 7.0)])
            with city.database.connect("worker") as another:
                roll_up(another)
        return NOW

    interfered: list[bool] = []
    first = write_due(worker, city.folder, AT_ONCE, clock)
    assert interfered == [False, True]
    again = city.write(worker)
    assert first.written + again.written >= 5
    assert city.write(worker) == Report()
    assert pq.read_metadata(city.path()).num_rows == 52
    assert pq.read_metadata(city.path(day=DAY - timedelta(days=1))).num_rows == 3


def test_an_open_day_waits_until_it_is_closed(city: City, worker: Connection) -> None:
    city.commit("air.pm2_5", hourly(MIDNIGHT, 24))
    while roll_up(worker):
        pass
    worker.execute(
        "UPDATE dataset_days SET changed_at = %s", [MIDNIGHT]
    )  # the database's clock is another one
    end = MIDNIGHT + timedelta(days=1)
    settings = BulkSettings(quiet_seconds=0, closed_after_seconds=3600, free_mib_min=0)
    for moment, written in ((end, 0), (end + timedelta(seconds=3599), 0), (end + timedelta(seconds=3600), 1)):
        assert write_due(worker, city.folder, settings, lambda at=moment: at).written == written


def test_a_day_is_left_alone_while_data_come_but_not_for_ever(city: City, worker: Connection) -> None:
    city.commit("air.pm2_5", hourly(MIDNIGHT, 2))
    while roll_up(worker):
        pass
    row = worker.execute("SELECT changed_at, due_since FROM dataset_days").fetchone()
    assert row is not None
    changed_at, due_since = row
    settings = BulkSettings(quiet_seconds=60, wait_seconds_max=300)
    assert not is_any_due(worker, changed_at + timedelta(seconds=59), settings)
    assert is_any_due(worker, changed_at + timedelta(seconds=60), settings)
    worker.execute("UPDATE dataset_days SET changed_at = %s", [due_since + timedelta(seconds=299)])
    assert not is_any_due(worker, due_since + timedelta(seconds=299), settings)
    assert is_any_due(worker, due_since + timedelta(seconds=300), settings)


def test_catching_up_goes_in_bounded_steps_oldest_first(city: City, worker: Connection) -> None:
    for n in range(5):
        city.commit("air.pm2_5", hourly(MIDNIGHT + timedelta(days=n), 2))
    few = BulkSettings(quiet_seconds=0, days_max=2, free_mib_min=0)
    assert [city.write(worker, settings=few).written for _ in range(4)] == [2, 2, 1, 0]


def test_a_killed_writer_leaves_no_half_file_and_the_next_finishes(
    city: City, worker: Connection, tmp_path: Path
) -> None:
    """The process is stopped with the file almost whole, and killed there."""
    fill(city)
    while roll_up(worker):
        pass
    code = (
        "import sys, time\n"
        "import ingest.bulk.tables as tables\n"
        "whole = tables.DayTable.end\n"
        "def hang(self):\n"
        "    self._write(self._rows_waiting)\n"
        "    self._sink._file.flush()\n"
        f"    open({str(tmp_path / 'hanging')!r}, 'w').close()\n"
        "    time.sleep(600)\n"
        "tables.DayTable.end = hang\n"
        "from ingest.bulk.__main__ import main\n"
        "sys.argv = ['bulk']\n"
        "main()\n"
    )
    environment = {
        **os.environ, **city.database.environment(), "FALAJ_BULK_FOLDER": str(city.folder),
        "FALAJ_BULK_QUIET_SECONDS": "0", "FALAJ_BULK_FREE_MIB_MIN": "0",
    }  # fmt: skip
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=environment)
    try:
        assert wait_until((tmp_path / "hanging").exists, 30)
        assert write_due(worker, city.folder, AT_ONCE, lambda: NOW) == Report(is_busy=True)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    assert [file.stat().st_size > 0 for file in (city.folder / UNFINISHED).iterdir()] == [True]
    assert list(city.folder.glob("dataset=*/**/*.parquet")) == []
    assert wait_until(lambda: write_due(worker, city.folder, AT_ONCE, lambda: NOW).written == 4, 20)
    assert list((city.folder / UNFINISHED).iterdir()) == []
    assert pq.read_metadata(city.path()).num_rows == 51


def test_a_file_that_was_lost_or_changed_is_written_again(city: City, worker: Connection) -> None:
    fill(city)
    city.write(worker)
    city.path().unlink()
    other = city.path("other")
    other.write_bytes(other.read_bytes())  # the same bytes, but not ours
    assert city.write(worker) == Report()
    assert city.write(worker, verify=True) == Report(written=2)
    assert city.write(worker, verify=True) == Report()


def test_with_a_full_disk_nothing_is_written_and_the_day_stays_due(city: City, worker: Connection) -> None:
    fill(city)
    with pytest.raises(BulkDiskFull):
        city.write(worker, settings=BulkSettings(quiet_seconds=0, free_mib_min=2**40))
    assert list(city.folder.glob("**/*.parquet")) == []
    assert city.write(worker).written == 4


def test_one_file_that_cannot_be_written_does_not_stop_the_others(city: City, worker: Connection) -> None:
    fill(city)
    (city.folder / "dataset=other").mkdir(parents=True)
    (city.folder / "dataset=other" / f"date={DAY}").write_text("a file where a folder should be")
    assert city.write(worker) == Report(written=3, failed=1)
    (city.folder / "dataset=other" / f"date={DAY}").unlink()
    assert city.write(worker) == Report(written=1)


def test_row_groups_are_full_and_memory_does_not_grow_with_the_day(city: City, worker: Connection) -> None:
    """Half a million rows by a process that is measured; four times the rows must not need more memory."""
    with city.database.connect("ingest") as ingest:
        for day, step in ((0, "1 second"), (1, "250 milliseconds")):
            start = MIDNIGHT + timedelta(days=day)
            ingest.execute(
                "INSERT INTO observations SELECT %s, 1, at, extract(epoch FROM at)::bigint %% 1000 / 10.0, 1"
                " FROM generate_series(%s::timestamptz, %s, %s::interval) AS at",
                [city.numbers["air.pm2_5"], start, start + timedelta(days=1, microseconds=-1), step],
            )
            ingest.execute(
                "INSERT INTO dirty_buckets VALUES (%s, %s, %s)",
                [day, [city.numbers["air.pm2_5"]], [int(start.timestamp()) // 3600]],
            )
    peaks = []
    with worker.transaction():
        for day in (DAY, DAY + timedelta(days=1)):
            worker.execute(
                "INSERT INTO dataset_days SELECT source_id, %s FROM sources WHERE code = 'port'", [day]
            )
    worker.execute("SELECT 1")
    settings = {
        "FALAJ_BULK_QUIET_SECONDS": "0",
        "FALAJ_BULK_DAYS_MAX": "1",
        "FALAJ_BULK_ROW_GROUP_ROWS": "30000",
    }
    for _ in range(2):
        code = (
            "import resource, sys\nfrom ingest.bulk.__main__ import main\nsys.argv = ['bulk']\n"
            "code = main()\nprint(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\nsys.exit(code)"
        )
        environment = {
            **os.environ, **city.database.environment(), **settings, "FALAJ_BULK_FOLDER": str(city.folder),
            "FALAJ_LOG_LEVEL": "warning",
        }  # fmt: skip
        outcome = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        peaks.append(int(outcome.stdout.split()[-1]))
    counts = [pq.read_metadata(city.path(day=DAY + timedelta(days=n))) for n in (0, 1)]
    assert [one.num_rows for one in counts] == [86_400, 345_600]
    assert [counts[1].row_group(n).num_rows for n in range(counts[1].num_row_groups)] == [30_000] * 11 + [
        15_600
    ]
    assert peaks[1] < peaks[0] + 40 * 1024, peaks


def test_runs_keep_the_order_and_their_bound() -> None:
    kinds = ["measurement", "measurement", "measurement", "position", "measurement"]
    datastreams = [Datastream(n, "t", "p", "1", kind) for n, kind in enumerate(kinds)]  # type: ignore[arg-type]
    cut = [(kind, [one.number for one in some]) for kind, some in runs(datastreams, 2)]
    assert cut == [("measurement", [0, 1]), ("measurement", [2]), ("position", [3]), ("measurement", [4])]


@pytest.mark.parametrize("code", ["..", "a/b", "", "A", "a\x00"])
def test_no_path_leads_out_of_the_folder(code: str) -> None:
    with pytest.raises(ValueError, match="is not a code"):
        partition_path(Path("folder"), code, DAY)


def test_the_read_role_sees_files_and_cannot_change_them(database: Database) -> None:
    with database.connect("read") as connection:
        connection.execute("SELECT * FROM dataset_days")
        connection.execute("SET default_transaction_read_only = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("UPDATE dataset_days SET sha256 = NULL")
