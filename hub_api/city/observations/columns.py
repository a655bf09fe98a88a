"""The columns of every answer, once for all formats: name, kind, and what they are called in SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from hub_api.city.observations.model import Series

Kind = Literal["instant", "second", "number", "count", "text", "truth", "date", "point", "mixed"]


@dataclass(frozen=True, slots=True)
class Column:
    """``source`` is alias and name in the statements; numbers with ``has_unit`` are in the datastream's."""

    name: str
    kind: Kind
    source: tuple[str, str]
    has_unit: bool = False
    #: Whether it may be absent in a row.
    may_lack: bool = False


def _row(name: str, kind: Kind, source: str | None = None, **more: bool) -> Column:
    return Column(name, kind, ("row", source or name), **more)


#: What the rows of several datastreams say of theirs.
NAMES = (
    _row("datastream", "count", "datastream_id"),
    Column("thing", "text", ("named", "thing")),
    Column("observed_property", "text", ("named", "observed_property")),
    Column("unit", "text", ("named", "unit")),
)
SIMULATED = Column("simulated", "truth", ("named", "simulated"))
QUALITY = _row("quality", "count")
INSTANT = _row("phenomenon_time", "instant", "moment")
MEASURES = ("mean", "minimum", "maximum", "standard_deviation", "p05", "p50", "p95")
#: Series whose rows are buckets.
BUCKETED: tuple[Series, ...] = ("statistics", "daily", "zoned", "period", "zoned_period")
STATISTICS = (
    *(_row(name, "number", has_unit=True, may_lack=True) for name in MEASURES),
    _row("observation_count", "count"),
    _row("expected_count", "count", may_lack=True),
    _row("completeness", "number", may_lack=True),
    *(_row(f"{name}_count", "count") for name in ("good", "not_evaluated", "suspect", "bad", "missing")),
    *(
        _row(name, "number", has_unit=True, may_lack=True)
        for name in ("first_result", "last_result", "total")
    ),
)
LOCAL = (_row("bucket_end", "second"), _row("local_date", "date"))
VALUES: Mapping[Series, tuple[Column, ...]] = {
    "measurement": (_row("result", "number", has_unit=True), QUALITY),
    "category": (_row("result", "text", "result_text"), QUALITY),
    "position": (_row("longitude", "number"), _row("latitude", "number"), QUALITY),
    "mixed": (
        _row("result", "number", may_lack=True),
        _row("result_text", "text", may_lack=True),
        _row("longitude", "number", may_lack=True),
        _row("latitude", "number", may_lack=True),
        QUALITY,
    ),
    "statistics": STATISTICS,
    "daily": (*LOCAL, *STATISTICS, _row("valid_hour_count", "count")),
    "period": (*LOCAL, *STATISTICS, _row("valid_day_count", "count")),
}
VALUES = {
    **VALUES,
    "zoned": (*VALUES["daily"], _row("zone", "text")),
    "zoned_period": (*VALUES["period"], _row("zone", "text")),
}
#: JSON says a position as one pair, and a result of any type under one key.
JSON_VALUES: Mapping[Series, tuple[Column, ...]] = {
    **VALUES,
    "position": (_row("result", "point"), QUALITY),
    "mixed": (_row("result", "mixed"), QUALITY),
}


def time_column(series: Series) -> Column:
    return _row("bucket_start", "second", "moment") if series in BUCKETED else INSTANT


def table_columns(series: Series, *, is_one: bool) -> tuple[Column, ...]:
    """The columns of CSV, Parquet and Arrow."""
    return (time_column(series), *(() if is_one else NAMES), *VALUES[series], SIMULATED)


def json_columns(series: Series, *, is_one: bool) -> tuple[Column, ...]:
    """The keys of a line of NDJSON: those of an element of ``data``, and whether it is simulated."""
    return (time_column(series), *(() if is_one else NAMES), *JSON_VALUES[series], SIMULATED)


def csv_titles(series: Series, unit: str, *, is_one: bool) -> list[str]:
    """The words of the first line; columns in the datastream's unit say so: ``result [ug/m3]``."""
    return [
        f"{column.name} [{'deg' if column.name in ('longitude', 'latitude') else unit}]"
        if (is_one and column.has_unit) or column.name in ("longitude", "latitude")
        else column.name
        for column in table_columns(series, is_one=is_one)
    ]
