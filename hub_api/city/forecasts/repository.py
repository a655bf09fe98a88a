"""Forecasts, from SQL to the elements of the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from citycore.forecasts.words import Told, explained
from citycore.language import LANGUAGES
from citycore.limits.model import LimitTable
from citycore.store.queries import load_queries
from hub_api.city.forecasts.rules import Odds, Series, hours_of, odds_of
from hub_api.serving.database import Reader, Row
from hub_api.serving.lists.model import Column, Element, Fetch, Listing, columns, name_columns
from hub_api.serving.paging import Key

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
FORECAST_ID = 24
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


@dataclass(frozen=True, slots=True)
class Issue:
    """Which issue is meant: by its number, or the newest by an instant; without both, the newest."""

    number: int | None = None
    by: datetime | None = None


NEWEST = Issue()


def forecasts_of(datastream: int | None, issue: Issue = NEWEST) -> Fetch:
    """How forecasts are fetched; that of one datastream comes with its hours."""

    async def fetch(database: Reader, after: object, rows: int) -> Sequence[Row]:
        wanted = {
            "datastream": datastream,
            "issue": issue.number,
            "issued_by": issue.by,
            "after": after,
            "rows": rows,
        }
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
    in_50, in_80, in_95, training_start, training_hours, fallback_reason, candidates, simulated = rest[:8]
    is_provisional, choice, levels = rest[8:]
    return {
        "issue": row[FORECAST_ID],
        **dict(zip(HEAD_COLUMNS, head, strict=True)),
        "coverage": {"50": in_50, "80": in_80, "95": in_95},
        "training_start": training_start,
        "training_hours": training_hours,
        "fallback_reason": fallback_reason,
        "candidates": [{"failure": None, **one} for one in candidates],
        "provisional": is_provisional,
        "choice": None if choice is None else {**choice, "parts": _parts(choice)},
        "levels": levels,
        "explanation": explanation(
            Told(
                model=row[7],
                baseline=row[8],
                skill=row[11],
                backtest_origins=row[12],
                fallback_reason=fallback_reason,
                is_provisional=is_provisional,
                choice=choice,
                levels=levels,
            )
        ),
        "simulated": simulated,
        **({"values": hours[0]} if hours else {}),
    }


def _parts(choice: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"model": model, "weight": weight} for model, weight in choice.get("parts") or ()]


def explanation(told: Told) -> dict[str, str]:
    """In both languages, as one text each."""
    return {language: " ".join(explained(told, language)) for language in LANGUAGES}


NAMED = (*columns("whole", "datastream"), *columns("text", "thing", "observed_property", "unit"))
FORECASTS = Listing(
    name="forecasts",
    key=forecast_key,
    key_type=int,
    element=lambda row, _: forecast_element(row),
    columns=(
        *columns("whole", "issue"),
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
        *columns("truth", "provisional", "simulated"),
        *name_columns("explanation"),
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
#: What every row of an answer on limits says of the forecast.
TOLD = ("datastream", "thing", "observed_property", "unit", "issued_at", "simulated")
METHOD = "linear_between_quantiles"


def exceedance_of(datastream: int, table: LimitTable, at: datetime | None) -> Fetch:
    """How it is fetched how probably the newest forecast of a datastream exceeds the limits of a table."""

    async def fetch(database: Reader, after: Key | None, rows: int) -> Sequence[Row]:
        found = await forecasts_of(datastream)(database, None, 1)
        if not found:
            return []
        told = forecast_element(found[0])
        known = {"datastream": datastream, "issued_at": told["issued_at"]}
        made = await database.fetch(QUERIES["convention"], known)
        series = Series(
            observed_property=told["observed_property"],
            unit=told["unit"],
            convention=made[0][0] if made else None,
            issued_at=told["issued_at"],
            hours=hours_of(told["values"]),
        )
        head = {name: told[name] for name in TOLD}
        numbered = ((f"{number:06}", one) for number, one in enumerate(odds_of(table, series, at)))
        later = ((key, one) for key, one in numbered if after is None or key > str(after))
        return [(key, exceedance_element(head, one)) for key, one in islice(later, rows)]

    return fetch


def exceedance_element(head: Element, one: Odds) -> dict[str, Any]:
    limit, band = one.limit, one.band
    return {
        **head,
        "phenomenon_time": one.moment,
        "table": limit.origin.code,
        "table_name": dict(limit.origin.name),
        "averaging": limit.averaging,
        "statistic": limit.statistic,
        "exceedances_per_year": limit.exceedances_per_year,
        "limit_unit": limit.unit,
        "level": None if band is None else band.level.code,
        "level_name": None if band is None else dict(band.level.name),
        "bound": one.bound,
        "threshold": one.threshold,
        "probability": one.probability,
        "relation": one.relation,
        "method": METHOD if one.probability is not None else None,
        "not_judged": one.not_judged,
        "conversion": one.conversion,
    }


EXCEEDANCE = Listing(
    name="forecast-exceedance",
    key=lambda row: str(row[0]),
    key_type=str,
    element=lambda row, _: row[1],
    columns=(
        *NAMED,
        *columns("instant", "issued_at"),
        *columns("truth", "simulated"),
        *columns("instant", "phenomenon_time"),
        *columns("text", "table"),
        *name_columns("table_name"),
        *columns("text", "averaging", "statistic"),
        *columns("whole", "exceedances_per_year"),
        *columns("text", "limit_unit", "level"),
        *name_columns("level_name"),
        *columns("number", "bound", "threshold", "probability"),
        *columns("text", "relation", "method", "not_judged", "conversion"),
    ),
)
