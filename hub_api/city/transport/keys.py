"""Windows of time, and the keys of rows that have several parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, LiteralString

import orjson

from hub_api.city.transport.schemas import WindowParameters
from hub_api.city.transport.settings import TransportApiSettings
from hub_api.serving.database import Reader, Row
from hub_api.serving.errors import invalid
from hub_api.serving.lists.model import Fetch
from hub_api.serving.paging import Key

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
#: Kinds of the parts of a key.
INSTANT, TEXT, WHOLE = "instant", "text", "whole"


def window_of(query: WindowParameters, settings: TransportApiSettings, now: datetime) -> dict[str, Any]:
    """Parameters of statements: the window, and that of what free flow rests on."""
    end = query.end or now
    return {
        "start": query.start or _back(end, settings.window_days),
        "end": query.end,
        "reference_start": _back(end, settings.reference_days),
        "reference_end": end,
        "reference_count_min": settings.reference_count_min,
        "free_flow_quantile": settings.free_flow_quantile,
    }


def _back(end: datetime, days: int) -> datetime:
    """As far as there are years."""
    return max(end, datetime.min.replace(tzinfo=end.tzinfo) + (days + 1) * DAY) - days * DAY


def key_of(parts: Sequence[object]) -> str:
    return orjson.dumps(parts).decode()


def pages_of(statement: LiteralString, asked: Mapping[str, Any], kinds: Sequence[str]) -> Fetch:
    """How pages are fetched whose rows have keys of these kinds of parts."""

    async def fetch(database: Reader, after: Key | None, rows: int) -> Sequence[Row]:
        parts = [None] * len(kinds) if after is None else _read(str(after), kinds)
        position = {f"after_{number}": part for number, part in enumerate(parts)}
        return await database.fetch(statement, {**asked, **position, "rows": rows})

    return fetch


def _read(text: str, kinds: Sequence[str]) -> list[Any]:
    try:
        parts = orjson.loads(text)
        is_key = isinstance(parts, list) and len(parts) == len(kinds) and all(map(_fits, parts, kinds))
    except ValueError:
        is_key = False
    if not is_key:
        raise invalid("cursor", "bad_cursor")
    return list(parts)


def _fits(part: Any, kind: str) -> bool:
    if kind == WHOLE:
        return type(part) is int and -1 <= part <= 1
    if kind == INSTANT:
        return isinstance(part, str) and datetime.fromisoformat(part).tzinfo is not None
    return isinstance(part, str) and "\0" not in part
