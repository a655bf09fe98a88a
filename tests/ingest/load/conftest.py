"""Registered things, files of history in every format, and loads into a real store."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import csv as arrow_csv
from pyarrow import parquet

from citycore.store.registry import register
from ingest.load.model import Report
from ingest.load.service import Load
from ingest.load.settings import LoadSettings
from tests.conftest import Database
from tests.ingest.conftest import ROOT, STANDARD, describe_source, describe_thing

START = datetime(2026, 1, 1, tzinfo=UTC)
SMALL = LoadSettings(batch_rows=50, csv_block_bytes=2048)
Run = Callable[..., Report]


@pytest.fixture
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
def run(database: Database, things: None) -> Run:
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


@pytest.fixture
def started(
    database: Database, things: None, tmp_path: Path
) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
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
