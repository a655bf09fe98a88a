"""Who is there, who was not and why: the list, a thing, the gaps of a datastream, and the way there from the status."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.hub_api.conftest import MINUTES, NOW, START, Api, City

NEWEST = START + timedelta(minutes=MINUTES - 1)


@pytest.fixture
def say(city: City) -> Any:
    """Change what the store knows."""

    def execute(statement: str, *parameters: Any) -> None:
        with city.database.superuser() as connection:
            connection.execute(statement.encode(), parameters)

    return execute


def presence(api: Api, question: str = "thing=air-01&observed_property=pm2_5") -> list[dict[str, Any]]:
    answer = api.get(f"/v1/presence?{question}")
    assert answer.status_code == 200, answer.text
    data: list[dict[str, Any]] = answer.json()["data"]
    return data


@pytest.mark.parametrize(
    ("age", "quality", "interval", "state"),
    [
        (60, 1, 60, "healthy"),
        (120, 1, 60, "healthy"),
        (121, 1, 60, "late"),
        (180, 1, 60, "late"),
        (181, 1, 60, "silent"),
        (60, 3, 60, "suspect"),
        (60, 4, 60, "suspect"),
        (181, 4, 60, "silent"),
        (7_201, 1, None, "late"),
        (3_600, 1, None, "healthy"),
    ],
)
def test_a_datastream_is_as_its_newest_value_says(
    api: Api, say: Any, age: int, quality: int, interval: int | None, state: str
) -> None:
    say("UPDATE latest SET phenomenon_time = %s, quality = %s", NOW - timedelta(seconds=age), quality)
    say("UPDATE datastreams SET interval_seconds = %s", interval)
    (one,) = presence(api)
    assert (one["presence"], one["age_seconds"], one["quality"]) == (state, age, quality)


def test_what_the_thing_says_of_its_connection_counts_until_a_value_comes(api: Api, say: Any) -> None:
    say("UPDATE latest SET phenomenon_time = %s", NOW - timedelta(seconds=30))
    said = "INSERT INTO thing_connections SELECT thing_id, false, %s, 'availability' FROM things ON CONFLICT (thing_id)"
    say(f"{said} DO NOTHING", NOW - timedelta(seconds=20))
    (one,) = presence(api)
    assert (one["presence"], one["connection"]) == ("silent", "offline")
    assert one["connection_since"] == "2026-11-24T11:59:40Z"
    say("UPDATE latest SET phenomenon_time = %s", NOW - timedelta(seconds=10))
    assert presence(api)[0]["presence"] == "healthy"


def test_nobody_is_blamed_while_the_hub_itself_is_away(api: Api, say: Any) -> None:
    say("UPDATE latest SET phenomenon_time = %s", NOW - timedelta(hours=2))
    assert presence(api)[0]["presence"] == "silent"
    say(
        "INSERT INTO component_reports (component, reported_at) VALUES ('ingest', %s)",
        NOW - timedelta(hours=2),
    )
    assert presence(api)[0]["presence"] == "healthy"


def test_the_list_is_filtered_and_leaves_recordings_out(api: Api, say: Any) -> None:
    everything = presence(api, "limit=100")
    assert {one["thing"] for one in everything} == {"air-01", "bus-01"}
    silent = presence(api, "presence=silent")
    assert {one["presence"] for one in silent} == {"silent"}
    assert presence(api, "presence=healthy") == [one for one in everything if one["presence"] == "healthy"]
    lines = api.get("/v1/presence.csv?presence=silent").text.splitlines()
    assert len(lines) == len(silent) + 1
    never = [one for one in silent if one["newest_phenomenon_time"] is None]
    assert [one["observed_property"] for one in never] == ["pm10"]
    assert api.get("/v1/presence?presence=odd").status_code == 422
    assert api.get("/v1/presence?thing=air-1").json()["type"].endswith("not-found")


def test_a_thing_says_it_of_each_of_its_datastreams(api: Api) -> None:
    told = api.get("/v1/things/air-01").json()["data"]["presence"]
    assert [(one["observed_property"], one["presence"]) for one in told] == [
        ("pm2_5", "silent"),
        ("pm10", "silent"),
    ]
    assert api.get("/v1/things/weather-01").json()["data"]["presence"] == []


def test_gaps_are_cut_at_local_days_and_paged(api: Api, city: City, say: Any) -> None:
    number = city.datastreams["air-01.pm2_5"]
    gap = "INSERT INTO gaps VALUES (%s, %s, %s, %s)"
    say(gap, number, START - timedelta(days=2), START - timedelta(hours=1), "offline")
    say(gap, number, NEWEST, None, "unknown")
    url = f"/v1/datastreams/{number}/gaps"
    data = api.get(url).json()["data"]
    days = [(one["local_date"], one["start"], one["end"], one["reason"]) for one in data]
    assert days == [
        ("2026-11-22", "2026-11-22T00:00:00Z", "2026-11-22T20:00:00Z", "offline"),
        ("2026-11-23", "2026-11-22T20:00:00Z", "2026-11-23T20:00:00Z", "offline"),
        ("2026-11-24", "2026-11-23T20:00:00Z", "2026-11-23T23:00:00Z", "offline"),
        ("2026-11-24", "2026-11-24T09:59:00Z", None, "unknown"),
    ]
    assert {one["zone"] for one in data} == {"Asia/Muscat"}
    window = api.get(f"{url}?start=2026-11-23T00:00:00Z&end=2026-11-24T10:00:00Z").json()["data"]
    assert [(one["start"], one["end"]) for one in window] == [
        ("2026-11-23T00:00:00Z", "2026-11-23T20:00:00Z"),
        ("2026-11-23T20:00:00Z", "2026-11-23T23:00:00Z"),
        ("2026-11-24T09:59:00Z", None),
    ]
    found, next_url = [], f"{url}?limit=1"
    while next_url:
        page = api.get(next_url)
        found += page.json()["data"]
        cursor = page.json().get("next")
        next_url = f"{url}?limit=1&cursor={cursor}" if cursor else ""
    assert found == data
    assert api.get(f"{url}.csv").text.count("offline") == 3
    assert api.get("/v1/datastreams/99999/gaps").status_code == 404
    assert api.get(f"{url}?start=2026-11-24T00:00:00Z&end=2026-11-24T00:00:00Z").status_code == 409


def test_the_status_leads_to_the_silent_ones(api: Api) -> None:
    page = api.get("/status").text
    link = "/v1/presence?source=simulator&amp;observed_property=pm2_5&amp;presence=silent"
    assert f'href="{link}"' in page
    assert presence(api, link.partition("?")[2].replace("&amp;", "&"))
