from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub_api.city.observations.rules import from_position, series_of

START = datetime.fromisoformat("2026-11-24T00:00:00Z")


def series(city: Any, name: str = "air-01.pm2_5") -> str:
    return f"/v1/observations?datastream={city.datastreams[name]}"


def table(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_raw_values_with_the_datastream_in_meta(api: Any, city: Any) -> None:
    body = api.get(f"{series(city)}&limit=2").json()
    assert body["data"] == [
        {"phenomenon_time": "2026-11-24T00:00:00Z", "result": 0.0, "quality": 1},
        {"phenomenon_time": "2026-11-24T00:01:00Z", "result": 0.25, "quality": 1},
    ]
    assert body["meta"]["datastream"]["unit"] == "ug/m3"
    assert body["meta"]["datastream"]["simulated"] is True
    assert body["meta"]["newest_phenomenon_time"] == "2026-11-24T09:59:00Z"
    assert body["meta"]["age_seconds"] == 7260.0


@pytest.mark.parametrize(
    ("name", "question", "newest"),
    [
        ("air-01.pm2_5", "&start=2030-01-01T00:00:00Z", "2026-11-24T09:59:00Z"),
        ("air-01.pm2_5", "&limit=1", "2026-11-24T09:59:00Z"),
        ("air-01.pm2_5", "&bucket=PT1H&start=2030-01-01T00:00:00Z", "2026-11-24T09:59:00Z"),
        ("air-01.pm10", "", None),
    ],
)
def test_a_page_says_when_its_datastream_was_observed_last(
    api: Any, city: Any, name: str, question: str, newest: str | None
) -> None:
    body = api.get(f"{series(city, name)}{question}").json()
    assert body["meta"]["newest_phenomenon_time"] == newest
    assert len(body["data"]) == (question == "&limit=1")


def test_by_name_is_the_same_as_by_number(api: Any, city: Any) -> None:
    by_name = api.get("/v1/observations?thing=air-01&observed_property=pm2_5&limit=5").json()
    assert by_name["data"] == api.get(f"{series(city)}&limit=5").json()["data"]


@pytest.mark.parametrize(
    ("window", "count"),
    [
        ("", 600),
        ("&start=2026-11-24T09:00:00Z", 60),
        ("&end=2026-11-24T01:00:00Z", 60),
        ("&start=2026-11-24T00:30:00Z&end=2026-11-24T00:31:00Z", 1),
        ("&start=2026-11-24T04:30:00%2B04:00&end=2026-11-24T04:31:00%2B04:00", 1),
        ("&start=2026-11-24T04:30:00+04:00&end=2026-11-24T04:31:00+04:00", 1),
        ("&start=2030-01-01T00:00:00Z", 0),
        ("&start=0001-01-01T00:00:00Z&end=9999-12-31T23:59:59Z", 600),
    ],
)
def test_windows_are_half_open_and_may_be_open(api: Any, city: Any, window: str, count: int) -> None:
    assert len(api.get(f"{series(city)}{window}").json()["data"]) == count
    assert len(table(api.get(f"{series(city)}{window}&f=csv").text)) == count + 1


@pytest.mark.parametrize(
    ("order", "position", "first", "last"),
    [
        ("asc", 3, 3, 8),
        ("asc", 1, 2, 8),
        ("asc", 2, 2, 8),
        ("desc", 9, 2, 8),
        ("desc", 8, 2, 8),
    ],
)
def test_the_rest_of_a_stretch_is_never_longer_than_it(
    order: Any, position: int, first: int, last: int
) -> None:
    start, end, at, since, until = (START + timedelta(hours=n) for n in (2, 8, position, first, last))
    assert from_position(start, end, at, order) == (since, until)


def test_the_rest_of_a_stretch_has_the_instant_it_begins_with() -> None:
    end = START + timedelta(hours=8)
    assert from_position(None, end, START, "desc") == (None, START + timedelta(microseconds=1))
    assert from_position(None, None, START, "asc") == (START, None)


def test_categories_positions_and_hours(api: Any, city: Any) -> None:
    categories = api.get(f"{series(city, 'weather-01.weather')}&limit=1").json()["data"]
    assert categories[0]["result"] == 'clear, "dry"'
    positions = api.get(f"{series(city, 'bus-01.location')}&order=desc&limit=1").json()["data"]
    assert positions[0]["result"] == [58.509, 23.6]
    (hour,) = api.get(f"{series(city)}&bucket=PT1H&order=desc&limit=1").json()["data"]
    assert (hour["bucket_start"], hour["mean"], hour["completeness"]) == ("2026-11-24T09:00:00Z", 9.0, 1.0)
    assert hour["good_count"] + hour["not_evaluated_count"] + hour["suspect_count"] == 60


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    limit=st.integers(7, 700),
    order=st.sampled_from(["asc", "desc"]),
    first=st.integers(0, 599),
    length=st.integers(1, 600),
)
def test_pages_of_any_size_and_order_are_the_whole_window(
    api: Any, city: Any, *, limit: int, order: str, first: int, length: int
) -> None:
    window = {
        "datastream": city.datastreams["air-01.pm2_5"],
        "start": (START + timedelta(minutes=first)).isoformat(),
        "end": (START + timedelta(minutes=first + length)).isoformat(),
        "order": order,
    }
    seen: list[str] = []
    more: dict[str, Any] = {}
    while True:
        body = api.get("/v1/observations", params={**window, "limit": limit, **more}).json()
        assert len(body["data"]) <= limit
        seen += [row["phenomenon_time"] for row in body["data"]]
        if body["next"] is None:
            break
        more = {"cursor": body["next"]}
    expected = [START + timedelta(minutes=n) for n in range(first, min(first + length, 600))]
    if order == "desc":
        expected.reverse()
    assert [datetime.fromisoformat(moment) for moment in seen] == expected


