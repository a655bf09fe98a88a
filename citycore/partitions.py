"""Where the bulk file of a dataset's local day lies: folders whose names say it, as Hive has them.

DuckDB, Spark, Dask and pyarrow read ``dataset`` and ``date`` from the names.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from citycore.clock import EPOCH, MICROSECOND
from citycore.topics import CODE

FILE_NAME = "part-0.parquet"
#: The columns of every bulk file, called as in the exports of ``/v1/observations``, with Arrow's types.
COLUMNS: Mapping[str, str] = {
    "datastream": "int32",
    "thing": "string",
    "observed_property": "string",
    "unit": "string",
    "phenomenon_time": "timestamp[us, tz=UTC]",
    "result": "double",
    "result_text": "string",
    "longitude": "double",
    "latitude": "double",
    "quality": "int8",
    "simulated": "bool",
}


def partition_name(dataset: str, local_date: date) -> str:
    """``dataset=CODE/date=YYYY-MM-DD/part-0.parquet``; ``ValueError`` for what is no code."""
    if CODE.fullmatch(dataset) is None:
        raise ValueError(f"{dataset!r} is not a code")
    return f"dataset={dataset}/date={local_date.isoformat()}/{FILE_NAME}"


def partition_path(folder: Path, dataset: str, local_date: date) -> Path:
    """Where the file lies in the folder of bulk files."""
    return folder / partition_name(dataset, local_date)


def modification_nanoseconds(generated_at: datetime) -> int:
    """The modification time of the file that was made at this instant."""
    return (generated_at - EPOCH) // MICROSECOND * 1000


def is_version_of(status: os.stat_result, byte_count: int, generated_at: datetime) -> bool:
    """Whether a file is the one that the store describes: a newer one has another time or size."""
    return status.st_size == byte_count and status.st_mtime_ns == modification_nanoseconds(generated_at)


def is_file_of(path: Path, byte_count: int, generated_at: datetime | None) -> bool:
    """Whether the file that the store describes is there."""
    try:
        return generated_at is not None and is_version_of(path.stat(), byte_count, generated_at)
    except OSError:
        return False
