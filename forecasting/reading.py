"""The hours that forecasts are made from, out of the store; never commits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import NamedTuple

import numpy as np

from citycore.clock import CITY_ZONE
from citycore.errors import NotFound
from citycore.intervals import HOUR, floor_hour
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from citycore.store.rows import rows_of
from citycore.units import bounds_in
from forecasting.candidates.extras import LONG_HOURS
from forecasting.days import read_days
from forecasting.model import Beside, HourlySeries, Panel, PanelSeries, SeriesTraits
from forecasting.settings import ForecastSettings

QUERIES = load_queries("forecasting")
#: Hours before are no measurements of a city; dates of antiquity end the arithmetic of a database and of pandas.
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Stated:
    """What the registry says of a datastream."""

    datastream_id: int
    observed_property: str
    zone: str | None
    unit: str
    own_unit: str
    lower_bound: float
    upper_bound: float


class Other(NamedTuple):
    """A datastream of another property where one of a panel is."""

    datastream_id: int
    observed_property: str
    other_id: int


class _Past(NamedTuple):
    """The last hour that is read, and how much before it."""

    last_hour: datetime
    length: timedelta


def last_complete_hour(now: datetime, settings: ForecastSettings) -> datetime:
    """The beginning of the newest hour that is over, its last messages included."""
    return floor_hour(now - timedelta(seconds=settings.grace_seconds)) - HOUR


def read_panel(
    connection: Connection, datastreams: Sequence[int], now: datetime, weeks: int, settings: ForecastSettings
) -> Panel:
    """The hourly means of datastreams of one property up to the last complete hour of each that has one.

    Datastreams without any are left out. A mean beyond ``value_max`` is no measurement, and missing.
    :class:`NotFound` if there is no such datastream.
    """
    wanted = {"datastreams": list(datastreams)}
    stated = {one.datastream_id: one for one in rows_of(connection, Stated, QUERIES["series"], wanted)}
    missing = [number for number in datastreams if number not in stated]
    if missing:
        raise NotFound(what="datastream", name=missing[0])
    past = _Past(last_complete_hour(now, settings), timedelta(weeks=weeks))
    series = (
        PanelSeries(number, one, traits_of(stated[number]))
        for number, one in _read_hours(connection, datastreams, past, settings)
    )
    codes = {one.observed_property for one in stated.values()}
    return Panel(min(codes), tuple(series), read_days(connection))


def read_beside(
    connection: Connection, panel: Panel, properties: Sequence[str], now: datetime, settings: ForecastSettings
) -> Panel:
    """The panel with the hours of these properties at the same things, or else places, of the time that it has itself."""
    if not properties or not panel.series:
        return panel
    wanted = {"datastreams": [one.key for one in panel.series], "properties": list(properties)}
    others = rows_of(connection, Other, QUERIES["beside"], wanted)
    first = min(one.series.start for one in panel.series) - LONG_HOURS * HOUR
    until = last_complete_hour(now, settings)
    known = dict(
        _read_hours(
            connection, sorted({one.other_id for one in others}), _Past(until, until + HOUR - first), settings
        )
    )
    beside: dict[int, tuple[Beside, ...]] = {}
    for one in others:
        if one.other_id in known:
            found = Beside(one.observed_property, known[one.other_id])
            beside[one.datastream_id] = (*beside.get(one.datastream_id, ()), found)
    return replace(panel, series=tuple(replace(one, beside=beside.get(one.key, ())) for one in panel.series))


def _read_hours(
    connection: Connection, datastreams: Sequence[int], past: _Past, settings: ForecastSettings
) -> Iterator[tuple[int, HourlySeries]]:
    """By number the hours of each that has any."""
    parameters = {
        "datastreams": list(datastreams),
        "earliest": EARLIEST,
        "last_hour": past.last_hour,
        "training": past.length,
    }
    rows = connection.execute(QUERIES["hourly_means"], parameters, binary=True).fetchall()
    return ((number, hourly_series(hours, means, settings)) for number, hours, means in rows if hours)


def hourly_series(hours: bytes, means: bytes, settings: ForecastSettings) -> HourlySeries:
    """``hours``: int4 since 1970 in network order, ascending; ``means``: float8 likewise, as many."""
    places = np.frombuffer(hours, dtype=">i4").astype(np.int64)
    values = np.full(places[-1] - places[0] + 1, np.nan)
    values[places - places[0]] = np.frombuffer(means, dtype=">f8")
    with np.errstate(invalid="ignore"):
        values[~(np.abs(values) <= settings.value_max)] = np.nan
    return HourlySeries(datetime.fromtimestamp(int(places[0]) * 3600, UTC), values)


def traits_of(stated: Stated) -> SeriesTraits:
    bounds = bounds_in(stated.unit, stated.own_unit, stated.lower_bound, stated.upper_bound)
    lower, upper = (bound if isfinite(bound) else None for bound in bounds)
    return SeriesTraits(zone=stated.zone or CITY_ZONE.key, lower_bound=lower, upper_bound=upper)
