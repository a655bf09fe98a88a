"""The archive beside bare ceilings of the same run: writing, the size of a row, a month across store and archive, and what comes back.

Writing: rows in memory to a file, with the digests of the archive, beside pyarrow's own writer with the same encodings; and a whole day from the
store to a verified file, beside a bare COPY into the same writer. Size: air-quality recordings of one station each, hourly, as
``falaj load`` brings them. A month: the same question to the API, of the store alone and once half of it, or all, is in the archive.
"""

from __future__ import annotations

import argparse
import io
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import numpy as np
import psycopg
import structlog
from pydantic import SecretStr

from benchmarks.reading.history import History
from benchmarks.reading.servers import COUNTED, Stage, stage
from benchmarks.report import Case, report
from citycore.archive.parts import open_writer, schema
from citycore.archive.place import Place
from citycore.archive.settings import ArchivePlaceSettings
from citycore.model import DatastreamDescription, SourceDescription, SourceKind, ThingDescription
from citycore.store.connections import Connection
from citycore.store.migrate import migrate
from citycore.store.registry import register
from ingest.archive import repository
from ingest.archive.model import Span
from ingest.archive.service import Archive
from ingest.archive.settings import ArchiveSettings
from ingest.archive.tables import PartTable
from ingest.bulk.model import Day
from stack.postgres import PrivatePostgres

ROOT = Path(__file__).resolve().parents[1]
MAPPINGS = ROOT / "simulators/recordings/mappings"
RECORDINGS = {"london_marylebone": "london_marylebone*", "valencia": "valencia*", "aqeval": "aqeval*"}
WRITE_TARGET, BYTES_TARGET, MONTH_TARGET = 0.7, 4.0, 1.5
ROWS = 1_000_000
LATER = datetime(2100, 1, 1, tzinfo=UTC)
AT_ONCE = ArchiveSettings(
    quiet_seconds=0,
    closed_after_seconds=0,
    keep_late_seconds=0,
    leftover_seconds=0,
    days_max=10_000,
    parts_max=100_000,
    run_seconds_max=1e9,
)
#: A month and a little more, of as many datastreams, with a value every five minutes.
END, DAYS, DATASTREAMS, INTERVAL_SECONDS = datetime(2026, 11, 1, tzinfo=UTC), 34, 60, 300
FILL = """
INSERT INTO observations (datastream_id, quality, phenomenon_time, result, batch_id)
SELECT datastream_id, 1, moment, round((20 + 8 * sin(extract(epoch FROM moment) / 43200 * pi()) + random() * 5)::numeric, 2), 1
FROM datastreams, generate_series(%(start)s::timestamptz, %(end)s::timestamptz - INTERVAL '1 second',
                                  make_interval(secs => %(interval)s)) AS moment
"""
LATEST = """
INSERT INTO latest (datastream_id, quality, phenomenon_time, result, batch_id)
SELECT DISTINCT ON (datastream_id) datastream_id, quality, phenomenon_time, result, batch_id
FROM observations ORDER BY datastream_id, phenomenon_time DESC
"""
#: As roll-ups and bulk files would leave it: every local day is known, and its bulk file is there.
KNOW_DAYS = """
INSERT INTO dataset_days (source_id, local_date, changed_at, written_change_count)
SELECT DISTINCT source_id, (phenomenon_time AT TIME ZONE coalesce(sources.zone, city_zone()))::date, timestamptz '2020-01-01', 1
FROM observations JOIN datastreams USING (datastream_id) JOIN things USING (thing_id) JOIN sources USING (source_id)
"""
CONTENT = """
SELECT count(*), sum(hashtextextended(o::text, 0)::numeric),
       (SELECT sum(hashtextextended(f::text, 0)::numeric) FROM observation_flags AS f)
FROM observations AS o
"""


@dataclass(slots=True)
class Kept:
    """A store with an archive."""

    postgres: PrivatePostgres
    database: str
    folder: Path

    @property
    def url(self) -> str:
        return self.folder.as_uri()

    def archive(self, connection: Connection, **changes: Any) -> Archive:
        place = Place(ArchivePlaceSettings(url=SecretStr(self.url)))
        settings = AT_ONCE.model_copy(update=changes)
        return Archive(connection, place, settings, lambda: LATER)

    def connect(self) -> Connection:
        return psycopg.connect(self.postgres.url("worker", self.database), autocommit=True)

    def know_days(self) -> None:
        with self.postgres.superuser(self.database) as connection:
            connection.execute(KNOW_DAYS)
            connection.execute("DELETE FROM dirty_buckets")

    def content(self) -> tuple[Any, ...]:
        with self.postgres.superuser(self.database) as connection:
            row = connection.execute(CONTENT).fetchone()
        assert row is not None
        return row


