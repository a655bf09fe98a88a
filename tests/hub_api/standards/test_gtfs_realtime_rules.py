"""Which vehicles a feed has, which runs they are on, and what is told of a run, as tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from google.transit import gtfs_realtime_pb2 as gtfs

from hub_api.standards.gtfs_realtime.feeds import position_message, trip_message
from hub_api.standards.gtfs_realtime.model import Passage, Scene, Schedule, Seen, Trip
from hub_api.standards.gtfs_realtime.rules import (
    changed_at,
    metres_from,
    passages_in_order,
    runs_of,
    sorted_out,
    stops_near,
)
from hub_api.standards.gtfs_realtime.settings import GtfsRealtimeSettings

SETTINGS = GtfsRealtimeSettings()
NOW = int(datetime(2026, 11, 24, 5, tzinfo=UTC).timestamp())
DAY = date(2026, 11, 24)
STOPS = {"a": (58.40, 23.60), "b": (58.41, 23.60), "c": (58.42, 23.60)}
SCHEDULE = Schedule(
    feed_id=1, source="s", agency="A", zone="Asia/Muscat", version="v", valid_from=DAY, valid_until=DAY,
    loaded_at=datetime(2026, 1, 1, tzinfo=UTC), stops=STOPS, routes={"r": 3},
)  # fmt: skip
BUS = Seen(code="v", name="Bus", at=NOW, point=(58.405, 23.6), quality=1, values={})
#: It began five minutes ago, comes to the second stop in a minute and ends five minutes later.
TRIP = Trip(
    run=(DAY, "t"), begin=NOW - 300, route="r", direction=0, block="v", shape=None, stops=["a", "b", "c"],
    arrivals=[0, 360, 660], departures=[0, 390, 660],
)  # fmt: skip


def stated(**values: Any) -> Seen:
    return replace(
        BUS, values={name: (value, "s" if name == "trip_delay" else "1") for name, value in values.items()}
    )


@pytest.mark.parametrize(
    ("vehicle", "reason"),
    [
        (BUS, None),
        (replace(BUS, quality=3), None),
        (replace(BUS, quality=4), "bad"),
        (replace(BUS, quality=9), "bad"),
        (replace(BUS, at=NOW - 300), None),
        (replace(BUS, at=NOW - 301), "stale"),
        (replace(BUS, at=NOW + 1), "future"),
        (replace(BUS, point=(58.434, 23.6)), None),
        (replace(BUS, point=(58.437, 23.6)), "outside"),
        (replace(BUS, point=(23.6, 58.4)), "outside"),
    ],
)
def test_which_vehicles_a_feed_has(vehicle: Seen, reason: str | None) -> None:
    kept, left_out = sorted_out([vehicle], SCHEDULE, NOW, SETTINGS)
    assert (bool(kept), dict(left_out)) == (reason is None, {} if reason is None else {reason: 1})


def test_of_two_receivers_of_a_vehicle_the_newer_counts() -> None:
    kept, left_out = sorted_out([BUS, replace(BUS, at=NOW - 5)], None, NOW, SETTINGS)
    assert (kept, dict(left_out)) == ([BUS], {"second_receiver": 1})


def test_when_the_vehicles_changed_last() -> None:
    fresh, gone = replace(BUS, at=NOW - 200), replace(BUS, at=NOW - 310)
    assert changed_at([fresh], NOW, SETTINGS) == NOW - 200
    assert changed_at([fresh, gone], NOW, SETTINGS) == NOW - 10
    assert changed_at([], NOW, SETTINGS) is None


YESTERDAY = replace(TRIP, run=(date(2026, 11, 23), "t"), begin=TRIP.begin - 86_400)


@pytest.mark.parametrize(
    ("vehicle", "trips", "run", "reason"),
    [
        (stated(trip="t"), [TRIP], TRIP, None),
        (stated(trip="t"), [YESTERDAY, TRIP], TRIP, None),
        (stated(trip="t"), [YESTERDAY], None, "unknown_trip"),
        (stated(trip="u"), [TRIP], None, "unknown_trip"),
        (replace(BUS, code="w"), [TRIP], None, None),
        (BUS, [TRIP], TRIP, None),
        (BUS, [TRIP, replace(TRIP, run=(DAY, "t2"))], None, None),
        (replace(BUS, at=NOW - 301), [TRIP], None, None),
        (replace(BUS, point=(58.405, 23.6025)), [TRIP], None, "off_route"),
    ],
)
def test_which_run_a_vehicle_is_on(
    vehicle: Seen, trips: list[Trip], run: Trip | None, reason: str | None
) -> None:
    found, left_out = runs_of([vehicle], trips, {}, STOPS, SETTINGS)
    assert found == ({} if run is None else {vehicle.code: run})
    assert dict(left_out) == ({} if reason is None else {reason: 1})


def test_how_far_a_point_is_from_a_line() -> None:
    assert metres_from((58.405, 23.601), list(STOPS.values())) == pytest.approx(111.2, abs=0.1)
    assert metres_from((58.39, 23.6), [STOPS["a"]]) == pytest.approx(1_018.9, abs=1)
    assert metres_from((58.39, 23.6), []) == float("inf")
    assert stops_near((58.411, 23.6), STOPS, 950, 2) == ["b", "c"]
    assert stops_near((58.411, 23.6), {}, 950, 2) == []


def passage(sequence: int, arrival: int | None, departure: int | None) -> Passage:
    return Passage(TRIP.run, "v", sequence, arrival, departure)


def test_passages_that_cannot_be_are_left_out() -> None:
    good = [passage(0, None, 10), passage(1, 20, 30), passage(3, 50, None)]
    wrong = [passage(2, 25, 28), passage(4, 70, 60), passage(5, None, None)]
    assert passages_in_order([*wrong, *good]) == good


def told(passages: list[Passage], seen: Seen = BUS, trip: Trip = TRIP) -> list[Any]:
    scene = Scene(
        now=NOW, schedule=SCHEDULE, vehicles=[seen], runs={"v": trip}, trips={trip.run: trip},
        passages={trip.run: passages},
    )  # fmt: skip
    message, _ = trip_message(scene)
    return [entity.trip_update for entity in message.entity]


def stops_of(update: Any) -> list[tuple[str, int | None, int | None]]:
    """Each stop with how late its arrival and departure are."""
    return [
        (
            one.stop_id,
            one.arrival.delay if one.HasField("arrival") else None,
            one.departure.delay if one.HasField("departure") else None,
        )
        for one in update.stop_time_update
    ]


def test_nothing_known_is_not_told() -> None:
    assert told([]) == []


def test_what_was_passed_is_told_and_the_rest_is_not_known() -> None:
    (update,) = told([passage(0, NOW - 320, NOW - 290)])
    assert stops_of(update) == [("a", -20, 10), ("b", None, None)]
    assert update.stop_time_update[1].schedule_relationship == gtfs.TripUpdate.StopTimeUpdate.NO_DATA
    assert (update.trip.start_date, update.vehicle.id, update.timestamp) == ("20261124", "v", NOW - 290)


def test_a_stop_between_that_nobody_saw_is_not_known() -> None:
    (update,) = told([passage(0, None, NOW - 300), passage(2, NOW - 1, None)])
    assert stops_of(update) == [("a", None, 0), ("b", None, None), ("c", -361, None)]


def test_half_a_passage_is_none() -> None:
    (update,) = told([passage(0, None, NOW - 300), passage(1, NOW, None)])
    assert stops_of(update) == [("a", None, 0), ("b", None, None)]


def test_a_stated_delay_is_that_of_the_next_stop() -> None:
    (update,) = told([passage(0, None, NOW - 180)], stated(trip_delay=120.0))
    assert stops_of(update) == [("a", None, 120), ("b", 120, 120)]
    (early,) = told([], stated(trip_delay=-90.0))
    assert stops_of(early) == [("a", None, None), ("c", -90, None)]


def test_a_cancelled_trip() -> None:
    (update,) = told([], stated(trip="t", trip_status="canceled"))
    assert update.trip.schedule_relationship == gtfs.TripDescriptor.CANCELED
    assert not update.stop_time_update


def test_a_trip_that_comes_to_a_stop_twice_has_no_updates() -> None:
    assert told([passage(0, None, NOW - 300)], trip=replace(TRIP, stops=["a", "b", "a"])) == []


@pytest.mark.parametrize("delay", [1e10, -1e300, "Infinity", None])
def test_a_delay_that_is_none_is_not_told(delay: object) -> None:
    # What one vehicle sends keeps no other one out of the feed.
    assert told([], stated(trip_delay=delay)) == []


def test_numbers_that_no_field_holds_are_left_out() -> None:
    values = {"vehicle_speed": (1e300, "km/h"), "heading": (-1.0, "deg"), "odometer": (1e12, "m")}
    scene = Scene(now=NOW, schedule=None, vehicles=[replace(BUS, values=values)], runs={})
    (entity,) = position_message(scene).entity
    position = entity.vehicle.position
    assert not any(position.HasField(name) for name in ("speed", "bearing", "odometer"))
