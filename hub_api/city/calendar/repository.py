"""The calendar of days, from the operator's entries and the package to the elements of the answers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import islice

import anyio.to_thread

from citycore.calendar.model import Entry, EntryKind
from citycore.calendar.rules import entries_of
from citycore.store.queries import load_queries
from hub_api.serving.database import Reader, Row
from hub_api.serving.lists.model import Element, Fetch, Listing, columns, name_columns
from hub_api.serving.paging import Key
from hub_api.serving.shapes import names

QUERIES = load_queries("hub_api.city.calendar")


async def fetch_entries(database: Reader) -> list[Entry]:
    """Those of this hub's operator."""
    rows = await database.fetch(QUERIES["entries"])
    return [
        Entry(
            country=country,
            kind=EntryKind(kind),
            starts_on=starts_on,
            ends_on=ends_on,
            name_ar=name_ar,
            name_en=name_en,
            is_confirmed=is_confirmed,
            source=source,
        )
        for country, kind, starts_on, ends_on, name_ar, name_en, is_confirmed, source in rows
    ]


def days_of(country: str, years: Collection[int], kind: str | None) -> Fetch:
    """How what is known of days of some years is fetched, by day and kind."""

    async def fetch(database: Reader, after: Key | None, rows: int) -> Sequence[Row]:
        own = await fetch_entries(database)

        def known() -> list[Row]:
            found = {_key(one): one for year in years for one in entries_of(own, country, year)}
            fitting = (
                (key, one)
                for key, one in sorted(found.items())
                if (after is None or key > str(after)) and kind in (None, one.kind)
            )
            return list(islice(fitting, rows))

        # The package is imported at its first use, which takes long enough to be noticed.
        return await anyio.to_thread.run_sync(known)

    return fetch


def _key(entry: Entry) -> str:
    return f"{entry.starts_on} {entry.kind}"


def _element(row: Row, _: datetime) -> Element:
    entry: Entry = row[1]
    return {
        "country": entry.country,
        "kind": entry.kind.value,
        "first_date": entry.starts_on.isoformat(),
        "last_date": entry.ends_on.isoformat(),
        "name": names(entry.name_en, entry.name_ar),
        "confirmed": entry.is_confirmed,
        "announced_by": entry.source,
        "shipped": entry.is_shipped,
    }


CALENDAR = Listing(
    name="calendar",
    key=lambda row: str(row[0]),
    key_type=str,
    element=_element,
    columns=(
        *columns("text", "country", "kind", "first_date", "last_date"),
        *name_columns("name"),
        *columns("truth", "confirmed"),
        *columns("text", "announced_by"),
        *columns("truth", "shipped"),
    ),
)
