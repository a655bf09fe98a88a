"""Nowcasts and anomalies as open data."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.hub_api.conftest import NOW, Api, City

HOUR, QUARTER = timedelta(hours=1), timedelta(minutes=15)


@pytest.fixture
def said(city: City) -> int:
    """A nowcast, an anomaly that is over and one that goes on."""
    number = city.datastreams["air-01.pm2_5"]
    band = [[20.0 + off] * 24 for off in (0, -1, 1, -2, 2)]
    with city.database.connect("worker") as worker:
        worker.execute(
            "INSERT INTO nowcasts VALUES (%s, %s, %s, 'profile', %s, %s, %s, %s, %s, 1, 1, 40, 30, 38)",
            [number, NOW, NOW, *band],
        )
        for starts_at, ends_at in ((NOW - 9 * HOUR, NOW - 8 * HOUR), (NOW - HOUR, None)):
            worker.execute(
                "INSERT INTO anomalies (datastream_id, expected_by, starts_at, ends_at, step_count, worst_at, observed, expected,"
                " lower_95, upper_95, size) VALUES (%s, 'nowcast', %s, %s, 3, %s, 90, 20, 18, 22, 35)",
                [number, starts_at, ends_at, starts_at],
            )
    return number


def test_nowcasts_in_all_formats(api: Api, said: int) -> None:
    answer = api.get("/v1/nowcasts?observed_property=pm2_5")
    assert answer.status_code == 200, answer.text
    (one,) = answer.json()["data"]
    assert (one["datastream"], one["model"], one["unit"], one["thing_name"]["ar"]) == (
        said,
        "profile",
        "ug/m3",
        "روي",
    )
    assert (one["inside_80"], one["inside_95"], len(one["values"])) == (0.75, 0.95, 24)
    instants = [value["phenomenon_time"] for value in one["values"]]
    assert instants[:2] == [api_time(NOW), api_time(NOW + QUARTER)]
    rows = list(csv.DictReader(io.StringIO(api.get(f"/v1/nowcasts.csv?datastream={said}").text)))
    assert (len(rows), rows[5]["lower_95"], rows[5]["longitude"]) == (24, "18.0", "58.54")
    (feature, *_) = api.get("/v1/nowcasts.geojson").json()["features"]
    assert feature["geometry"]["coordinates"] == [58.54, 23.6]
    assert api.get("/v1/nowcasts?thing=bus-01").json()["data"] == []
    assert api.get("/v1/nowcasts?thing=nowhere").status_code == 404


@pytest.fixture
def say(city: City) -> Callable[..., list[tuple[Any, ...]]]:
    def said(text: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with city.database.superuser() as connection:
            cursor = connection.execute(text.encode(), parameters)
            return cursor.fetchall() if cursor.description else []

    return said


def api_time(at: Any) -> str:
    return str(at.isoformat().replace("+00:00", "Z"))


def test_anomalies_the_newest_first(api: Api, said: int) -> None:
    going_on, over = api.get("/v1/anomalies").json()["data"]
    assert (going_on["end"], going_on["size"], going_on["direction"], going_on["quality"]) == (
        None,
        35,
        "above",
        3,
    )
    assert over["end"] == api_time(NOW - 8 * HOUR + QUARTER), "the end of the last quarter outside"
    for query, number in (
        ("open=true", going_on),
        ("open=false", over),
        (f"end={api_time(NOW - 2 * HOUR)}", over),
    ):
        assert [one["anomaly"] for one in api.get(f"/v1/anomalies?{query}").json()["data"]] == [
            number["anomaly"]
        ]
    first = api.get("/v1/anomalies?limit=1").json()
    assert api.get(f"/v1/anomalies?cursor={first['next']}").json()["data"] == [over]
    rows = list(csv.DictReader(io.StringIO(api.get("/v1/anomalies.csv").text)))
    assert [row["expected_by"] for row in rows] == ["nowcast"] * 2
    with_observations = api.get(f"/v1/observations?datastream={said}&limit=1").json()["data"]
    assert with_observations[0]["quality"] != 3, "no flag of ingest is overwritten"
    assert api.get("/v1/anomalies?start=2026-01-02T00:00:00Z&end=2026-01-01T00:00:00Z").status_code == 409


def test_flags_are_those_of_ingest_and_marks_of_anomalies(api: Api, city: City, said: int, say: Any) -> None:
    began = NOW - 3 * HOUR
    say("UPDATE anomalies SET starts_at = %s WHERE ends_at IS NULL", began)
    instants = [
        at
        for (at,) in say("SELECT phenomenon_time FROM observations WHERE datastream_id = %s ORDER BY 1", said)
    ]
    inside = [at for at in instants if at >= began or NOW - 9 * HOUR <= at < NOW - 8 * HOUR + QUARTER]
    assert 0 < len(inside) < len(instants)
    say("INSERT INTO observation_flags VALUES (%s, %s, 'spike', 4, 1)", said, inside[1])
    qualities = say(
        "SELECT array_agg(quality ORDER BY phenomenon_time) FROM observations WHERE datastream_id = %s", said
    )
    url = f"/v1/datastreams/{said}/flags"
    found = api.get(f"{url}?limit=1000").json()["data"]
    marks = [(one["phenomenon_time"], one["test"], one["quality"]) for one in found]
    wanted = [(api_time(at), "anomaly", 3) for at in inside]
    assert marks == sorted([*wanted, (api_time(inside[1]), "spike", 4)])
    over, going_on = sorted(one["anomaly"] for one in api.get("/v1/anomalies").json()["data"])
    assert {one["anomaly"] for one in found if one["phenomenon_time"] < api_time(began)} == {over, None}
    assert {one["anomaly"] for one in found if one["phenomenon_time"] >= api_time(began)} == {going_on}
    paged, next_url = [], f"{url}?limit=3"
    while next_url:
        page = api.get(next_url).json()
        paged += page["data"]
        next_url = f"{url}?limit=3&cursor={page['next']}" if page.get("next") else ""
    assert paged == found
    assert [one["test"] for one in api.get(f"{url}?test=spike").json()["data"]] == ["spike"]
    window = f"{url}?start={api_time(inside[1])}&end={api_time(inside[2])}"
    assert [one["test"] for one in api.get(window).json()["data"]] == ["anomaly", "spike"]
    assert api.get(f"{url}.csv").text.count("anomaly") == len(inside) + 1, "and the title of the column"
    assert api.get("/v1/datastreams/99999/flags").status_code == 404
    assert api.get(f"{url}?start={api_time(NOW)}&end={api_time(NOW)}").status_code == 409
    assert (
        say(
            "SELECT array_agg(quality ORDER BY phenomenon_time) FROM observations WHERE datastream_id = %s",
            said,
        )
        == qualities
    )
