"""Hours of air quality, from SQL to the elements of the answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from psycopg import sql

from citycore.air_quality.model import Index
from citycore.limits.model import Level, LimitTable
from citycore.store.queries import load_queries
from hub_api.city.limits.repository import advice_of
from hub_api.serving.database import Reader, Row
from hub_api.serving.lists.keys import RowKey
from hub_api.serving.lists.model import (
    LOCATION_COLUMNS,
    Column,
    Element,
    Fetch,
    Listing,
    columns,
    name_columns,
)
from hub_api.serving.paging import Key
from hub_api.serving.shapes import names, point

QUERIES = load_queries("hub_api.city.air_quality")
#: Place or thing, and the hour.
KEY = RowKey((str, datetime.fromisoformat))
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """``at`` is None for a window, which may lack an end or both."""

    index: Index
    filters: Mapping[str, str | None]
    is_by_place: bool
    at: datetime | None
    start: datetime | None
    end: datetime | None
    age_hours: int


@cache
def statement(hours: str) -> bytes:
    """The question for the ``newest`` hours, or those of a ``window``."""
    return sql.SQL(QUERIES["page"]).format(hours=sql.SQL(QUERIES[hours])).as_bytes(None)


def hours_of(wanted: Wanted) -> Fetch:
    """How the hours that fit are fetched."""
    asked = {
        **wanted.filters,
        "is_every_thing": all(code is None for code in wanted.filters.values()),
        "index": wanted.index.value,
        "by_place": wanted.is_by_place,
        "is_newest": wanted.at is not None,
        "at": wanted.at,
        "start": wanted.start,
        "end": wanted.end,
        "age_hours": wanted.age_hours,
    }
    query = statement("window" if wanted.at is None else "newest")

    async def fetch(database: Reader, after: Key | None, rows: int) -> Sequence[Row]:
        code, start = KEY.read(after)
        return await database.fetch(query, {**asked, "after_code": code, "after_start": start, "rows": rows})

    return fetch


def air_quality_element(row: Row, levels: Mapping[str, Level]) -> Element:
    (
        _,
        start,
        place,
        place_en,
        place_ar,
        thing,
        english,
        arabic,
        source,
        simulated,
        longitude,
        latitude,
        count,
    ) = row[:13]
    index, value, is_beyond, level_code, observed_property, span, method, coverage, parts = row[13:]
    level = levels.get(level_code)
    return {
        "start": start,
        "end": start + HOUR,
        "place": place,
        "place_name": None if place is None else names(place_en, place_ar),
        "thing": thing,
        "thing_name": names(english, arabic),
        "source": source,
        "simulated": simulated,
        "location": point(longitude, latitude),
        "thing_count": count,
        "index": index,
        "value": value,
        "beyond": is_beyond,
        "level": level_code,
        "level_name": None if level is None else dict(level.name),
        "colour": None if level is None else level.colour,
        "observed_property": observed_property,
        "averaging": span,
        "method": method,
        "coverage": coverage,
        "advice": [] if level is None else advice_of(level),
        "parts": parts,
    }


def listing_of(table: LimitTable) -> Listing:
    """How hours of the index of a table are listed."""
    levels = {level.code: level for level in table.levels}

    def element(row: Row, _: datetime) -> dict[str, Any]:
        return air_quality_element(row, levels)

    return Listing(
        name="air-quality",
        key=lambda row: KEY.write(row[0], row[1]),
        key_type=str,
        element=element,
        columns=(
            *columns("instant", "start", "end"),
            *columns("text", "place"),
            *name_columns("place_name"),
            *columns("text", "thing"),
            *name_columns("thing_name"),
            *columns("text", "source"),
            *columns("truth", "simulated"),
            *LOCATION_COLUMNS,
            *columns("whole", "thing_count"),
            *columns("text", "index"),
            *columns("whole", "value"),
            *columns("truth", "beyond"),
            *columns("text", "level"),
            *name_columns("level_name"),
            *columns("text", "colour", "observed_property", "averaging", "method"),
            *columns("number", "coverage"),
            *(_of_part(*each) for each in PARTS),
        ),
    )


#: Concentrations as columns, by the names of their measures: tables have one row for each hour.
PARTS = (
    ("pm2_5", "PT1H"),
    ("pm2_5", "PT12H"),
    ("pm2_5", "PT24H"),
    ("pm10", "PT1H"),
    ("pm10", "PT12H"),
    ("pm10", "PT24H"),
    ("o3", "PT1H"),
    ("o3", "PT8H"),
    ("no2", "PT1H"),
    ("no2", "PT24H"),
    ("so2", "PT1H"),
    ("so2", "PT24H"),
    ("co", "PT8H"),
    ("co", "PT24H"),
)


def _of_part(observed_property: str, span: str) -> Column:
    def cell(parts: Sequence[Mapping[str, Any]]) -> float | None:
        found = (
            part["concentration"]
            for part in parts
            if (part["observed_property"], part["averaging"]) == (observed_property, span)
        )
        value: float | None = next(found, None)
        return value

    return Column(f"{observed_property}_{span.lower()}", "number", ("parts",), cell)
