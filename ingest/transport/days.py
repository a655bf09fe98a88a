"""Which version of a schedule holds on a service day, and what runs then; read once a round."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from citycore.store.rows import rows_of
from citycore.transport.model import Point, Section, Trip
from citycore.transport.schedule import day_begin, section_of

QUERIES = load_queries("ingest.transport")
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a source's schedule."""

    feed_id: int
    source_id: int
    zone: str
    valid_from: date
    valid_until: date
    last_seconds: int
    loaded_at: datetime

    def begin(self, service_date: date) -> datetime:
        return day_begin(service_date, ZoneInfo(self.zone))

    def end(self, service_date: date) -> datetime:
        """After the last time of its trips, and no earlier than the day ends."""
        return self.begin(service_date) + max(DAY, timedelta(seconds=self.last_seconds))


@dataclass(slots=True)
class Schedules:
    """The schedules of all sources."""

    connection: Connection
    versions: dict[int, list[Version]] = field(init=False)
    _trips: dict[tuple[int, date], list[Trip]] = field(default_factory=dict, init=False)
    _stops: dict[int, dict[str, Point]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.versions = defaultdict(list)
        for version in rows_of(self.connection, Version, QUERIES["feeds"], {}):
            self.versions[version.source_id].append(version)

    def version_of(self, source_id: int, service_date: date) -> Version | None:
        """The newest that was there before the day was over; for days before all of them, the first."""
        valid = [
            each
            for each in self.versions.get(source_id, ())
            if each.valid_from <= service_date <= each.valid_until
        ]
        there = [each for each in valid if each.loaded_at < each.begin(service_date) + DAY]
        return there[-1] if there else next(iter(valid), None)

    def dates_of(self, source_id: int, hour: datetime, margin: timedelta) -> set[date]:
        """Service days to which an hour may belong."""
        found: set[date] = set()
        for version in self.versions.get(source_id, ()):
            local = hour.astimezone(ZoneInfo(version.zone)).date()
            back = max(1, version.last_seconds // 86_400 + 1)
            for days in range(-1, back + 1):
                day = local - days * DAY
                is_over = hour >= version.end(day) + margin
                is_early = hour + timedelta(hours=1) <= version.begin(day) - margin
                if not (is_over or is_early) and self.version_of(source_id, day) is not None:
                    found.add(day)
        return found

    def trips(self, version: Version, service_date: date) -> Sequence[Trip]:
        key = (version.feed_id, service_date)
        if key not in self._trips:
            parameters = {"feed_id": version.feed_id, "service_date": service_date}
            self._trips[key] = rows_of(self.connection, Trip, QUERIES["trips"], parameters)
        return self._trips[key]

    def sections(
        self, source_id: int, service_date: date, block: str, stated: Iterable[str]
    ) -> list[Section]:
        """The trips of a vehicle on a service day, and those of the days beside it that reach into it."""
        wanted = set(stated)
        found: list[Section] = []
        for day in (service_date - DAY, service_date, service_date + DAY):
            version = self.version_of(source_id, day)
            if version is None:
                continue
            trips = [trip for trip in self.trips(version, day) if trip.block == block or trip.trip in wanted]
            stops, shapes = self._stops_of(version), self._shapes_of(version, trips)
            begin = version.begin(day).timestamp()
            found += [section_of(trip, day, begin, stops, shapes.get(trip.shape or "")) for trip in trips]
        return found

    def _stops_of(self, version: Version) -> dict[str, Point]:
        if version.feed_id not in self._stops:
            rows = self.connection.execute(QUERIES["stops"], {"feed_id": version.feed_id}).fetchall()
            self._stops[version.feed_id] = {stop: (longitude, latitude) for stop, longitude, latitude in rows}
        return self._stops[version.feed_id]

    def _shapes_of(self, version: Version, trips: Sequence[Trip]) -> dict[str, list[Point]]:
        shapes = sorted({trip.shape for trip in trips if trip.shape is not None})
        if not shapes:
            return {}
        parameters = {"feed_id": version.feed_id, "shapes": shapes}
        rows = self.connection.execute(QUERIES["shapes"], parameters).fetchall()
        return {shape: list(zip(xs, ys, strict=True)) for shape, xs, ys in rows}
