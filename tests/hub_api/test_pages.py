"""Pages of several datastreams, counts, windows of local days, and things that move."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub_api.serving.paging import Cursors, question
from hub_api.settings import ApiSettings
from tests.hub_api.conftest import START

EVERYTHING = "bbox=58,23,59,24"
SELECTIONS = {
    EVERYTHING: ("air-01.pm2_5", "air-01.pm10", "weather-01.weather", "bus-01.location"),
    "thing=air-01": ("air-01.pm2_5", "air-01.pm10"),
    "source=simulator": ("air-01.pm2_5", "air-01.pm10", "bus-01.location"),
}
TABLES = ("observations", "observations_category", "observations_position")


@pytest.fixture
def busy_city(city: Any) -> Any:
    """The city with rows of several datastreams at the same instants, and a stretch with few."""
    with city.database.superuser() as connection:
        connection.execute(
            "INSERT INTO observations SELECT %s, 1 + abs(n) %% 3, %s::timestamptz + n * interval '1 minute', n, 2"
            " FROM generate_series(-40, 99) AS n",
            [city.datastreams["air-01.pm10"], START],
        )
        connection.execute(
            "INSERT INTO observations VALUES (%s, 1, '2026-11-01T00:00Z', 7, 1)",
            [city.datastreams["air-01.pm10"]],
        )
    return city


def stored(city: Any) -> list[tuple[datetime, int]]:
    with city.database.superuser() as connection:
        rows = [
            row
            for table in TABLES
            for row in connection.execute(f"SELECT phenomenon_time, datastream_id FROM {table}").fetchall()
        ]
    return sorted(rows)


class Paged:
    """The API, the city, and every row that it holds, in order."""

    def __init__(self, api: Any, city: Any) -> None:
        self.api, self.city, self.rows = api, city, stored(city)


@pytest.fixture
def paged(busy_city: Any, make_api: Any) -> Paged:
    return Paged(make_api(), busy_city)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    limit=st.integers(1, 12) | st.integers(40, 900),
    order=st.sampled_from(["asc", "desc"]),
    chosen=st.sampled_from(sorted(SELECTIONS)),
    first=st.integers(-60, 590),
    length=st.integers(1, 660),
)
def test_pages_of_several_datastreams_are_the_whole_window(
    paged: Paged, *, limit: int, order: str, chosen: str, first: int, length: int
) -> None:
    api, city, rows = paged.api, paged.city, paged.rows
    length = min(length, limit * 20)
    start, end = START + timedelta(minutes=first), START + timedelta(minutes=first + length)
    numbers = {city.datastreams[name] for name in SELECTIONS[chosen]}
    expected = [row for row in rows if row[1] in numbers and start <= row[0] < end]
    if order == "desc":
        expected.reverse()
    name, _, value = chosen.partition("=")
    window = {name: value, "start": start.isoformat(), "end": end.isoformat(), "order": order}
    seen: list[tuple[datetime, int]] = []
    more: dict[str, Any] = {}
    while True:
        body = api.get("/v1/observations", params={**window, "limit": limit, **more}).json()
        assert len(body["data"]) <= limit
        seen += [(datetime.fromisoformat(row["phenomenon_time"]), row["datastream"]) for row in body["data"]]
        if body["next"] is None:
            break
        more = {"cursor": body["next"]}
    assert seen == expected


def test_a_cursor_answers_its_own_question_only(api: Any) -> None:
    url = f"/v1/observations?{EVERYTHING}&limit=5"
    cursor = api.get(url).json()["next"]
    assert api.get(f"{url}&cursor={cursor}").status_code == 200
    middle = len(cursor) // 2
    swapped = cursor[:middle] + ("A" if cursor[middle] != "A" else "B") + cursor[middle + 1 :]
    for other in (
        f"{url}&order=desc&cursor={cursor}",
        f"{url}&quality=good&cursor={cursor}",
        f"/v1/observations?source=simulator&cursor={cursor}",
        f"/v1/observations?thing=air-01&observed_property=pm2_5&cursor={cursor}",
        f"/v1/latest?bbox=58,23,59,24&cursor={cursor}",
        f"{url}&cursor={swapped}",
        f"{url}&cursor={cursor[:-4]}",
    ):
        (fault,) = api.get(other).json()["errors"]
        assert (fault["parameter"], fault["code"]) == ("cursor", "bad_cursor"), other


def test_a_cursor_sealed_by_somebody_else_who_knows_the_key_is_no_way_in(api: Any) -> None:
    cursors = Cursors(ApiSettings().cursor_key.get_secret_value().encode())
    forged: dict[str, list[Any]] = {
        "/v1/latest": ["x", -1, None, [1], 1.5, True],
        "/v1/things": [7, "a\0b", {}],
        "/v1/forecasts": ["x"],
        "/v1/observations": ["", "yesterday", "2026-11-24T00:00:00", "2026-11-24T00:00:00+00:00 x", 5,
                             "2026-11-24T00:00:00+00:00 99999999999"],
    }  # fmt: skip
    for path, positions in forged.items():
        query = {"thing": "air-01"} if path == "/v1/observations" else {}
        for position in positions:
            cursor = cursors.write(question(path, query), position)
            answer = api.get(path, params={**query, "cursor": cursor})
            assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "bad_cursor"), position
    edges = ["0001-01-01T00:00:00+00:00 0", "9999-12-31T23:59:59.999999+00:00 2147483647"]
    for edge in edges:
        for order in ("asc", "desc"):
            query = {"thing": "air-01", "order": order}
            cursor = cursors.write(question("/v1/observations", query), edge)
            assert api.get("/v1/observations", params={**query, "cursor": cursor}).status_code == 200


def test_rows_are_counted_on_request_only(busy_city: Any, make_api: Any) -> None:
    api = make_api()
    for chosen, exact in (
        (EVERYTHING, 761),
        ("thing=air-01&observed_property=pm2_5", 600),
        ("place=seeb", 10),
    ):
        url = f"/v1/observations?{chosen}&limit=1"
        assert "count" not in api.get(url).json()["meta"]
        assert api.get(f"{url}&count=exact").json()["meta"]["count"] == {"kind": "exact", "value": exact}
        estimated = api.get(f"{url}&count=estimated").json()["meta"]["count"]
        assert estimated["kind"] == "estimated"
        assert estimated["value"] > 0
    one = "/v1/observations?thing=air-01&observed_property=pm2_5&limit=1"
    window = f"{one}&start=2026-11-24T02:00:00Z&end=2026-11-24T04:00:00Z"
    assert api.get(f"{window}&count=exact").json()["meta"]["count"]["value"] == 120
    assert 115 <= api.get(f"{window}&count=estimated").json()["meta"]["count"]["value"] <= 125
    assert api.get(f"{one}&bucket=PT1H&count=exact").json()["meta"]["count"]["value"] == 10
    flagged = "/v1/observations?thing=air-01&observed_property=pm10&quality=suspect&limit=1"
    assert api.get(f"{flagged}&count=exact").json()["meta"]["count"]["value"] == 46
    nothing = "/v1/observations?observed_property=snowfall&count=exact"
    assert api.get(nothing).json()["meta"]["count"]["value"] == 0


def test_counting_that_takes_too_long_is_an_estimate(busy_city: Any, make_api: Any) -> None:
    api = make_api(count_seconds_max=0.2)
    with busy_city.database.superuser() as connection:
        api.get(f"/v1/observations?{EVERYTHING}&limit=1")
        connection.execute(
            "CREATE FUNCTION slow(real) RETURNS boolean LANGUAGE sql VOLATILE"
            " AS 'SELECT pg_sleep($1) IS NOT NULL'"
        )
        connection.execute("ALTER TABLE observations_position RENAME TO moved")
        connection.execute("CREATE VIEW observations_position AS SELECT * FROM moved WHERE slow(0.1)")
        connection.execute("GRANT SELECT ON observations_position TO falaj_read")
        body = api.get("/v1/observations?thing=bus-01&count=exact&limit=1&end=2026-11-24T00:01:00Z").json()
        many = api.get("/v1/observations?thing=bus-01&count=exact&limit=1").json()
    assert body["meta"]["count"] == {"kind": "exact", "value": 1}
    assert many["meta"]["count"]["kind"] == "estimated"
    assert len(many["data"]) == 1


def test_the_quality_that_counts_is_said(busy_city: Any, make_api: Any) -> None:
    api = make_api()
    url = "/v1/observations?thing=air-01&observed_property=pm10&limit=1000"
    for given_, told, flags in (
        ("", ["good", "not_evaluated", "suspect", "bad", "missing"], {1, 2, 3}),
        ("&quality=suspect,good", ["good", "suspect"], {1, 3}),
        ("&quality=bad", ["bad"], set()),
    ):
        body = api.get(url + given_).json()
        assert body["meta"]["quality"] == told
        assert {row["quality"] for row in body["data"]} == flags
        geojson = api.get(f"{url}{given_}&f=geojson").json()
        assert geojson["meta"]["quality"] == ",".join(told)
        comments = api.get(f"{url}{given_}&f=csv&header=metadata").text
        assert f"# quality: {','.join(told)}\n" in comments
    buckets = api.get(f"{url}&bucket=PT1H&quality=good,not_evaluated,suspect").json()
    assert buckets["meta"]["quality"] == ["good", "not_evaluated", "suspect"]


def test_a_local_day_begins_at_midnight_in_muscat(busy_city: Any, make_api: Any) -> None:
    number = busy_city.datastreams["air-01.pm10"]
    with busy_city.database.superuser() as connection:
        for day in (22, 23, 24):
            connection.execute(
                "INSERT INTO observations_daily (datastream_id, bucket_start, observation_count, good_count,"
                " not_evaluated_count, suspect_count, bad_count, valid_hour_count)"
                " VALUES (%s, %s, 1, 1, 0, 0, 0, 1)",
                [number, f"2026-11-{day}T20:00Z"],
            )
    api = make_api(clock=lambda: datetime.fromisoformat("2026-11-24T19:59:30Z"))
    url = f"/v1/observations?datastream={number}&bucket=P1D"

    def days(start: str, end: str) -> list[str]:
        window = {"datastream": number, "bucket": "P1D", "start": start, "end": end}
        rows = api.get("/v1/observations", params=window).json()["data"]
        return [row["local_date"] for row in rows]

    assert days("2026-11-24T00:00:00+04:00", "2026-11-25T00:00:00+04:00") == ["2026-11-24"]
    assert days("2026-11-23T20:00:00Z", "2026-11-24T20:00:00Z") == ["2026-11-24"]
    assert days("2026-11-23T20:00:00.000001Z", "2026-11-24T20:00:00Z") == []
    assert days("2026-11-23T00:00:00Z", "2026-11-24T20:00:00.000001Z") == ["2026-11-24", "2026-11-25"]
    assert api.get(url).headers["cache-control"] == "public, max-age=30", "until the day is over"
    hours = "/v1/observations?thing=air-01&observed_property=pm10&start=2026-11-24T00:00:00%2B04:00"
    first = api.get(f"{hours}&end=2026-11-25T00:00:00%2B04:00&limit=1").json()["data"][0]
    assert first["phenomenon_time"] == "2026-11-23T23:20:00Z"


def test_backwards_from_now_begins_with_the_newest(paged: Paged) -> None:
    newest, number = paged.rows[-1]
    url = f"/v1/observations?{EVERYTHING}&order=desc&limit=1"
    (row,) = paged.api.get(url).json()["data"]
    assert (datetime.fromisoformat(row["phenomenon_time"]), row["datastream"]) == (newest, number)
    since = {"bbox": "58,23,59,24", "order": "desc"}
    assert len(paged.api.get("/v1/observations", params={**since, "start": str(newest)}).json()["data"]) == 1
    later = str(newest + timedelta(microseconds=1))
    assert paged.api.get("/v1/observations", params={**since, "start": later}).json()["data"] == []


def test_what_moves_is_where_it_was_seen_last(busy_city: Any, make_api: Any) -> None:
    api = make_api(live_cache_seconds=0)
    corner = "/v1/observations?bbox=58.505,23.55,58.515,23.65"
    rows = api.get(f"{corner}&f=geojson").json()["features"]
    assert [row["properties"]["thing"] for row in rows] == ["bus-01"] * 10
    assert [row["geometry"]["coordinates"][0] for row in rows][:2] == [58.5, 58.501], "where it was then"
    with busy_city.database.superuser() as connection:
        connection.execute("UPDATE latest SET longitude = 58.9 WHERE longitude IS NOT NULL")
    assert api.get(corner).json()["data"] == []
    assert len(api.get("/v1/observations?bbox=58.85,23.55,58.95,23.65").json()["data"]) == 10
    assert api.get("/v1/things?bbox=58.85,23.55,58.95,23.65").json()["data"][0]["thing"] == "bus-01"
    assert api.get("/v1/latest?bbox=58.85,23.55,58.95,23.65").json()["data"][0]["thing"] == "bus-01"
