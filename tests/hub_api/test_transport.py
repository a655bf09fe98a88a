"""From a schedule and positions in the store to the answers; and hours of roads and car parks."""

from __future__ import annotations

import csv
import io
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from citycore.model import DatastreamDescription, SourceDescription, SourceKind, ThingDescription
from citycore.store.registry import register
from citycore.transport.service import load
from citycore.transport.settings import FeedSettings
from hub_api.city.transport.repository import parked
from hub_api.city.transport.settings import TransportApiSettings
from ingest.transport.service import TransitSettings, keep_transit
from tests.citycore.transit_scene import BEGIN, Bus, feed_files, feed_of
from tests.hub_api.conftest import NOW, START, Api, City

EIGHT = 8 * 3_600
STARTS = {f"t{number}": EIGHT + 600 * number for number in range(5)}
#: As in tests/citycore/test_transport_measures.py, at every stop: 60, 0, 300, -270 and 0 seconds late.
DELAYS = (60, 0, 300, -270, 0)
BUSES = [
    ThingDescription(
        code=f"v{number}", kind="bus", name_en=f"Bus {number}", name_ar=f"حافلة {number}",
        datastreams=(DatastreamDescription(observed_property="location", result_type="position"),),
    )
    for number in range(5)
]  # fmt: skip
ROAD = ThingDescription(
    code="tc-1", kind="traffic_counter", name_en="Counter", name_ar="عدّاد", longitude=58.5, latitude=23.6,
    datastreams=(
        DatastreamDescription(observed_property="vehicle_flow"),
        DatastreamDescription(observed_property="vehicle_speed"),
    ),
)  # fmt: skip
PARK = ThingDescription(
    code="cp-1", kind="car_park", name_en="Car park", name_ar="موقف سيارات", longitude=58.5, latitude=23.6,
    datastreams=(DatastreamDescription(observed_property="free_spaces"),),
)  # fmt: skip


@pytest.fixture
def measured(city: City, tmp_path: Path) -> City:
    """A morning of line r1; a road and a car park."""
    source = SourceDescription(
        code="muscat-buses", kind=SourceKind.SIMULATED, name_en="Buses", name_ar="حافلات"
    )
    with city.database.connect("owner") as connection:
        register(connection, source, [*BUSES, ROAD, PARK])
        numbers = dict(
            connection.execute(
                "SELECT things.code || '.' || observed_property_code, datastream_id FROM datastreams JOIN things USING (thing_id)"
            ).fetchall()
        )
    with city.database.superuser() as connection:
        for number, delay in enumerate(DELAYS):
            bus = Bus(STARTS[f"t{number}"], delay=delay)
            rows = [
                (
                    numbers[f"v{number}.location"],
                    datetime.fromtimestamp(each.seconds, UTC),
                    each.longitude,
                    each.latitude,
                )
                for each in bus.positions(random.Random(number))
            ]
            connection.cursor().executemany(
                "INSERT INTO observations_position VALUES (%s, 1, %s, %s, %s, 1)", rows
            )
        _roll_up(connection, numbers)
    # No bus states its trip: each is the block of one.
    feed = feed_of(tmp_path, feed_files(STARTS, {trip: f"v{trip[1:]}" for trip in STARTS}))
    with city.database.connect("registry") as connection:
        assert load(connection, "muscat-buses", feed, FeedSettings(), NOW)
    with city.database.connect("worker") as connection:
        connection.autocommit = True
        assert keep_transit(connection, TransitSettings(), NOW)
    return city


