"""Forecasts, from SQL to the elements of the answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from citycore.store.queries import load_queries
from hub_api.database import Database, Row

QUERIES = load_queries("hub_api.forecasts")
HEAD_COLUMNS = (
    "datastream", "thing", "observed_property", "unit", "issued_at", "origin", "horizon_hours", "model",
    "baseline", "mae", "baseline_mae", "skill", "backtest_origins",
)  # fmt: skip
VALUE_COLUMNS = (
    "phenomenon_time", "median", "lower_50", "upper_50", "lower_80", "upper_80", "lower_95", "upper_95",
)  # fmt: skip


async def fetch_forecasts(
    database: Database, datastream: int | None, after: object, rows: int
) -> Sequence[Row]:
    """The newest forecasts (of one datastream), at most ``rows`` after a datastream."""
    return await database.fetch(QUERIES["page"], {"datastream": datastream, "after": after, "rows": rows})


async def fetch_values(database: Database, forecast: int) -> list[dict[str, Any]]:
    """The hours of one forecast, in order of time."""
    rows = await database.fetch(QUERIES["values_of"], {"forecast": forecast})
    return [dict(zip(VALUE_COLUMNS, row, strict=True)) for row in rows]


def forecast_key(row: Row) -> int:
    return int(row[0])


def forecast_id(row: Row) -> int:
    return int(row[-1])


def forecast_element(row: Row) -> dict[str, Any]:
    head, rest = row[: len(HEAD_COLUMNS)], row[len(HEAD_COLUMNS) : -1]
    in_50, in_80, in_95, training_start, training_hours, fallback_reason, candidates, simulated = rest
    return {
        **dict(zip(HEAD_COLUMNS, head, strict=True)),
        "coverage": {"50": in_50, "80": in_80, "95": in_95},
        "training_start": training_start,
        "training_hours": training_hours,
        "fallback_reason": fallback_reason,
        "candidates": candidates,
        "simulated": simulated,
    }
