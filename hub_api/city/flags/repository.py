"""Flags of observations, from SQL to the elements of the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from citycore.store.queries import load_queries
from hub_api.serving.database import Reader, Row
from hub_api.serving.lists.keys import RowKey
from hub_api.serving.lists.model import Element, Fetch, Listing, columns
from hub_api.serving.paging import Key

QUERIES = load_queries("hub_api.city.flags")
#: When it was observed, and the test.
KEY = RowKey((datetime.fromisoformat, str))
#: Of a window without ends: what an answer can say.
FIRST, LAST = "0001-01-02T00:00:00Z", "9999-12-30T00:00:00Z"


def flags_of(datastream: int, start: datetime | None, end: datetime | None, test: str | None) -> Fetch:
    """How the flags of a datastream within a window are fetched."""
    window: Mapping[str, object] = {
        "datastream": datastream,
        "start": start or FIRST,
        "end": end or LAST,
        "test": test,
    }

    async def fetch(database: Reader, after: Key | None, rows: int) -> Sequence[Row]:
        at, after_test = KEY.read(after)
        wanted = {**window, "after_at": at, "after_test": after_test, "rows": rows}
        return await database.fetch(QUERIES["flags"], wanted)

    return fetch


def _flag(row: Row, _: datetime) -> Element:
    return dict(zip(("phenomenon_time", "test", "quality", "anomaly"), row, strict=True))


FLAGS = Listing(
    name="flags",
    key=lambda row: KEY.write(row[0], row[1]),
    key_type=str,
    element=_flag,
    columns=(
        *columns("instant", "phenomenon_time"),
        *columns("text", "test"),
        *columns("whole", "quality", "anomaly"),
    ),
)
