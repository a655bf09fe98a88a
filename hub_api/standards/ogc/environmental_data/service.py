"""Which stations a question for environmental data means, and their values within bounds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt

from shapely import Point, prepare, transform
from shapely.geometry.base import BaseGeometry

from hub_api.city.observations.model import Reading
from hub_api.city.observations.repository import fetch_newest
from hub_api.city.observations.rules import series_of
from hub_api.city.observations.service import read_page
from hub_api.city.selection.model import Selection
from hub_api.serving.database import Row
from hub_api.serving.hub import Hub
from hub_api.standards.ogc.environmental_data import repository
from hub_api.standards.ogc.environmental_data.model import Data, Observed, Parameter, Station
from hub_api.standards.ogc.errors import CoordinatesSwapped, NothingNear, TooManyValues
from hub_api.standards.ogc.parameters import Warned
from hub_api.standards.ogc.state import Ogc
from hub_api.standards.ogc.times import RESOLUTION, Window, text_of

EARTH_RADIUS_METRES = 6_371_008.8
HALF_AROUND_METRES = EARTH_RADIUS_METRES * 3.15
Known = tuple[Sequence[Station], Mapping[str, Parameter]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of the stations that are meant: ``window`` None is the last hours; no names are all."""

    names: Collection[str]
    window: Window | None


async def known_stations(hub: Hub, ogc: Ogc) -> Known:
    """All stations and parameters, looked up as often as the registry."""
    known = ogc.stations.recall("all")
    if known is None:
        most = ogc.settings.datastreams_max
        stations = await repository.fetch_stations(hub.database, most + 1)
        if len(stations) > most:
            raise TooManyValues(maximum=most)
        parameters = {one.code: one for one in await repository.fetch_parameters(hub.database)}
        known = [one for one in stations if one.datastream.observed_property in parameters], parameters
        ogc.stations.keep("all", known, hub.settings.registry_cache_seconds)
    return known


def observing(stations: Sequence[Station], names: Collection[str]) -> Sequence[Station]:
    """Those that observe one of these; no names are all."""
    return [one for one in stations if not names or one.datastream.observed_property in names]


def nearest_things(stations: Sequence[Station], spot: Point, metres_max: float) -> Sequence[Station]:
    """Those of the nearest thing; :class:`NothingNear` or :class:`CoordinatesSwapped` where none is near enough."""
    if stations:
        nearest = min(stations, key=lambda one: metres_between(one, spot))
        distance = metres_between(nearest, spot)
        if distance <= metres_max:
            return [one for one in stations if one.datastream.thing == nearest.datastream.thing]
        turned = Point(spot.y, spot.x)
        if any(metres_between(one, turned) <= metres_max for one in stations):
            raise CoordinatesSwapped(longitude=f"{spot.x:g}", latitude=f"{spot.y:g}")
        raise NothingNear(
            metres=f"{metres_max:g}", nearest=nearest.datastream.thing, distance=f"{distance / 1000:.1f}"
        )
    raise NothingNear(metres=f"{metres_max:g}", nearest="–", distance="∞")


def around(stations: Sequence[Station], spot: Point, metres: float) -> Sequence[Station]:
    """Those within a distance."""
    return [one for one in stations if metres_between(one, spot) <= metres]


def inside(stations: Sequence[Station], area: BaseGeometry) -> Sequence[Station]:
    """Those within an area, its edge included."""
    prepare(area)
    return [one for one in stations if area.intersects(Point(one.longitude, one.latitude))]


def warnings_of(
    stations: Sequence[Station], chosen: Sequence[Station], again: Callable[[], Sequence[Station]]
) -> list[Warned]:
    """Why nothing was chosen; ``again`` chooses with latitude and longitude changed."""
    if chosen:
        return []
    return [Warned("area_swapped" if stations and again() else "nothing_there", {})]


def turned(geometry: BaseGeometry) -> BaseGeometry:
    """With latitude and longitude changed."""
    return transform(geometry, lambda positions: positions[:, ::-1])


def metres_between(station: Station, spot: Point) -> float:
    """On a sphere (haversine): within 0.5 % of the ellipsoid."""
    south, north = radians(station.latitude), radians(spot.y)
    across = radians(spot.x - station.longitude) / 2
    part = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin(across) ** 2
    return 2 * EARTH_RADIUS_METRES * asin(min(1.0, sqrt(max(0.0, part))))


async def read_values(
    hub: Hub, ogc: Ogc, known: Known, chosen: Sequence[Station], wanted: Wanted
) -> tuple[Data, list[Warned]]:
    """The values of stations, oldest first, and what window they are of where none was given."""
    stations = observing(chosen, wanted.names)
    parameters = known[1]
    if len(stations) > hub.settings.selection_datastreams_max:
        raise TooManyValues(maximum=hub.settings.selection_datastreams_max)
    warned: list[Warned] = []
    window = wanted.window
    if window is None:
        newest = await fetch_newest(hub.database, _selection(stations))
        if newest is None:
            return Data(stations, parameters, []), warned
        hours = ogc.settings.window_hours
        window = Window(_earlier(newest, hours), newest)
        assert window.start is not None
        warned.append(
            Warned("window", {"hours": hours, "start": text_of(window.start), "end": text_of(newest)})
        )
    if window.is_reversed:
        return Data(stations, parameters, []), [Warned("time_reversed", {})]
    if not stations:
        return Data(stations, parameters, []), warned
    rows = await _read(hub, _selection(stations), window, ogc.settings.values_max)
    return Data(stations, parameters, rows), warned


def _selection(stations: Sequence[Station]) -> Selection:
    datastreams = sorted((one.datastream for one in stations), key=lambda one: one.number)
    return Selection(tuple(datastreams), is_one=len(datastreams) == 1)


def _earlier(moment: datetime, hours: int) -> datetime:
    try:
        return moment - timedelta(hours=hours) + RESOLUTION
    except OverflowError:
        return moment


async def _read(hub: Hub, selection: Selection, window: Window, most: int) -> list[Observed]:
    series = series_of(selection.result_types, "raw")
    assert series is not None, "raw rows have a series"
    reading = Reading(
        selection=selection,
        bucket="raw",
        series=series,
        start=window.start,
        end=window.after_end,
        order="asc",
        qualities=None,
    )
    rows, _ = await read_page(hub, reading, None, most + 1)
    if len(rows) > most:
        raise TooManyValues(maximum=most)
    only = selection.datastreams[0].number if selection.is_one else None
    # In a thread, since there may be as many rows as an answer holds.
    return await asyncio.to_thread(lambda: [_observed(row, series, only) for row in rows])


def _observed(row: Row, series: str, only: int | None) -> Observed:
    """``mixed`` rows have number, text and position; the others one value."""
    values, rest = (row[1:5], row[5:7]) if series == "mixed" else (row[1:2], row[2:4])
    result = next((value for value in values if value is not None), None)
    return Observed(only if only is not None else rest[1], row[0], result, rest[0])
