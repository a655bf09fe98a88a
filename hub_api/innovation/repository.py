"""The public side of the innovation programme, read through the views of ``open_innovation``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from citycore.intervals import parse_instant
from citycore.store.queries import load_queries
from hub_api.database import Reader, Row
from hub_api.errors import invalid
from hub_api.lists.model import Fetch
from hub_api.paging import Key

QUERIES = load_queries("hub_api.innovation")
Noun = Literal[
    "hackathons", "challenges", "organisations", "ambassadors", "submissions", "results", "awards", "calls"
]
#: Lists whose rows follow each other by a text, not by an identifier.
BY_TEXT = frozenset({"hackathons", "results", "awards", "calls"})
DEADLINE_KEY = ("after_instant", "after_code", "after_name", "after_kind")
REACH_KEY = ("after_month", "after_governorate", "after_topic", "after_audience")
FILTERS: Mapping[str, tuple[str, ...]] = {
    "hackathons": ("hackathon", "state", "mode"),
    "challenges": ("challenge", "hackathon", "organisation", "dataset", "thing"),
    "organisations": ("kind",),
    "deadlines": ("hackathon", "call", "start", "end"),
    "ambassadors": ("governorate",),
    "reach": ("governorate", "topic", "audience"),
    "submissions": ("hackathon", "challenge", "state"),
    "results": ("hackathon", "challenge", "status"),
    "awards": ("hackathon", "challenge", "award"),
    "calls": ("call", "state", "organisation"),
}


def rows_of(noun: Noun, filters: Mapping[str, object]) -> Fetch:
    """How the rows of a list that fit are fetched, after the key of the last one."""
    wanted = {**dict.fromkeys(FILTERS[noun]), **filters}

    async def fetch(database: Reader, after: Key | None, rows: int) -> Sequence[Row]:
        position = after if noun in BY_TEXT or after is None else _identifier(str(after))
        return await database.fetch(QUERIES[noun], {**wanted, "after": position, "rows": rows})

    return fetch


def deadlines_of(filters: Mapping[str, object]) -> Fetch:
    """The same for deadlines, which are ordered by their instant."""
    wanted = {**dict.fromkeys(FILTERS["deadlines"]), **filters}

    async def fetch(database: Reader, after: Key | None, rows: int) -> Sequence[Row]:
        parts = (None, None, None, None) if after is None else _read_key(str(after))
        place = dict(zip(DEADLINE_KEY, parts, strict=True))
        return await database.fetch(QUERIES["deadlines"], {**wanted, **place, "rows": rows})

    return fetch


def reach_of(filters: Mapping[str, object]) -> Fetch:
    """The same for reach, which is ordered by month, governorate, topic and audience."""
    wanted = {**dict.fromkeys(FILTERS["reach"]), **filters}

    async def fetch(database: Reader, after: Key | None, rows: int) -> Sequence[Row]:
        parts = [None] * len(REACH_KEY) if after is None else str(after).split("/")
        if len(parts) != len(REACH_KEY):
            raise invalid("cursor", "bad_cursor")
        place = dict(zip(REACH_KEY, parts, strict=True))
        return await database.fetch(QUERIES["reach"], {**wanted, **place, "rows": rows})

    return fetch


async def fetch_opportunities(
    database: Reader, *, rows: int, offset: int = 0, call_id: UUID | None = None
) -> Sequence[Row]:
    """Calls as ``rows_of`` gives them, what was changed last first; or the one of an identifier."""
    wanted = {"call_id": call_id, "rows": rows, "offset": offset}
    return await database.fetch(QUERIES["opportunities"], wanted)


async def count_opportunities(database: Reader) -> int:
    rows = await database.fetch(QUERIES["count_opportunities"], {})
    return int(rows[0][0])


def reach_key(row: Row) -> str:
    """Where a page of reach goes on."""
    return "/".join(part or "" for part in row[:4])


def deadline_key(row: Row) -> str:
    """Where a page of deadlines goes on: instant, code, name, and whose it is."""
    return f"{row[5].isoformat()}/{row[1]}/{row[4]}/{row[8]}"


async def fetch_linking(database: Reader, noun: Literal["dataset", "thing"], code: str) -> Sequence[Row]:
    """The public challenges that link a dataset or a thing."""
    return await database.fetch(QUERIES[f"challenges_of_{noun}"], {"code": code})


async def has_organisation(database: Reader, organisation: UUID) -> bool:
    """Whether an organisation is public."""
    rows = await database.fetch(QUERIES["has_organisation"], {"organisation": organisation})
    return bool(rows[0][0])


def _identifier(text: str) -> UUID:
    """Of a cursor; whoever knows the seal may have written anything into it."""
    try:
        return UUID(text)
    except ValueError:
        raise invalid("cursor", "bad_cursor") from None


def _read_key(text: str) -> tuple[datetime, str, str, str]:
    try:
        instant, code, name, kind = text.split("/")
        return parse_instant(instant), code, name, kind
    except (ValueError, OverflowError):
        raise invalid("cursor", "bad_cursor") from None
