"""Nowcasts and anomalies, from SQL to the elements of the answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from citycore.store.queries import load_queries
from hub_api.serving.database import Reader, Row
from hub_api.serving.lists.keys import RowKey
from hub_api.serving.lists.model import LOCATION_COLUMNS, Element, Fetch, Listing, columns, name_columns
from hub_api.serving.paging import Key
from hub_api.serving.shapes import names, point

QUERIES = load_queries("hub_api.city.nowcasts")
#: Of anomalies: when it began, and its number.
ANOMALY_KEY = RowKey((datetime.fromisoformat, int))
QUARTER = timedelta(minutes=15)
BOUNDS = ("lower_80", "upper_80", "lower_95", "upper_95")
#: What QARTOD calls a value that is believable and yet needs a look, and the test that says so.
SUSPECT, TEST = 3, "anomaly"
WHERE_COLUMNS = (
    *columns("text", "thing"),
    *name_columns("thing_name"),
    *columns("text", "source"),
    *columns("truth", "simulated"),
    *columns("text", "place"),
    *LOCATION_COLUMNS,
    *columns("text", "observed_property", "unit"),
)


def nowcasts_of(filters: Mapping[str, object]) -> Fetch:
    async def fetch(database: Reader, after: Key | None, rows: int) -> Sequence[Row]:
        return await database.fetch(QUERIES["nowcasts"], {**filters, "after": after, "rows": rows})

    return fetch


def anomalies_of(filters: Mapping[str, object]) -> Fetch:
    async def fetch(database: Reader, after: Key | None, rows: int) -> Sequence[Row]:
        at, number = ANOMALY_KEY.read(after)
        wanted = {**filters, "before_at": at, "before_id": number, "rows": rows}
        return await database.fetch(QUERIES["anomalies"], wanted)

    return fetch


def _where(row: Row) -> dict[str, Any]:
    """Thing, place and property of a row, from the columns that both lists have in the same order."""
    thing, english, arabic, source, simulated, place, longitude, latitude, observed_property, unit = row
    return {
        "thing": thing,
        "thing_name": names(english, arabic),
        "source": source,
        "simulated": simulated,
        "place": place,
        "location": point(longitude, latitude),
        "observed_property": observed_property,
        "unit": unit,
    }


def _nowcast(row: Row, _: datetime) -> Element:
    issued_at, origin, model, seen, inside_80, inside_95, *arrays = row[11:]
    return {
        "datastream": row[0],
        **_where(row[1:11]),
        "issued_at": issued_at,
        "origin": origin,
        "model": model,
        "seen_count": seen,
        "inside_80": inside_80 / seen if seen else None,
        "inside_95": inside_95 / seen if seen else None,
        "values": [
            dict(zip(("phenomenon_time", "median", *BOUNDS), (origin + ahead * QUARTER, *said), strict=True))
            for ahead, said in enumerate(zip(*arrays, strict=False))
        ],
    }


NOWCASTS = Listing(
    name="nowcasts",
    key=lambda row: int(row[0]),
    key_type=int,
    element=_nowcast,
    records=lambda element: ({**element, **quarter} for quarter in element["values"]),
    columns=(
        *columns("whole", "datastream"),
        *WHERE_COLUMNS,
        *columns("instant", "issued_at", "origin"),
        *columns("text", "model"),
        *columns("instant", "phenomenon_time"),
        *columns("number", "median", *BOUNDS),
    ),
)


def _anomaly(row: Row, _: datetime) -> Element:
    number, datastream = row[:2]
    expected_by, start, end, steps, worst_at, observed, expected, lower, upper, size = row[12:]
    return {
        "anomaly": number,
        "datastream": datastream,
        **_where(row[2:12]),
        "expected_by": expected_by,
        "start": start,
        "end": end,
        "step_count": steps,
        "worst_at": worst_at,
        "observed": observed,
        "expected": expected,
        "lower_95": lower,
        "upper_95": upper,
        "size": size,
        "direction": "above" if observed > expected else "below",
        "test": TEST,
        "quality": SUSPECT,
    }


ANOMALIES = Listing(
    name="anomalies",
    key=lambda row: ANOMALY_KEY.write(row[13], row[0]),
    key_type=str,
    element=_anomaly,
    columns=(
        *columns("whole", "anomaly", "datastream"),
        *WHERE_COLUMNS,
        *columns("text", "expected_by"),
        *columns("instant", "start", "end"),
        *columns("whole", "step_count"),
        *columns("instant", "worst_at"),
        *columns("number", "observed", "expected", "lower_95", "upper_95", "size"),
        *columns("text", "direction", "test"),
        *columns("whole", "quality"),
    ),
)
