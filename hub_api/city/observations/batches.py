"""Record batches of Arrow from PostgreSQL's binary rows and what the selection knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import orjson
from numpy.typing import NDArray

from citycore.clock import EPOCH, MICROSECOND, day_start
from hub_api.city.observations.binary import columns_of
from hub_api.city.observations.columns import Column, table_columns
from hub_api.city.observations.model import BUCKET_MONTHS, Bucket, Reading
from hub_api.city.observations.statements import binary_columns
from hub_api.serving.exports.tables import GEO, wkb_points

Values = NDArray[Any] | list[str | None]


class BatchMaker:
    """The schema of a reading, and batches in it."""

    def __init__(self, reading: Reading, metadata: Mapping[str, Any], *, has_geometry: bool) -> None:
        selection = reading.selection
        self._columns = table_columns(reading.layout)
        self._copied = binary_columns(reading.layout)
        self._known = selection.datastreams
        self._numbers = np.array([one.number for one in self._known], dtype=np.int64)
        self._has_geometry = has_geometry
        self._bucket = reading.bucket
        unit = self._known[0].unit if selection.is_one else None
        self.schema = _schema(self._columns, unit, metadata, has_geometry=has_geometry)

    def batch(self, rows: list[bytes]) -> Any:
        import pyarrow as pa

        values: dict[str, Values] = dict(
            zip((column.name for column in self._copied), columns_of(rows, self._copied), strict=True)
        )
        which = self._which(values, len(rows))
        arrays = [self._array(column, values, which) for column in self._columns]
        if self._has_geometry:
            arrays.append(self._points(values, which))
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)

    def _which(self, values: Mapping[str, Values], count: int) -> NDArray[np.int32]:
        """The place of each row's datastream in the selection."""
        if "datastream" not in values:
            return np.zeros(count, dtype=np.int32)
        return np.searchsorted(self._numbers, np.asarray(values["datastream"])).astype(np.int32)

    def _array(self, column: Column, values: Mapping[str, Values], which: NDArray[np.int32]) -> Any:
        import pyarrow as pa

        kind = self.schema.field(column.name).type
        if column.name in ("local_date", "bucket_end"):
            return pa.array(self._per_day(column.name, values["bucket_start"], which), kind)
        if column.name == "datastream":
            return pa.array(self._numbers[which], kind)
        if column.source[0] == "named":
            told = pa.array(
                [getattr(one, column.name) for one in self._known],
                kind.value_type if pa.types.is_dictionary(kind) else kind,
            )
            if pa.types.is_dictionary(kind):
                # Each name once: with repetitions the Parquet writer leaves bytes of its dictionary unset.
                told = told.dictionary_encode()
            return told.take(pa.array(which))
        return _stored(column, values[column.name], kind)

    def _per_day(self, name: str, starts: Values, which: NDArray[np.int32]) -> list[date] | list[datetime]:
        """The local dates of days, months and years, or when they end; they are few."""
        zones = [ZoneInfo(one.zone) for one in self._known]
        locals_ = [
            ((EPOCH + int(start) * MICROSECOND).astimezone(zones[place]).date(), zones[place])
            for start, place in zip(starts, which, strict=True)
            if start is not None
        ]
        if name == "local_date":
            return [day for day, _ in locals_]
        return [day_start(_next(day, self._bucket), zone) for day, zone in locals_]

    def _points(self, values: Mapping[str, Values], which: NDArray[np.int32]) -> Any:
        """Where each value was observed: its own position, or where the thing stands."""
        place = np.array([_place(one.longitude, one.latitude) for one in self._known])
        points = place.reshape(-1, 2)[which]
        if "longitude" in values:
            own = np.column_stack([np.asarray(values[name]) for name in ("longitude", "latitude")])
            points = np.where(np.isnan(own), points, own)
        return wkb_points(points)


def _next(first: date, bucket: Bucket) -> date:
    """The first day after a day, a week, a month or a year."""
    months = BUCKET_MONTHS.get(bucket)
    if months is None:
        return first + timedelta(days=7 if bucket == "P1W" else 1)
    years, month = divmod(first.month - 1 + months, 12)
    return date(first.year + years, month + 1, 1)


def _place(longitude: float | None, latitude: float | None) -> tuple[float, float]:
    return (np.nan, np.nan) if longitude is None or latitude is None else (longitude, latitude)


def _stored(column: Column, values: Values, kind: Any) -> Any:
    """A copied column; NaN and -1 stand for nothing."""
    import pyarrow as pa

    if isinstance(values, list):
        return pa.array(values, kind)
    if not column.may_lack:
        return pa.array(values).cast(kind)
    return pa.array(values, mask=np.isnan(values) if column.kind == "number" else values < 0).cast(kind)


def _schema(
    columns: tuple[Column, ...], unit: str | None, metadata: Mapping[str, Any], *, has_geometry: bool
) -> Any:
    import pyarrow as pa

    kinds = _kinds()
    fields = [
        pa.field(
            column.name,
            kinds[column.kind](column),
            metadata=_field_metadata(column, unit),
            nullable=column.may_lack,
        )
        for column in columns
    ]
    told = {name: _text(value) for name, value in metadata.items()}
    if has_geometry:
        fields.append(pa.field("geometry", pa.binary()))
        told["geo"] = _text(GEO)
    return pa.schema(fields, metadata=told)


def _kinds() -> Mapping[str, Callable[[Column], Any]]:
    import pyarrow as pa

    return {
        "instant": lambda _: pa.timestamp("us", "UTC"),
        "second": lambda _: pa.timestamp("us", "UTC"),
        "number": lambda _: pa.float64(),
        "count": lambda column: pa.int8() if column.name == "quality" else pa.int32(),
        "text": lambda column: (
            pa.dictionary(pa.int32(), pa.string()) if column.source[0] == "named" else pa.string()
        ),
        "truth": lambda _: pa.bool_(),
        "date": lambda _: pa.date32(),
    }


def _field_metadata(column: Column, unit: str | None) -> dict[str, str] | None:
    if column.name in ("longitude", "latitude"):
        return {"unit": "deg"}
    return {"unit": unit} if column.has_unit and unit is not None else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
