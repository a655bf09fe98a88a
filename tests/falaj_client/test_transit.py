"""Transport, asked of the real API: figures that were measured, with their filters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from psycopg.types.json import Jsonb

from falaj_client import Client, InvalidParameters
from falaj_client.transit_questions import RouteWindow
from tests.hub_api.conftest import NOW, START, City


def test_the_client_reads_how_buses_run(api_url: str, city: City) -> None:
    with city.database.superuser() as connection:
        connection.execute(
            "INSERT INTO transit_feeds (source_id, digest, agency, zone, valid_from, valid_until, last_seconds)"
            " SELECT source_id, 'x', 'Invented', 'Asia/Muscat', '2026-01-01', '2026-12-31', 86400 FROM sources LIMIT 1"
        )
        connection.execute(
            "INSERT INTO transit_routes SELECT feed_id, 'r1', '1', 'Ruwi', 'روي', 3 FROM transit_feeds"
        )
        connection.execute(
            "INSERT INTO transit_hours SELECT source_id, '2026-11-24', %s::timestamptz, 'r1', 0, stop, true, 10, 8, 1, 5, 2, 1, 6, 1,"
            " 240, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM transit_feeds, unnest(ARRAY['a', 'b']) AS stop",
            [START],
        )
        connection.execute(
            "INSERT INTO transit_segment_hours SELECT source_id, '2026-11-24', %s::timestamptz, 'r1', 0, 'a', 'b', 3, 360,"
            " ARRAY[100, 120, 150]::real[] FROM transit_feeds",
            [START],
        )
        connection.execute(
            "INSERT INTO service_alerts SELECT source_id, 'feed', 'a1', %s, %s, 0, 'strike', 'no_service', 'severe', %s, '[]', '[]',"
            " %s, %s FROM transit_feeds",
            [
                Jsonb([{"start": "2026-11-24T00:00:00Z", "end": None}]),
                Jsonb(
                    [dict.fromkeys(("agency", "route_type", "direction", "stop", "trip")) | {"route": "r1"}]
                ),
                Jsonb([{"language": "en", "text": "No buses"}]),
                NOW,
                NOW,
            ],
        )
    window: RouteWindow = {"start": START, "end": NOW + timedelta(hours=1), "route": "r1", "bucket": "PT1H"}
    with Client(api_url) as client:
        (day,) = client.transport_performance(start=START)
        stops = client.transport_performance(by="stop", **window).all()
        (segment,) = client.transport_segments(start=START)
        (route,) = client.transport_routes(route="r1")
        asked = client.transport_service_alerts(route="r1", open=True)
        (announced,), table = asked.all(), asked.to_pandas()
        assert client.transport_roads(place="seeb", start=START).all() == []
        assert client.transport_parking(start=START).all() == []
        with pytest.raises(InvalidParameters):
            client.transport_roads(route="r1").all()  # type: ignore[call-arg]  # no filter of roads
    assert (day.scheduled_count, day.missed_count, day.on_time_share, day.mean_lateness_seconds) == (
        20,
        4,
        0.75,
        30,
    )
    assert (day.trip_count, day.missed_trip_count) == (10, 4)
    assert (day.early_seconds_max, day.late_seconds_max) == (None, None), "nobody kept what held then"
    assert (day.stop, [each.stop for each in stops], day.name and day.name.ar) == (None, ["a", "b"], "روي")
    assert (segment.median_seconds, segment.observed_share, segment.free_flow_count) == (120, 1.0, 3)
    assert (route.agency, route.trip_count) == ("Invented", 0)
    assert (announced.service_alert, announced.effect, announced.gone_at) == ("a1", "no_service", None)
    assert (announced.informed[0].route, announced.header[0].text) == ("r1", "No buses")
    assert (table.routes[0], table.stops[0], table.header[0]) == ("r1", "", "No buses")
    assert announced.active_periods[0].start == datetime(2026, 11, 24, tzinfo=UTC)
