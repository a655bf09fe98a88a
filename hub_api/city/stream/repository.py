"""From positions in the ledger to the observations between them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, LiteralString

import orjson

from citycore.store.queries import load_queries
from hub_api.city.stream.model import Position, Row, Step
from hub_api.serving.database import Row as DatabaseRow

QUERIES = load_queries("hub_api.city.stream")
Fetch = Callable[[LiteralString, Mapping[str, object]], Awaitable[Sequence[DatabaseRow]]]


async def find_position(fetch: Fetch) -> Position:
    rows = await fetch(QUERIES["position"], {})
    return str(rows[0][0])


async def find_step(
    fetch: Fetch, position: Position, until: Position | None, rows_max: int, batches_max: int
) -> Step:
    """What was committed after ``position``, up to ``until`` or now; at most ``rows_max`` rows."""
    parameters = {"position": position, "until": until, "batches": batches_max + 1}
    now, is_foreign, batches, rows = (await fetch(QUERIES["fresh_batches"], parameters))[0]
    reached = until or str(now)
    if is_foreign or rows > rows_max or len(batches) > batches_max:
        return Step(reached, None)
    if not batches:
        return Step(reached, ())
    found = await fetch(QUERIES["rows_of_batches"], {"batches": batches, "rows": rows_max})
    return Step(reached, [_row(one) for one in found])


def _row(row: DatabaseRow) -> Row:
    (
        datastream,
        thing,
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
        source,
        place,
    ) = row
    results: dict[str, Any] = {"measurement": number, "category": text, "position": [longitude, latitude]}
    content = {
        "datastream": datastream,
        "thing": thing,
        "observed_property": observed_property,
        "sensor": sensor,
        "unit": unit,
        "result_type": result_type,
        "phenomenon_time": phenomenon_time,
        "result": results[result_type],
        "quality": quality,
        "simulated": simulated,
        "source": source,
        "place": place,
    }
    return Row(thing, observed_property, place, source, orjson.dumps(content, option=orjson.OPT_UTC_Z))
