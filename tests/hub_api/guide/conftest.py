"""A hub with ten days of two stations, the page's blocks, and the programs that run them."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

from ingest.bulk.service import write_due
from ingest.bulk.settings import BulkSettings
from ingest.rollups import roll_up, roll_up_days
from tests.conftest import open_database
from tests.hub_api.conftest import City, seeded_city, serving_process

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(
    r'<details class="code"(?: data-after="(?P<after>[^"]+)" data-file="(?P<file>[^"]+)")?(?: open)?>'
    r"<summary><bdi>(?P<label>[^<]+)</bdi></summary>"
    r'<pre tabindex="0"><code data-language="(?P<language>\w+)">(?P<code>[^<]*)</code>'
)
SECONDS_MAX = 60
#: Later than any note of a change, whose times are the database's.
LATER = datetime(2100, 1, 1, tzinfo=UTC)
#: Ten days of two stations and a morning, Muscat time: one every minute, one every ten.
HISTORY = """
INSERT INTO observations
SELECT datastream, 1, moment, base + 10 * sin(extract(epoch FROM moment) / 13751), 1
FROM (VALUES (%(first)s::integer, 40, interval '1 minute'), (%(second)s, 25, interval '10 minutes'))
         AS station (datastream, base, step)
CROSS JOIN LATERAL generate_series('2026-11-13T20:00Z'::timestamptz, '2026-11-23T23:59Z', step) AS moment
ON CONFLICT DO NOTHING
"""
DIRTY = """
INSERT INTO dirty_buckets
SELECT 1000 + row_number() OVER (), array_agg(datastream_id), array_agg(hour)
FROM (SELECT DISTINCT datastream_id, floor(extract(epoch FROM phenomenon_time) / 3600)::integer AS hour
      FROM observations) AS touched
GROUP BY hour / 168
"""
LIVE = """
WITH batch AS (
    INSERT INTO ingest_batches (batch_id, worker, messages, received, stored, duplicate, conflicting,
                                quarantined, first_received_at)
    VALUES (%(batch)s, 'live', 1, 1, 1, 0, 0, 0, now()) RETURNING batch_id)
INSERT INTO observations
SELECT %(datastream)s, 1, '2026-11-24T10:00Z'::timestamptz + %(batch)s * interval '1 ms', 77.125, batch_id FROM batch
"""


@dataclass(frozen=True, slots=True)
class Block:
    section: str
    label: str
    language: str
    code: str
    #: The block of its section, and the file of that, which the page says that it needs.
    after: str | None = None
    file: str | None = None


def history(city: City, bulk_folder: Path) -> None:
    """The days of the two stations, rolled up and written to files as the worker does it."""
    numbers = {"first": city.datastreams["air-01.pm2_5"], "second": city.datastreams["air-02.pm2_5"]}
    with city.database.superuser() as connection:
        connection.execute(HISTORY, numbers)
        connection.execute(
            "INSERT INTO latest SELECT DISTINCT ON (datastream_id) datastream_id, quality, phenomenon_time,"
            " result, NULL, NULL, NULL, batch_id FROM observations WHERE datastream_id = %(second)s"
            " ORDER BY datastream_id, phenomenon_time DESC",
            numbers,
        )
        connection.execute("TRUNCATE observations_hourly")
        connection.execute(DIRTY)
    with city.database.connect("worker") as connection:
        while roll_up(connection) or roll_up_days(connection):
            pass
        write_due(connection, bulk_folder, BulkSettings(quiet_seconds=0, free_mib_min=0), lambda: LATER)


@pytest.fixture(scope="package")
def bulk_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bulk")


@pytest.fixture(scope="package")
def city(postgres: Any, bulk_folder: Path) -> Iterator[City]:
    with open_database(postgres) as database:
        city = seeded_city(database, second_station=True)
        history(city, bulk_folder)
        yield city


@pytest.fixture(scope="package")
def hub(city: City, bulk_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    log = tmp_path_factory.mktemp("hub") / "api.log"
    with serving_process(city.database, log, FALAJ_BULK_FOLDER=str(bulk_folder)) as (url, _):
        yield url


@pytest.fixture(scope="package")
def blocks(hub: str) -> list[Block]:
    return blocks_of(httpx.get(f"{hub}/docs/guide").text)


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a reader works: what one block downloads, the next one reads."""
    return tmp_path_factory.mktemp("reader")


