"""The public side of the innovation programme, read through the views of ``open_innovation``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from citycore.intervals import parse_instant
from citycore.store.queries import load_queries
from hub_api.serving.database import Reader, Row
from hub_api.serving.errors import invalid
from hub_api.serving.lists.model import Fetch
from hub_api.serving.paging import Key

QUERIES = load_queries("hub_api.programme.open_data")
Noun = Literal[
    "hackathons",
    "challenges",
    "organisations",
    "ambassadors",
    "submissions",
    "calls",
    "funding_awards",
    "vendors",
    "offerings",
    "needs",
    "pilots",
]
#: Lists whose rows follow each other by a text, not by an identifier.
BY_TEXT = frozenset({"hackathons", "calls", "needs", "pilots"})
DEADLINE_KEY = ("after_instant", "after_code", "after_name", "after_kind")
#: Lists whose rows follow each other by several things.
Ordered = Literal["reach", "results", "awards", "introductions"]
#: By which, as a cursor has them.
KEYS: Mapping[Ordered, tuple[str, ...]] = {
    "reach": ("after_month", "after_governorate", "after_topic", "after_audience"),
    "results": ("after_hackathon", "after_track", "after_place", "after_submission"),
    "awards": ("after_hackathon", "after_award", "after_track", "after_place", "after_submission"),
    "introductions": ("after_year", "after_stage"),
}
#: What is before every identifier.
NONE_YET = UUID(int=0)
#: The largest that PostgreSQL has as an integer.
NUMBER_MAX = 2**31 - 1
FILTERS: Mapping[str, tuple[str, ...]] = {
    "hackathons": ("hackathon", "state", "mode"),
    "challenges": ("challenge", "hackathon", "organisation", "dataset", "thing"),
    "organisations": ("kind",),
    "deadlines": ("hackathon", "call", "need", "start", "end"),
    "ambassadors": ("governorate",),
    "reach": ("governorate", "topic", "audience"),
    "submissions": ("hackathon", "challenge", "state"),
    "results": ("hackathon", "challenge", "status"),
    "awards": ("hackathon", "challenge", "award"),
    "calls": ("call", "state", "organisation"),
    "needs": ("need", "state", "governorate", "sector"),
    "introductions": ("year", "stage"),
    "pilots": ("pilot", "state", "origin", "need"),
    "funding_awards": ("funding_award", "call", "state", "governorate"),
    "vendors": ("vendor", "governorate", "sme"),
    "offerings": (
        "vendor",
        "sector",
        "capability",
        "standard",
        "governorate",
        "maturity_min",
        "price_band",
        "sme",
    ),
}


def rows_of(noun: Noun, filters: Mapping[str, object]) -> Fetch:
    """How the rows of a list that fit are fetched, after the key of the last one."""
    wanted = {**dict.fromkeys(FILTERS[noun]), **filters}

    async def fetch(database: Reader, after: Key | None, rows: int) -> Sequence[Row]:
        position: object = after
        if noun not in BY_TEXT:
            position = NONE_YET if after is None else _identifier(str(after))
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


def ordered(noun: Ordered, filters: Mapping[str, object]) -> Fetch:
    """The same for lists that are ordered by several things."""
    wanted = {**dict.fromkeys(FILTERS[noun]), **filters}

    async def fetch(database: Reader, after: Key | None, rows: int) -> Sequence[Row]:
        place = dict.fromkeys(KEYS[noun]) if after is None else _read_parts(noun, str(after))
        return await database.fetch(QUERIES[noun], {**wanted, **place, "rows": rows})

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


def _read_parts(noun: Ordered, text: str) -> dict[str, object]:
    parts = text.split("/")
    if len(parts) != len(KEYS[noun]):
        raise invalid("cursor", "bad_cursor")
    return {name: _READ.get(name, str)(part) for name, part in zip(KEYS[noun], parts, strict=True)}


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise invalid("cursor", "bad_cursor") from None


def _number(text: str) -> int:
    if not (
        text.isascii() and text.isdecimal() and len(text) <= len(str(NUMBER_MAX)) and int(text) <= NUMBER_MAX
    ):
        raise invalid("cursor", "bad_cursor")
    return int(text)


def _read_key(text: str) -> tuple[datetime, str, str, str]:
    try:
        instant, code, name, kind = text.split("/")
        return parse_instant(instant), code, name, kind
    except (ValueError, OverflowError):
        raise invalid("cursor", "bad_cursor") from None


_READ: Mapping[str, Callable[[str], object]] = {
    "after_month": _month,
    "after_place": _number,
    "after_year": _number,
    "after_submission": _identifier,
}
