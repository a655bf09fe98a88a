"""Forecasts, from SQL to the elements of the answer."""

from __future__ import annotations

from collections.abc import Sequence

from citycore.store.queries import load_queries
from hub_api.serving.database import Reader, Row
from hub_api.serving.lists.model import Column, Element, Fetch, Listing, columns

QUERIES = load_queries("hub_api.city.forecasts")
HEAD_COLUMNS = (
    "datastream",
    "thing",
    "observed_property",
    "unit",
    "issued_at",
    "origin",
    "horizon_hours",
    "model",
    "baseline",
    "mae",
    "baseline_mae",
    "skill",
    "backtest_origins",
)
#: Where a row has its number, behind which one forecast has its hours.
FORECAST_ID = 21
VALUE_COLUMNS = (
    "phenomenon_time",
    "median",
    "lower_50",
    "upper_50",
    "lower_80",
    "upper_80",
    "lower_95",
    "upper_95",
)


def forecasts_of(datastream: int | None) -> Fetch:
    """How the newest forecasts are fetched; that of one datastream comes with its hours."""

    async def fetch(database: Reader, after: object, rows: int) -> Sequence[Row]:
        wanted = {"datastream": datastream, "after": after, "rows": rows}
        found = await database.fetch(QUERIES["page"], wanted)
        if datastream is None:
            return found
        return [(*row, await _fetch_values(database, row[FORECAST_ID])) for row in found]

    return fetch


async def _fetch_values(database: Reader, forecast: int) -> list[Element]:
    """The hours of one forecast, in order of time."""
    rows = await database.fetch(QUERIES["values_of"], {"forecast": forecast})
    return [dict(zip(VALUE_COLUMNS, row, strict=True)) for row in rows]


def forecast_key(row: Row) -> int:
    return int(row[0])


def forecast_element(row: Row) -> Element:
    head, rest, hours = row[: len(HEAD_COLUMNS)], row[len(HEAD_COLUMNS) : FORECAST_ID], row[FORECAST_ID + 1 :]
    in_50, in_80, in_95, training_start, training_hours, fallback_reason, candidates, simulated = rest
    return {
        **dict(zip(HEAD_COLUMNS, head, strict=True)),
        "coverage": {"50": in_50, "80": in_80, "95": in_95},
        "training_start": training_start,
        "training_hours": training_hours,
        "fallback_reason": fallback_reason,
        "candidates": candidates,
        "simulated": simulated,
        **({"values": hours[0]} if hours else {}),
    }


NAMED = (*columns("whole", "datastream"), *columns("text", "thing", "observed_property", "unit"))
FORECASTS = Listing(
    name="forecasts",
    key=forecast_key,
    key_type=int,
    element=lambda row, _: forecast_element(row),
    columns=(
        *NAMED,
        *columns("instant", "issued_at", "origin"),
        *columns("whole", "horizon_hours"),
        *columns("text", "model", "baseline"),
        *columns("number", "mae", "baseline_mae", "skill"),
        *columns("whole", "backtest_origins"),
        *(Column(f"coverage_{band}", "number", ("coverage", band)) for band in ("50", "80", "95")),
        *columns("instant", "training_start"),
        *columns("whole", "training_hours"),
        *columns("text", "fallback_reason"),
        *columns("truth", "simulated"),
    ),
)
#: One forecast as a table is its hours.
HOURS = Listing(
    name="forecast",
    key=forecast_key,
    key_type=int,
    element=FORECASTS.element,
    columns=(
        *NAMED,
        *columns("instant", "issued_at"),
        *columns("text", "model"),
        *columns("instant", "phenomenon_time"),
        *columns("number", *VALUE_COLUMNS[1:]),
        *columns("truth", "simulated"),
    ),
    records=lambda element: ({**element, **hour} for hour in element["values"]),
)