def test_a_row_that_arrives_between_two_pages_is_not_lost(api: Any, city: Any, database: Any) -> None:
    number = city.datastreams["air-01.pm2_5"]
    first = api.get(f"{series(city)}&limit=500")
    with database.superuser() as connection:
        for moment in ("2026-11-24T08:19:00.000001Z", "2026-11-24T10:00:00Z"):
            connection.execute("INSERT INTO observations VALUES (%s, 1, %s, 1, 1)", [number, moment])
    rest = api.get(first.links["next"]["url"]).json()["data"]
    assert rest[0]["phenomenon_time"] == "2026-11-24T08:19:00.000001Z"
    assert len(rest) == 102


def test_csv_names_units_and_says_that_it_is_simulated(api: Any, city: Any) -> None:
    answer = api.get(f"{series(city)}&f=csv&limit=1")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="air-01-pm2_5-raw-simulated.csv"' in answer.headers["content-disposition"]
    assert table(answer.text) == [
        ["phenomenon_time", "result", "quality", "unit", "simulated"],
        ["2026-11-24T00:00:00.000000Z", "0", "1", "ug/m3", "true"],
    ]


def test_titles_with_units_as_they_were(api: Any, city: Any) -> None:
    asked = "f=csv&limit=1&header=units"
    assert table(api.get(f"{series(city)}&{asked}").text)[0] == [
        "phenomenon_time",
        "result [ug/m3]",
        "quality",
        "unit",
        "simulated",
    ]
    hours = table(api.get(f"{series(city)}&{asked}&bucket=PT1H").text)
    assert (hours[0][1], hours[0][8]) == ("mean [ug/m3]", "observation_count")
    positions = table(api.get(f"{series(city, 'bus-01.location')}&{asked}").text)
    assert positions[0][1:3] == ["longitude [deg]", "latitude [deg]"]
    assert table(api.get(f"/v1/observations?bbox=58,23,59,24&{asked}").text)[0][6] == "result"


def test_csv_of_the_other_series(api: Any, city: Any) -> None:
    categories = table(api.get(f"{series(city, 'weather-01.weather')}&f=csv").text)
    assert categories[1] == ["2026-11-24T00:00:00.000000Z", 'clear, "dry"', "2", "1", "false"]
    positions = table(api.get(f"{series(city, 'bus-01.location')}&f=csv&order=desc").text)
    assert positions[:2] == [
        ["phenomenon_time", "longitude", "latitude", "quality", "unit", "simulated"],
        ["2026-11-24T00:09:00.000000Z", "58.509", "23.6", "1", "deg", "true"],
    ]
    hours = table(api.get(f"{series(city)}&f=csv&bucket=PT1H").text)
    assert len(hours) == 11
    assert (hours[0][1], hours[0][-2], hours[1][-2]) == ("mean", "unit", "ug/m3")
    assert len(hours[0]) == len(hours[1]) == 21


def test_csv_equals_json(api: Any, city: Any) -> None:
    rows = table(api.get(f"{series(city)}&f=csv").text)[1:]
    data = api.get(f"{series(city)}").json()["data"]
    assert [(datetime.fromisoformat(row[0]), float(row[1]), int(row[2])) for row in rows] == [
        (datetime.fromisoformat(row["phenomenon_time"]), row["result"], row["quality"]) for row in data
    ]


