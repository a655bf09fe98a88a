"""Matches days of vehicles again whose positions have changed, and measures the service days that this touches.

The roll-up of an hour notes it (:mod:`ingest.rollups`). What cannot be matched is set aside by vehicle and day, and
stops no other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.transport.matching import match
from citycore.transport.measures import hour_of, tallies, travels
from citycore.transport.model import Position, Trip, Visit
from citycore.transport.settings import MatchSettings, MeasureSettings
from ingest.isolation import attempt, reason_of
from ingest.transport.days import DAY, QUERIES, Schedules, Version
from ingest.transport.settings import TransitJobSettings

HOUR = timedelta(hours=1)
log = structlog.get_logger()


class TooManyPositions(ValueError):
    """A vehicle sent more than anybody matches."""


@dataclass(frozen=True, slots=True)
class TransitSettings:
    """All that the job goes by."""

    job: TransitJobSettings = field(default_factory=TransitJobSettings)
    match: MatchSettings = field(default_factory=MatchSettings)
    measure: MeasureSettings = field(default_factory=MeasureSettings)


@dataclass(frozen=True, slots=True)
class _Vehicle:
    thing_id: int
    code: str
    source_id: int


def keep_transit(connection: Connection, settings: TransitSettings, now: datetime) -> int:
    """Match and measure what has changed and is over; the number of days of vehicles and sources, 0 when nothing is due.

    Gives 0 as well while another process does it.
    """
    done = 0
    for _ in range(settings.job.rounds_max):
        some = _Round(connection, settings, now).run()
        done += some
        if not some:
            break
    return done


def newest_note(connection: Connection, now: datetime) -> int | None:
    """The number of the newest hour that has changed and is over, None where none waits."""
    number: int | None
    (number,) = connection.execute(QUERIES["newest_note"], {"now": now}).fetchone() or (None,)
    return number


class _Round:
    """One transaction."""

    def __init__(self, connection: Connection, settings: TransitSettings, now: datetime) -> None:
        self._connection = connection
        self._settings = settings
        self._now = now
        self._margin = timedelta(seconds=settings.job.margin_seconds)

    def run(self) -> int:
        connection = self._connection
        with connection.transaction():
            (is_ours,) = connection.execute(QUERIES["lock"]).fetchone() or (False,)
            if not is_ours:
                return 0
            job = self._settings.job
            limits = {"now": self._now, "notes_max": job.notes_max, "retry_seconds": job.retry_seconds}
            notes = connection.execute(QUERIES["take_notes"], limits).fetchall()
            again = connection.execute(QUERIES["due_set_aside"], limits).fetchall()
            schedules = Schedules(connection)
            vehicles = self._vehicles({thing_id for thing_id, _ in [*notes, *again]})
            due: set[tuple[int, date]] = {(thing_id, day) for thing_id, day in again if thing_id in vehicles}
            for thing_id, hour in notes:
                if thing_id in vehicles:
                    days = schedules.dates_of(vehicles[thing_id].source_id, hour, self._margin)
                    due.update((thing_id, day) for day in days)
            held = self._held_back(schedules, vehicles, due)
            due -= held
            for thing_id, day in sorted(due):
                self._match(schedules, vehicles[thing_id], day)
            days_due = self._days_to_measure(schedules)
            days_due.update((vehicles[thing_id].source_id, day) for thing_id, day in due)
            for source_id, day in sorted(days_due):
                version = schedules.version_of(source_id, day)
                if version is not None:
                    self._measure(schedules, version, day)
        return len(due) + len(days_due) or (0 if held else len(notes))

    def _held_back(
        self, schedules: Schedules, vehicles: Mapping[int, _Vehicle], due: set[tuple[int, date]]
    ) -> set[tuple[int, date]]:
        """Days of which the archive has positions that the store has let go of: matched from what is left, they would lose what they
        had. They wait until it has put them back.
        """
        begins: dict[tuple[int, date], datetime] = {}
        spans: list[tuple[int, date, datetime, datetime]] = []
        for thing_id, day in sorted(due):
            version = schedules.version_of(vehicles[thing_id].source_id, day)
            if version is not None:
                begins[thing_id, day] = version.begin(day)
                spans.append((thing_id, day, *self._span(version, day)))
        if not spans:
            return set()
        asked = dict(
            zip(("things", "days", "starts", "ends"), map(list, zip(*spans, strict=True)), strict=True)
        )
        self._connection.execute(QUERIES["hold_parts"], asked)
        held: set[tuple[int, date]] = set(self._connection.execute(QUERIES["archived"], asked).fetchall())
        for thing_id, day in sorted(held):
            self._connection.execute(QUERIES["take_up"], {"thing_id": thing_id, "service_date": day})
            noon = {"thing_id": thing_id, "noon": hour_of(begins[thing_id, day] + DAY / 2)}
            self._connection.execute(QUERIES["note_again"], noon)
        return held

    def _span(self, version: Version, day: date) -> tuple[datetime, datetime]:
        """Where positions of a service day may lie."""
        return version.begin(day) - self._margin, version.end(day) + self._margin

    def _vehicles(self, things: set[int]) -> dict[int, _Vehicle]:
        rows = self._connection.execute(QUERIES["vehicles"], {"things": sorted(things)}).fetchall()
        return {thing_id: _Vehicle(thing_id, code, source_id) for thing_id, code, source_id in rows}

    def _days_to_measure(self, schedules: Schedules) -> set[tuple[int, date]]:
        """Days of which an hour is over that was not measured: also where nothing was seen at all."""
        since = (self._now - 2 * DAY).date()
        rows = self._connection.execute(QUERIES["measured"], {"since": since}).fetchall()
        known = {(source_id, day): until for source_id, day, until in rows}
        due: set[tuple[int, date]] = set()
        for source_id, versions in schedules.versions.items():
            today = self._now.astimezone(ZoneInfo(versions[-1].zone)).date()
            for day in (today - DAY, today):
                version = schedules.version_of(source_id, day)
                # What was before a schedule was loaded is told where something was seen.
                if version is None or version.loaded_at >= version.begin(day) + DAY:
                    continue
                if known.get((source_id, day), version.begin(day)) < self._until(version, day):
                    due.add((source_id, day))
        return due

    def _until(self, version: Version, day: date) -> datetime:
        """The end of the last hour that is over, or of the service day."""
        return min(hour_of(self._now), hour_of(version.end(day)) + HOUR)

    def _match(self, schedules: Schedules, vehicle: _Vehicle, day: date) -> None:
        key = {"thing_id": vehicle.thing_id, "service_date": day}
        self._connection.execute(QUERIES["take_up"], key)
        version = schedules.version_of(vehicle.source_id, day)
        if version is None:
            return
        try:
            error = attempt(self._connection, lambda: self._match_day(schedules, vehicle, version, day))
            reason = None if error is None else reason_of(error)
        except (ArithmeticError, LookupError, ValueError) as wrong:
            reason = f"{type(wrong).__name__}: {wrong}"
        if reason is not None:
            self._forget(key)
            self._connection.execute(QUERIES["set_aside"], {**key, "reason": reason[:500]})
            log.warning("transit_set_aside", thing=vehicle.code, day=day.isoformat(), reason=reason)

    def _forget(self, key: dict[str, Any]) -> None:
        self._connection.execute(QUERIES["forget_passages"], key)
        self._connection.execute(QUERIES["forget_account"], key)

    def _match_day(self, schedules: Schedules, vehicle: _Vehicle, version: Version, day: date) -> None:
        key = {"thing_id": vehicle.thing_id, "service_date": day}
        self._forget(key)
        span = dict(zip(("start", "end"), self._span(version, day), strict=True))
        most = self._settings.job.positions_max
        rows = self._connection.execute(
            QUERIES["positions"], {**key, **span, "positions_max": most}
        ).fetchall()
        if len(rows) > most:
            raise TooManyPositions(f"more than {most} positions (FALAJ_TRANSIT_JOB_POSITIONS_MAX)")
        positions = [Position(*row) for row in rows]
        stated = {each.trip for each in positions if each.trip is not None}
        sections = schedules.sections(vehicle.source_id, day, vehicle.code, stated)
        passages, account = match(positions, sections, vehicle.code, self._settings.match)
        with self._connection.cursor() as cursor:
            cursor.executemany(
                QUERIES["keep_passage"],
                [
                    {**key, **values_of(each), "feed_id": version.feed_id}
                    for each in passages
                    if each.service_date == day
                ],
            )
        self._connection.execute(QUERIES["keep_account"], {**key, **values_of(account)})

    def _measure(self, schedules: Schedules, version: Version, day: date) -> None:
        key = {"source_id": version.source_id, "service_date": day, "feed_id": version.feed_id}
        until = self._until(version, day)
        rows = self._connection.execute(QUERIES["passages"], key).fetchall()
        if not rows and version.loaded_at >= version.begin(day) + DAY:
            # Before there was a schedule, and nobody was there.
            for forgotten in ("forget_hours", "forget_segments"):
                self._connection.execute(QUERIES[forgotten], key)
            return
        seen = {(trip, sequence): (arrival, departure) for trip, sequence, arrival, departure in rows}
        span = {"start": version.begin(day) - self._margin, "end": version.end(day)}
        cancelled = {trip for (trip,) in self._connection.execute(QUERIES["cancelled"], {**key, **span})}
        begin = version.begin(day)
        trips = [
            list(_visits(trip, begin, seen, is_cancelled=trip.trip in cancelled))
            for trip in schedules.trips(version, day)
        ]
        trips = [[visit for visit in visits if visit.scheduled_departure < until] for visits in trips]
        found = tallies((visit for visits in trips for visit in visits), self._settings.measure)
        with self._connection.cursor() as cursor:
            cursor.execute(QUERIES["forget_hours"], key)
            with cursor.copy(QUERIES["copy_hours"]) as copy:
                for cell, tally in sorted(found.items()):
                    copy.write_row((version.source_id, day, *cell, *astuple(tally)))
            cursor.execute(QUERIES["forget_segments"], key)
            with cursor.copy(QUERIES["copy_segments"]) as copy:
                for stretch, travel in sorted(travels(trips).items()):
                    copy.write_row((version.source_id, day, *stretch, *astuple(travel)))
            bounds = self._settings.measure.model_dump(include={"early_seconds_max", "late_seconds_max"})
            cursor.execute(QUERIES["measured_until"], {**key, **bounds, "until": until})


def _visits(
    trip: Trip,
    begin: datetime,
    seen: dict[tuple[str, int], tuple[datetime | None, datetime | None]],
    *,
    is_cancelled: bool,
) -> Iterator[Visit]:
    last = len(trip.stops) - 1
    is_trip_seen = any((trip.trip, sequence) in seen for sequence in range(last + 1))
    for sequence, stop in enumerate(trip.stops):
        arrival, departure = seen.get((trip.trip, sequence), (None, None))
        yield Visit(
            trip=trip.trip,
            route=trip.route,
            direction=trip.direction,
            stop=stop,
            is_timepoint=trip.timepoints[sequence],
            is_first=sequence == 0,
            is_last=sequence == last,
            is_cancelled=is_cancelled,
            is_trip_seen=is_trip_seen,
            scheduled_arrival=begin + timedelta(seconds=trip.arrivals[sequence]),
            scheduled_departure=begin + timedelta(seconds=trip.departures[sequence]),
            arrival=arrival,
            departure=departure,
        )
