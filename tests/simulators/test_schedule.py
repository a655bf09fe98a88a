"""The timetable of the simulated buses: a feed without a fault, which they follow with a lag of their own."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from citycore.transport.gtfs import read_feed
from citycore.transport.matching import match
from citycore.transport.model import Position
from citycore.transport.schedule import day_begin, section_of
from citycore.transport.settings import FeedSettings, MatchSettings
from simulators.city import build_city
from simulators.schedule import gtfs_files
from simulators.signals import readings
from simulators.transit import LAG_SECONDS, LAG_SECONDS_FULL

DAY = date(2026, 11, 24)


def test_a_bus_is_found_at_every_stop_of_its_trips(tmp_path: Path) -> None:
    for name, text in gtfs_files(DAY).items():
        (tmp_path / name).write_text(text, "utf-8")
    feed = read_feed(tmp_path, FeedSettings())
    assert {route.route for route in feed.routes} == set("123456")
    assert all(stop.name_ar != stop.name_en for stop in feed.stops)
    places = {stop.stop: (stop.longitude, stop.latitude) for stop in feed.stops}
    begin = day_begin(DAY, ZoneInfo(feed.zone)).timestamp()
    city = build_city()
    for code in ("bus-2-02", "bus-6-01"):
        (bus,) = [thing for thing in city.things if thing.code == code]
        said = readings(bus, begin + 20.0 * np.arange(4_500, dtype=np.float64), city)
        positions = [Position(each.phenomenon_time.timestamp(), *(each.location or (0, 0))) for each in said]
        trips = {trip.trip: trip for trip in feed.trips if trip.block == code}
        sections = [section_of(trip, DAY, begin, places, None) for trip in trips.values()]
        passages, account = match(positions, sections, code, MatchSettings())
        assert len(passages) == sum(len(trip.stops) for trip in trips.values()) > 200
        assert account.off_route_count == 0
        late = [
            each.arrival - begin - trips[each.trip].arrivals[each.sequence]
            for each in passages
            if each.arrival is not None
        ]
        assert min(late) > -20
        assert 300 < max(late) < LAG_SECONDS + 1.2 * LAG_SECONDS_FULL
