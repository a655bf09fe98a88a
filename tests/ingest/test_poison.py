"""Numbers and dates over the whole range of their types, through ingest and into roll-ups: nothing ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from citycore.store.registry import register
from ingest.load.service import Load
from ingest.model import Account
from ingest.rollups import roll_up, roll_up_days
from tests.conftest import Database
from tests.ingest.conftest import STANDARD, IngestProcess, Publisher, describe_source, describe_thing, settle
from tests.poison import POISONED_TIMES, poisoned_values

START = datetime(2026, 11, 20, tzinfo=UTC)
COUNT, SEED = 10_000, 20261127
Ledger = Callable[[], Account]


def letters_of(database: Database) -> dict[str, int]:
    with database.superuser() as connection:
        rows = connection.execute("SELECT reason, count(*) FROM dead_letters GROUP BY reason").fetchall()
    return dict(rows)


def rolled_up(database: Database) -> tuple[int, int, int]:
    """Rolled up to the end: observations in hours, in days, and buckets set aside."""
    with database.connect("worker") as connection:
        while roll_up(connection) or roll_up_days(connection):
            pass
    with database.superuser() as connection:
        row = connection.execute(
            "SELECT (SELECT coalesce(sum(observation_count), 0) FROM observations_hourly),"
            " (SELECT coalesce(sum(observation_count), 0) FROM observations_daily), (SELECT count(*) FROM set_aside_buckets)"
        ).fetchone()
    assert row is not None
    return int(row[0]), int(row[1]), int(row[2])


def at(number: int) -> str:
    """Eight a minute, so that an hour holds many of them."""
    return (START + number * timedelta(seconds=7.5)).isoformat()


def test_poisoned_messages_end_as_rows_or_letters_and_nothing_else_ends(
    database: Database, ingest_process: IngestProcess, publisher: Publisher, station: str, ledger: Ledger
) -> None:
    values = poisoned_values(SEED, COUNT, finite=True)
    messages = [
        json.dumps(
            {"phenomenon_time": at(n), "results": {("pm2_5", "wind_direction")[n % 2]: value}}
        ).encode()
        for n, value in enumerate(values)
    ]
    messages += [
        json.dumps({"phenomenon_time": time, "results": {"pm2_5": 1.5}}).encode() for time in POISONED_TIMES
    ]
    deep = '{"phenomenon_time":"%s","results":{"pm2_5":%s}}'
    messages += [(deep % (at(0), "[" * depth + "]" * depth)).encode() for depth in (900, 1_000, 20_000)]
    ingest_process.start()
    publisher.publish(station, messages)
    account = settle(ledger, len(messages), 120)
    assert account.received == account.messages == len(messages)
    assert account.received == account.stored + account.duplicate + account.conflicting + account.quarantined
    physical = [value for value in values if value == 0 or 2.2250738585072014e-308 <= abs(value) <= 1e100]
    assert account.stored == len(physical)
    reasons = letters_of(database)
    assert reasons["not_physical"] == COUNT - len(physical)
    assert sum(reasons.values()) == account.quarantined
    assert rolled_up(database) == (len(physical), len(physical), 0)
    publisher.publish(station, [json.dumps({"phenomenon_time": at(COUNT), "results": {"no2": 7.5}}).encode()])
    assert settle(ledger, len(messages) + 1).stored == len(physical) + 1, "ingest works as before"
    assert ingest_process.stop() == 0


@pytest.mark.parametrize("name", ["a.csv", "a.parquet", "a.arrow"])
def test_poisoned_files_are_loaded_to_their_end(
    database: Database, ledger: Ledger, tmp_path: Path, name: str
) -> None:
    with database.connect() as connection:
        register(connection, describe_source("history"), [describe_thing("station-1", *STANDARD)])
        register(
            connection, describe_source("local", zone="Asia/Muscat"), [describe_thing("clock", *STANDARD)]
        )
    values = poisoned_values(SEED, COUNT)
    times = [at(n) for n in range(COUNT)]
    rows = pa.table(
        {
            "thing": ["station-1"] * COUNT + ["station-1", "clock"] * len(POISONED_TIMES),
            "observed_property": [("pm2_5", "wind_direction")[n % 2] for n in range(COUNT)]
            + ["no2"] * 2 * len(POISONED_TIMES),
            "phenomenon_time": times + [text for text in POISONED_TIMES for _ in range(2)],
            "result": values + [1.5] * 2 * len(POISONED_TIMES),
        }
    )
    file = tmp_path / name
    if name == "a.csv":
        lines = [",".join(map(str, row)) for row in zip(*rows.to_pydict().values(), strict=True)]
        file.write_text("\n".join([",".join(rows.column_names), *lines, ""]), "utf-8")
    elif name == "a.parquet":
        parquet.write_table(rows, file)
    else:
        with pa.ipc.new_file(file, rows.schema) as writer:
            writer.write_table(rows)
    report = Load(file, store=database.settings()).run()
    assert report.is_complete
    total = report.total
    assert total.received == len(rows) == ledger().received
    assert total.received == total.stored + total.duplicate + total.conflicting + total.quarantined
    magnitudes = np.abs(np.array(values))
    physical = int(
        ((magnitudes == 0) | ((magnitudes >= 2.2250738585072014e-308) & (magnitudes <= 1e100))).sum()
    )
    assert total.stored == physical
    assert rolled_up(database) == (physical, physical, 0)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_timestamps_over_their_whole_range_are_loaded_or_refused(
    database: Database, ledger: Ledger, tmp_path: Path, unit: str
) -> None:
    """Counts from one end of 64 bits to the other, with a zone and without."""
    with database.connect() as connection:
        register(
            connection, describe_source("local", zone="Asia/Muscat"), [describe_thing("clock", *STANDARD)]
        )
    counts = np.random.Generator(np.random.PCG64(SEED)).integers(-(2**63), 2**63 - 1, 500, dtype=np.int64)
    edges = np.array([-(2**63) + 1, 2**63 - 1, 0, -1, 1], dtype=np.int64)
    counts = np.concatenate((edges, counts, counts // 10**6, counts // 10**9))
    for zone in (None, "UTC", "Asia/Muscat"):
        rows = pa.table(
            {
                "thing": ["clock"] * len(counts), "observed_property": ["no2"] * len(counts),
                "phenomenon_time": pa.array(counts, pa.timestamp(unit, zone)), "result": [1.5] * len(counts),
            }
        )  # fmt: skip
        file = tmp_path / f"{unit}-{zone and zone[:2]}.parquet"
        with pa.ipc.new_file(file, rows.schema) as writer:
            writer.write_table(rows)
        report = Load(file, store=database.settings()).run()
        assert (report.is_complete, report.total.received) == (True, len(counts))
    stored = ledger().stored
    assert rolled_up(database) == (stored, stored, 0)
