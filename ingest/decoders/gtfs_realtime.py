"""GTFS Realtime: positions of vehicles, how late trips are, and alerts to riders. Pure.

A vehicle is a thing by its own id, or by that of its entity. A trip without a vehicle is a thing by the trip's id. Licence
plates are read by nobody here.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from google.protobuf.message import DecodeError
from google.transit import gtfs_realtime_pb2

from citycore.clock import EPOCH
from citycore.wire import Message
from ingest.decoders.float32 import shortest_decimal
from ingest.decoders.model import Arrival, Decoded, Decoder, Limits, Reading, Refusal, Remark, Unreadable
from ingest.decoders.service_alerts import read_alerts

_Occupancy = gtfs_realtime_pb2.VehiclePosition.OccupancyStatus
_StopStatus = gtfs_realtime_pb2.VehiclePosition.VehicleStopStatus
_Congestion = gtfs_realtime_pb2.VehiclePosition.CongestionLevel
_Relationship = gtfs_realtime_pb2.TripDescriptor.ScheduleRelationship
_NO_FEED = "the payload is no FeedMessage of GTFS Realtime"
#: What says that nothing is known is no value.
_NOTHING = frozenset({"NO_DATA_AVAILABLE", "UNKNOWN_CONGESTION_LEVEL"})


def _decode(arrival: Arrival) -> Decoded:
    try:
        feed = gtfs_realtime_pb2.FeedMessage.FromString(arrival.payload)
        if feed.IsInitialized():
            return _Feed(feed, arrival.limits).read()
    except (DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise Unreadable("unreadable_payload", _NO_FEED) from error
    raise Unreadable("unreadable_payload", _NO_FEED)


class _Feed:
    def __init__(self, feed: Any, limits: Limits) -> None:
        self._feed = feed
        self._limits = limits
        self._decoded = Decoded()

    def read(self) -> Decoded:
        if len(self._feed.entity) > self._limits.instants_max:
            raise Unreadable("too_large", f"more than {self._limits.instants_max} entities in one feed")
        is_remark = not self._feed.entity
        for entity in self._feed.entity:
            is_read = not entity.is_deleted and (entity.HasField("vehicle") or entity.HasField("trip_update"))
            if is_read and entity.HasField("vehicle"):
                self._vehicle(entity)
            if is_read and entity.HasField("trip_update"):
                self._trip(entity)
            is_remark |= not is_read  # an alert, a shape, or one that is deleted
        decoded = self._decoded
        alerts = read_alerts(self._feed, self._header_time(), self._limits.service_alerts, decoded.refusals)
        remark = Remark.STATUS if is_remark else None
        return Decoded(decoded.readings, decoded.refusals, remark, service_alerts=alerts)

    def _header_time(self) -> datetime | None:
        try:
            seconds = self._feed.header.timestamp
            return EPOCH + timedelta(seconds=seconds) if seconds else None
        except OverflowError:
            return None

    def _time(self, stated: Any) -> datetime | None:
        """When it was observed; when the feed was made where the entity does not say."""
        seconds = stated.timestamp or self._feed.header.timestamp
        if not seconds:
            return None
        return EPOCH + timedelta(seconds=seconds)

    def _vehicle(self, entity: Any) -> None:
        vehicle = entity.vehicle
        thing = vehicle.vehicle.id or vehicle.vehicle.label or entity.id
        location, results, units = None, dict[str, Any](), dict[str, str]()
        if vehicle.HasField("position"):
            position = vehicle.position
            location = (shortest_decimal(position.longitude), shortest_decimal(position.latitude))
            for field, code, unit in (
                ("speed", "vehicle_speed", "m/s"),
                ("bearing", "heading", "deg"),
                ("odometer", "odometer", "m"),
            ):
                if position.HasField(field):
                    number = getattr(position, field)
                    results[code] = number if field == "odometer" else shortest_decimal(number)
                    units[code] = unit
        if vehicle.HasField("occupancy_percentage"):
            results["vehicle_occupancy"], units["vehicle_occupancy"] = vehicle.occupancy_percentage, "%"
        for field, code, names in (
            ("occupancy_status", "occupancy_status", _Occupancy),
            ("current_status", "stop_status", _StopStatus),
            ("congestion_level", "congestion_level", _Congestion),
        ):
            if vehicle.HasField(field) and (name := names.Name(getattr(vehicle, field))) not in _NOTHING:
                results[code] = name.lower()
        if vehicle.stop_id:
            results["current_stop"] = vehicle.stop_id
        self._trip_of(vehicle, results)
        self._add(thing, vehicle, results, units, location)

    def _trip(self, entity: Any) -> None:
        update = entity.trip_update
        thing = update.vehicle.id or update.trip.trip_id or entity.id
        results: dict[str, Any] = {}
        units: dict[str, str] = {}
        delay = _delay(update)
        if delay is not None:
            results["trip_delay"], units["trip_delay"] = delay, "s"
        if update.trip.HasField("schedule_relationship"):
            results["trip_status"] = _Relationship.Name(update.trip.schedule_relationship).lower()
        self._trip_of(update, results)
        self._add(thing, update, results, units, None)

    @staticmethod
    def _trip_of(stated: Any, results: dict[str, Any]) -> None:
        if stated.trip.trip_id:
            results["trip"] = stated.trip.trip_id
        if stated.trip.route_id:
            results["route"] = stated.trip.route_id

    def _add(
        self,
        thing: str,
        stated: Any,
        results: dict[str, Any],
        units: dict[str, str],
        location: tuple[float, float] | None,
    ) -> None:
        if not results and location is None:
            self._decoded.refusals.append(Refusal(thing[:200], "missing_result", "the entity holds no value"))
            return
        try:
            time = self._time(stated)
        except (OverflowError, ValueError):
            self._decoded.refusals.append(Refusal(thing[:200], "missing_time", "the timestamp is no time"))
            return
        message = Message(
            phenomenon_time=time, results=results or None, units=units or None, location=location
        )
        self._decoded.readings.append(Reading(thing, message))


def _delay(update: Any) -> int | None:
    """Of the trip as a whole, else at the first stop that has one, which is the next."""
    if update.HasField("delay"):
        return int(update.delay)
    for stop in update.stop_time_update:
        for event in (stop.arrival, stop.departure):
            if event.HasField("delay"):
                return int(event.delay)
    return None


DECODER = Decoder("gtfs_realtime", "GTFS Realtime", _decode)
