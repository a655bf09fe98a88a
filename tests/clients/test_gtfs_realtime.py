"""Feeds of GTFS Realtime as programs read them that know nothing of this hub: the bindings, and a validator against the schedule."""

from __future__ import annotations

import gzip
import json
import random
import socket
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
import uvicorn
from google.transit import gtfs_realtime_pb2 as gtfs

from citycore.model import DatastreamDescription, SourceDescription, SourceKind, ThingDescription
from citycore.store.registry import register
from citycore.transport.service import load
from citycore.transport.settings import FeedSettings
from hub_api.app import create_app
from hub_api.settings import ApiSettings
from ingest.transport.service import TransitSettings, keep_transit
from stack.waiting import wait_until
from tests.citycore.transit_scene import BEGIN, STOPS, Bus, feed_files, feed_of
from tests.hub_api.conftest import City, city, city_template, database

__all__ = ["city", "city_template", "database"]
VALIDATOR = Path(".venv-clients/bin/gtfs-rt-validator").absolute()
#: A minute after nine in Muscat; the hour before is over.
NOW = BEGIN + timedelta(hours=9, minutes=1)
EIGHT, METRES = 8 * 3_600, 1 / 111_195
STARTS = {
    **{f"t{number}": EIGHT + 600 * number for number in range(5)},
    "t5": EIGHT + 58 * 60,
    "t6": EIGHT + 59 * 60,
}
BLOCKS = {"t0": "v0", "t1": "v1", "t6": "v6"}
CATEGORY = ("trip", "current_stop", "stop_status", "trip_status")
MEASURED = ("vehicle_speed", "heading", "trip_delay")


def _bus(code: str) -> ThingDescription:
    return ThingDescription(
        code=code, kind="bus", name_en=f"Bus {code}", name_ar=f"حافلة {code}",
        datastreams=(
            DatastreamDescription(observed_property="location", result_type="position"),
            *(DatastreamDescription(observed_property=name, result_type="category") for name in CATEGORY),
            *(DatastreamDescription(observed_property=name) for name in MEASURED),
        ),
    )  # fmt: skip


STOP = ThingDescription(
    code="stop-c",
    kind="sign",
    name_en="Sign",
    name_ar="لافتة",
    longitude=58.42,
    latitude=23.605,
    datastreams=(),
)
BUSES = [_bus(code) for code in ("v0", "v1", "v5", "v5b", "v6", "lost", "old", "bad", "far", "odd")]


def _say(
    connection: Any, numbers: dict[str, int], code: str, at: datetime, *, quality: int = 1, **said: Any
) -> None:
    for name, value in said.items():
        number = dict.fromkeys(("result", "result_text", "longitude", "latitude"))
        if name == "location":
            number |= {"longitude": value[0], "latitude": value[1]}
        else:
            number["result_text" if isinstance(value, str) else "result"] = value
        connection.execute(
            "INSERT INTO latest VALUES (%s, %s, %s, %s, %s, %s, %s, 1)",
            [numbers[f"{code}.{name}"], quality, at, *number.values()],
        )


@pytest.fixture
def feed_folder(tmp_path: Path) -> Path:
    return tmp_path / "schedule"


