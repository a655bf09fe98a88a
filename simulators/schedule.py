"""The timetable of the simulated buses as a GTFS feed: invented, as all of the city is.

Trips and times come from :mod:`simulators.transit`, which the buses follow with a lag of their own. A bus states no
trip: its code is the block of its trips.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from simulators.city import DEFAULT_SEED, Line, Point, SimulatedThing, build_city, read_plan
from simulators.transit import (
    FIRST_DEPARTURE_HOUR,
    begin_seconds,
    distance_kilometres,
    rounds_of,
    timetable,
)

AGENCY = "Simulated Muscat"
#: Every so many stops the timetable is to be kept.
TIMEPOINT_EVERY = 3


def gtfs_files(today: date, seed: int = DEFAULT_SEED) -> dict[str, str]:
    """The files of the feed by name; it holds from the last year to the next."""
    plan = read_plan()
    buses = [thing for thing in build_city(seed).things if isinstance(thing.character, Line)]
    trips = [trip for bus in buses for trip in _trips(bus, bus.character)]  # type: ignore[arg-type]  # buses have lines
    stops = list(_stops(plan))
    return {
        "agency.txt": _table(
            "agency_name,agency_url,agency_timezone,agency_lang",
            [(AGENCY, "https://example.org", "Asia/Muscat", "en")],
        ),
        "routes.txt": _table(
            "route_id,route_short_name,route_long_name,route_type",
            [(route["code"], route["code"], route["en"], 3) for route in plan["routes"]],
        ),
        "stops.txt": _table(
            "stop_id,stop_name,stop_lat,stop_lon", [(code, en, at[1], at[0]) for code, en, _, at in stops]
        ),
        "calendar.txt": _table(
            "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date",
            [("daily", *[1] * 7, f"{today.year - 1}0101", f"{today.year + 1}1231")],
        ),
        "trips.txt": _table("route_id,service_id,trip_id,direction_id,block_id", [trip for trip, _ in trips]),
        "stop_times.txt": _table(
            "trip_id,arrival_time,departure_time,stop_id,stop_sequence,timepoint",
            [row for _, rows in trips for row in rows],
        ),
        "translations.txt": _table(
            "table_name,field_name,language,translation,record_id",
            [
                *[
                    ("routes", "route_long_name", "ar", route["ar"], route["code"])
                    for route in plan["routes"]
                ],
                *[("stops", "stop_name", "ar", ar, code) for code, _, ar, _ in stops],
            ],
        ),
    }


def _table(head: str, rows: Iterable[Iterable[object]]) -> str:
    # No field has a comma or a quotation mark in it.
    return "\n".join([head, *(",".join(map(str, row)) for row in rows)]) + "\n"


def _stops(plan: dict[str, Any]) -> Iterator[tuple[str, str, str, Point]]:
    """Code, names in both languages and place of each stop: called after the area that is nearest."""
    for route in plan["routes"]:
        for number, (longitude, latitude) in enumerate(route["path"], 1):
            at = (longitude, latitude)
            area = min(plan["areas"].values(), key=lambda area: distance_kilometres(at, tuple(area["at"])))
            yield (
                f"{route['code']}-{number}",
                f"{area['en']} (line {route['code']} stop {number})",
                f"{area['ar']} (الخط {route['code']} الموقف {number})",
                at,
            )


def _trips(bus: SimulatedThing, line: Line) -> Iterator[tuple[tuple[object, ...], list[tuple[object, ...]]]]:
    """The rows of trips.txt and stop_times.txt: there and back in every round."""
    table, count = timetable(line.path), len(line.path)
    route = bus.code.split("-")[1]
    for round_number in range(rounds_of(line)):
        begin = FIRST_DEPARTURE_HOUR * 3_600 + begin_seconds(line) + round_number * table.seconds
        for direction in (0, 1):
            trip = f"{bus.code}-{round_number + 1:02d}-{'back' if direction else 'out'}"
            legs = range(direction * (count - 1), (direction + 1) * (count - 1))
            arrivals = [table.departures[legs[0]], *(table.arrivals[leg] for leg in legs)]
            departures = [*(table.departures[leg] for leg in legs), table.arrivals[legs[-1]]]
            rows: list[tuple[object, ...]] = []
            for place, (arrival, departure) in enumerate(zip(arrivals, departures, strict=True)):
                number = count - place if direction else place + 1
                is_kept = place in {0, count - 1} or place % TIMEPOINT_EVERY == 0
                stop = f"{route}-{number}"
                rows.append(
                    (trip, _clock(begin + arrival), _clock(begin + departure), stop, place + 1, int(is_kept))
                )
            yield (route, "daily", trip, direction, bus.code), rows


def _clock(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 3_600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"
