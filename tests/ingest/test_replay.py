"""Recorded city data through MQTT into TimescaleDB: every value once, whatever happens.

The expected counts are counted here, cell by cell, and owe nothing to the replayer.
"""

from __future__ import annotations

import csv
import gzip
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from citycore.settings import BrokerSettings
from citycore.store.registry import register
from ingest.model import Account
from simulators.mapping import load_mapping
from simulators.recording import describe_recording
from simulators.replay import ReplayReport, replay
from tests.conftest import Database
from tests.ingest.conftest import IngestProcess, settle

RECORDINGS = (
    "airquality/valencia_avda_francia_2022_2023_hourly.csv.gz",
    "airquality/london_marylebone_2003_2004_hourly.csv.gz",
    "airquality/aqeval_london_no2_2001_2003_hourly.csv.gz",
    "traffic/i94_minneapolis_2016_2018_hourly.csv.gz",
    "traffic/melbourne_pedestrians_2015_2016_hourly.csv.gz",
    "traffic/river_waterflow_hourly.csv.gz",
)
#: Rows of each recording that are sent at least.
ROWS_MIN = 1_000
NOT_VALUES = {"date", "datetime", "Time", "Sensor", "utc", "local"}
Ledger = Callable[[], Account]


def values_in(path: Path) -> int:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        return sum(
            cell not in {"", "NA", "NaN", "nan"}
            for row in csv.DictReader(lines)
            for column, cell in row.items()
            if column not in NOT_VALUES
        )


def register_and_replay(path: Path, database: Database, broker: BrokerSettings) -> ReplayReport:
    mapping = load_mapping(path)
    with database.connect() as connection:
        register(connection, *describe_recording(path, mapping))
    return replay(path, mapping, broker)


def stored_values(database: Database) -> int:
    with database.superuser() as connection:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM observations) + (SELECT count(*) FROM observations_category)"
            " + (SELECT count(*) FROM observations_position)"
        ).fetchone()
    assert row is not None
    return int(row[0])


@pytest.fixture
def recordings(shared_data: Path, tmp_path: Path, is_long: bool) -> list[Path]:
    """All six, from beginning to end, with rows left out evenly unless there is time for all of them.

    That each file is read to its last value is proven in tests/simulators/test_recording.py.
    """
    paths = [shared_data / name for name in RECORDINGS]
    return paths if is_long else [thinned(path, tmp_path / path.name) for path in paths]


def thinned(path: Path, to: Path) -> Path:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        header, *rows = lines
    with gzip.open(to, "wt", encoding="utf-8", newline="") as output:
        output.writelines([header, *rows[:: max(1, len(rows) // ROWS_MIN)]])
    return to


def test_six_recordings_twice_are_stored_once(
    recordings: list[Path],
    database: Database,
    broker_settings: BrokerSettings,
    ingest_process: IngestProcess,
    ledger: Ledger,
) -> None:
    expected = sum(values_in(path) for path in recordings)
    ingest_process.start()
    first = [register_and_replay(path, database, broker_settings) for path in recordings]
    account = settle(ledger, expected, 240)
    messages = sum(report.messages for report in first)
    assert account == Account(messages, expected, expected, 0, 0, 0)
    assert stored_values(database) == expected

    second = [register_and_replay(path, database, broker_settings) for path in recordings]
    account = settle(ledger, 2 * expected, 240)
    assert sum(report.messages for report in second) == messages
    assert account == Account(2 * messages, 2 * expected, expected, expected, 0, 0)
    assert stored_values(database) == expected


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long)])
def test_ingest_killed_in_the_middle_of_a_replay_stores_the_same(
    seed: int,
    shared_data: Path,
    database: Database,
    broker_settings: BrokerSettings,
    ingest_process: IngestProcess,
    ledger: Ledger,
) -> None:
    path = shared_data / RECORDINGS[seed]
    expected = values_in(path)
    ingest_process.start()
    replaying = threading.Thread(target=register_and_replay, args=(path, database, broker_settings))
    replaying.start()
    for _ in range(3):
        time.sleep(0.4 + 0.17 * seed)
        ingest_process.kill()
        ingest_process.start()
    replaying.join()
    account = settle(ledger, expected, 240)
    assert stored_values(database) == account.stored == expected
    assert account.received == account.stored + account.duplicate