@pytest.fixture
def riding(city: City, feed_folder: Path) -> City:
    """Buses at nine: some on a trip, and some that no feed may have."""
    source = SourceDescription(
        code="city-buses", kind=SourceKind.SIMULATED, name_en="Buses", name_ar="حافلات"
    )
    feed = feed_of(feed_folder, feed_files(STARTS, BLOCKS))
    with city.database.connect("owner") as connection:
        register(connection, source, [*BUSES, STOP])
        numbers = dict(
            connection.execute(
                "SELECT things.code || '.' || observed_property_code, datastream_id FROM datastreams JOIN things USING (thing_id)"
            ).fetchall()
        )
    near = NOW - timedelta(seconds=20)
    with city.database.superuser() as connection:
        for code, delay in (("v0", 60), ("v1", -20)):
            rows = [
                (
                    numbers[f"{code}.location"],
                    datetime.fromtimestamp(each.seconds, UTC),
                    each.longitude,
                    each.latitude,
                )
                for each in Bus(STARTS[f"t{code[1]}"], delay=delay).positions(random.Random(1))
            ]
            connection.cursor().executemany(
                "INSERT INTO observations_position VALUES (%s, 1, %s, %s, %s, 1)", rows
            )
        _say(
            connection, numbers, "v5", near, location=(58.405, 23.6), trip="t5", vehicle_speed=36.0, heading=90.0,
            trip_delay=120.0, current_stop="b", stop_status="in_transit_to",
        )  # fmt: skip
        _say(connection, numbers, "v6", near, location=STOPS["a"])
        # It was on t0, which is over, and is on none now; and another one says that it is on t5 too.
        _say(connection, numbers, "v0", near, location=STOPS["d"])
        _say(connection, numbers, "v5b", near, location=STOPS["a"], trip="t5")
        _say(connection, numbers, "lost", near, location=(58.41, 23.6 + 900 * METRES), trip="t4")
        _say(connection, numbers, "odd", near, location=STOPS["b"], trip="nobody's")
        _say(connection, numbers, "old", NOW - timedelta(seconds=301), location=STOPS["b"], trip="t5")
        _say(connection, numbers, "bad", near, quality=4, location=STOPS["b"])
        _say(connection, numbers, "far", near, location=(58.5, 23.6))
        for thing, public, category in (
            ("v5", True, "Other"),
            ("stop-c", True, "Transport"),
            ("stop-c", True, "Env"),
            ("v6", False, "Transport"),
        ):
            rule = {
                "code": "crowd", "kind": "limit", "name": {"en": "Crowded", "ar": "ازدحام"},
                "text": {"en": "Take another one", "ar": "خذ غيرها"}, "category": category,
            }  # fmt: skip
            connection.execute(
                "INSERT INTO alerts (alert_id, rule_code, subject, thing_id, rule, severity, is_public, raised_at)"
                " SELECT gen_random_uuid(), %s, code, thing_id, %s, 'severe', %s, %s FROM things WHERE code = %s",
                [category, json.dumps(rule), public, near, thing],
            )
    with city.database.connect("registry") as connection:
        assert load(connection, "city-buses", feed, FeedSettings(), NOW)
    with city.database.connect("worker") as connection:
        connection.autocommit = True
        assert keep_transit(connection, TransitSettings(), NOW)
    return city


@pytest.fixture
def url(riding: City) -> Iterator[str]:
    app = create_app(ApiSettings(), riding.database.settings(), lambda: NOW)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, ws="none"))
    listener = socket.create_server(("127.0.0.1", 0))
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    assert wait_until(lambda: server.started, 20, alive=thread.is_alive)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/gtfs-rt"
    server.should_exit = True
    thread.join(20)


def read(url: str) -> gtfs.FeedMessage:
    answer = httpx.get(url, timeout=20)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/x-protobuf"
    feed = gtfs.FeedMessage.FromString(answer.content)
    assert (feed.header.gtfs_realtime_version, feed.header.incrementality) == (
        "2.0",
        gtfs.FeedHeader.FULL_DATASET,
    )
    assert feed.header.timestamp == NOW.timestamp()
    return feed


def test_feeds_as_the_bindings_and_a_validator_read_them(url: str, feed_folder: Path, tmp_path: Path) -> None:
    _positions(url)
    _trips(url)
    _alerts(url)
    _revalidated(url)
    archive = tmp_path / "schedule.zip"
    with zipfile.ZipFile(archive, "w") as written:
        for file in feed_folder.iterdir():
            written.write(file, file.name)
    roles = {"-vp": "vehicle-positions", "-tu": "trip-updates", "-sa": "alerts"}
    command = [
        str(VALIDATOR),
        "-gtfs",
        str(archive),
        "--at",
        NOW.isoformat(),
        "--out",
        str(tmp_path / "out"),
        "--fail-on-error",
    ]
    for option, kind in roles.items():
        (tmp_path / f"{kind}.pb").write_bytes(httpx.get(f"{url}/{kind}.pb").content)
        command += [option, str(tmp_path / f"{kind}.pb")]
    outcome = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    reports = [json.loads(file.read_text()) for file in (tmp_path / "out").rglob("*.json")]
    assert reports, outcome.stdout + outcome.stderr
    assert outcome.returncode == 0, (outcome.stdout, reports)
    assert '"ERROR"' not in json.dumps(reports), reports


def _positions(url: str) -> None:
    feed = read(f"{url}/vehicle-positions")
    seen = {entity.id: entity.vehicle for entity in feed.entity}
    assert sorted(seen) == ["lost", "odd", "v0", "v5", "v5b", "v6"]
    five = seen["v5"]
    assert (five.trip.trip_id, five.trip.route_id, five.trip.start_date) == (
        "t5",
        "r1",
        f"{BEGIN + timedelta(hours=9):%Y%m%d}",
    )
    assert (five.position.speed, five.position.bearing, five.timestamp) == (10.0, 90.0, NOW.timestamp() - 20)
    assert (five.stop_id, five.current_status) == ("b", gtfs.VehiclePosition.IN_TRANSIT_TO)
    assert (seen["v6"].trip.trip_id, seen["v6"].position.HasField("speed")) == ("t6", False)
    assert not seen["lost"].HasField("trip")
    assert not seen["odd"].HasField("trip")
    assert not seen["v5b"].HasField("trip")
    readable = httpx.get(f"{url}/vehicle-positions?f=json").json()
    assert [entity["id"] for entity in readable["entity"]] == sorted(seen)
    assert readable["left_out"] == {
        "stale": 1,
        "bad": 1,
        "outside": 1,
        "unknown_trip": 1,
        "off_route": 1,
        "trip_taken": 1,
    }
    (schedule,) = httpx.get(url).json()["data"]
    assert (schedule["source"], schedule["feed_version"]) == ("city-buses", feed.header.feed_version)


