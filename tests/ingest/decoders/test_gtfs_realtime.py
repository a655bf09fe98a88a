"""GTFS Realtime: vehicles and trips of a feed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from google.transit import gtfs_realtime_pb2 as gtfs

from citycore.wire import Message
from ingest.decoders.model import AlertLimits, Limits, Remark, ServiceAlerts, Unreadable
from tests.ingest.decoders.arrivals import decode

TIME = 1_767_225_600
MOMENT = datetime.fromtimestamp(TIME, UTC)


def feed(*entities: dict[str, Any], time: int = TIME) -> bytes:
    header = gtfs.FeedHeader(gtfs_realtime_version="2.0", timestamp=time)
    message = gtfs.FeedMessage(header=header)
    for number, entity in enumerate(entities):
        message.entity.add(id=f"e{number}", **entity)
    data: bytes = message.SerializeToString()
    return data


def test_a_vehicle_with_all_it_may_say() -> None:
    vehicle = gtfs.VehiclePosition(
        trip={"trip_id": "t9", "route_id": "r4"},
        vehicle={"id": "bus-12", "license_plate": "12345 A"},
        position={
            "latitude": 23.588,
            "longitude": 58.3829,
            "bearing": 271.5,
            "speed": 8.3,
            "odometer": 1234.5,
        },
        stop_id="ruwi",
        current_status=gtfs.VehiclePosition.STOPPED_AT,
        timestamp=TIME - 10,
        congestion_level=gtfs.VehiclePosition.STOP_AND_GO,
        occupancy_status=gtfs.VehiclePosition.FEW_SEATS_AVAILABLE,
        occupancy_percentage=70,
    )

    decoded = decode("gtfs_realtime", feed({"vehicle": vehicle}))

    (reading,) = decoded.readings
    assert reading.thing == "bus-12"
    assert reading.message == Message(
        phenomenon_time=datetime.fromtimestamp(TIME - 10, UTC),
        results={
            "vehicle_speed": 8.3,
            "heading": 271.5,
            "odometer": 1234.5,
            "vehicle_occupancy": 70,
            "occupancy_status": "few_seats_available",
            "stop_status": "stopped_at",
            "congestion_level": "stop_and_go",
            "current_stop": "ruwi",
            "trip": "t9",
            "route": "r4",
        },
        units={"vehicle_speed": "m/s", "heading": "deg", "odometer": "m", "vehicle_occupancy": "%"},
        location=(58.3829, 23.588),
    )
    assert "12345" not in repr(decoded)


@pytest.mark.parametrize(
    ("described", "thing"), [({"id": "7", "label": "L"}, "7"), ({"label": "L"}, "L"), ({}, "e0")]
)
def test_a_vehicle_is_called_by_the_first_name_it_has(described: dict[str, str], thing: str) -> None:
    vehicle = gtfs.VehiclePosition(vehicle=described, position={"latitude": 1, "longitude": 2})

    (reading,) = decode("gtfs_realtime", feed({"vehicle": vehicle})).readings

    assert (reading.thing, reading.message) == (thing, Message(phenomenon_time=MOMENT, location=(2.0, 1.0)))


@pytest.mark.parametrize(
    ("update", "results"),
    [
        ({"delay": -30}, {"trip_delay": -30}),
        ({"stop_time_update": [{"arrival": {"time": 5}}, {"departure": {"delay": 90}}]}, {"trip_delay": 90}),
        ({"stop_time_update": [{"arrival": {"delay": 0}}]}, {"trip_delay": 0}),
    ],
)
def test_how_late_a_trip_is(update: dict[str, Any], results: dict[str, int]) -> None:
    trip = gtfs.TripUpdate(trip={"trip_id": "t9"}, **update)

    (reading,) = decode("gtfs_realtime", feed({"trip_update": trip})).readings

    assert reading.thing == "t9"
    assert reading.message.results == {**results, "trip": "t9"}
    assert reading.message.units == {"trip_delay": "s"}


def test_a_cancelled_trip() -> None:
    trip = gtfs.TripUpdate(
        trip={"trip_id": "t9", "schedule_relationship": "CANCELED"}, vehicle={"id": "bus-1"}
    )

    (reading,) = decode("gtfs_realtime", feed({"trip_update": trip})).readings

    assert (reading.thing, reading.message.results) == ("bus-1", {"trip_status": "canceled", "trip": "t9"})


def test_an_alert_is_a_remark_beside_vehicles() -> None:
    vehicle = gtfs.VehiclePosition(position={"latitude": 1, "longitude": 2})

    alone = decode("gtfs_realtime", feed({"alert": gtfs.Alert()}))
    both = decode("gtfs_realtime", feed({"alert": gtfs.Alert()}, {"vehicle": vehicle}))

    assert (alone.readings, alone.remark) == ([], Remark.STATUS)
    assert (len(both.readings), both.remark) == (1, Remark.STATUS)
    assert decode("gtfs_realtime", feed()).remark is Remark.STATUS


@pytest.mark.parametrize(
    ("vehicle", "reason"),
    [
        ({"vehicle": {"id": "a"}}, "missing_result"),
        ({"occupancy_status": "NO_DATA_AVAILABLE"}, "missing_result"),
        ({"position": {"latitude": 1, "longitude": 2}, "timestamp": 2**62}, "missing_time"),
    ],
)
def test_a_vehicle_that_says_nothing_is_refused(vehicle: dict[str, Any], reason: str) -> None:
    decoded = decode("gtfs_realtime", feed({"vehicle": gtfs.VehiclePosition(**vehicle)}))

    assert [refusal.reason for refusal in decoded.refusals] == [reason]
    assert not decoded.readings


def test_a_vehicle_that_was_seen_long_before_the_feed_keeps_its_own_time() -> None:
    """So that whoever reads it knows that it is old; the feed of the hub leaves it out as stale."""
    old = gtfs.VehiclePosition(
        vehicle={"id": "a"}, position={"latitude": 1, "longitude": 2}, timestamp=TIME - 86_400
    )
    new = gtfs.VehiclePosition(vehicle={"id": "b"}, position={"latitude": 1, "longitude": 2})

    readings = decode("gtfs_realtime", feed({"vehicle": old}, {"vehicle": new})).readings

    stated = {each.thing: each.message.phenomenon_time for each in readings}
    assert stated == {"a": datetime.fromtimestamp(TIME - 86_400, UTC), "b": MOMENT}


def test_what_a_feed_takes_back_is_no_observation() -> None:
    vehicle = gtfs.VehiclePosition(vehicle={"id": "a"}, position={"latitude": 1, "longitude": 2})

    decoded = decode("gtfs_realtime", feed({"vehicle": vehicle, "is_deleted": True}))

    assert (decoded.readings, decoded.refusals, decoded.remark) == ([], [], Remark.STATUS)


def alert(route: str = "r4", **said: Any) -> gtfs.Alert:
    made = gtfs.Alert(cause=gtfs.Alert.CONSTRUCTION, effect=gtfs.Alert.DETOUR, **said)
    made.informed_entity.add(route_id=route, stop_id="ruwi")
    made.informed_entity.add(route_id=route)
    made.active_period.add(start=TIME)
    for language, text in (("ar", "تحويلة"), ("en", "Detour")):
        made.header_text.translation.add(language=language, text=text)
    return made


def test_alerts_are_told_with_what_they_concern_and_in_their_languages() -> None:
    told = decode("gtfs_realtime", feed({"alert": alert(severity_level=gtfs.Alert.WARNING)})).service_alerts

    assert told is not None
    assert (told.stated_at, told.is_whole) == (MOMENT, True)
    (one,) = told.alerts
    assert (one.alert, one.cause, one.effect, one.severity) == ("e0", "construction", "detour", "warning")
    assert one.active_periods == [{"start": "2026-01-01T00:00:00Z", "end": None}]
    assert [(each["route"], each["stop"]) for each in one.informed] == [("r4", None), ("r4", "ruwi")]
    assert one.header == [{"language": "ar", "text": "تحويلة"}, {"language": "en", "text": "Detour"}]


def test_alerts_are_bounded_and_what_is_cut_is_said() -> None:
    wide = alert()
    for number in range(9):
        wide.informed_entity.add(stop_id=f"s{number}")
    wide.description_text.translation.add(text="x" * 50 + "\0")
    limits = Limits(service_alerts=AlertLimits(alerts_max=1, informed_max=4, description_characters_max=10))

    decoded = decode("gtfs_realtime", feed({"alert": wide}, {"alert": alert()}), limits=limits)

    assert decoded.service_alerts is not None
    (one,) = decoded.service_alerts.alerts
    assert (len(one.informed), one.informed_left_out) == (4, 7)
    assert one.description == [{"language": None, "text": "x" * 9 + "…"}]
    assert [refusal.reason for refusal in decoded.refusals] == ["too_large"]


def test_a_feed_without_alerts_says_that_there_are_none_and_one_of_changes_says_nothing() -> None:
    assert decode("gtfs_realtime", feed()).service_alerts == ServiceAlerts(MOMENT, (), is_whole=True)
    changes = gtfs.FeedMessage.FromString(feed({"vehicle": gtfs.VehiclePosition(stop_id="a")}))
    changes.header.incrementality = gtfs.FeedHeader.DIFFERENTIAL
    assert decode("gtfs_realtime", changes.SerializeToString()).service_alerts is None


def test_without_a_time_none_is_made_up() -> None:
    vehicle = gtfs.VehiclePosition(position={"latitude": 1, "longitude": 2})

    (reading,) = decode("gtfs_realtime", feed({"vehicle": vehicle}, time=0)).readings

    assert reading.message.phenomenon_time is None


@pytest.mark.parametrize(
    "payload", [b"", b"{}", b"\xff" * 10, feed({"vehicle": gtfs.VehiclePosition()})[:-1]]
)
def test_what_is_no_feed_is_unreadable(payload: bytes) -> None:
    with pytest.raises(Unreadable):
        decode("gtfs_realtime", payload)


def test_a_feed_beyond_the_limit_is_too_large() -> None:
    with pytest.raises(Unreadable) as unreadable:
        decode("gtfs_realtime", feed({}, {}, {}), limits=Limits(instants_max=2))

    assert unreadable.value.reason == "too_large"
