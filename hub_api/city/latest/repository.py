"""Latest values, from SQL to the elements of the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from operator import itemgetter
from typing import Any, get_args

from psycopg import sql

from citycore.model import Quality, ResultType
from citycore.store.queries import load_queries
from hub_api.serving.database import Reader, Row
from hub_api.serving.filters import IN_AREA, NO_AREA, arrays
from hub_api.serving.instants import Bounded
from hub_api.serving.lists.model import LOCATION_COLUMNS, Element, Fetch, Listing, columns, name_columns

QUERIES = load_queries("hub_api.city.latest")


CONDITIONS = {
    name: sql.SQL(text.replace("{in_area}", IN_AREA))
    for name, text in QUERIES.items()
    if name.startswith("by_")
}
RESULT_TYPES: tuple[ResultType, ...] = get_args(ResultType)
FITTING = {
    kind: Bounded(
        sql.SQL(QUERIES["fitting"]).format(recent=sql.SQL(QUERIES[f"recent_{kind}"])).as_bytes(None)
    )
    for kind in RESULT_TYPES
}
#: What counts where no quality is asked for: as in statistics, what is neither bad nor a number that stands for a missing value.
USABLE = (Quality.GOOD, Quality.NOT_EVALUATED, Quality.SUSPECT)
#: How far back a value of a quality that counts is looked for, behind the newest: so many rows, and so long.
LOOK_BACK_ROWS, LOOK_BACK = 100, timedelta(days=31)
FIRST = datetime(1, 1, 2, tzinfo=UTC)


@cache
def statement(filters: frozenset[str]) -> Bounded:
    """The question with these filters; there are few combinations."""
    conditions = [CONDITIONS[name] for name in sorted(filters)] or [sql.SQL("true")]
    return Bounded(sql.SQL(QUERIES["page"]).format(filters=sql.SQL(" AND ").join(conditions)).as_bytes(None))


async def fetch_latest(
    database: Reader,
    filters: Mapping[str, object],
    after: object,
    rows: int,
    qualities: tuple[Quality, ...] = USABLE,
) -> Sequence[Row]:
    """At most ``rows`` newest observations after a datastream, ordered by datastream. Filters are as those of datastreams.

    A datastream whose newest has another quality has the newest of its rows that has one of these; where its last
    :data:`LOOK_BACK_ROWS`, or those of :data:`LOOK_BACK`, have none, it has the time and the quality of the newest and no result.
    """
    named = {name: value for name, value in filters.items() if name not in NO_AREA}
    area = {name: filters.get(name) for name in NO_AREA}
    has_area = any(value is not None for value in area.values())
    asked = {**named, "after": after, "area": True if has_area else None}
    given = frozenset(f"by_{name}" for name, value in asked.items() if value is not None)
    parameters = {**arrays(named), **(area if has_area else {}), "after": after, "rows": rows}
    found = await database.fetch(statement(given), parameters)
    unfit = [row for row in found if row[QUALITY] not in qualities]
    if not unfit:
        return found
    fitting = await _fitting(database, unfit, qualities)
    return [
        row if row[QUALITY] in qualities else _instead(row, fitting.get(latest_key(row))) for row in found
    ]


async def _fitting(
    database: Reader, unfit: Sequence[Row], qualities: tuple[Quality, ...]
) -> Mapping[int, Row]:
    """The newest rows of these qualities by datastream: time, number, text, longitude, latitude and quality."""
    found: dict[int, Row] = {}
    for kind in RESULT_TYPES:
        wanted = [row for row in unfit if row[RESULT_TYPE] == kind]
        if wanted:
            parameters = {
                "datastreams": [latest_key(row) for row in wanted],
                "earliest": [_earliest(latest_time(row)) for row in wanted],
                "look_back": LOOK_BACK_ROWS,
                "qualities": [int(quality) for quality in qualities],
            }
            rows = await database.fetch(FITTING[kind], parameters)
            found |= {int(number): tuple(told) for number, *told in rows}
    return found


def _earliest(newest: datetime) -> datetime:
    return newest - LOOK_BACK if newest - FIRST > LOOK_BACK else FIRST


def _instead(row: Row, fitting: Row | None) -> Row:
    """A row with another value, or with none."""
    if fitting is None:
        return (*row[: TIME + 1], None, None, None, None, *row[QUALITY:])
    return (*row[:TIME], *fitting, *row[QUALITY + 1 :])


def latest_of(filters: Mapping[str, object], qualities: tuple[Quality, ...] = USABLE) -> Fetch:
    """How the newest observations that fit are fetched."""
    return lambda database, after, rows: fetch_latest(database, filters, after, rows, qualities)


def latest_key(row: Row) -> int:
    return int(row[0])


#: Where the columns of a row are; those of the value are between time and quality.
RESULT_TYPE, TIME, QUALITY = 7, 8, 13
#: When a row was observed.
latest_time: Callable[[Row], datetime] = itemgetter(TIME)


def latest_element(row: Row, as_of: datetime) -> dict[str, Any]:
    (
        datastream,
        thing,
        english,
        arabic,
        observed_property,
        sensor,
        unit,
        result_type,
        phenomenon_time,
        number,
        text,
        longitude,
        latitude,
        quality,
        simulated,
        reviewed,
        source,
        place,
        stands_longitude,
        stands_latitude,
        interval_seconds,
    ) = row
    # Written out: a call a row and key would take longer than the query.
    return {
        "datastream": datastream,
        "thing": thing,
        "thing_name": {"en": english, "ar": arabic},
        "observed_property": observed_property,
        "sensor": sensor,
        "unit": unit,
        "result_type": result_type,
        "phenomenon_time": phenomenon_time,
        "result": number
        if result_type == "measurement"
        else text
        if result_type == "category"
        else None
        if longitude is None
        else [longitude, latitude],
        "quality": quality,
        "age_seconds": (as_of - phenomenon_time).total_seconds(),
        "simulated": simulated,
        "reviewed": reviewed,
        "source": source,
        "place": place,
        "location": None
        if stands_longitude is None
        else {"type": "Point", "coordinates": [stands_longitude, stands_latitude]},
        "interval_seconds": interval_seconds,
    }


def _record(element: Element) -> Element:
    """A number and a text have columns of their own; a position is the location."""
    result = element["result"]
    kind = {"measurement": "result", "category": "result_text"}.get(element["result_type"])
    return {**element, "result": None, "result_text": None} | ({} if kind is None else {kind: result})


LATEST = Listing(
    name="latest",
    key=latest_key,
    key_type=int,
    element=latest_element,
    moment=latest_time,
    columns=(
        *columns("whole", "datastream"),
        *columns("text", "thing"),
        *name_columns("thing_name"),
        *columns("text", "observed_property", "sensor", "unit", "result_type"),
        *columns("instant", "phenomenon_time"),
        *columns("number", "result"),
        *columns("text", "result_text"),
        *columns("whole", "quality"),
        *columns("number", "age_seconds"),
        *columns("truth", "simulated", "reviewed"),
        *columns("text", "source", "place"),
        *LOCATION_COLUMNS,
        *columns("whole", "interval_seconds"),
    ),
    wholes={"result_text": "result"},
    records=lambda element: (_record(element),),
)
