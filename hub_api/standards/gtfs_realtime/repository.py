"""Schedules, vehicles, runs, passages and alerts from the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from citycore.store.queries import load_queries
from citycore.transport.schedule import day_begin
from hub_api.serving.database import Reader
from hub_api.serving.shapes import names
from hub_api.standards.gtfs_realtime.model import Announced, Passage, Point, Run, Schedule, Seen, Trip
from hub_api.standards.gtfs_realtime.rules import PROPERTIES, known_of, seen_vehicle
from hub_api.standards.gtfs_realtime.settings import GtfsRealtimeSettings

QUERIES = load_queries("hub_api.standards.gtfs_realtime")
VERSION_CHARACTERS = 12


async def fetch_schedules(database: Reader, now: datetime) -> dict[str, Sequence[Any]]:
    """The rows of the schedules that hold, by their sources."""
    rows = await database.fetch(QUERIES["schedules"], {"today": now.date()})
    return {row[1]: row for row in rows}


async def fetch_schedule(database: Reader, row: Sequence[Any]) -> Schedule:
    feed_id, source, agency, zone, digest, first, last, loaded = row
    wanted = {"feed_id": feed_id}
    stops = await database.fetch(QUERIES["stops"], wanted)
    routes = await database.fetch(QUERIES["routes"], wanted)
    return Schedule(
        feed_id=feed_id,
        source=source,
        agency=agency,
        zone=zone,
        version=digest[:VERSION_CHARACTERS],
        valid_from=first,
        valid_until=last,
        loaded_at=loaded,
        stops={stop: (longitude, latitude) for stop, longitude, latitude in stops},
        routes=dict(tuple(row) for row in routes),
    )


async def fetch_vehicles(
    database: Reader, schedule: Schedule | None, source: str | None, settings: GtfsRealtimeSettings
) -> list[Seen]:
    """The newest first, one more than a feed may have."""
    wanted = {
        "properties": list(PROPERTIES),
        "source": source if schedule is None else schedule.source,
        "is_scheduled": schedule is not None,
        "kinds": list(settings.kinds),
        "rows": settings.vehicles_max + 1,
    }
    return [seen_vehicle(row, settings) for row in await database.fetch(QUERIES["vehicles"], wanted)]


def begins(zone: str, now: datetime) -> dict[date, int]:
    """When the service days begin, as Unix times, on which something may run: times of a day go on into the next two."""
    own = ZoneInfo(zone)
    today = now.astimezone(own).date()
    days = [today + timedelta(days=number) for number in (-2, -1, 0, 1)]
    return {day: int(day_begin(day, own).timestamp()) for day in days}


async def fetch_passages(
    database: Reader, schedule: Schedule, now: datetime, settings: GtfsRealtimeSettings
) -> dict[Run, list[Passage]]:
    """Of runs of which something was seen not long ago, all that was seen."""
    wanted = {
        "feed_id": schedule.feed_id,
        "days": list(begins(schedule.zone, now)),
        "since": now - timedelta(seconds=settings.trip_kept_seconds),
        "rows": settings.passages_max,
    }
    found: dict[Run, list[Passage]] = {}
    for service_date, trip, vehicle, sequence, arrival, departure in await database.fetch(
        QUERIES["passages"], wanted
    ):
        run = (service_date, trip)
        found.setdefault(run, []).append(Passage(run, vehicle, sequence, arrival, departure))
    return found


async def fetch_trips(
    database: Reader, schedule: Schedule, now: datetime, asked: Mapping[str, object]
) -> list[Trip]:
    """What vehicles may be on, and runs by name; ``asked`` is that of :func:`.rules.asked_trips`."""
    first = begins(schedule.zone, now)
    wanted = {
        **asked,
        "feed_id": schedule.feed_id,
        "days": list(first),
        "seconds": [int(now.timestamp()) - begin for begin in first.values()],
    }
    return [
        Trip(
            run=(day, trip),
            begin=first[day],
            route=route,
            direction=direction,
            block=block,
            shape=shape,
            stops=stops,
            arrivals=arrivals,
            departures=departures,
        )
        for day, trip, route, direction, block, shape, stops, arrivals, departures in await database.fetch(
            QUERIES["trips"], wanted
        )
    ]


async def fetch_lines(database: Reader, schedule: Schedule, shapes: set[str]) -> dict[str, list[Point]]:
    if not shapes:
        return {}
    rows = await database.fetch(QUERIES["shapes"], {"feed_id": schedule.feed_id, "shapes": sorted(shapes)})
    return {shape: list(zip(x, y, strict=True)) for shape, x, y in rows}


async def fetch_routes_of_blocks(
    database: Reader, schedule: Schedule, blocks: Sequence[str]
) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    if blocks:
        wanted = {"feed_id": schedule.feed_id, "blocks": list(blocks)}
        for block, route in await database.fetch(QUERIES["routes_of_blocks"], wanted):
            found.setdefault(block, []).append(route)
    return found


async def fetch_announced(
    database: Reader, schedule: Schedule, settings: GtfsRealtimeSettings
) -> tuple[list[Announced], int]:
    """Service alerts of the schedule's source that concern what the schedule knows, and how many do not."""
    wanted = {"source": schedule.source, "rows": settings.alerts_max}
    rows = await database.fetch(QUERIES["announced"], wanted)
    every = [Announced(*row) for row in rows]
    found = [replace(one, informed=known_of(one.informed, schedule)) for one in every]
    kept = [one for one in found if one.informed]
    return kept, len(every) - len(kept)


async def fetch_alerts(database: Reader, source: str, settings: GtfsRealtimeSettings) -> list[dict[str, Any]]:
    rows = await database.fetch(QUERIES["alerts"], {"source": source, "rows": settings.alerts_max})
    return [
        {
            "alert": str(alert),
            "name": rule["name"],
            "text": rule["text"],
            "severity": severity,
            "thing": thing,
            "thing_name": names(english, arabic),
            "point": None if longitude is None else (longitude, latitude),
            "starts_at": expected_at or raised_at,
            "noted_at": noted_at,
            "is_own": is_own,
        }
        for (
            alert,
            rule,
            severity,
            thing,
            english,
            arabic,
            longitude,
            latitude,
            raised_at,
            noted_at,
            expected_at,
            is_own,
        ) in rows
    ]
