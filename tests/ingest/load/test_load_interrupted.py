"""Loads that are stopped, killed, cut off or doubled: each row counts once."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import pyarrow as pa
import pytest

from citycore.errors import InvalidFile, StoreUnavailable
from citycore.settings import StoreSettings
from ingest.load.errors import LoadRunning
from ingest.load.model import Report
from ingest.load.service import Load
from ingest.load.settings import LoadSettings
from ingest.model import Account
from stack.waiting import wait_until
from tests.conftest import Database
from tests.ingest.load.conftest import START, Run, history, outcomes, query, rows_csv, stored, write


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


def test_a_database_that_stays_away_is_said_after_the_limit(tmp_path: Path) -> None:
    away = StoreSettings.model_validate({"ingest_url": "postgresql://falaj_ingest@127.0.0.1:1/falaj"})
    file = rows_csv(tmp_path / "a.csv", "station-1,pm2_5,2026-01-01T00:00:00Z,1")
    began = time.monotonic()
    with pytest.raises(StoreUnavailable):
        Load(file, store=away, settings=LoadSettings(retry_seconds_max=0.5)).run()
    assert time.monotonic() - began < 30


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
        assert wait_until(lambda limit=threshold: received() >= limit, 60)  # type: ignore[misc]  # bound early
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
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 1
    assert output == b""
    said = errors.decode().splitlines()
    assert len(said) == 1
    assert "“thing”" in said[0]
    assert b"Traceback" not in errors


@pytest.mark.parametrize("name", ["a.parquet", "a.csv"])
def test_memory_does_not_grow_with_the_file(
    started: Callable[..., subprocess.Popen[bytes]],
    database: Database,
    tmp_path: Path,
    name: str,
    is_long: bool,
) -> None:
    """From the first rows that are stored on: before them the process is still getting ready."""
    rows = 1_000_000 if is_long else 400_000
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
    steady: list[int] = []
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        with suppress(psutil.NoSuchProcess):  # it may end between the two looks
            if query(database, "SELECT FROM loads WHERE lines_done > 40_000"):
                steady.append(process.memory_full_info().uss)
        time.sleep(0.05)
    assert len(steady) > 5
    assert max(steady) < 250 * 2**20
    assert max(steady[len(steady) // 2 :]) < 1.2 * max(steady[: len(steady) // 2])
