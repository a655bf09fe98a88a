"""A feed of vehicle positions beside bare encoding: how much of a window it takes to make one.

The ceiling builds and writes the same entities with the bindings alone. What is made for a window on top of that is the choice of
vehicles and of their runs, the version, the packed bytes and the JSON; asking again within the window costs none of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime

import numpy as np
from google.transit import gtfs_realtime_pb2 as gtfs

from benchmarks.report import Case
from hub_api.standards.gtfs_realtime.feeds import finished, position_message
from hub_api.standards.gtfs_realtime.model import Scene, Schedule, Seen, Trip
from hub_api.standards.gtfs_realtime.rules import runs_of, sorted_out
from hub_api.standards.gtfs_realtime.settings import GtfsRealtimeSettings

NOW = int(datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp())
STOPS = {f"s{number}": (58.3 + number * 0.005, 23.6) for number in range(40)}
MILLISECONDS = 1_000


def scene_parts(vehicles: int) -> tuple[Schedule, list[Seen], list[Trip]]:
    """Vehicles on a line of forty stops, each on a trip of its own."""
    schedule = Schedule(
        feed_id=1,
        source="bench",
        agency="Bench",
        zone="Asia/Muscat",
        version="bench",
        valid_from=date(2026, 1, 1),
        valid_until=date(2026, 12, 31),
        loaded_at=datetime(2026, 1, 1, tzinfo=UTC),
        stops=STOPS,
        routes={"r": 3},
    )
    seconds = [60 * number for number in range(len(STOPS))]
    seen = [
        Seen(
            code=f"v{number}",
            name=f"Vehicle {number}",
            at=NOW - number % 60,
            point=(58.3 + number % 190 * 0.001, 23.6),
            quality=1,
            values={"trip": (f"t{number}", "1"), "vehicle_speed": (30.0, "km/h"), "heading": (90.0, "deg")},
        )
        for number in range(vehicles)
    ]
    trips = [
        Trip(
            run=(date(2026, 11, 24), f"t{number}"),
            begin=NOW - 1_200,
            route="r",
            direction=0,
            block=None,
            shape=None,
            stops=list(STOPS),
            arrivals=seconds,
            departures=seconds,
        )
        for number in range(vehicles)
    ]
    return schedule, seen, trips


def made(schedule: Schedule, seen: list[Seen], trips: list[Trip]) -> bytes:
    """Everything that is done once in a window."""
    settings = GtfsRealtimeSettings()
    vehicles, left_out = sorted_out(seen, schedule, NOW, settings)
    runs, reasons = runs_of(vehicles, trips, {}, schedule.stops, settings)
    scene = Scene(now=NOW, schedule=schedule, vehicles=vehicles, runs=runs, left_out=left_out + reasons)
    return finished(position_message(scene), NOW, scene.left_out).protobuf


def bare(seen: list[Seen]) -> bytes:
    """The same entities by the bindings alone."""
    message = gtfs.FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    message.header.incrementality = gtfs.FeedHeader.FULL_DATASET
    message.header.timestamp = NOW
    message.header.feed_version = "bench"
    for each in seen:
        entity = message.entity.add(id=each.code)
        vehicle = entity.vehicle
        vehicle.timestamp = each.at
        vehicle.vehicle.id, vehicle.vehicle.label = each.code, each.name
        position = vehicle.position
        position.longitude, position.latitude = each.point
        position.speed, position.bearing = 30 / 3.6, 90.0
        trip = vehicle.trip
        trip.trip_id, trip.route_id, trip.direction_id, trip.start_date = (
            f"t{each.code[1:]}",
            "r",
            0,
            "20261124",
        )
        trip.schedule_relationship = gtfs.TripDescriptor.SCHEDULED
    written: bytes = message.SerializeToString()
    return written


def cases(vehicles: int = 2_000, rounds: int = 20) -> list[Case]:
    """In turns; ``ValueError`` if the two do not say the same number of bytes."""
    schedule, seen, trips = scene_parts(vehicles)
    whole, least = made(schedule, seen, trips), bare(seen)
    if len(whole) != len(least):
        raise ValueError(f"{len(whole)} bytes beside {len(least)}")
    ours, theirs = list[float](), list[float]()
    for _ in range(rounds):
        ours.append(_timed(lambda: made(schedule, seen, trips)))
        theirs.append(_timed(lambda: bare(seen)))
    value, ceiling = float(np.median(ours)), float(np.median(theirs))
    return [
        Case(f"feed of {vehicles:,} vehicles, made once a window", value, "ms", ceiling, value / ceiling),
        Case("of the window of five seconds", value / (GtfsRealtimeSettings().window_seconds * 10), "%"),
        Case("bytes a vehicle", len(whole) / vehicles, "B"),
    ]


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * MILLISECONDS
