"""Buses on their lines: where a bus is, how fast, and how many ride, as a function of the instant.

A bus starts in the morning at the first stop, goes there and back with a pause at every stop,
does whole rounds only, and spends the night where it started. It never jumps. It lags behind its timetable, more where
there is more traffic, and catches up again; :mod:`simulators.schedule` publishes the timetable.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from simulators.calendar import local_time
from simulators.city import City, Line, Point, SimulatedThing
from simulators.noise import Floats, key_of, smooth, uniform
from simulators.traffic import demand

FIRST_DEPARTURE_HOUR = 5.5
LAST_RETURN_HOUR = 23.5
#: Mean between stops by the timetable; a bus is at most 1.5 times as fast, half-way, and a fifth faster when it is late.
MEAN_SPEED = 25.0
#: How far a bus lags behind its timetable at most: always, and where the roads are full.
LAG_SECONDS, LAG_SECONDS_FULL = 120.0, 600.0
#: Between two turns of the lag: it grows and shrinks by less than a fifth of the time.
LAG_PERIOD_SECONDS = 5_400.0
STOP_SECONDS = 25.0
TERMINUS_SECONDS = 300.0
SEATS = 45
KILOMETRES_PER_DEGREE = 111.2


@dataclass(frozen=True, slots=True)
class Timetable:
    """One round of a line: each leg's departure and arrival (seconds) and its ends (degrees)."""

    departures: Floats
    arrivals: Floats
    starts: Floats  # (legs, 2)
    ends: Floats
    kilometres: Floats
    seconds: float


def bus(city: City, thing: SimulatedThing, line: Line, seconds: Floats) -> dict[str, Floats]:
    """``longitude``, ``latitude`` (degrees), ``vehicle_speed`` (km/h) and ``occupancy`` (persons)."""
    table = timetable(line.path)
    local = local_time(seconds)
    late = lag(city, thing, seconds)
    since = (local.hour - FIRST_DEPARTURE_HOUR) * 3_600.0 - begin_seconds(line) - late
    in_service = (since >= 0.0) & (since < rounds_of(line) * table.seconds)
    moment = np.where(in_service, since % table.seconds, 0.0)
    leg = np.searchsorted(table.departures, moment, side="right") - 1
    running = np.clip((moment - table.departures[leg]) / (table.arrivals - table.departures)[leg], 0.0, 1.0)
    # Speeds up and slows down smoothly between two stops; stands from arrival to departure.
    part = (running * running * (3.0 - 2.0 * running))[:, np.newaxis]
    position = table.starts[leg] * (1.0 - part) + table.ends[leg] * part
    hours = (table.arrivals - table.departures)[leg] / 3_600.0
    pace = 1.0 - (lag(city, thing, seconds + 1.0) - late)
    speed = table.kilometres[leg] * 6.0 * running * (1.0 - running) / hours * pace
    trip = (local.day * 100_000 + np.floor(since / table.seconds) * 100 + leg).astype(np.int64)
    riders = _riders(city, thing, seconds, trip, leg / len(table.departures))
    return {
        "longitude": position[:, 0],
        "latitude": position[:, 1],
        "vehicle_speed": np.where(in_service, speed, 0.0),
        "occupancy": np.where(in_service, riders, 0.0),
    }


def lag(city: City, thing: SimulatedThing, seconds: Floats) -> Floats:
    """How many seconds the bus is behind its timetable."""
    most = LAG_SECONDS + LAG_SECONDS_FULL * demand(city, seconds, inbound=True)
    return most * (0.5 + 0.5 * smooth(key_of(city.seed, thing.code, "lag"), seconds, LAG_PERIOD_SECONDS))


def begin_seconds(line: Line) -> float:
    """How long after the first bus of the line this one begins: they are as far apart as can be."""
    return line.number * timetable(line.path).seconds / line.bus_count


def rounds_of(line: Line) -> int:
    """How many whole rounds fit into its day."""
    day_seconds = (LAST_RETURN_HOUR - FIRST_DEPARTURE_HOUR) * 3_600.0
    return int((day_seconds - begin_seconds(line)) / timetable(line.path).seconds)


def _riders(
    city: City, thing: SimulatedThing, seconds: Floats, trip: NDArray[np.int64], along: Floats
) -> Floats:
    # Nearly empty at both ends, fullest in between; the number changes at stops only.
    hump = 0.25 + 0.75 * np.abs(np.sin(2.0 * np.pi * along))
    share = demand(city, np.floor(seconds / 3_600.0) * 3_600.0, inbound=True)
    luck = 0.5 + 0.9 * uniform(key_of(city.seed, thing.code), trip)
    return np.clip(np.rint(SEATS * share * hump * luck), 0.0, SEATS)


@cache
def timetable(path: tuple[Point, ...]) -> Timetable:
    """There and back along the path, with a pause at each stop and a longer one at both ends."""
    stops = [*path, *path[-2::-1]]
    departures, arrivals, kilometres = [], [], []
    clock = 0.0
    for number, (here, there) in enumerate(pairwise(stops)):
        distance = distance_kilometres(here, there)
        departures.append(clock)
        arrivals.append(clock + distance / MEAN_SPEED * 3_600.0)
        kilometres.append(distance)
        at_end = number in {len(path) - 2, len(stops) - 2}
        clock = arrivals[-1] + (TERMINUS_SECONDS if at_end else STOP_SECONDS)
    return Timetable(
        np.array(departures),
        np.array(arrivals),
        np.array(stops[:-1]),
        np.array(stops[1:]),
        np.array(kilometres),
        clock,
    )


def distance_kilometres(here: Point, there: Point) -> float:
    """Between two points (longitude, latitude) that are near each other, on a flat earth."""
    middle = np.radians((here[1] + there[1]) / 2.0)
    east = (there[0] - here[0]) * float(np.cos(middle))
    return float(np.hypot(east, there[1] - here[1])) * KILOMETRES_PER_DEGREE
