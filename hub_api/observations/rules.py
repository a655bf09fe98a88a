"""Which series answers a question, where a page goes on, and how a CSV names its columns."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Literal

from citycore.model import ResultType
from hub_api.observations.schemas import Bucket, Format, Order

Series = Literal["measurement", "category", "position", "hourly"]
#: Instants are stored in microseconds, so the next possible one is this much later.
RESOLUTION = timedelta(microseconds=1)
BYTE_ORDER_MARK = "\ufeff".encode()

HOURLY_COLUMNS = (
    "bucket_start", "mean", "minimum", "maximum", "standard_deviation", "p05", "p50", "p95",
    "observation_count", "expected_count", "completeness", "good_count", "not_evaluated_count",
    "suspect_count", "bad_count",
)  # fmt: skip
IN_THE_UNIT = frozenset({"result", "mean", "minimum", "maximum", "standard_deviation", "p05", "p50", "p95"})
CSV_COLUMNS: dict[Series, tuple[str, ...]] = {
    "measurement": ("phenomenon_time", "result", "quality", "simulated"),
    "category": ("phenomenon_time", "result", "quality", "simulated"),
    "position": ("phenomenon_time", "longitude [deg]", "latitude [deg]", "quality", "simulated"),
    "hourly": (*HOURLY_COLUMNS, "simulated"),
}


def series_of(result_type: ResultType, bucket: Bucket) -> Series | None:
    """The series to read, or None: hours exist for measurements only."""
    if bucket == "raw":
        return result_type
    return "hourly" if result_type == "measurement" else None


def after_position(
    start: datetime | None, end: datetime | None, position: datetime, order: Order
) -> tuple[datetime | None, datetime | None]:
    """The rest of ``[start, end)`` once the row at ``position`` has been served."""
    return (position + RESOLUTION, end) if order == "asc" else (start, position)


def position_text(moment: datetime) -> str:
    """An instant as a cursor keeps it, exact to the microsecond."""
    return moment.astimezone(UTC).isoformat()


def csv_header(series: Series, unit: str, *, bom: bool) -> bytes:
    """The first line; columns in the datastream's unit say so: ``result [ug/m3]``."""
    has_unit = series in ("measurement", "hourly")
    columns = [
        f"{name} [{unit}]" if has_unit and name in IN_THE_UNIT else name for name in CSV_COLUMNS[series]
    ]
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(columns)
    return (BYTE_ORDER_MARK if bom else b"") + line.getvalue().encode()


def csv_trailer(rows: int, digest: str) -> bytes:
    """The last line when it is asked for: proof that nothing was cut off."""
    return f"# complete rows={rows} sha256={digest}\n".encode()


def wanted_format(f: Format | None, accept: str) -> Format:
    """``f`` if given, else CSV if ``Accept`` names it and not JSON before it, else JSON."""
    if f is not None:
        return f
    types = [item.split(";")[0].strip().lower() for item in accept.split(",")]
    if "text/csv" not in types:
        return "json"
    before = types[: types.index("text/csv")]
    return "json" if "application/json" in before else "csv"


def file_name(thing: str, observed_property: str, bucket: Bucket, *, simulated: bool) -> str:
    """What a browser saves an export as; codes hold no character that a header cannot."""
    label = "-simulated" if simulated else ""
    return f"{thing}-{observed_property}-{bucket.lower()}{label}.csv"
