"""Which vehicles a feed has, and on which runs they are. Pure.

A vehicle is on a run only if it states the trip, or if the schedule has a block that is called like it; and only if it is near the
line of that trip. Nothing is guessed (see docs/transport.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import cos, radians
from typing import Any

import numpy as np

from hub_api.standards.gtfs_realtime.model import Passage, Point, Run, Schedule, Seen, Trip
from hub_api.standards.gtfs_realtime.settings import GtfsRealtimeSettings

METRES_PER_DEGREE = 111_195.0
#: What vehicles say besides where they are.
PROPERTIES = (
    "trip",
    "vehicle_speed",
    "ground_speed",
    "heading",
    "odometer",
    "stop_status",
    "current_stop",
    "occupancy_status",
    "congestion_level",
    "trip_delay",
    "trip_status",
)
BAD = 4
CANCELLED = frozenset({"canceled", "cancelled", "deleted"})


def seen_vehicle(row: Sequence[object], settings: GtfsRealtimeSettings) -> Seen:
    """From a row of the statement ``vehicles``: of what it says, that which belongs to this position."""
    code, name, at, longitude, latitude, quality, every = row
    near = settings.same_instant_seconds
    values = {
        name: (value, unit)
        for name, value, unit, seconds in every  # type: ignore[attr-defined]  # a JSON array of arrays
        if value is not None and abs(seconds) <= near
    }
    return Seen(
        code=str(code),
        name=str(name),
        at=int(at),  # type: ignore[call-overload]  # a bigint
        point=(float(longitude), float(latitude)),  # type: ignore[arg-type]  # of float8
        quality=int(quality),  # type: ignore[call-overload]  # of smallint
        values=values,
    )


def sorted_out(
    vehicles: Iterable[Seen], schedule: Schedule | None, now: int, settings: GtfsRealtimeSettings
) -> tuple[list[Seen], Counter[str]]:
    """Those that a feed may have, by their codes, and how many were left out for which reason."""
    left_out: Counter[str] = Counter()
    kept: dict[str, Seen] = {}
    box = None if schedule is None else _box(schedule.stops.values(), settings.area_metres_max)
    for vehicle in vehicles:
        if vehicle.quality >= BAD:
            left_out["bad"] += 1
        elif vehicle.at > now:
            left_out["future"] += 1
        elif vehicle.at < now - settings.stale_seconds:
            left_out["stale"] += 1
        elif box is not None and not _is_within(vehicle.point, box):
            left_out["outside"] += 1
        elif vehicle.code in kept:  # a second receiver; the newest position comes first
            left_out["second_receiver"] += 1
        else:
            kept[vehicle.code] = vehicle
    return [kept[code] for code in sorted(kept)], left_out


def changed_at(vehicles: Iterable[Seen], now: int, settings: GtfsRealtimeSettings) -> int | None:
    """When the set of fresh vehicles became what it is: its newest position, or when another one became stale."""
    fresh = [each.at for each in vehicles if now - settings.stale_seconds <= each.at <= now]
    gone = [each.at + settings.stale_seconds for each in vehicles if each.at < now - settings.stale_seconds]
    return max([*fresh, *gone], default=None)


def _box(points: Iterable[Point], metres: float) -> tuple[float, float, float, float] | None:
    every = list(points)
    if not every:
        return None
    west, east = min(x for x, _ in every), max(x for x, _ in every)
    south, north = min(y for _, y in every), max(y for _, y in every)
    up = metres / METRES_PER_DEGREE
    aside = up / max(cos(radians(max(abs(south), abs(north)))), 0.01)
    return west - aside, south - up, east + aside, north + up


def _is_within(point: Point, box: tuple[float, float, float, float]) -> bool:
    west, south, east, north = box
    return west <= point[0] <= east and south <= point[1] <= north


def asked_trips(
    vehicles: Iterable[Seen], runs: Iterable[Run], settings: GtfsRealtimeSettings
) -> dict[str, object]:
    """Parameters of the statement ``trips``: what vehicles state, the blocks of those that state nothing, and these runs."""
    stated = {seen.code: str(seen.values["trip"][0]) for seen in vehicles if "trip" in seen.values}
    known = sorted(runs)
    return {
        "stated": sorted(set(stated.values())),
        "blocks": [seen.code for seen in vehicles if seen.code not in stated],
        "slack": settings.trip_seconds_max + settings.stale_seconds,
        "stale": settings.stale_seconds,
        "seen_days": [run[0] for run in known],
        "seen_trips": [run[1] for run in known],
    }


def runs_of(
    vehicles: Sequence[Seen],
    trips: Iterable[Trip],
    lines: Mapping[str, Sequence[Point]],
    stops: Mapping[str, Point],
    settings: GtfsRealtimeSettings,
) -> tuple[dict[str, Trip], Counter[str]]:
    """The run of each vehicle, and how many states of vehicles did not count for which reason."""
    by_trip: dict[str, list[Trip]] = {}
    by_block: dict[str, list[Trip]] = {}
    for trip in trips:
        by_trip.setdefault(trip.run[1], []).append(trip)
        if trip.block is not None:
            by_block.setdefault(trip.block, []).append(trip)
    found: dict[str, Trip] = {}
    left_out: Counter[str] = Counter()
    for vehicle in vehicles:
        stated = vehicle.values.get("trip")
        if stated is not None:
            choice = _nearest(by_trip.get(str(stated[0]), []), vehicle.at, settings.trip_seconds_max)
            if choice is None:
                left_out["unknown_trip"] += 1
        else:
            running = [
                each
                for each in by_block.get(vehicle.code, [])
                if each.starts_at <= vehicle.at <= each.ends_at
            ]
            choice = running[0] if len(running) == 1 else None
        if choice is None:
            continue
        line = lines.get(choice.shape or "") or [stops[stop] for stop in choice.stops if stop in stops]
        if metres_from(vehicle.point, line) > settings.line_metres_max:
            left_out["off_route"] += 1
        else:
            found[vehicle.code] = choice
    return _one_each(vehicles, found, left_out), left_out


def _one_each(vehicles: Iterable[Seen], found: Mapping[str, Trip], left_out: Counter[str]) -> dict[str, Trip]:
    """A run has one vehicle in a feed, as its readers take it: of several that say so the one that was seen last."""
    taken: dict[Run, str] = {}
    for vehicle in sorted(vehicles, key=lambda each: (-each.at, each.code)):
        if vehicle.code in found:
            taken.setdefault(found[vehicle.code].run, vehicle.code)
    left_out["trip_taken"] = len(found) - len(taken)
    left_out += Counter()  # drops what is zero
    return {code: found[code] for code in sorted(taken.values())}


def _nearest(runs: Iterable[Trip], at: int, seconds_max: int) -> Trip | None:
    """Of the same trip on several service days the one whose times are nearest."""
    distances = [(max(run.starts_at - at, at - run.ends_at, 0), run.run, run) for run in runs]
    near = [each for each in distances if each[0] <= seconds_max]
    return min(near)[2] if near else None


def metres_from(point: Point, line: Sequence[Point]) -> float:
    """How far a point is from a line, on a flat earth; infinitely far from a line without points."""
    if not line:
        return float("inf")
    scale = np.array([METRES_PER_DEGREE * cos(radians(point[1])), METRES_PER_DEGREE])
    flat = (np.asarray(line, dtype=np.float64) - np.asarray(point)) * scale
    if len(flat) == 1:
        return float(np.hypot(*flat[0]))
    begins, steps = flat[:-1], np.diff(flat, axis=0)
    squares = np.maximum((steps**2).sum(axis=1), 1e-9)
    part = np.clip(-(begins * steps).sum(axis=1) / squares, 0.0, 1.0)
    nearest = begins + part[:, None] * steps
    return float(np.hypot(nearest[:, 0], nearest[:, 1]).min())


def passages_in_order(passages: Iterable[Passage]) -> list[Passage]:
    """Those of one run whose times rise from stop to stop; others cannot be, and are left out."""
    kept: list[Passage] = []
    last = 0
    for each in sorted(passages, key=lambda passage: passage.sequence):
        times = [at for at in (each.arrival, each.departure) if at is not None]
        if times and times[0] > last and times == sorted(times):
            kept.append(each)
            last = times[-1]
    return kept


def stops_near(point: Point, stops: Mapping[str, Point], metres: float, count: int) -> list[str]:
    """The nearest stops within so many metres, at most ``count``."""
    if not stops:
        return []
    codes = sorted(stops)
    scale = np.array([METRES_PER_DEGREE * cos(radians(point[1])), METRES_PER_DEGREE])
    away = np.hypot(*((np.asarray([stops[code] for code in codes]) - np.asarray(point)) * scale).T)
    order = np.argsort(away, kind="stable")[:count]
    return [codes[number] for number in order if away[number] <= metres]


def known_of(informed: Iterable[Mapping[str, Any]], schedule: Schedule) -> list[Mapping[str, Any]]:
    """Of what an alert concerns, that of which the schedule knows every route and stop; of all of an agency, too."""
    return [
        one
        for one in informed
        if (one["route"] is None or one["route"] in schedule.routes)
        and (one["stop"] is None or one["stop"] in schedule.stops)
        and any(value is not None for value in one.values())
    ]


def told_runs(trips: Iterable[Trip], now: int, settings: GtfsRealtimeSettings) -> dict[Run, Trip]:
    """Runs that a feed of trips tells about: begun, or about to, and not long over."""
    return {
        each.run: each
        for each in trips
        if each.starts_at - settings.trip_seconds_max <= now <= each.ends_at + settings.trip_kept_seconds
    }
