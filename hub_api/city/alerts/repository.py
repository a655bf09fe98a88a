"""Alerts, from SQL to the elements of the answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from citycore.store.queries import load_queries
from hub_api.serving.database import Reader, Row
from hub_api.serving.lists.keys import RowKey
from hub_api.serving.lists.model import LOCATION_COLUMNS, Element, Fetch, Listing, columns, name_columns
from hub_api.serving.paging import Key
from hub_api.serving.shapes import names, point

QUERIES = load_queries("hub_api.city.alerts")
#: When it was raised, and its number.
KEY = RowKey((datetime.fromisoformat, UUID))
FILTERS = ("alert", "rule", "severity", "thing", "place", "source", "is_open", "start", "end")


async def fetch_alerts(database: Reader, rows: int, wanted: Mapping[str, object]) -> Sequence[Row]:
    """The newest first; ``wanted`` has filters, and ``before_at`` with ``before_id``."""
    parameters = {**dict.fromkeys((*FILTERS, "before_at", "before_id")), **wanted, "rows": rows}
    return await database.fetch(QUERIES["page"], parameters)


def alerts_of(filters: Mapping[str, object]) -> Fetch:
    """How the alerts that fit are fetched."""

    async def fetch(database: Reader, after: Key | None, rows: int) -> Sequence[Row]:
        at, alert_id = KEY.read(after)
        return await fetch_alerts(database, rows, {**filters, "before_at": at, "before_id": alert_id})

    return fetch


def alert_element(row: Row) -> Element:
    alert_id, rule, severity, thing, english, arabic, source, simulated, place = row[:9]
    place_en, place_ar, longitude, latitude, datastream, unit, raised_at, noted_at, value = row[9:18]
    expected_at, cleared_at, acknowledged_at, is_false = row[18:]
    return {
        "alert": str(alert_id),
        "rule": rule["code"],
        "kind": rule["kind"],
        "name": rule["name"],
        "text": rule["text"],
        "severity": severity,
        "category": rule.get("category", "Other"),
        "thing": thing,
        "thing_name": names(english, arabic),
        "source": source,
        "simulated": simulated,
        "place": place,
        "place_name": None if place is None else names(place_en, place_ar),
        "location": point(longitude, latitude),
        "datastream": datastream,
        "observed_property": rule.get("observed_property"),
        "index": rule.get("index"),
        "value": value,
        "unit": unit,
        "above": rule.get("above", rule.get("high")),
        "below": rule.get("below", rule.get("low")),
        "bound_unit": rule.get("unit"),
        "probability": rule.get("probability"),
        "raised_at": raised_at,
        "noted_at": noted_at,
        "expected_at": expected_at,
        "cleared_at": cleared_at,
        "acknowledged_at": acknowledged_at,
        "false_alarm": is_false,
    }


def _element(row: Row, _: datetime) -> dict[str, Any]:
    return alert_element(row)


ALERTS = Listing(
    name="alerts",
    key=lambda row: KEY.write(row[15], row[0]),
    key_type=str,
    element=_element,
    columns=(
        *columns("text", "alert", "rule", "kind"),
        *name_columns("name"),
        *name_columns("text"),
        *columns("text", "severity", "category", "thing"),
        *name_columns("thing_name"),
        *columns("text", "source"),
        *columns("truth", "simulated"),
        *columns("text", "place"),
        *name_columns("place_name"),
        *LOCATION_COLUMNS,
        *columns("whole", "datastream"),
        *columns("text", "observed_property", "index"),
        *columns("number", "value"),
        *columns("text", "unit"),
        *columns("number", "above", "below"),
        *columns("text", "bound_unit"),
        *columns("number", "probability"),
        *columns("instant", "raised_at", "noted_at", "expected_at", "cleared_at", "acknowledged_at"),
        *columns("truth", "false_alarm"),
    ),
)
