"""Feeds as GTFS Realtime 2.0 writes them (https://gtfs.org/documentation/realtime/reference/). Pure.

Only what was measured or stated is said: no predictions are made here, and of a stop that nobody passed nothing is known
(``NO_DATA``).
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from google.protobuf.json_format import MessageToDict
from google.transit import gtfs_realtime_pb2 as gtfs

from citycore.language import LANGUAGES
from citycore.units import conversion
from hub_api.serving.validators import weak_etag
from hub_api.standards.gtfs_realtime.model import (
    Announced,
    Feed,
    Notice,
    Passage,
    Run,
    Scene,
    Schedule,
    Seen,
    Trip,
)
from hub_api.standards.gtfs_realtime.rules import CANCELLED, passages_in_order

VERSION = "2.0"
GZIP_LEVEL = 6
FULL_TURN = 360.0
#: What devices send beyond it is no measurement, and fits in no field of a feed.
NUMBER_MAX = 1e9
#: Of the vocabulary's own units: the library that knows all others takes a second to load.
_FACTORS = {("km/h", "m/s"): 1 / 3.6}
_StopStatus = gtfs.VehiclePosition.VehicleStopStatus
_Occupancy = gtfs.VehiclePosition.OccupancyStatus
_Congestion = gtfs.VehiclePosition.CongestionLevel
_Relationship = gtfs.TripDescriptor.ScheduleRelationship
_StopRelationship = gtfs.TripUpdate.StopTimeUpdate.ScheduleRelationship
_SEVERITIES: Mapping[str, int] = {
    "extreme": gtfs.Alert.SEVERE,
    "severe": gtfs.Alert.SEVERE,
    "moderate": gtfs.Alert.WARNING,
    "minor": gtfs.Alert.INFO,
}


def new_message(now: int, schedule: Schedule | None) -> Any:
    """A feed without entities."""
    message = gtfs.FeedMessage()
    message.header.gtfs_realtime_version = VERSION
    message.header.incrementality = gtfs.FeedHeader.FULL_DATASET
    message.header.timestamp = now
    if schedule is not None:
        message.header.feed_version = schedule.version
    return message


def finished(
    message: Any, newest: int | None, left_out: Mapping[str, int], changed_at: int | None = None
) -> Feed:
    """The bytes of a feed. Its version is that of all but the instant at which it was made."""
    body = message.SerializeToString(deterministic=True)
    now, message.header.timestamp = message.header.timestamp, 0
    version = weak_etag(message.SerializeToString(deterministic=True).hex())
    message.header.timestamp = now
    return Feed(
        version=version,
        newest=newest,
        changed_at=newest if changed_at is None else changed_at,
        protobuf=body,
        packed=gzip.compress(body, GZIP_LEVEL, mtime=0),
        left_out=dict(left_out),
    )


def readable(feed: Feed) -> bytes:
    """The feed as JSON, with what was left out of it."""
    message = gtfs.FeedMessage.FromString(feed.protobuf)
    found = {"entity": [], **MessageToDict(message, preserving_proto_field_name=True)}
    return orjson.dumps({**found, "left_out": feed.left_out})


def position_message(scene: Scene) -> Any:
    """An entity for each vehicle, called like its thing."""
    message = new_message(scene.now, scene.schedule)
    for seen in scene.vehicles:
        entity = message.entity.add()
        entity.id = seen.code
        vehicle = entity.vehicle
        vehicle.timestamp = seen.at
        vehicle.vehicle.id, vehicle.vehicle.label = seen.code, seen.name
        vehicle.position.longitude, vehicle.position.latitude = seen.point
        _measured(vehicle.position, seen)
        _states(vehicle, seen)
        trip = scene.runs.get(seen.code)
        if trip is not None:
            describe(vehicle.trip, trip)
            _stop(vehicle, seen, trip)
    return message


def _measured(position: Any, seen: Seen) -> None:
    speed = _number(seen, "vehicle_speed", "m/s")
    speed = _number(seen, "ground_speed", "m/s") if speed is None else speed
    bearing, odometer = _number(seen, "heading", "deg"), _number(seen, "odometer", "m")
    if speed is not None and speed >= 0:
        position.speed = speed
    if bearing is not None and 0 <= bearing <= FULL_TURN:
        position.bearing = bearing % FULL_TURN
    if odometer is not None and odometer >= 0:
        position.odometer = odometer


def _number(seen: Seen, name: str, unit: str) -> float | None:
    value, sent = seen.values.get(name, (None, ""))
    if not isinstance(value, int | float) or abs(value) > NUMBER_MAX:
        return None
    if (sent, unit) in _FACTORS:
        return float(value) * _FACTORS[sent, unit]
    convert = conversion(sent, unit)
    return None if convert is None else convert(float(value))


def _states(vehicle: Any, seen: Seen) -> None:
    for field, name, values in (
        ("occupancy_status", "occupancy_status", _Occupancy),
        ("congestion_level", "congestion_level", _Congestion),
    ):
        value = str(seen.values.get(name, ("", ""))[0]).upper()
        if value in values.keys():  # noqa: SIM118  # a wrapper of protobuf, whose own "in" asks for numbers
            setattr(vehicle, field, values.Value(value))


def _stop(vehicle: Any, seen: Seen, trip: Trip) -> None:
    """At or before which stop of its trip it is, where it says both or the stop."""
    stop = seen.values.get("current_stop", (None, ""))[0]
    if stop not in trip.stops or trip.has_stop_twice:
        return
    vehicle.stop_id = stop
    status = str(seen.values.get("stop_status", ("", ""))[0]).upper()
    if status in _StopStatus.keys():  # noqa: SIM118  # as above
        vehicle.current_status = _StopStatus.Value(status)


def describe(descriptor: Any, trip: Trip, relationship: int = gtfs.TripDescriptor.SCHEDULED) -> None:
    service_date, descriptor.trip_id = trip.run
    descriptor.route_id = trip.route
    descriptor.direction_id = trip.direction
    descriptor.start_date = f"{service_date:%Y%m%d}"
    descriptor.schedule_relationship = relationship


def trip_message(scene: Scene) -> tuple[Any, int | None]:
    """An entity for each run of which anything is known, and the newest instant of what is said."""
    message = new_message(scene.now, scene.schedule)
    on_run = {trip.run: code for code, trip in scene.runs.items()}
    by_code = {seen.code: seen for seen in scene.vehicles}
    newest: list[int] = []
    for run in sorted(scene.trips):
        trip = scene.trips[run]
        seen = by_code.get(on_run.get(run, ""))
        update = gtfs.TripUpdate()
        at = _cancelled(update, seen, trip) or _updates(update, trip, scene.passages.get(run, ()), seen)
        if at is None:
            continue
        vehicle = seen or _passed_by(scene, by_code, run)
        if vehicle is not None:
            update.vehicle.id, update.vehicle.label = vehicle.code, vehicle.name
        update.timestamp = min(at, scene.now)
        entity = message.entity.add()
        entity.id = f"{run[0]:%Y%m%d}:{run[1]}"
        entity.trip_update.CopyFrom(update)
        newest.append(update.timestamp)
    return message, max(newest, default=None)


def _passed_by(scene: Scene, by_code: Mapping[str, Seen], run: Run) -> Seen | None:
    """The vehicle of a run that is over, unless it is on another one by now."""
    passages = scene.passages.get(run, ())
    code = passages[0].vehicle if passages else ""
    return None if code in scene.runs else by_code.get(code)


def _cancelled(update: Any, seen: Seen | None, trip: Trip) -> int | None:
    if seen is None or str(seen.values.get("trip_status", ("", ""))[0]).lower() not in CANCELLED:
        return None
    describe(update.trip, trip, gtfs.TripDescriptor.CANCELED)
    return seen.at


def _updates(update: Any, trip: Trip, passages: Sequence[Passage], seen: Seen | None) -> int | None:
    """When each stop was passed, and how late the vehicle says that it is for the next one; None if nothing is known."""
    if trip.has_stop_twice:
        return None
    known = {each.sequence: each for each in passages_in_order(passages) if _is_whole(trip, each)}
    newest = [at for each in known.values() for at in (each.arrival, each.departure) if at is not None]
    stated = _stated(trip, seen, max(known, default=-1))
    if not known and stated is None:
        return None
    describe(update.trip, trip)
    is_told = True
    for number, stop in enumerate(trip.stops):
        one = gtfs.TripUpdate.StopTimeUpdate(stop_id=stop)
        if number in known:
            _passed(one, trip, number, known[number])
        elif stated is not None and stated[0] == number:
            one.schedule_relationship = gtfs.TripUpdate.StopTimeUpdate.SCHEDULED
            for event in _events(trip, number):
                getattr(one, event).delay = stated[1]
        elif is_told:
            # Holds also for the stops that follow, up to the next that is known.
            one.schedule_relationship = gtfs.TripUpdate.StopTimeUpdate.NO_DATA
            is_told = False
            update.stop_time_update.append(one)
            continue
        else:
            continue
        is_told = stated is None or stated[0] != number
        update.stop_time_update.append(one)
    return max([*newest, *([] if stated is None or seen is None else [seen.at])])


def _events(trip: Trip, number: int) -> tuple[str, ...]:
    """What an update of a stop must have: both, but at the first and the last stop."""
    return tuple(
        event
        for event, is_there in (("arrival", number > 0), ("departure", number < len(trip.stops) - 1))
        if is_there
    )


def _is_whole(trip: Trip, passage: Passage) -> bool:
    """Where only one of arrival and departure was seen, the other would have to be made up."""
    number = passage.sequence
    return number < len(trip.stops) and all(
        getattr(passage, event) is not None for event in _events(trip, number)
    )


def _passed(one: Any, trip: Trip, number: int, passage: Passage) -> None:
    one.schedule_relationship = gtfs.TripUpdate.StopTimeUpdate.SCHEDULED
    for event, at, scheduled in (
        ("arrival", passage.arrival, trip.arrivals[number]),
        ("departure", passage.departure, trip.departures[number]),
    ):
        if at is not None:
            found = getattr(one, event)
            found.time, found.delay = at, at - trip.begin - scheduled


def _stated(trip: Trip, seen: Seen | None, passed: int) -> tuple[int, int] | None:
    """The next stop and by how many seconds its vehicle says that it is late for it."""
    delay = None if seen is None else _number(seen, "trip_delay", "s")
    if seen is None or delay is None:
        return None
    coming = (
        number
        for number in range(passed + 1, len(trip.stops))
        if trip.begin + (trip.departures if number == 0 else trip.arrivals)[number] + delay >= seen.at
    )
    number = next(coming, None)
    return None if number is None else (number, round(delay))


def alert_message(
    now: int,
    schedule: Schedule | None,
    notices: Sequence[Notice],
    url: str,
    announced: Sequence[Announced] = (),
) -> Any:
    """An entity for each alert, with its texts in both languages, and for what the operator announces, as it does.

    ``url`` is the address of the hub.
    """
    message = new_message(now, schedule)
    for one in announced:
        _announce(message.entity.add(), one)
    for notice in notices:
        found = notice.alert
        entity = message.entity.add()
        entity.id = found["alert"]
        alert = entity.alert
        alert.active_period.add().start = max(found["starts_at"], 0)
        alert.cause, alert.effect = gtfs.Alert.UNKNOWN_CAUSE, gtfs.Alert.UNKNOWN_EFFECT
        alert.severity_level = _SEVERITIES.get(found["severity"], gtfs.Alert.UNKNOWN_SEVERITY)
        for stop in notice.stops:
            alert.informed_entity.add().stop_id = stop
        for route in notice.routes:
            alert.informed_entity.add().route_id = route
        for language in LANGUAGES:
            header = f"{found['name'][language]}: {found['thing_name'][language]}"
            for field, text in (
                (alert.header_text, header),
                (alert.description_text, found["text"][language]),
                (alert.url, f"{url}/v1/alerts/{found['alert']}.cap"),
            ):
                field.translation.add(text=text, language=language)
    return message


def _announce(entity: Any, one: Announced) -> None:
    entity.id = f"announced:{one.alert}"
    alert = entity.alert
    alert.cause = gtfs.Alert.Cause.Value(one.cause.upper())
    alert.effect = gtfs.Alert.Effect.Value(one.effect.upper())
    alert.severity_level = gtfs.Alert.SeverityLevel.Value(one.severity.upper())
    for period in one.active_periods:
        stated = {
            edge: int(datetime.fromisoformat(at).timestamp()) for edge, at in period.items() if at is not None
        }
        alert.active_period.add(**stated)
    for informed in one.informed:
        _inform(alert.informed_entity.add(), informed)
    for field, texts in (
        (alert.header_text, one.header),
        (alert.description_text, one.description),
        (alert.url, one.url),
    ):
        for text in texts:
            field.translation.add(**{name: value for name, value in text.items() if value is not None})


def _inform(entity: Any, informed: Mapping[str, Any]) -> None:
    for field, name in (
        ("agency_id", "agency"),
        ("route_id", "route"),
        ("route_type", "route_type"),
        ("direction_id", "direction"),
        ("stop_id", "stop"),
    ):
        if informed[name] is not None:
            setattr(entity, field, informed[name])
    if informed["trip"] is not None:
        entity.trip.trip_id = informed["trip"]