def _trips(url: str) -> None:
    updates = {
        entity.trip_update.trip.trip_id: entity.trip_update for entity in read(f"{url}/trip-updates").entity
    }
    assert sorted(updates) == ["t0", "t1", "t5"]
    zero = updates["t0"].stop_time_update
    assert [each.stop_id for each in zero] == ["a", "b", "c", "d"]
    assert [each.arrival.delay for each in zero[1:]] == pytest.approx([60, 60, 60], abs=15)
    # The vehicle says two minutes; for the stops after the next one the delay of GTFS holds until something else is known.
    next_stop = updates["t5"].stop_time_update
    assert [(each.stop_id, each.schedule_relationship) for each in next_stop] == [
        ("a", gtfs.TripUpdate.StopTimeUpdate.NO_DATA),
        ("b", gtfs.TripUpdate.StopTimeUpdate.SCHEDULED),
    ]
    assert (next_stop[1].departure.delay, updates["t5"].vehicle.id) == (120, "v5")


def _alerts(url: str) -> None:
    alerts = [entity.alert for entity in read(f"{url}/alerts").entity]
    assert sorted((each.stop_id, each.route_id) for alert in alerts for each in alert.informed_entity) == [
        ("", "r1"),
        ("c", ""),
    ]
    assert {each.language: each.text for each in alerts[0].description_text.translation} == {
        "ar": "خذ غيرها", "en": "Take another one",
    }  # fmt: skip


def _revalidated(url: str) -> None:
    address = f"{url}/vehicle-positions"
    whole = httpx.get(address, headers={"Accept-Encoding": "identity"})
    assert whole.headers["last-modified"] == f"{NOW - timedelta(seconds=20):%a, %d %b %Y %H:%M:%S} GMT"
    # Since the newest position one has become too old: what was sent then does not hold any more.
    assert (
        httpx.get(address, headers={"If-Modified-Since": whole.headers["last-modified"]}).status_code == 200
    )
    later = f"{NOW:%a, %d %b %Y %H:%M:%S} GMT"
    for condition in ({"If-None-Match": whole.headers["etag"]}, {"If-Modified-Since": later}):
        again = httpx.get(address, headers=condition)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", whole.headers["etag"])
    head = httpx.head(address, headers={"Accept-Encoding": "identity"})
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(whole.content)))
    with httpx.stream("GET", address, headers={"Accept-Encoding": "gzip"}) as packed:
        assert packed.headers["content-encoding"] == "gzip"
        assert gzip.decompress(b"".join(packed.iter_raw())) == whole.content
    other = httpx.get(address, headers={"Accept": "application/protobuf"})
    assert (other.headers["content-type"], other.content) == ("application/protobuf", whole.content)
    assert httpx.get(f"{address}?source=nobody").status_code == 404
    # Of a source without a schedule and without fresh vehicles there is nothing to tell.
    assert not gtfs.FeedMessage.FromString(httpx.get(f"{address}?source=simulator").content).entity


def test_which_schedule_has_to_be_said_where_there_are_several(
    url: str, riding: City, tmp_path: Path
) -> None:
    other = feed_of(tmp_path / "other", feed_files({"x1": EIGHT}))
    with riding.database.connect("registry") as connection:
        assert load(connection, "simulator", other, FeedSettings(), NOW)
    refused = httpx.get(f"{url}/alerts")
    assert (refused.status_code, refused.json()["errors"][0]["parameter"]) == (409, "source")
    assert "city-buses, simulator" in refused.json()["errors"][0]["detail"]
    assert {each.id for each in read(f"{url}/vehicle-positions?source=city-buses").entity} == {
        "lost",
        "odd",
        "v0",
        "v5",
        "v5b",
        "v6",
    }
    # The bus of the other source was seen long ago.
    assert httpx.get(f"{url}/vehicle-positions?source=simulator&f=json").json()["left_out"] == {"stale": 1}
