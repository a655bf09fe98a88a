"""Bulk files on a bad day: writers that are killed, files that are lost, a full disk, a huge day."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from citycore.failures.repository import find_failures
from citycore.store.connections import Connection
from ingest.bulk.errors import BulkDiskFull
from ingest.bulk.service import UNFINISHED, Report, write_due
from ingest.bulk.settings import BulkSettings
from ingest.rollups import roll_up
from stack.waiting import wait_until
from tests.ingest.bulk.conftest import AT_ONCE, DAY, MIDNIGHT, NOW, ROOT, City, fill


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
        process.wait(60)
    assert [file.stat().st_size > 0 for file in (city.folder / UNFINISHED).iterdir()] == [True]
    assert list(city.folder.glob("dataset=*/**/*.parquet")) == []
    assert wait_until(lambda: write_due(worker, city.folder, AT_ONCE, lambda: NOW).written == 4, 40)
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
    listed = find_failures(worker, "bulk_files", 10)
    assert [(one.subject, one.attempts) for one in listed] == [(f"other/{DAY}", 1)]
    assert "NotADirectoryError" in listed[0].reason or "FileExistsError" in listed[0].reason
    (city.folder / "dataset=other" / f"date={DAY}").unlink()
    assert city.write(worker) == Report(), "it rests"
    later = listed[0].due_at
    assert write_due(worker, city.folder, AT_ONCE, lambda: later) == Report(written=1)
    assert find_failures(worker, None, 10) == []


@pytest.mark.parametrize("date", ["4713-01-01 BC", "0001-01-01", "-infinity"])
def test_a_day_of_no_calendar_is_set_aside(city: City, worker: Connection, date: str) -> None:
    fill(city)
    with city.database.superuser() as connection:
        connection.execute(
            "INSERT INTO dataset_days (source_id, local_date, due_since, changed_at)"
            " SELECT source_id, %s, %s, %s FROM sources WHERE code = 'port'",
            [date, MIDNIGHT - timedelta(days=900), MIDNIGHT],
        )
    assert city.write(worker) == Report(written=4, failed=1)
    [failure] = find_failures(worker, "bulk_files", 10)
    assert failure.subject == f"port/{date}"


def test_a_day_that_kills_the_process_twice_waits_and_the_others_have_their_turn(
    city: City, worker: Connection
) -> None:
    fill(city)
    while roll_up(worker):
        pass
    code = (
        "import os, sys\n"
        "from ingest.bulk.service import _Writer\n"
        "whole = _Writer._write_day\n"
        "def die(self, day):\n"
        "    if day.dataset == 'other':\n"
        "        os.kill(os.getpid(), 9)\n"
        "    return whole(self, day)\n"
        "_Writer._write_day = die\n"
        "from ingest.bulk.__main__ import main\n"
        "sys.argv = ['bulk']\n"
        "sys.exit(main())\n"
    )
    environment = {
        **os.environ, **city.database.environment(), "FALAJ_BULK_FOLDER": str(city.folder),
        "FALAJ_BULK_QUIET_SECONDS": "0", "FALAJ_BULK_CLOSED_AFTER_SECONDS": "0", "FALAJ_BULK_FREE_MIB_MIN": "0",
    }  # fmt: skip
    codes = [
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=False).returncode
        for _ in range(3)
    ]
    assert codes == [-signal.SIGKILL, -signal.SIGKILL, 0]
    assert not city.path("other").exists()
    assert len(list(city.folder.glob("dataset=*/**/*.parquet"))) == 3
    [failure] = find_failures(worker, "bulk_files", 10)
    assert (failure.subject, failure.attempts) == (f"other/{DAY}", 1)
    assert "ended in the middle" in failure.reason


def damage(path: Path) -> None:
    """Change one byte and nothing that a folder shows."""
    status, content = path.stat(), bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_size == status.st_size


def test_bytes_that_changed_are_found_by_reading_and_the_file_is_made_anew(
    city: City, worker: Connection
) -> None:
    fill(city)
    city.write(worker)
    whole = city.path().read_bytes()
    damage(city.path())
    assert city.write(worker) == Report()
    assert city.write(worker, verify=True) == Report(written=1)
    assert city.path().read_bytes() == whole
    assert city.write(worker, verify=True) == Report()


def test_a_turn_reads_few_bytes_and_the_turns_go_round(city: City, worker: Connection) -> None:
    fill(city)
    city.write(worker)
    settings = AT_ONCE.model_copy(update={"verify_bytes_max": 1})
    read = "SELECT count(*) FROM dataset_days WHERE verified_at IS NOT NULL"
    for turn in range(1, 5):
        city.write(worker, settings=settings, verify=True, clock=lambda n=turn: NOW + timedelta(hours=n))
        assert worker.execute(read).fetchone() == (turn,)
    damage(city.path())
    later = NOW + timedelta(days=1)
    outcomes = [
        city.write(
            worker, settings=settings, verify=True, clock=lambda n=n: later + timedelta(hours=n)
        ).written
        for n in range(4)
    ]
    assert sum(outcomes) == 1


def test_a_file_that_readers_suspect_is_read_at_once(city: City, worker: Connection) -> None:
    fill(city)
    city.write(worker)
    damage(city.path())
    sound = f"other/{DAY}"
    assert (
        write_due(worker, city.folder, AT_ONCE, lambda: NOW, suspected=[sound, "none/2026-01-01", "?"])
        == Report()
    )
    assert write_due(worker, city.folder, AT_ONCE, lambda: NOW, suspected=[f"port/{DAY}"]) == Report(
        written=1
    )


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
