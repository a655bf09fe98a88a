"""Observations, from SQL to the elements of the answer or to lines of CSV."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import sql

from citycore.store.queries import load_queries
from hub_api.database import Database, Row
from hub_api.observations.rules import HOURLY_COLUMNS, Series
from hub_api.observations.schemas import Order

QUERIES = load_queries("hub_api.observations")
DIRECTIONS: dict[Order, sql.SQL] = {"asc": sql.SQL("ASC"), "desc": sql.SQL("DESC")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A stretch of one series; open sides are None, and so is no limit."""

    datastream: int
    series: Series
    start: datetime | None
    end: datetime | None
    order: Order
    rows: int | None

    def query(self, kind: str) -> sql.Composed:
        return sql.SQL(QUERIES[f"{kind}_{self.series}"]).format(direction=DIRECTIONS[self.order])

    def parameters(self) -> dict[str, object]:
        return {
            "datastream": self.datastream, "start": self.start, "end": self.end, "rows": self.rows,
        }  # fmt: skip


async def fetch_observations(database: Database, window: Window) -> Sequence[Row]:
    """The rows of a window, in its order."""
    return await database.fetch(window.query("page"), window.parameters())


async def stream_csv(
    database: Database, window: Window, *, simulated: bool, block_bytes: int
) -> AsyncGenerator[tuple[int, bytes], None]:
    """``(number of rows, lines)`` in blocks of about ``block_bytes``; memory does not grow.

    Whoever iterates must close it (``aclosing``), which ends the copy.
    """
    parameters = {**window.parameters(), "simulated": "true" if simulated else "false"}
    async with database.copy_out(window.query("export"), parameters) as copy:
        lines, size = [], 0
        async for line in copy:
            lines.append(bytes(line))
            size += len(line)
            if size >= block_bytes:
                yield len(lines), b"".join(lines)
                lines, size = [], 0
        if lines:
            yield len(lines), b"".join(lines)


def observation_key(row: Row) -> datetime:
    moment: datetime = row[0]
    return moment


def observation_element(row: Row) -> dict[str, Any]:
    return {"phenomenon_time": row[0], "result": row[1], "quality": row[2]}


def hourly_element(row: Row) -> dict[str, Any]:
    return dict(zip(HOURLY_COLUMNS, row, strict=True))


def element_of(series: Series) -> Callable[[Row], dict[str, Any]]:
    return hourly_element if series == "hourly" else observation_element
