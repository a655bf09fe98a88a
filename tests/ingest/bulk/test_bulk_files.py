"""Bulk files: whole days, in order, complete or not there, made anew when late data came."""

from __future__ import annotations

import contextlib
import hashlib
import json
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import psycopg
import pyarrow.parquet as pq
import pytest

from citycore.partitions import is_file_of, partition_path
from citycore.store.connections import Connection
from ingest.bulk.model import Datastream
from ingest.bulk.rules import runs
from ingest.bulk.service import Report, is_any_due, write_due
from ingest.bulk.settings import BulkSettings
from ingest.rollups import roll_up
from tests.conftest import Database
from tests.ingest.bulk.conftest import AT_ONCE, DAY, MIDNIGHT, NOW, City, fill, hourly


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
