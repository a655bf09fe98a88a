"""The calendar of days of a hub, as forecasts take it from the store."""

from __future__ import annotations

from typing import NamedTuple

from citycore.calendar.service import own_entries
from citycore.clock import CITY_ZONE
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from citycore.store.rows import rows_of
from forecasting.day_types import DayTypes, country_of

QUERIES = load_queries("forecasting")


class Zone(NamedTuple):
    zone: str | None


def read_days(connection: Connection) -> DayTypes:
    """What its operator keeps, on top of what a package knows."""
    return DayTypes(tuple(own_entries(connection)))


def read_countries(connection: Connection) -> dict[str, list[str | None]]:
    """Whose calendar counts, by the zones of sources: parameters of statements with the block ``has_other_days``."""
    zones = rows_of(connection, Zone, QUERIES["zones"])
    countries = [country_of(one.zone or CITY_ZONE.key) for one in zones]
    return {"zones": [one.zone for one in zones], "countries": countries}