def spent(work: Callable[[], object]) -> float:
    """Seconds of the processor, which other work on the machine does not change as it changes what the clock says."""
    began = time.process_time()
    work()
    return time.process_time() - began


def taken(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def measure_writing(runs: int) -> Case:
    """Rows in memory to a file in memory."""
    random, each = np.random.default_rng(34), ROWS // 100
    rows: dict[str, Any] = {
        "datastream": np.repeat(np.arange(1, 101, dtype=np.int32), each),
        "phenomenon_time": np.tile(1_700_000_000_000_000 + np.arange(each) * 8_640_000, 100),
        "quality": np.ones(ROWS, dtype=np.int16),
        "batch": np.tile(np.arange(each), 100),
        "result": np.round(20 + random.normal(0, 4, ROWS), 1),
    }
    pieces = [
        {name: column[begin : begin + 16_384] for name, column in rows.items()}
        for begin in range(0, ROWS, 16_384)
    ]

    def ours() -> None:
        table = PartTable(io.BytesIO(), {"result"}, AT_ONCE, has_flags=False)
        for piece in pieces:
            table.add(piece, [])
        table.end()

    bare, own = [], []
    for _ in range(runs):
        bare.append(spent(lambda: write_plainly(pieces)))
        own.append(spent(ours))
    value, baseline = ROWS / median(own), ROWS / median(bare)
    return Case(
        "writing rows in memory, with digests",
        value,
        "rows/s of the processor",
        baseline,
        value / baseline,
        WRITE_TARGET,
    )


def write_plainly(pieces: Sequence[dict[str, Any]]) -> None:
    """No more than pyarrow does, with the same columns, encodings and row groups."""
    import pyarrow as pa

    columns = schema(numbers=["result"], has_text=False, has_flags=False)
    writer = open_writer(io.BytesIO(), columns, AT_ONCE.compression_level)
    batches = [
        pa.RecordBatch.from_arrays(
            [pa.array(piece[field.name], field.type) for field in columns], schema=columns
        )
        for piece in pieces
    ]
    writer.write_table(pa.Table.from_batches(batches), row_group_size=AT_ONCE.row_group_rows)
    writer.close()


def fill(postgres: PrivatePostgres, database: str) -> None:
    postgres.create_database(database)
    migrate(postgres.url("owner", database))
    source = SourceDescription(code="bench", kind=SourceKind.SIMULATED, name_en="Benchmark", name_ar="قياس")
    own = (DatastreamDescription(observed_property="pm2_5", interval_seconds=INTERVAL_SECONDS),)
    things = [
        ThingDescription(code=f"t{n}", kind="bench", name_en="t", name_ar="t", datastreams=own)
        for n in range(DATASTREAMS)
    ]
    with psycopg.connect(postgres.url("owner", database), autocommit=True) as connection:
        register(connection, source, things)
    span = {"start": END - timedelta(days=DAYS), "end": END, "interval": INTERVAL_SECONDS}
    with postgres.superuser(database) as connection:
        connection.execute(FILL, span)
        connection.execute(LATEST)
        connection.execute("VACUUM ANALYZE")


def measure_days(kept: Kept, runs: int) -> Case:
    """Whole days from the store: read, written, put in their place, read back and compared, noted."""
    with kept.connect() as connection:
        archive = kept.archive(connection)
        days = [
            Day(1, "bench", (END - timedelta(days=number + 3)).date(), "Asia/Muscat")
            for number in range(runs)
        ]
        datastreams = tuple(one for _, one in repository.fetch_datastreams(connection, 1))
        own, bare = [], []
        for day in days:
            span = Span(datastreams, day.start, day.end)
            bare.append(taken(lambda span=span: copy_plainly(connection, span, kept.folder)))  # type: ignore[misc]
            own.append(taken(lambda day=day: archive.write_day(day)))  # type: ignore[misc]
    rows = DATASTREAMS * 86_400 // INTERVAL_SECONDS
    value, baseline = rows / median(own), rows / median(bare)
    return Case(
        "a day from the store to a file that is read back", value, "rows/s", baseline, value / baseline
    )


def copy_plainly(connection: Connection, span: Span, folder: Path) -> None:
    """The same rows by the same COPY into pyarrow's writer and onto the disk, and nothing else."""
    blocks = [dict(block) for block in repository.read_blocks(connection, "measurement", span)]
    write_plainly(blocks)
    with tempfile.NamedTemporaryFile(dir=folder.parent) as file:
        file.flush()
        os.fsync(file.fileno())


def measure_bytes(postgres: PrivatePostgres, folder: Path, recordings: Path) -> list[Case]:
    """Of all recordings together, once as days and once as months."""
    rows, as_days, as_months = 0, 0, 0
    for name, pattern in RECORDINGS.items():
        for file in sorted(recordings.glob(pattern)):
            kept = Kept(postgres, "recorded", folder / f"archive-{name}")
            load(kept, file, MAPPINGS / f"{name}.toml")
            before = kept.content()
            with kept.connect() as connection:
                archive = kept.archive(connection)
                archive.run()
                rows += before[0]
                as_days += size_of(archive)
                again = kept.archive(connection, keep_days={"*": 2})
                again.run()
                as_months += size_of(archive)
                gone = kept.content()[0]
                for part in archive.find():
                    archive.restore(part, LATER)
            assert gone == 0, "everything is old enough"
            assert kept.content() == before, "every row, flag and batch is back"
    return [
        Case("air-quality recordings, a file a day: bytes an observation", as_days / rows, "bytes"),
        Case(
            "air-quality recordings, once the store has let go: bytes an observation",
            as_months / rows,
            "bytes",
            target=BYTES_TARGET,
            at_most=True,
        ),
        Case("rows, flags and batches that came back of all", 1.0, "", target=1.0),
    ]


def size_of(archive: Archive) -> int:
    return sum({part.path: part.byte_count for part in archive.find()}.values())


def load(kept: Kept, file: Path, mapping: Path) -> None:
    with kept.postgres.superuser() as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {kept.database} WITH (FORCE)")
    kept.postgres.create_database(kept.database)
    migrate(kept.postgres.url("owner", kept.database))
    words = [sys.executable, "-m", "stack", "load", str(file), "--mapping", str(mapping), "--register"]
    environment = {**os.environ, **kept.postgres.environment(kept.database)}
    subprocess.run(
        words, check=True, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    kept.know_days()


def measure_months(scene: Stage, history: History, kept: Kept, runs: int) -> Iterator[Case]:
    """A month of one datastream; each question is another one, so that no answer lies ready."""
    server = scene.api(history, {**COUNTED, "FALAJ_ARCHIVE_URL": kept.url})
    asked = count(1)
    start, end = END - timedelta(days=30), END

    def ask(extension: str) -> float:
        window = f"start={start:%Y-%m-%dT%H:%M:%SZ}&end={end:%Y-%m-%dT%H:%M:%SZ}"
        number = next(asked)
        which = f"datastream={number % DATASTREAMS + 1}&limit={1_000_000 - number}"
        url = f"http://127.0.0.1:{server.port}/v1/observations.{extension}?{which}&{window}"
        began = time.perf_counter()
        answer = httpx.get(url, timeout=60)
        assert answer.status_code == httpx.codes.OK, answer.text
        return time.perf_counter() - began

    def times() -> dict[str, float]:
        return {one: median(ask(one) for _ in range(runs)) for one in ("csv", "parquet")}

    stored = times()
    for name, let_go, is_across in (
        ("half of it in the archive", start + timedelta(days=15), True),
        ("all of it in the archive", end, False),
    ):
        with kept.connect() as connection:
            while kept.archive(connection).run().written:
                pass
            archive = kept.archive(connection, keep_days={"*": 2})
            replace(archive, clock=lambda let_go=let_go: let_go + timedelta(days=2)).run()  # type: ignore[misc]
        for extension, seconds in times().items():
            baseline = stored[extension]
            ratio = seconds / baseline
            yield Case(
                f"a month as {extension}, {name}",
                seconds * 1000,
                "ms",
                baseline * 1000,
                ratio,
                MONTH_TARGET if is_across else None,
                at_most=True,
            )


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="falaj bench archive", description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument(
        "--recordings",
        type=Path,
        default=ROOT.parent / "shared/data/airquality",
        help="where the air-quality recordings are",
    )
    options = parser.parse_args(arguments)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    cases = [measure_writing(options.runs)]
    with tempfile.TemporaryDirectory(prefix="falaj-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with stage(folder) as scene:
            history = History("history", DAYS)
            fill(scene.postgres, history.database)
            kept = Kept(scene.postgres, history.database, folder / "archive")
            kept.know_days()
            cases.append(measure_days(kept, options.runs))
            cases += measure_months(scene, history, kept, options.runs * 3)
            if options.recordings.is_dir():
                cases += measure_bytes(scene.postgres, folder, options.recordings)
    report("archive", cases, options.json)
    return 0 if all(case.meets is not False for case in cases) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