def blocks_of(page: str) -> list[Block]:
    """The code of a page as a browser copies it, with the recipe it stands in."""
    found = []
    for part in page.split('<h2 id="')[1:]:
        section = part[: part.index('"')]
        found += [
            Block(
                section,
                unescape(one["label"]),
                one["language"],
                unescape(one["code"]),
                one["after"] and unescape(one["after"]),
                one["file"] and unescape(one["file"]),
            )
            for one in BLOCK.finditer(part)
        ]
    return found


def of(blocks: Sequence[Block], section: str, language: str, label: str = "") -> Block:
    (one,) = [
        block
        for block in blocks
        if (block.section, block.language) == (section, language) and block.label.endswith(label)
    ]
    return one


@contextlib.contextmanager
def alone(block: Block, folder: Path) -> Iterator[Path]:
    """An empty folder, but for the file that the page says that the block reads. What it saves is kept in ``folder``."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        if block.file is not None:
            kept = folder / block.file
            (shutil.copytree if kept.is_dir() else shutil.copy)(kept, Path(place, block.file))
        yield Path(place)
        shutil.copytree(place, folder, dirs_exist_ok=True)


def command(program: Sequence[str], block: Block, folder: Path) -> str:
    """What the block prints; it must end well and in time."""
    with alone(block, folder) as place:
        outcome = subprocess.run(
            [*program, block.code], cwd=place, capture_output=True, text=True, timeout=SECONDS_MAX, check=False,
            env={**os.environ, "no_proxy": "127.0.0.1", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
        )  # fmt: skip
    assert outcome.returncode == 0, outcome.stderr
    return outcome.stdout


def bash(block: Block, folder: Path) -> str:
    return command(["bash", "-euo", "pipefail", "-c"], block, folder)


def node(block: Block, folder: Path) -> str:
    return command(["node", "--input-type=module", "-e"], block, folder)


def r(block: Block, folder: Path) -> str:
    return command(["Rscript", "--vanilla", "-e"], block, folder)


def python(block: Block, folder: Path, names: dict[str, Any] | None = None) -> str:
    """In this interpreter, which has loaded the libraries already."""
    said = io.StringIO()
    with alone(block, folder) as place, contextlib.chdir(place), contextlib.redirect_stdout(said):
        exec(compile(block.code, f"{block.section}: {block.label}", "exec"), names or {"__name__": "guide"})
    return said.getvalue()


def duckdb_rows(block: Block, folder: Path) -> list[tuple[Any, ...]]:
    import duckdb

    with alone(block, folder) as place, contextlib.chdir(place), duckdb.connect() as connection:
        return connection.sql(block.code).fetchall()


needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="needs node: apt-get install -y nodejs")
needs_r = pytest.mark.skipif(
    shutil.which("Rscript") is None, reason="needs Rscript: apt-get install -y r-base-core"
)


@pytest.fixture
def live(city: City) -> Iterator[None]:
    """Ingest at work: a batch every moment until the test is over."""
    stop = threading.Event()
    with city.database.superuser() as connection:
        first = connection.execute("SELECT max(batch_id) FROM ingest_batches").fetchone()
    thread = threading.Thread(target=commit_batches, args=(city, stop, int(first[0]) + 1))
    thread.start()
    yield
    stop.set()
    thread.join()
    with city.database.superuser() as connection:
        connection.execute("DELETE FROM observations WHERE result = 77.125")


def commit_batches(city: City, stop: threading.Event, batch: int) -> None:
    with city.database.superuser() as connection:
        while not stop.wait(0.2):
            connection.execute(LIVE, {"batch": batch, "datastream": city.datastreams["air-01.pm2_5"]})
            connection.execute("SELECT pg_notify('falaj_batches', %s::text)", [batch])
            batch += 1