def test_a_window_without_values_is_a_csv_with_its_header_alone(api: Any, city: Any) -> None:
    window = "&start=2001-01-01T00:00:00Z&end=2001-01-02T00:00:00Z"
    for bucket in ("raw", "PT1H"):
        answer = api.get(f"{series(city)}{window}&bucket={bucket}&f=csv&trailer=true")
        assert answer.status_code == 200
        assert len(answer.text.splitlines()) == 2
        assert "rows=0" in answer.text.splitlines()[1]


def test_the_byte_order_mark_and_the_trailer_come_only_when_asked_for(api: Any, city: Any) -> None:
    plain = api.get(f"{series(city)}&f=csv").content
    assert plain.startswith(b"phenomenon_time")
    assert b"#" not in plain
    assert api.get(f"{series(city)}&f=csv&bom=true").content == b"\xef\xbb\xbf" + plain
    proved = api.get(f"{series(city)}&f=csv&trailer=true").content
    assert proved == plain + f"# complete rows=600 sha256={sha256(plain).hexdigest()}\n".encode()


def test_accept_chooses_csv(api: Any, city: Any) -> None:
    assert api.get(series(city), headers={"accept": "text/csv"}).text.startswith("phenomenon_time")
    assert api.get(f"{series(city)}&f=json", headers={"accept": "text/csv"}).json()["data"]


def test_buckets_exist_for_measurements_only() -> None:
    assert series_of({"measurement"}, "PT1H") == "statistics"
    assert series_of({"measurement"}, "P1D") == "daily"
    assert series_of({"category"}, "PT1H") is None
    assert series_of({"position"}, "raw") == "position"
    assert series_of({"position", "measurement"}, "raw") == "mixed"


def test_head_gives_the_headers_of_get_without_a_body(api: Any, city: Any) -> None:
    for url in (f"{series(city)}&f=csv", f"{series(city)}&limit=3", "/v1/latest"):
        head, get = api.request("HEAD", url), api.get(url)
        assert head.status_code == 200
        assert head.content == b""
        assert head.headers == get.headers
    assert api.app.state.hub.database.exports.get_stats()["pool_available"] == 1


def test_an_export_that_nobody_can_start_is_a_problem(city: Any, make_api: Any, database: Any) -> None:
    store = database.settings().model_copy(update={"pool_wait_seconds_max": 0.2})
    api = make_api(store=store, export_connections_max=1)

    async def hold(client: Any) -> Any:
        async with api.app.state.hub.database.exports.connection():
            return await client.get(f"{series(city)}&f=csv")

    answer = api.run(hold)
    assert (answer.status_code, answer.json()["code"]) == (503, "store_unavailable")


def test_a_reader_who_leaves_frees_the_connection(api: Any, city: Any) -> None:
    path, query = series(city).split("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "path": path,
        "raw_path": path.encode(), "query_string": f"{query}&f=csv".encode(), "headers": [],
        "scheme": "http", "server": ("hub.test", 80), "client": ("127.0.0.1", 1), "root_path": "",
    }  # fmt: skip
    api.app.state.hub.settings = api.app.state.hub.settings.model_copy(update={"export_block_bytes": 100})
    sent: list[Any] = []

    async def request(_: Any) -> None:
        messages = iter([{"type": "http.request", "body": b"", "more_body": False}])

        async def receive() -> Any:
            return next(messages, {"type": "http.disconnect"})

        async def send(message: Any) -> None:
            sent.append(message)

        await api.app(scope, receive, send)

    api.run(request)
    assert 1 < len(sent) < 10, "of about two hundred blocks"
    stats = api.app.state.hub.database.exports.get_stats()
    assert stats["pool_available"] == stats["pool_size"] == 1
    assert len(table(api.get(f"{series(city)}&f=csv").text)) == 601


def test_a_category_that_looks_like_a_formula_is_none(api: Any, city: Any) -> None:
    words = ["=1+1", "-5", "clear", "@x", "+1 b"]
    with city.database.superuser() as connection:
        connection.execute("DELETE FROM observations_category")
        connection.execute(
            "INSERT INTO observations_category SELECT %s, 2, %s::timestamptz + n * interval '1 hour', word, 1"
            " FROM unnest(%s::text[]) WITH ORDINALITY AS given(word, n)",
            [city.datastreams["weather-01.weather"], START, words],
        )
    for url, column in (
        ("/v1/observations.csv?thing=weather-01&observed_property=weather", "result"),
        ("/v1/observations.csv?bbox=58,23,59,24", "result_text"),
    ):
        rows = [row[column] for row in csv.DictReader(io.StringIO(api.get(url).text)) if row[column]]
        found = [word for word in rows if not word.replace(".", "").isdigit()]
        assert found == ["'=1+1", "-5", "clear", "'@x", "'+1 b"], url
    lines = api.get("/v1/observations.ndjson?thing=weather-01&observed_property=weather").text
    assert '"=1+1"' in lines
