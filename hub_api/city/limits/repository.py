"""Limits, from tables to the elements of the answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any

from citycore.limits.model import Band, Level, Limit, LimitTable
from citycore.limits.rules import holds
from citycore.limits.service import with_shipped
from citycore.store.queries import load_queries
from hub_api.serving.database import Reader, Row
from hub_api.serving.lists.model import Column, Element, Fetch, Listing, Record, columns, name_columns
from hub_api.serving.paging import Key

QUERIES = load_queries("hub_api.city.limits")


async def fetch_tables(database: Reader) -> dict[str, LimitTable]:
    """The tables of this hub by code."""
    return with_shipped((code, document) for code, document in await database.fetch(QUERIES["documents"]))


def limits_fetch(filters: Mapping[str, object], at: date | None) -> Fetch:
    """How the limits that fit are fetched, by table and their place in it."""

    async def fetch(database: Reader, after: Key | None, rows: int) -> Sequence[Row]:
        tables = await fetch_tables(database)
        fitting = (
            (key, limit_element(limit))
            for key, limit in _numbered(tables)
            if (after is None or key > str(after)) and _fits(limit, filters, at)
        )
        return list(islice(fitting, rows))

    return fetch


def _numbered(tables: Mapping[str, LimitTable]) -> Iterable[tuple[str, Limit]]:
    for code, table in tables.items():
        for number, limit in enumerate(table.limits):
            yield f"{code}/{number:04}", limit


def _fits(limit: Limit, filters: Mapping[str, object], at: date | None) -> bool:
    told = {
        "table": limit.origin.code,
        "observed_property": limit.observed_property,
        "averaging": limit.averaging,
    }
    fits = all(wanted in (None, told[name]) for name, wanted in filters.items())
    return fits and (at is None or holds(limit, at))


def limit_element(limit: Limit) -> Element:
    return {
        "table": limit.origin.code,
        "table_name": dict(limit.origin.name),
        "authority": dict(limit.origin.authority),
        "reference": limit.origin.reference,
        "url": limit.origin.url,
        "shipped": limit.origin.is_shipped,
        "observed_property": limit.observed_property,
        "averaging": limit.averaging,
        "statistic": limit.statistic,
        "unit": limit.unit,
        "reference_celsius": limit.reference_celsius,
        "step": limit.step,
        "exceedances_per_year": limit.exceedances_per_year,
        "since": limit.since,
        "until": limit.until,
        "bands": [_band(band) for band in limit.bands],
    }


def _band(band: Band) -> dict[str, Any]:
    first, last = band.index or (None, None)
    return {
        "level": band.level.code,
        "rank": band.level.rank,
        "name": dict(band.level.name),
        "colour": band.level.colour,
        "from": band.low,
        "up_to": band.high,
        "index_from": first,
        "index_to": last,
        "advice": advice_of(band.level),
    }


def advice_of(level: Level) -> list[dict[str, Any]]:
    """What people of each group are told, those first whom it concerns all."""
    return [{"group": group, "text": dict(words)} for group, words in level.advice.items()]


def _for_all(advice: list[dict[str, Any]]) -> dict[str, str] | None:
    return next((each["text"] for each in advice if each["group"] == "general"), None)


def _records(element: Element) -> Iterable[Record]:
    """A row for each band."""
    plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in element.items()}
    return ({**plain, "band": band, "general": _for_all(band["advice"])} for band in element["bands"])


def _of_band(kind: Any, *names: str) -> tuple[Column, ...]:
    return tuple(Column(name, kind, ("band", name)) for name in names)


LIMITS = Listing(
    name="limits",
    key=lambda row: str(row[0]),
    key_type=str,
    element=lambda row, _: row[1],
    records=_records,
    columns=(
        *columns("text", "table"),
        *name_columns("table_name"),
        *name_columns("authority"),
        *columns("text", "reference", "url"),
        *columns("truth", "shipped"),
        *columns("text", "observed_property", "averaging", "statistic", "unit"),
        *columns("whole", "reference_celsius"),
        *columns("number", "step"),
        *columns("whole", "exceedances_per_year"),
        *columns("text", "since", "until"),
        *_of_band("text", "level"),
        *_of_band("whole", "rank"),
        *(Column(f"name_{language}", "text", ("band", "name", language)) for language in ("en", "ar")),
        *_of_band("text", "colour"),
        *_of_band("number", "from", "up_to"),
        *_of_band("whole", "index_from", "index_to"),
        *(Column(f"advice_{language}", "text", ("general", language)) for language in ("en", "ar")),
    ),
)