def _roll_up(connection: Any, numbers: dict[str, int]) -> None:
    """30 hours of the road, each of 1,800 vehicles per hour at 60 km/h, and 90 in the first; two quarters of the car park."""
    hours = "INSERT INTO observations_hourly SELECT %s, %s::timestamptz - n * interval '1 hour', 60, 60, {} FROM generate_series(0, 29) AS n"
    for name, value in (("vehicle_flow", "1800"), ("vehicle_speed", "CASE n WHEN 0 THEN 45 ELSE 90 END")):
        columns = f"{value}, 0, 200, 0, 0, 0, 0, 60, 0, 0, 0"
        connection.execute(
            hours.format(columns).encode(), [numbers[f"tc-1.{name}"], NOW - timedelta(hours=2)]
        )
    park = numbers["cp-1.free_spaces"]
    connection.execute(
        "INSERT INTO observations_hourly SELECT %s, %s, 30, 30, 50, 0, 99, 0, 0, 0, 0, 30, 0, 0, 0",
        [park, START],
    )
    for minutes, free in ((0, 9.0), (15, 1.0)):
        connection.execute(
            "INSERT INTO observations_quarter_hourly SELECT %s, %s, 8, 8, %s, 0, 99, 0, 0, 0, 0, 8, 0, 0, 0",
            [park, NOW - timedelta(hours=2) + timedelta(minutes=minutes), free],
        )


