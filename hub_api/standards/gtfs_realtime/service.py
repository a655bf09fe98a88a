"""Feeds, each made once in its window for all who ask."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any

from hub_api.serving.errors import invalid
from hub_api.serving.hub import Hub
from hub_api.serving.memory import Memory
from hub_api.standards.gtfs_realtime.feeds import (
    alert_message,
    finished,
    position_message,
    readable,
    trip_message,
)
from hub_api.standards.gtfs_realtime.model import Feed, Kind, Notice, Scene, Schedule
from hub_api.standards.gtfs_realtime.repository import (
    fetch_alerts,
    fetch_announced,
    fetch_lines,
    fetch_passages,
    fetch_routes_of_blocks,
    fetch_schedule,
    fetch_schedules,
    fetch_trips,
    fetch_vehicles,
)
from hub_api.standards.gtfs_realtime.rules import (
    asked_trips,
    changed_at,
    runs_of,
    sorted_out,
    stops_near,
    told_runs,
)
from hub_api.standards.gtfs_realtime.settings import GtfsRealtimeSettings

#: What a scene and a schedule count as, in bytes, for each vehicle and stop.
BYTES_EACH = 2_000


class Feeds:
    """One per application."""

    def __init__(self, settings: GtfsRealtimeSettings) -> None:
        self.settings = settings
        self._kept: Memory[tuple[Kind, str, str], Feed] = Memory(settings.kept_bytes_max)
        self._readable: Memory[bytes, bytes] = Memory(settings.kept_bytes_max)
        self._scenes: Memory[str, Scene] = Memory(settings.kept_bytes_max)
        self._schedules: Memory[int, Schedule] = Memory(settings.kept_bytes_max)
        self._rows: Memory[str, dict[str, Sequence[Any]]] = Memory(1)
        self._making = asyncio.Lock()

    async def schedules(self, hub: Hub) -> dict[str, Sequence[Any]]:
        """The schedules that hold, by their sources."""
        known = self._rows.recall("")
        if known is None:
            known = await fetch_schedules(hub.database, hub.clock())
            self._rows.keep("", known, self.settings.window_seconds)
        return known

    async def feed(self, hub: Hub, kind: Kind, source: str | None, url: str) -> Feed:
        """``InvalidParameters`` where several sources have schedules and none is named: the ids of a feed are those of one."""
        schedules = await self.schedules(hub)
        if source is None and len(schedules) > 1:
            raise invalid("source", "which_schedule", expected=", ".join(sorted(schedules)))
        chosen = next(iter(schedules), "") if source is None else source
        # Alerts name addresses of the hub, as whoever asks knows it.
        key = kind, chosen, url if kind == "alerts" else ""
        # One is made at a time: whoever waits finds it ready.
        async with self._making:
            known = self._kept.recall(key)
            if known is not None:
                return known
            schedule = await self._schedule(hub, schedules.get(chosen))
            if kind == "alerts":
                feed = await self._alerts(hub, schedule, url)
            else:
                scene = await self._scene(hub, chosen, schedule)
                feed = await asyncio.to_thread(_written, kind, scene)
            size = len(feed.protobuf) + len(feed.packed)
            self._kept.keep(key, feed, self.settings.window_seconds, size)
        return feed

    async def readable(self, feed: Feed) -> bytes:
        """As JSON, which takes longer than the feed itself: only for those who want it."""
        async with self._making:
            known = self._readable.recall(feed.protobuf)
            if known is None:
                known = await asyncio.to_thread(readable, feed)
                self._readable.keep(feed.protobuf, known, self.settings.window_seconds, len(known))
        return known

    async def _schedule(self, hub: Hub, row: Sequence[Any] | None) -> Schedule | None:
        if row is None:
            return None
        known = self._schedules.recall(row[0])
        if known is None:
            known = await fetch_schedule(hub.database, row)
            size = BYTES_EACH * (len(known.stops) + len(known.routes))
            self._schedules.keep(row[0], known, self.settings.schedule_seconds, size)
        return known

    async def _scene(self, hub: Hub, source: str, schedule: Schedule | None) -> Scene:
        known = self._scenes.recall(source)
        if known is None:
            known = await self._look(hub, source, schedule)
            self._scenes.keep(source, known, self.settings.window_seconds, BYTES_EACH * len(known.vehicles))
        return known

    async def _look(self, hub: Hub, source: str, schedule: Schedule | None) -> Scene:
        at, settings = hub.clock(), self.settings
        now = int(at.timestamp())
        every = await fetch_vehicles(hub.database, schedule, source or None, settings)
        left_out: Counter[str] = Counter()
        if len(every) > settings.vehicles_max:
            # How many there are beyond is not counted: that there are any is what matters.
            left_out["too_many"] = 1
            del every[settings.vehicles_max :]
        vehicles, reasons = sorted_out(every, schedule, now, settings)
        left_out += reasons
        changed = changed_at(every, now, settings)
        if schedule is None:
            return Scene(
                now=now, schedule=None, vehicles=vehicles, runs={}, left_out=left_out, changed_at=changed
            )
        passages = await fetch_passages(hub.database, schedule, at, settings)
        trips = await fetch_trips(hub.database, schedule, at, asked_trips(vehicles, passages, settings))
        shapes = {trip.shape for trip in trips if trip.shape is not None}
        lines = await fetch_lines(hub.database, schedule, shapes)
        runs, reasons = await asyncio.to_thread(runs_of, vehicles, trips, lines, schedule.stops, settings)
        left_out += reasons
        return Scene(
            now=now,
            schedule=schedule,
            vehicles=vehicles,
            runs=runs,
            trips=told_runs(trips, now, settings),
            passages=passages,
            left_out=left_out,
            changed_at=changed,
        )

    async def _alerts(self, hub: Hub, schedule: Schedule | None, url: str) -> Feed:
        now = int(hub.clock().timestamp())
        if schedule is None:
            return finished(alert_message(now, None, (), url), None, {})
        alerts = await fetch_alerts(hub.database, schedule.source, self.settings)
        blocks = [alert["thing"] for alert in alerts if alert["is_own"] and alert["point"] is None]
        routes = await fetch_routes_of_blocks(hub.database, schedule, blocks)
        running = (await self._scene(hub, schedule.source, schedule)).runs if blocks else {}
        notices, left_out = [], Counter[str]()
        for alert in alerts:
            stops = (
                []
                if alert["point"] is None
                else stops_near(
                    alert["point"],
                    schedule.stops,
                    self.settings.alert_stop_metres,
                    self.settings.alert_stops_max,
                )
            )
            trip = running.get(alert["thing"])
            of_vehicle = [trip.route] if trip is not None else routes.get(alert["thing"], [])
            if stops or of_vehicle:
                notices.append(Notice(alert, stops, of_vehicle))
            else:
                left_out["concerns_no_stop"] += 1
        announced, unknown = await fetch_announced(hub.database, schedule, self.settings)
        if unknown:
            left_out["concerns_no_stop"] += unknown
        told_at = [*(one.alert["noted_at"] for one in notices), *(one.stated_at for one in announced)]
        newest = max(told_at, default=None)
        return finished(alert_message(now, schedule, notices, url, announced), newest, left_out)


def _written(kind: Kind, scene: Scene) -> Feed:
    if kind == "vehicle-positions":
        newest = max((seen.at for seen in scene.vehicles), default=None)
        return finished(position_message(scene), newest, scene.left_out, scene.changed_at)
    message, newest = trip_message(scene)
    return finished(message, newest, scene.left_out)
