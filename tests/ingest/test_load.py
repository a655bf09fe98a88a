"""Loading files into a real store: the same account, once, whatever happens on the way."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pyarrow as pa
import pytest
from pyarrow import csv as arrow_csv
from pyarrow import parquet

from citycore.errors import InvalidFile, StoreUnavailable
from citycore.settings import StoreSettings
from citycore.store.registry import register
from ingest.load.errors import LoadRunning
from ingest.load.model import Report
from ingest.load.service import Load
from ingest.load.settings import LoadSettings
from ingest.model import Account
from ingest.rollups import roll_up
from ingest.settings import IngestSettings
from stack.waiting import wait_until
from tests.conftest import Database
from tests.ingest.conftest import ROOT, STANDARD, describe_source, describe_thing

START = datetime(2026, 1, 1, tzinfo=UTC)
SMALL = LoadSettings(batch_rows=50, csv_block_bytes=2048)
Run = Callable[..., Report]


@pytest.fixture(autouse=True)
def things(database: Database) -> None:
    with database.connect() as connection:
        register(
            connection,
            describe_source("history"),
            [describe_thing(f"station-{n}", *STANDARD) for n in range(3)],
        )
        register(
            connection, describe_source("local", zone="Asia/Muscat"), [describe_thing("clock", *STANDARD)]
        )


@pytest.fixture
def run(database: Database) -> Run:
    def load(file: Path, *, again: bool = False, settings: LoadSettings = SMALL, **options: Any) -> Report:
        return Load(file, store=database.settings(), settings=settings, **options).run(again=again)

    return load


def history(rows: int, **columns: Any) -> Any:
    """Measurements of three stations and two properties, each key once."""
    numbers = range(rows)
    return pa.table(
        {
            "thing": [f"station-{n % 3}" for n in numbers],
            "observed_property": [("pm2_5", "no2")[n // 3 % 2] for n in numbers],
            "phenomenon_time": pa.array(
                [START + timedelta(seconds=10 * (n // 6)) for n in numbers], pa.timestamp("us", "UTC")
            ),
            "result": [n % 97 / 7 for n in numbers],
        }
        | columns
    )


def write(file: Path, content: Any) -> Path:
    if file.suffix == ".parquet":
        parquet.write_table(content, file)
    elif file.suffix == ".arrow":
        with pa.ipc.new_file(file, content.schema) as writer:
            writer.write_table(content)
    else:
        arrow_csv.write_csv(content, file)
    return file


def rows_csv(file: Path, *rows: str) -> Path:
    file.write_text("thing,observed_property,phenomenon_time,result\n" + "".join(f"{row}\n" for row in rows))
    return file


def stored(database: Database) -> list[tuple[Any, ...]]:
    with database.connect() as connection:
        return connection.execute(
            "SELECT datastream_id, phenomenon_time, result, quality FROM observations ORDER BY 1, 2"
        ).fetchall()


def query(database: Database, statement: Any) -> list[tuple[Any, ...]]:
    with database.connect() as connection:
        return connection.execute(statement).fetchall()


def outcomes(file: Path) -> list[dict[str, str]]:
    with file.open(newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize("name", ["a.csv", "a.parquet", "a.arrow"])
def test_every_format_gives_the_same_store(database: Database, run: Run, tmp_path: Path, name: str) -> None:
    content = history(400)
    report = run(write(tmp_path / name, content))
    assert report.total == Account(400, 400, 400, 0, 0, 0)
    by_thing = query(
        database,
        "SELECT things.code, observed_property_code, phenomenon_time, result FROM observations"
        " JOIN datastreams USING (datastream_id) JOIN things USING (thing_id) ORDER BY 1, 2, 3",
    )
    assert by_thing == sorted(zip(*content.to_pydict().values(), strict=True))


def test_the_ledger_the_totals_latest_and_the_announcements_are_those_of_messages(
    database: Database, run: Run, tmp_path: Path
) -> None:
    with database.connect() as listener:
        listener.execute("LISTEN falaj_batches")
        report = run(write(tmp_path / "a.parquet", history(400)))
        announced = {int(note.payload) for note in listener.notifies(timeout=5, stop_after=8)}
    batches = query(database, "SELECT batch_id, worker, received, stored FROM ingest_batches")
    assert {row[0] for row in batches} == announced
    assert {row[1] for row in batches} == {report.worker}
    assert sum(row[3] for row in batches) == 400
    assert query(database, "SELECT worker, received, stored FROM ingest_totals") == [
        (report.worker, 400, 400)
    ]
    newest = query(
        database, "SELECT datastream_id, max(phenomenon_time) FROM observations GROUP BY 1 ORDER BY 1"
    )
    assert query(database, "SELECT datastream_id, phenomenon_time FROM latest ORDER BY 1") == newest


def test_history_never_moves_latest_backward(database: Database, run: Run, tmp_path: Path) -> None:
    run(rows_csv(tmp_path / "new.csv", "station-1,pm2_5,2026-05-01T00:00:00Z,9"))
    run(rows_csv(tmp_path / "old.csv", "station-1,pm2_5,2026-01-01T00:00:00Z,1"))
    assert query(database, "SELECT result FROM latest") == [(9.0,)]


def test_each_refusal_is_counted_named_and_kept_as_a_letter(
    database: Database, run: Run, tmp_path: Path
) -> None:
    time_ = "2026-01-01T00:00:00Z"
    refused = {
        f"nowhere,pm2_5,{time_},1": "unknown_thing",
        f"station-1,radon,{time_},1": "unknown_property",
        "station-1,pm2_5,yesterday,1": "unreadable_payload",
        "station-1,pm2_5,,1": "missing_time",
        "station-1,pm2_5,2026-01-01T00:00:00,1": "naive_time",
        "station-1,pm2_5,1970-01-01T00:00:00Z,1": "clock_unset",
        "station-1,pm2_5,2099-01-01T00:00:00Z,1": "clock_ahead",
        f"station-1,pm2_5,{time_},much": "wrong_type",
        f"station-1,pm2_5,{time_},": "missing_result",
        f"station-1,pm2_5,{time_},NaN": "non_finite",
        "three,columns,only": "unreadable_payload",
    }
    file = rows_csv(tmp_path / "a.csv", *refused, f"station-1,pm2_5,{time_},12.5")
    report = run(file, source="history", outcomes=tmp_path / "out.csv")
    assert report.total == Account(12, 12, 1, 0, 0, 11)
    named = outcomes(tmp_path / "out.csv")
    assert [(int(row["line"]), row["reason"]) for row in named] == list(enumerate(refused.values(), 2))
    assert {row["outcome"] for row in named} == {"quarantined"}
    letters = query(database, "SELECT topic, payload, reason FROM dead_letters ORDER BY dead_letter_id")
    assert sorted(row[2] for row in letters) == sorted(refused.values())
    unknown = next(row for row in letters if row[2] == "unknown_thing")
    assert unknown[0] == "falaj/v1/history/nowhere"
    assert json.loads(unknown[1]) == {
        "phenomenon_time": time_, "observed_property": "pm2_5", "result": "1",
    }  # fmt: skip
    malformed = next(row for row in letters if row[1] == b"three,columns,only")
    assert malformed[0] == f"load/{report.worker}"


def test_units_and_qualities(database: Database, run: Run, tmp_path: Path) -> None:
    content = history(
        6, unit=["ug/m3", "µg/m³", "mg/m3", None, "ug/m^3", "ppb"], quality=[1, 4, 1, None, 7, 1]
    )
    report = run(write(tmp_path / "a.parquet", content), outcomes=tmp_path / "out.csv")
    assert [(row["line"], row["reason"]) for row in outcomes(tmp_path / "out.csv")] == [
        ("3", "unit_mismatch"), ("5", "wrong_type"), ("6", "unit_mismatch"),
    ]  # fmt: skip
    assert report.total.stored == 3
    assert sorted(row[3] for row in stored(database)) == [1, 2, 4]


def test_local_times_are_of_the_source_s_zone(database: Database, run: Run, tmp_path: Path) -> None:
    run(rows_csv(tmp_path / "a.csv", "clock,pm2_5,2026-01-01 04:00:00,1"))
    assert [row[1] for row in stored(database)] == [START]


def test_categories_and_positions(database: Database, run: Run, tmp_path: Path) -> None:
    report = run(
        rows_csv(
            tmp_path / "a.csv",
            "station-1,weather,2026-01-01T00:00:00Z,dust",
            'station-1,location,2026-01-01T00:00:00Z,"[58.4, 23.6]"',
            'station-1,location,2026-01-01T00:00:01Z,"[580, 23.6]"',
        )
    )
    assert report.total == Account(3, 3, 2, 0, 0, 1)
    assert query(database, "SELECT result FROM observations_category") == [("dust",)]
    assert query(database, "SELECT longitude, latitude FROM observations_position") == [(58.4, 23.6)]


def test_the_conflict_policies_hold(database: Database, run: Run, tmp_path: Path) -> None:
    lines = [f"station-1,{name},2026-01-01T00:00:00Z,{{}}" for name in ("pm2_5", "no2", "o3")]
    run(rows_csv(tmp_path / "a.csv", *(line.format(1) for line in lines)))
    report = run(
        rows_csv(tmp_path / "b.csv", *(line.format(2) for line in lines)), outcomes=tmp_path / "out.csv"
    )
    assert report.total == Account(3, 3, 0, 0, 2, 1)
    assert [row[2] for row in stored(database)] == [1.0, 2.0, 1.0]  # keep first, keep last, quarantine
    assert [(row["line"], row["outcome"]) for row in outcomes(tmp_path / "out.csv")] == [
        ("2", "conflicting"), ("3", "conflicting"), ("4", "quarantined"),
    ]  # fmt: skip
    ((payload,),) = query(database, "SELECT payload FROM dead_letters")
    assert json.loads(payload)["result"] == 2.0


def test_the_same_content_again_does_nothing_unless_told_to(
    database: Database, run: Run, tmp_path: Path
) -> None:
    file = write(tmp_path / "a.csv", history(130))
    run(file)
    renamed = file.rename(tmp_path / "b.csv")
    second = run(renamed)
    assert (second.was_complete, second.rows) == (True, 0)
    third = run(renamed, again=True, outcomes=tmp_path / "out.csv")
    assert third.total == Account(130, 130, 0, 130, 0, 0)
    assert [int(row["line"]) for row in outcomes(tmp_path / "out.csv")] == list(range(2, 132))
    assert len(stored(database)) == 130


def test_a_file_of_rubbish_does_not_fill_the_dead_letters(
    database: Database, run: Run, tmp_path: Path
) -> None:
    file = rows_csv(tmp_path / "a.csv", *(f"nowhere,pm2_5,2026-01-01T00:00:00Z,{n}" for n in range(300)))
    settings = LoadSettings(batch_rows=50, dead_letters_max=70)
    report = run(file, settings=settings, outcomes=tmp_path / "out.csv")
    assert (report.total.quarantined, report.dead_letters) == (300, 70)
    assert query(database, "SELECT count(*) FROM dead_letters") == [(70,)]
    kept = [row["dead_letter"] for row in outcomes(tmp_path / "out.csv")]
    assert kept == ["kept"] * 70 + ["beyond_limit"] * 230


def test_a_row_that_the_database_refuses_takes_no_neighbour_with_it(
    database: Database, run: Run, tmp_path: Path
) -> None:
    content = history(20, observed_property=["weather"] * 20, result=[f"w{n}" for n in range(19)] + ["\0"])
    report = run(write(tmp_path / "a.parquet", content), outcomes=tmp_path / "out.csv")
    assert report.total.quarantined == 1
    assert report.total.received == 20
    refused = [row for row in outcomes(tmp_path / "out.csv") if row["outcome"] == "quarantined"]
    assert [(row["line"], row["reason"]) for row in refused] == [("20", "rejected_by_store")]


def test_late_data_marks_its_hours_so_that_the_roll_up_is_what_the_rows_say(
    database: Database, run: Run, tmp_path: Path
) -> None:
    run(write(tmp_path / "a.parquet", history(3_000)))
    with database.connect("worker") as connection:
        while roll_up(connection):
            pass
    late = history(3_000)
    times = [time_ + timedelta(seconds=5) for time_ in late["phenomenon_time"].to_pylist()]
    late = late.set_column(2, "phenomenon_time", pa.array(times, pa.timestamp("us", "UTC")))
    run(write(tmp_path / "late.parquet", late))
    with database.connect("worker") as connection:
        while roll_up(connection):
            pass
    rolled = query(
        database,
        "SELECT datastream_id, bucket_start, observation_count, maximum FROM observations_hourly ORDER BY 1, 2",
    )
    assert rolled == query(
        database,
        "SELECT datastream_id, date_trunc('hour', phenomenon_time), count(*), max(result) FROM observations"
        " GROUP BY 1, 2 ORDER BY 1, 2",
    )


def test_hours_of_a_long_history_are_rolled_up_in_bounded_steps(
    database: Database, run: Run, tmp_path: Path
) -> None:
    hours = pa.array([START + timedelta(hours=n // 6) for n in range(600)], pa.timestamp("us", "UTC"))
    run(write(tmp_path / "a.parquet", history(600, phenomenon_time=hours)))
    settings = IngestSettings(rollup_noted_buckets_max=120)
    with database.connect("worker") as connection:
        steps = list(iter(lambda: roll_up(connection, settings), 0))
    assert steps == [150, 150, 150, 150]
    assert query(database, "SELECT count(*) FROM observations_hourly") == [(600,)]


def test_rows_before_a_cut_are_stored_and_the_rest_is_said(
    database: Database, run: Run, tmp_path: Path
) -> None:
    import gzip

    plain = write(tmp_path / "a.csv", history(20_000))
    whole = gzip.compress(plain.read_bytes())
    cut = tmp_path / "cut.csv.gz"
    cut.write_bytes(whole[: len(whole) // 2])
    for _ in range(2):
        with pytest.raises(InvalidFile, match=r"cut\.csv\.gz, line \d+"):
            run(cut, settings=LoadSettings(batch_rows=500, csv_block_bytes=2_048))
    ((lines_done, received, is_done),) = query(
        database, "SELECT lines_done, received, completed_at IS NOT NULL FROM loads"
    )
    assert len(stored(database)) == received == lines_done - 1 > 500
    assert not is_done


def test_a_file_of_another_kind_leaves_no_trace(database: Database, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("place,value\nx,1\n")
    with pytest.raises(InvalidFile):
        run(file)
    assert query(database, "SELECT count(*) FROM loads") == [(0,)]


def test_a_database_that_stays_away_is_said_after_the_limit(tmp_path: Path) -> None:
    away = StoreSettings.model_validate({"ingest_url": "postgresql://falaj_ingest@127.0.0.1:1/falaj"})
    file = rows_csv(tmp_path / "a.csv", "station-1,pm2_5,2026-01-01T00:00:00Z,1")
    began = time.monotonic()
    with pytest.raises(StoreUnavailable):
        Load(file, store=away, settings=LoadSettings(retry_seconds_max=0.5)).run()
    assert time.monotonic() - began < 5


def test_cut_connections_are_waited_out(database: Database, run: Run, tmp_path: Path) -> None:
    cut = 0

    def terminate(_fraction: float, _rows: int) -> None:
        nonlocal cut
        with database.superuser() as connection:
            cut += len(
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'load-%'"
                ).fetchall()
            )

    report = run(
        write(tmp_path / "a.csv", history(400)), on_progress=terminate, outcomes=tmp_path / "out.csv"
    )
    assert cut >= 8
    assert report.total == Account(400, 400, 400, 0, 0, 0)
    assert outcomes(tmp_path / "out.csv") == []


def test_two_loads_of_one_file_do_not_account_for_it_twice(
    database: Database, run: Run, tmp_path: Path
) -> None:
    file = write(tmp_path / "a.csv", history(400))
    others: list[Report] = []

    def meanwhile(_fraction: float, _rows: int) -> None:
        if not others:
            others.append(run(file))

    with pytest.raises(LoadRunning):
        run(file, on_progress=meanwhile)
    assert others[0].total == Account(400, 400, 400, 0, 0, 0)
    assert query(database, "SELECT received, stored FROM ingest_totals") == [(400, 400)]


def test_a_stopped_load_continues_where_it_ended(database: Database, run: Run, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", history(400))
    done: list[int] = []
    first = run(file, stopping=lambda: len(done) >= 3, on_progress=lambda _fraction, rows: done.append(rows))
    assert (first.is_complete, first.rows) == (False, 150)
    second = run(file)
    assert (second.is_complete, second.rows, second.continued_after_line) == (True, 250, 151)
    assert second.total == Account(400, 400, 400, 0, 0, 0)


@pytest.fixture
def started(database: Database, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """``falaj load`` as the process it is."""
    running: list[subprocess.Popen[bytes]] = []

    def start(file: Path, *words: str, batch_rows: int = 1_000) -> subprocess.Popen[bytes]:
        environment = database.environment() | {"FALAJ_INGEST_LOAD_BATCH_ROWS": str(batch_rows)}
        process = subprocess.Popen(
            [sys.executable, "-m", "stack", "load", str(file), *words],
            cwd=ROOT, env={**os.environ, **environment, "FALAJ_DATA": str(tmp_path), "LANG": "C"},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        running.append(process)
        return process

    yield start
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_killed_at_several_instants_it_stores_and_counts_each_row_once(
    database: Database, started: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    content = history(60_000)
    rubbish = content.slice(0, 500).set_column(0, "thing", pa.array(["nowhere"] * 500))
    file = write(
        tmp_path / "a.csv", pa.concat_tables([content.slice(0, 30_000), rubbish, content.slice(30_000)])
    )
    named = tmp_path / "out.csv"

    def received() -> int:
        return int(query(database, "SELECT coalesce(sum(received), 0) FROM loads")[0][0])

    for threshold in (1, 20_000, 31_000):
        process = started(file, "--outcomes", str(named))
        assert wait_until(lambda limit=threshold: received() >= limit, 30)  # type: ignore[misc]  # bound early
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert received() < 60_500, "the kills came before the end"
    last = started(file, "--outcomes", str(named), "--json")
    output, errors = last.communicate(timeout=120)
    assert last.returncode == 0, errors
    assert json.loads(output)["total"] == {
        "messages": 60_500, "received": 60_500, "stored": 60_000, "duplicate": 0, "conflicting": 0,
        "quarantined": 500,
    }  # fmt: skip
    assert query(database, "SELECT received, stored, quarantined FROM ingest_totals") == [
        (60_500, 60_000, 500)
    ]
    assert query(database, "SELECT count(*) FROM observations") == [(60_000,)]
    assert [int(row["line"]) for row in outcomes(named)] == list(range(30_002, 30_502))


def test_the_command_says_one_line_for_a_wrong_file(
    started: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    file = tmp_path / "a.csv"
    file.write_text("place,value\nx,1\n")
    process = started(file)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert output == b""
    said = [line for line in errors.decode().splitlines() if "a.csv" in line and "%" not in line]
    assert len(said) == 1
    assert "“thing”" in said[0]
    assert b"Traceback" not in errors


@pytest.mark.parametrize("name", ["a.parquet", "a.csv"])
def test_memory_does_not_grow_with_the_file(
    started: Callable[..., subprocess.Popen[bytes]], tmp_path: Path, name: str
) -> None:
    rows = 1_000_000
    numbers = pa.array(range(rows))
    content = pa.table(
        {
            "thing": pa.array(["station-1"] * rows),
            "observed_property": pa.array(["pm2_5"] * rows),
            "phenomenon_time": pa.compute.add(numbers, int(START.timestamp())).cast(pa.timestamp("s", "UTC")),
            "result": pa.compute.multiply(numbers, 0.001),
        }
    )
    process = psutil.Process(started(write(tmp_path / name, content), "--json", batch_rows=20_000).pid)
    samples: list[int] = []
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        samples.append(process.memory_full_info().uss)
        time.sleep(0.1)
    steady = samples[len(samples) // 4 :]
    assert len(steady) > 5
    assert max(steady) < 250 * 2**20
    assert max(steady[len(steady) // 2 :]) < 1.2 * max(steady[: len(steady) // 2])