def ask(api: Api, question: str) -> list[dict[str, Any]]:
    answer = api.get(f"/v1/transport/{question}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


def test_a_day_of_a_line(api: Api, measured: City) -> None:
    (day,) = ask(api, "performance")
    assert (day["route"], day["direction"], day["stop"], day["service_date"]) == (
        "r1",
        None,
        None,
        "2026-11-24",
    )
    assert (day["name"], day["simulated"]) == ({"en": "From a to d", "ar": "من أ إلى د"}, True)
    assert datetime.fromisoformat(day["start"]) == BEGIN
    counts = [day[name] for name in ("scheduled_count", "observed_count", "missed_count", "cancelled_count")]
    assert counts == [20, 20, 0, 0]
    assert (day["observed_share"], day["early_share"]) == (1.0, 0.2)
    assert (day["early_seconds_max"], day["late_seconds_max"]) == (60, 300)
    # The way is known to some seconds, and 300 s late is the bound.
    assert day["on_time_share"] + day["late_share"] == pytest.approx(0.8)
    assert day["mean_lateness_seconds"] == pytest.approx(18, abs=6)
    stops = ask(api, "performance?by=stop&bucket=PT1H")
    assert [stop["stop"] for stop in stops] == ["a", "b", "c", "d"]
    first = stops[0]
    assert (first["stop_name"]["ar"], first["location"]["coordinates"]) == ("الموقف أ", [58.4, 23.6])
    # c_vh is 0.674, the excess wait 97 s, and one of four headways bunched.
    assert first["headway_adherence"] == pytest.approx(0.674, abs=0.02)
    assert first["excess_wait_seconds"] == pytest.approx(97.3, abs=4)
    assert (first["bunched_share"], first["scheduled_headway_seconds"]) == (0.25, 600)
    assert (stops[3]["headway_count"], stops[3]["excess_wait_seconds"]) == (0, None)


def test_travel_times_of_a_line(api: Api, measured: City) -> None:
    segments = ask(api, "segments?route=r1&bucket=P1D")
    assert [(each["from_stop"], each["to_stop"]) for each in segments] == [("a", "b"), ("b", "c"), ("c", "d")]
    for each in segments:
        assert (each["scheduled_count"], each["observed_count"], each["scheduled_seconds"]) == (5, 5, 120)
        assert each["median_seconds"] == pytest.approx(120, abs=12)
        assert each["p15_seconds"] <= each["median_seconds"] <= each["p85_seconds"]
        assert (each["free_flow_seconds"], each["free_flow_count"]) == (None, 5)
    (route,) = ask(api, "routes")
    assert (route["short_name"], route["trip_count"], route["stop_count"]) == ("1", 5, 4)


def test_hours_of_a_road(api: Api, measured: City) -> None:
    hours = ask(api, "roads?thing=tc-1")
    assert len(hours) == 30
    last = hours[-1]
    assert (last["flow"], last["speed"], last["density"], last["occupancy"]) == (1_800, 45, 40, None)
    assert (last["free_flow_speed"], last["free_flow_count"], last["speed_ratio"], last["coverage"]) == (
        90,
        30,
        0.5,
        1,
    )


def test_hours_of_a_car_park(api: Api, measured: City) -> None:
    (hour,) = ask(api, "parking")
    # 99 were free once, so 99 is what it is taken to hold: 9 and 1 of them free.
    assert (hour["capacity"], hour["capacity_method"], hour["free"]) == (99, "estimated", 5)
    assert hour["occupancy"] == pytest.approx(1 - 5 / 99, abs=1e-4)
    # 1 of 99 is at most two in a hundred. 100 / 10 = 10 s and 100 / 2 = 50 s.
    assert (hour["full_share"], hour["search_seconds"], hour["search_method"]) == (0.5, 30, "random_search")
    assert hour["coverage"] == 0.5


@pytest.mark.parametrize(
    ("quarter", "found"),
    [
        ([0.0, None, 120.0, None, 60.0], (120, "measured", 1.0, 30.0, "next_departure")),
        ([None, 90.0, 100.0, None, None], (100, "measured", 0.9, 9.2, "random_search")),
        ([20.0, 60.0, None, None, None], (80, "measured", 0.75, 3.9, "random_search")),
        ([None, None, None, 40.0, None], (None, None, 0.4, None, None)),
    ],
)
def test_what_a_car_park_says_goes_before_what_is_estimated(
    quarter: list[float | None], found: tuple[Any, ...]
) -> None:
    told = parked([quarter], None, TransportApiSettings())
    names = ("capacity", "capacity_method", "occupancy", "search_seconds", "search_method")
    assert tuple(told[name] for name in names) == found


def test_pages_and_formats(api: Api, measured: City) -> None:
    for question in ("performance?by=stop&bucket=PT1H", "segments?bucket=PT1H", "roads?"):
        whole = ask(api, question)
        found, cursor = [], ""
        while cursor is not None:
            page = api.get(f"/v1/transport/{question}&limit=2{cursor and '&cursor=' + cursor}").json()
            found += page["data"]
            cursor = page["next"]
        assert found == whole
        assert len(whole) > 2
    rows = list(csv.DictReader(io.StringIO(api.get("/v1/transport/performance.csv?by=stop").text)))
    assert (rows[0]["stop_name_ar"], rows[0]["bunched_share"], rows[0]["longitude"]) == (
        "الموقف أ",
        "0.25",
        "58.4",
    )
    assert len(api.get("/v1/transport/segments.ndjson").text.splitlines()) == 3
    assert api.get("/v1/transport/parking.geojson").json()["features"][0]["properties"]["occupancy"] > 0.9
    assert api.get("/v1/transport/routes.parquet").content[:4] == b"PAR1"
    first = api.get("/v1/transport/performance.csv").headers["ETag"]
    with measured.database.superuser() as connection:
        connection.execute(
            "INSERT INTO transit_notes (thing_id, bucket_start) SELECT thing_id, %s FROM things", [NOW]
        )
        connection.execute(
            "INSERT INTO transit_set_aside (thing_id, service_date, reason) VALUES (1, '2026-11-24', 'x')"
        )
    assert api.get("/v1/transport/performance.csv").headers["ETag"] != first
    assert '"set_aside":{"bucket_count":1,' in api.get("/v1/status").text


WRONG = {
    "performance?route=r2": 404,
    "performance?stop=z": 404,
    "performance?source=nobody": 404,
    "performance?direction=2": 422,
    "performance?by=place": 422,
    "segments?bucket=P1M": 422,
    "roads?start=2026-11-24T00:00:00Z&end=2026-11-24T00:00:00Z": 409,
    "roads?cursor=xyz": 409,
    "parking?thing=cp-9": 404,
    "performance?end=0001-01-01T00:00:00Z": 200,
}


def test_wrong_questions(api: Api, measured: City) -> None:
    found = {question: api.get(f"/v1/transport/{question}").status_code for question in WRONG}
    assert found == WRONG
