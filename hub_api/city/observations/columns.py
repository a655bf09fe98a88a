"""The columns of every answer, once for all formats: name, kind, and what they are called in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from hub_api.city.observations.model import Layout, Series
from hub_api.serving.lists.fields import unknown_field

Kind = Literal["instant", "second", "number", "count", "text", "truth", "date", "point", "mixed", "spoken"]


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
    Column("sensor", "text", ("named", "sensor"), may_lack=True),
    Column("unit", "text", ("named", "unit")),
)
#: What people call them, in both languages: in tables flat, in JSON one value.
LABELS = tuple(
    Column(f"{name}_{language}", "text", ("named", f"{name}_{language}"))
    for name in ("thing_name", "observed_property_name")
    for language in ("en", "ar")
)
JSON_LABELS = tuple(
    Column(name, "spoken", ("named", name)) for name in ("thing_name", "observed_property_name")
)
UNIT = NAMES[-1]
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
    "measurement": (_row("result", "number", has_unit=True, may_lack=True), QUALITY),
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


def table_columns(layout: Layout) -> tuple[Column, ...]:
    """The columns of Parquet and Arrow, which say units in the metadata of their fields."""
    return _laid_out(layout, LABELS, VALUES[layout.series], lone=())


def text_columns(layout: Layout) -> tuple[Column, ...]:
    """The columns of CSV and of sheets, in which each row says the unit."""
    return _laid_out(layout, LABELS, VALUES[layout.series], lone=(UNIT,))


def csv_titles(layout: Layout, unit: str | None) -> list[str]:
    """The words of the first line. With a unit, columns that are in it say so, ``result [ug/m3]``, as they did before a unit stood
    in each row.
    """
    columns = text_columns(layout)
    if unit is None:
        return [column.name for column in columns]
    units = {"longitude": "deg", "latitude": "deg"} | {one.name: unit for one in columns if one.has_unit}
    return [f"{one.name} [{units[one.name]}]" if one.name in units else one.name for one in columns]


def json_columns(layout: Layout) -> tuple[Column, ...]:
    """The keys of a line of NDJSON: those of an element of ``data``, and whether it is simulated."""
    return _laid_out(layout, JSON_LABELS, JSON_VALUES[layout.series], lone=())


def stored_columns(series: Series) -> tuple[Column, ...]:
    """The columns of a series itself."""
    return (time_column(series), *VALUES[series])


def _laid_out(
    layout: Layout, labels: tuple[Column, ...], values: tuple[Column, ...], *, lone: tuple[Column, ...]
) -> tuple[Column, ...]:
    time = time_column(layout.series)
    if layout.fields is not None:
        return chosen(layout.fields, (time, *NAMES, *labels, *values, SIMULATED))
    if layout.labels:
        return (time, *NAMES, *labels, *values, SIMULATED)
    return (time, *(() if layout.is_one else NAMES), *values, *(lone if layout.is_one else ()), SIMULATED)


def chosen(fields: Sequence[str], known: Sequence[Column]) -> tuple[Column, ...]:
    """The columns that were asked for, in that order; ``InvalidParameters`` with the nearest name for one that there is not.

    A name stands for what a format makes of it: of ``thing_name`` a table has a column for each language, and of
    ``longitude`` JSON has the position.
    """
    by_name = {column.name: column for column in known}
    found: dict[str, Column] = {}
    for name in fields:
        fitting = _fitting(name, by_name)
        if not fitting:
            wholes = [whole for whole in PARTS if _fitting(whole, by_name)]
            raise unknown_field(name, [*by_name, *wholes])
        found |= {one: by_name[one] for one in fitting}
    return tuple(found.values())


def _fitting(name: str, by_name: Mapping[str, Column]) -> list[str]:
    """The columns that a name stands for."""
    parts = [part for part in PARTS.get(name, ()) if part in by_name]
    if parts or name in by_name:
        return parts or [name]
    whole = by_name.get(WHOLES.get(name, ""))
    return [whole.name] if whole is not None and whole.kind in ("point", "mixed", "spoken") else []


#: What a key of JSON is in tables, where it has other names there, and back.
PARTS: Mapping[str, tuple[str, ...]] = {
    **{name: (f"{name}_en", f"{name}_ar") for name in ("thing_name", "observed_property_name")},
    "result": ("result", "result_text", "longitude", "latitude"),
}
WHOLES: Mapping[str, str] = {part: whole for whole, parts in PARTS.items() for part in parts if part != whole}
