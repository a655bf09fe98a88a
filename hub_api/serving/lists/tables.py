"""Elements of lists as lines of text and as record batches."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import orjson

from hub_api.serving.answers import JSON_OPTIONS
from hub_api.serving.exports.tables import GEO, wkb_points
from hub_api.serving.exports.text import csv_lines
from hub_api.serving.formats import Format
from hub_api.serving.lists.fields import keeping
from hub_api.serving.lists.model import Column, Element, Listing, Record

LINE_OPTIONS = JSON_OPTIONS | orjson.OPT_APPEND_NEWLINE
NOWHERE = (np.nan, np.nan)


def rows_maker(listing: Listing, chosen: Format) -> Callable[[Sequence[Element]], list[Any]]:
    """How elements become what the writer of a format takes."""
    if chosen == "ndjson":
        return lambda elements: [orjson.dumps(keeping(listing, one), option=LINE_OPTIONS) for one in elements]
    if chosen == "geojson":
        return lambda elements: [
            orjson.dumps(_feature(listing, one), option=LINE_OPTIONS) for one in elements
        ]
    if chosen == "csv":
        return lambda elements: csv_lines(
            [_field(column.read(record)) for column in listing.columns]
            for record in _records(listing, elements)
        )
    if chosen == "xlsx":
        return lambda elements: [
            orjson.dumps([column.read(record) for column in listing.columns], option=LINE_OPTIONS)
            for record in _records(listing, elements)
        ]
    return lambda elements: _records(listing, elements)


def _records(listing: Listing, elements: Sequence[Element]) -> list[Record]:
    return [record for element in elements for record in listing.records(element)]


def _feature(listing: Listing, element: Element) -> Element:
    told = keeping(listing, element)
    properties = {name: value for name, value in told.items() if name != "location"}
    return {"type": "Feature", "geometry": element["location"], "properties": properties}


def _field(value: Any) -> Any:
    """A value as CSV says it: instants to the microsecond, as in the exports of observations."""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
    return str(value).lower() if isinstance(value, bool) else value


class RecordBatches:
    """The schema of a list, and batches of records in it."""

    def __init__(self, columns: Sequence[Column], metadata: Mapping[str, str], *, has_geometry: bool) -> None:
        import pyarrow as pa

        kinds = {
            "text": pa.string(),
            "whole": pa.int64(),
            "number": pa.float64(),
            "truth": pa.bool_(),
            "instant": pa.timestamp("us", "UTC"),
        }
        self._columns = columns
        self._has_geometry = has_geometry
        fields = [pa.field(column.name, kinds[column.kind]) for column in columns]
        told = dict(metadata)
        if has_geometry:
            fields.append(pa.field("geometry", pa.binary()))
            told["geo"] = orjson.dumps(GEO).decode()
        self.schema = pa.schema(fields, metadata=told)

    def batch(self, rows: list[Record]) -> Any:
        import pyarrow as pa

        arrays = [
            pa.array([column.read(row) for row in rows], field.type)
            for column, field in zip(self._columns, self.schema, strict=False)
        ]
        if self._has_geometry:
            points = [NOWHERE if row["location"] is None else row["location"]["coordinates"] for row in rows]
            arrays.append(wkb_points(np.array(points, dtype=np.float64).reshape(-1, 2)))
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)
