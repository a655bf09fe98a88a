"""Service days, and trips of one as lines on the map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from citycore.transport.model import Point, Section, Trip

Floats = NDArray[np.float64]
METRES_PER_DEGREE = 111_195.0


def day_begin(service_date: date, zone: ZoneInfo) -> datetime:
    """The instant from which times of a service day count: noon minus 12 hours, midnight but on days when clocks change."""
    noon = datetime.combine(service_date, time(12), zone).astimezone(UTC)
    return noon - timedelta(hours=12)


def metres(points: Sequence[Point] | Floats, origin: Point) -> Floats:
    """East and north of an origin, on a flat earth: a row for each point."""
    degrees = np.asarray(points, dtype=np.float64).reshape(-1, 2) - np.asarray(origin)
    flat: Floats = degrees * METRES_PER_DEGREE * np.array([np.cos(np.radians(origin[1])), 1.0])
    return flat


def lengths_along(line: Floats) -> Floats:
    """How many metres along the line each of its points lies."""
    steps = np.hypot(*np.diff(line, axis=0).T)
    return np.concatenate([[0.0], np.cumsum(steps)])


def section_of(
    trip: Trip, service_date: date, begin: float, stops: Mapping[str, Point], shape: Sequence[Point] | None
) -> Section:
    """A trip whose service day begins at a Unix time. Without a shape its line leads from stop to stop.

    ``KeyError`` for a stop that is not among ``stops``.
    """
    points = [stops[each] for each in trip.stops]
    line = list(shape) if shape is not None and len(shape) > 1 else points
    return Section(
        service_date=service_date,
        trip=trip.trip,
        block=trip.block,
        line=line,
        stops=_stops_along(points, line),
        arrivals=[begin + seconds for seconds in trip.arrivals],
        departures=[begin + seconds for seconds in trip.departures],
    )


def _stops_along(points: Sequence[Point], line: Sequence[Point]) -> list[float]:
    """How far along the line each stop lies, in their order: of all ways to place them so, the one nearest to the line."""
    flat, marks = metres(line, line[0]), metres(points, line[0])
    along = lengths_along(flat)
    if len(points) == len(line) and points == list(line):
        return [float(each) for each in along]
    begins, steps = flat[:-1], np.diff(flat, axis=0)
    squares = np.maximum((steps**2).sum(axis=1), 1e-9)
    best = np.zeros(len(steps))
    choices, wheres = [], []
    for mark in marks:
        part = np.clip(((mark - begins) * steps).sum(axis=1) / squares, 0.0, 1.0)
        distance = np.hypot(*(begins + part[:, None] * steps - mark).T)
        # The stop before lies on the same piece of the line or on an earlier one.
        earlier = np.minimum.accumulate(best)
        chosen = np.zeros(len(best), dtype=np.int64)
        for number in range(1, len(best)):
            chosen[number] = number if best[number] < best[chosen[number - 1]] else chosen[number - 1]
        choices.append(chosen)
        wheres.append(along[:-1] + part * np.sqrt(squares))
        best = earlier + distance
    at = int(np.argmin(best))
    found: list[float] = []
    for where, chosen in zip(reversed(wheres), reversed(choices), strict=True):
        found.append(float(where[at]))
        at = int(chosen[at])
    found.reverse()
    return [float(each) for each in np.maximum.accumulate(found)]
