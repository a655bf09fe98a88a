"""Latest values, from SQL to the elements of the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from operator import itemgetter
from typing import Any, NamedTuple, get_args

from psycopg import sql

from citycore.model import Quality, ResultType
from citycore.store.queries import load_queries
from hub_api.serving.database import Reader, Row
from hub_api.serving.errors import QueryTooLong
from hub_api.serving.filters import IN_AREA, NO_AREA, arrays
from hub_api.serving.hub import Hub
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
#: Filters that need nothing but the datastream of a newest value.
ON_DATASTREAMS = frozenset({"by_after", "by_datastream", "by_found"})
#: How often values are asked for anew where a datastream was taken out before its description was read.
TRIES_MAX = 3


class Description(NamedTuple):
    """What the registry says of a datastream: the columns before its newest value, and those behind it."""

    before: Row
    behind: Row
    #: The datastream of the positions of a thing that has no place of its own.
    track: int | None


Descriptions = Mapping[int, Description]


@cache
def statement(filters: frozenset[str]) -> Bounded:
    """The question with these filters; there are few combinations."""
    conditions = [CONDITIONS[name] for name in sorted(filters)] or [sql.SQL("true")]
    registry = sql.SQL("" if filters <= ON_DATASTREAMS else QUERIES["registry"])
    page = sql.SQL(QUERIES["page"]).format(registry=registry, filters=sql.SQL(" AND ").join(conditions))
    return Bounded(page.as_bytes(None))


def latest_of(hub: Hub, filters: Mapping[str, object], qualities: tuple[Quality, ...] = USABLE) -> Fetch:
    """How at most so many newest observations after a datastream are fetched, ordered by datastream. Filters are as those of
    datastreams.

    A datastream whose newest has another quality has the newest of its rows that has one of these; where its last
    :data:`LOOK_BACK_ROWS`, or those of :data:`LOOK_BACK`, have none, it has the time and the quality of the newest and no result.
    """

    async def fetch(database: Reader, after: object, rows: int) -> Sequence[Row]:
        newest = await _fetch_newest(hub, database, filters, after, rows)
        return await _replace_unfit(database, newest, qualities)

    return fetch


async def _fetch_newest(
    hub: Hub, database: Reader, filters: Mapping[str, object], after: object, rows: int
) -> Sequence[Row]:
    """Newest values of any quality with their descriptions, which are remembered for as long as the registry stays as it is.

    ``QueryTooLong`` where datastreams vanish between values and descriptions :data:`TRIES_MAX` times.
    """
    for _ in range(TRIES_MAX):
        values = await _fetch_values(database, filters, after, rows)
        descriptions = await _describe(hub, database, values)
        if len(descriptions) == len(values):
            break
    else:
        raise QueryTooLong
    told = [descriptions[latest_key(value)] for value in values]
    return [
        description.before + value[1:VERSION] + description.behind
        for description, value in zip(told, values, strict=True)
    ]


async def _replace_unfit(
    database: Reader, newest: Sequence[Row], qualities: tuple[Quality, ...]
) -> Sequence[Row]:
    """The rows, with another value or none where theirs has another quality."""
    unfit = [row for row in newest if row[QUALITY] not in qualities]
    if not unfit:
        return newest
    fitting = await _fitting(database, unfit, qualities)
    return [
        row if row[QUALITY] in qualities else _instead(row, fitting.get(latest_key(row))) for row in newest
    ]


async def _fetch_values(
    database: Reader, filters: Mapping[str, object], after: object, rows: int
) -> Sequence[Row]:
    """Datastream, time, number, text, longitude, latitude, quality, and the version of the registry."""
    named = {name: value for name, value in filters.items() if name not in NO_AREA}
    area = {name: filters.get(name) for name in NO_AREA}
    has_area = any(value is not None for value in area.values())
    asked = {**named, "after": after, "area": True if has_area else None}
    given = frozenset(f"by_{name}" for name, value in asked.items() if value is not None)
    parameters = {**arrays(named), **(area if has_area else {}), "after": after, "rows": rows}
    return await database.fetch(statement(given), parameters)


async def _describe(hub: Hub, database: Reader, values: Sequence[Row]) -> Descriptions:
    """The datastreams of these values; fewer where some have been taken out since."""
    if not values:
        return {}
    datastreams = tuple(map(latest_key, values))
    descriptions = await hub.recall_registry(
        values[0][VERSION], ("latest", datastreams), partial(_fetch_descriptions, database, datastreams)
    )
    moving = {number: known for number, known in descriptions.items() if known.track is not None}
    if not moving:
        return descriptions
    tracks = sorted({known.track for known in moving.values() if known.track is not None})
    rows = await database.fetch(QUERIES["seen"], {"datastreams": tracks})
    seen = {number: (longitude, latitude) for number, longitude, latitude in rows}
    return {
        **descriptions,
        **{
            number: _located(known, seen[known.track])
            for number, known in moving.items()
            if known.track in seen
        },
    }


async def _fetch_descriptions(database: Reader, datastreams: Sequence[int]) -> Descriptions:
    rows = await database.fetch(QUERIES["descriptions"], {"datastreams": list(datastreams)})
    return {row[0]: Description(row[:TIME], row[TIME:-1], row[-1]) for row in rows}


def _located(known: Description, spot: tuple[float, float]) -> Description:
    """The description with where the thing was seen last."""
    return known._replace(behind=known.behind[:SPOT] + spot + known.behind[SPOT + len(spot) :])


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


def latest_key(row: Row) -> int:
    return int(row[0])


#: Where the columns of a row are; those of the value are between time and quality.
RESULT_TYPE, TIME, QUALITY = 7, 8, 13
#: Where the version of the registry is among the columns of a newest value, and longitude and latitude in a description's last.
VERSION, SPOT = 7, 4
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
        "age_seconds": max(0.0, (as_of - phenomenon_time).total_seconds()),
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
