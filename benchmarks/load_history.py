"""How fast a file of history is loaded, beside a bare COPY of the same rows in the same run.

Both write into identical hypertables with the same unique key, in batches of the same size, each
into a database of its own. The load is the whole command, ``falaj load``, from starting Python
to its last commit; the bare COPY sends rows that are ready-made in memory.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import psycopg

from benchmarks.ceilings import copy_only
from benchmarks.load import START, STEP, Shape, describe
from benchmarks.report import Case, report
from citycore.store.migrate import migrate
from citycore.store.registry import register
from ingest.load.settings import LoadSettings
from stack.ports import free_port
from stack.postgres import PrivatePostgres

TARGET = 0.7
#: Constant memory: a file of any length may take so many times the memory of a small one.
DEEP_MEMORY_TARGET = 1.25
SLICE_ROWS = 1_000_000
SAMPLE_SECONDS = 0.05
VALUES, THINGS = 5, 20
FORMATS = {"Parquet": "parquet", "CSV": "csv", "CSV, gzip": "csv.gz"}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="falaj bench load_history", description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--rows", type=int, default=3_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--deep", type=int, default=0, help="also load one Parquet file of so many rows")
    options = parser.parse_args(arguments)
    shape = Shape(options.rows // VALUES, VALUES, THINGS)
    with tempfile.TemporaryDirectory(prefix="falaj-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        files = write_files(folder, shape)
        with _postgres(folder) as postgres:
            cases = measure(postgres, shape, files, options.runs)
            if options.deep:
                small = next(case.value for case in cases if case.name.endswith("Parquet: peak memory"))
                cases += measure_deep(postgres, folder, options.deep, small)
    report("load_history", cases, options.json)
    return 0 if all(case.meets is not False for case in cases) else 1


def measure(postgres: PrivatePostgres, shape: Shape, files: dict[str, Path], runs: int) -> list[Case]:
    """The rate of the bare COPY and of each format, medians of ``runs``, each in a fresh database."""
    copying: list[float] = []
    loading: dict[str, list[float]] = {name: [] for name in files}
    peaks: dict[str, float] = dict.fromkeys(files, 0.0)
    for _ in range(runs):
        _prepare(postgres, shape)
        copying.append(copy_only(postgres.url("owner"), shape, LoadSettings().batch_rows)[0])
        for name, file in files.items():
            _prepare(postgres, shape)
            seconds, peak = _load(postgres, file, shape.observations)
            loading[name].append(seconds)
            peaks[name] = max(peaks[name], peak)
    bare = shape.observations / median(copying)
    cases = [Case("COPY only", bare, "rows/s")]
    for name in files:
        rate = shape.observations / median(loading[name])
        target = TARGET if name == "Parquet" else None
        cases.append(Case(f"falaj load: {name}", rate, "rows/s", bare, rate / bare, target))
        cases.append(Case(f"falaj load: {name}: peak memory", peaks[name], "MiB"))
    return cases


def measure_deep(postgres: PrivatePostgres, folder: Path, rows: int, small_mib: float) -> list[Case]:
    """One large file: its rate, and its peak memory against that of the small one."""
    from pyarrow import parquet

    shape = Shape(rows // VALUES, VALUES, THINGS)
    file = folder / "deep.parquet"
    with parquet.ParquetWriter(file, _table(shape, 0, 1).schema) as writer:
        for first in range(0, shape.observations, SLICE_ROWS):
            writer.write_table(_table(shape, first, min(SLICE_ROWS, shape.observations - first)))
    _prepare(postgres, shape)
    seconds, peak = _load(postgres, file, shape.observations)
    name = f"falaj load: {shape.observations / 1e6:.0f} million rows"
    return [
        Case(name, shape.observations / seconds, "rows/s"),
        Case(
            f"{name}: peak memory", peak, "MiB", small_mib, peak / small_mib, DEEP_MEMORY_TARGET, at_most=True
        ),
    ]


def write_files(folder: Path, shape: Shape) -> dict[str, Path]:
    """The rows of :func:`benchmarks.ceilings.copy_only`, in the same order, once for each format."""
    import pyarrow as pa
    from pyarrow import csv, parquet

    table = _table(shape, 0, shape.observations)
    files = {name: folder / f"history.{ending}" for name, ending in FORMATS.items()}
    parquet.write_table(table, files["Parquet"])
    plain = table.cast(pa.schema([(field.name, _plain(field.type)) for field in table.schema]))
    csv.write_csv(plain, files["CSV"])
    with pa.CompressedOutputStream(str(files["CSV, gzip"]), "gzip") as stream:
        csv.write_csv(plain, stream)
    return files


def _table(shape: Shape, first: int, count: int) -> Any:
    import pyarrow as pa

    number = np.arange(first, first + count)
    message, value = np.divmod(number, shape.values)
    moment, thing = np.divmod(message, shape.things)
    seconds = int(START.timestamp()) + moment * int(STEP.total_seconds())
    names = [f"t{n}" for n in range(shape.things)]
    return pa.table(
        {
            "thing": pa.DictionaryArray.from_arrays(thing.astype(np.int32), names),
            "observed_property": pa.DictionaryArray.from_arrays(value.astype(np.int32), shape.properties),
            "phenomenon_time": pa.array(seconds * 1_000_000, pa.timestamp("us", "UTC")),
            "result": pa.array(20 + (message * 7 + value) % 1000 / 37),
        }
    )


def _plain(kind: Any) -> Any:
    import pyarrow as pa

    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _load(postgres: PrivatePostgres, file: Path, rows: int) -> tuple[float, float]:
    """Seconds of the whole command, and its peak memory in MiB; all rows must have been stored."""
    root = Path(__file__).resolve().parents[1]
    with tempfile.TemporaryFile() as output:
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "stack", "load", str(file), "--json"],
            stdout=output,
            stderr=subprocess.DEVNULL,
            cwd=root,
            env={**os.environ, **postgres.environment()},
        )
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, _peak_mib(process.pid))
            time.sleep(SAMPLE_SECONDS)
        seconds = time.perf_counter() - began
        output.seek(0)
        stored = json.load(output)["total"]["stored"] if process.returncode == 0 else 0
    if stored != rows:
        raise RuntimeError(f"{stored} of {rows} rows were stored from {file.name}")
    return seconds, peak


def _peak_mib(pid: int) -> float:
    """The most memory that the process ever held; 0 when it has just ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii")
    except OSError:
        return 0.0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found.group(1)) / 1024 if found else 0.0


def _prepare(postgres: PrivatePostgres, shape: Shape) -> None:
    with postgres.superuser() as connection:
        connection.execute("DROP DATABASE IF EXISTS falaj WITH (FORCE)")
        connection.execute("CHECKPOINT")
    postgres.create_database()
    migrate(postgres.url("owner"))
    with psycopg.connect(postgres.url("owner")) as connection:
        register(connection, *describe(shape))


@contextmanager
def _postgres(folder: Path) -> Iterator[PrivatePostgres]:
    server = PrivatePostgres(folder / "postgres", free_port())
    try:
        server.start()
        yield server
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main())
