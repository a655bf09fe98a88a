"""Who is there and who was not, from SQL to the elements of the answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from citycore.store.queries import load_queries
from hub_api.city.status.settings import StatusSettings
from hub_api.serving.answers import age_seconds
from hub_api.serving.database import Reader, Row
from hub_api.serving.lists.keys import RowKey
from hub_api.serving.lists.model import Fetch, Listing, columns, name_columns
from hub_api.serving.paging import Key
from hub_api.serving.shapes import names

QUERIES = load_queries("hub_api.city.presence")
#: Of gaps: when it began.
GAP_KEY = RowKey((datetime.fromisoformat,))
FILTERS = ("thing", "observed_property", "place", "source", "presence")
#: Of a window without ends: what PostgreSQL counts as days.
FIRST, LAST = "0001-01-02T00:00:00Z", "9999-12-30T00:00:00Z"


async def fetch_presence(
    database: Reader, wanted: Mapping[str, object], now: datetime, limits: StatusSettings
) -> Sequence[Row]:
    """Datastreams by number; ``wanted`` has filters, ``after`` and ``rows``."""
    parameters = {
        **dict.fromkeys(FILTERS),
        "after": None,
        **wanted,
        "now": now,
        "late": limits.late_intervals,
        "silent": limits.silent_intervals,
        "interval": limits.interval_seconds_default,
        "account": limits.account_seconds_max,
    }
    return await database.fetch(QUERIES["page"], parameters)


def presence_of(filters: Mapping[str, object], now: datetime, limits: StatusSettings) -> Fetch:
    """How the datastreams that fit are fetched."""
    return lambda database, after, rows: fetch_presence(
        database, {**filters, "after": after, "rows": rows}, now, limits
    )


def gaps_of(datastream: int, start: datetime | None, end: datetime | None, now: datetime) -> Fetch:
    """How the gaps of a datastream within a window are fetched."""
    window = {"datastream": datastream, "start": start or FIRST, "end": end or LAST, "now": now}

    async def fetch(database: Reader, after: Key | None, rows: int) -> Sequence[Row]:
        (moment,) = GAP_KEY.read(after)
        return await database.fetch(QUERIES["gaps"], {**window, "after": moment, "rows": rows})

    return fetch


def presence_element(row: Row, as_of: datetime) -> dict[str, Any]:
    number, thing, english, arabic, observed_property, source, simulated, place, state, newest, *rest = row
    interval_seconds, quality, is_connected, since = rest
    return {
        "datastream": number,
        "thing": thing,
        "thing_name": names(english, arabic),
        "observed_property": observed_property,
        "source": source,
        "simulated": simulated,
        "place": place,
        "presence": state,
        "newest_phenomenon_time": newest,
        "age_seconds": None if newest is None else age_seconds(as_of, newest),
        "interval_seconds": interval_seconds,
        "quality": quality,
        "connection": None if is_connected is None else "online" if is_connected else "offline",
        "connection_since": since,
    }


def gap_element(row: Row) -> dict[str, Any]:
    began_at, ended_at, local_date, zone, reason, is_open = row
    return {
        "start": began_at,
        "end": None if is_open else ended_at,
        "local_date": local_date,
        "zone": zone,
        "reason": reason,
    }


PRESENCE = Listing(
    name="presence",
    key=lambda row: int(row[0]),
    key_type=int,
    element=presence_element,
    columns=(
        *columns("whole", "datastream"),
        *columns("text", "thing"),
        *name_columns("thing_name"),
        *columns("text", "observed_property", "source"),
        *columns("truth", "simulated"),
        *columns("text", "place", "presence"),
        *columns("instant", "newest_phenomenon_time"),
        *columns("number", "age_seconds"),
        *columns("whole", "interval_seconds", "quality"),
        *columns("text", "connection"),
        *columns("instant", "connection_since"),
    ),
)
GAPS = Listing(
    name="gaps",
    key=lambda row: GAP_KEY.write(row[0]),
    key_type=str,
    element=lambda row, _: gap_element(row),
    columns=(
        *columns("instant", "start", "end"),
        *columns("text", "local_date", "zone", "reason"),
    ),
)
