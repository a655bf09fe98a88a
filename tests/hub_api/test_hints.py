"""Every request that a problem proposes is answered."""

from __future__ import annotations

from typing import Any

import pytest

from hub_api.serving.errors import Fault
from hub_api.serving.hints import CORRECTIONS, REMOVABLE, changed_url, corrections
from tests.hub_api.test_problems import FAULTS, assert_problem, fill, refusal

SERIES = "thing=air-01&observed_property=pm2_5"
SERIES_URL = f"/v1/observations?{SERIES}"


def test_every_proposed_request_is_answered(api: Any, city: Any) -> None:
    proposed: dict[str, str] = {}
    turned = (f"{SERIES_URL}&start=2026-11-24T02:00:00Z&end=2026-11-24T01:00:00Z", "start_not_before_end")
    for url, code in [*((url, code) for url, _, code in FAULTS), turned]:
        hint = api.get(fill(url, city)).json().get("hint_url")
        if hint is not None:
            assert api.get(hint).status_code == 200, (url, hint)
            proposed[code] = hint
    assert proposed["misspelt_parameter"] == "/v1/things?limit=5"
    assert proposed["above_maximum"] == "/v1/things?limit=10000"
    assert {*REMOVABLE, *CORRECTIONS} <= proposed.keys()
    for url in ("/v1/things/air-1", "/v1/latest?observed_property=pm25", "/v1/observations.csv?place=matra"):
        hint = assert_problem(api.get(url), 404, "not_found")["hint_url"]
        assert api.get(hint).status_code == 200, hint


def test_nothing_is_proposed_where_it_would_be_a_guess(api: Any) -> None:
    for url in (
        "/v1/observations?datastream=0",
        "/v1/observations?datastream=99999999999",
        "/v1/things?limt=many",
        "/v1/things?limit=many",
        "/v1/things?limit=1&limit=2",
        "/v1/things?limit=0&bbox=1,2",
        "/v1/latest?bbox=58,23,58,24",
    ):
        answer = api.get(url)
        assert "hint_url" not in assert_problem(answer, *refusal(answer.json()["errors"][0]["code"])), url


def test_what_is_too_dear_fits_as_it_is_proposed(city: Any, make_api: Any) -> None:
    api = make_api(export_rows_max=40, export_binary_rows_max=500)
    with city.database.superuser() as connection:
        connection.execute("UPDATE datastreams SET interval_seconds = 60")
    for url, expected in (
        (f"/v1/observations.csv?{SERIES}", "bucket=PT1H"),
        (f"/v1/observations.csv?{SERIES}&limit=450&bom=true&trailer=true", "f=parquet"),
        (f"/v1/observations?{SERIES}&f=geojson&limit=450&end=2026-11-24T05:00:00Z", "f=parquet"),
        (f"/v1/observations?{SERIES}&f=arrow", "bucket=PT15M"),
        ("/v1/observations.ndjson?observed_property=pm2_5&quality=good", "bucket=PT1H"),
    ):
        problem = assert_problem(api.get(url), 413, "query_too_dear")
        assert problem["estimated_count"] > problem["maximum_count"]
        assert expected in problem["hint_url"], url
        assert api.get(problem["hint_url"]).status_code == 200, problem["hint_url"]
    assert api.get(f"/v1/observations?{SERIES}&f=csv&limit=40").status_code == 200
    assert len(api.get(f"/v1/observations?{SERIES}").json()["data"]) == 600, "pages have no such limit"
    arabic = api.get(f"/v1/observations?{SERIES}&f=arrow&lang=ar").json()
    assert "hint_url" in arabic
    assert arabic["detail"] != problem["detail"]


def test_too_many_datastreams_are_too_dear_in_every_format(city: Any, make_api: Any) -> None:
    api = make_api(selection_datastreams_max=1)
    for f in ("json", "csv"):
        problem = assert_problem(api.get(f"/v1/observations?bbox=58,23,59,24&f={f}"), 413, "query_too_dear")
        assert "hint_url" not in problem


def test_a_path_gives_up_its_extension_for_another_format() -> None:
    assert changed_url("/v1/observations.csv", {"thing": "a b"}, {"f": "parquet"}) == (
        "/v1/observations?thing=a+b&f=parquet"
    )
    assert changed_url("/v1/observations.csv", {}, {"bucket": "P1D"}) == "/v1/observations.csv?bucket=P1D"
    assert changed_url("/v1/x", {"kind": "k" * 3000}, {}) is None


def test_one_fault_that_cannot_be_put_right_leaves_nothing() -> None:
    given = {"limit": "0", "start": "soon"}
    low = Fault("limit", "below_minimum", {"minimum": 1})
    assert corrections(given, [low]) == {"limit": "1"}
    assert corrections(given, [low, Fault("start", "not_a_time")]) is None
    assert corrections({"start": "b", "end": "a"}, [Fault("start", "start_not_before_end")]) == {
        "start": "a", "end": "b",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        ("/v1/latest?format=csv", "/v1/latest?f=csv"),
        ("/v1/latest?sensor=air-01&f=csv", "/v1/latest?f=csv&thing=air-01"),
        ("/v1/latest?near=58,23,59,24", "/v1/latest?bbox=58,23,59,24"),
        ("/v1/places?format=geojson", "/v1/places?f=geojson"),
        ("/v1/limits?at=2026-11-24", "/v1/limits?at=2026-11-24T00:00:00%2B04:00"),
        ("/v1/latest?bbox=23.5,58.4,23.7,58.6", "/v1/latest?bbox=58.4,23.5,58.6,23.7"),
        ("/v1/things.csv?near=23.6,58.54,500", "/v1/things.csv?near=58.54,23.6,500"),
        ("/v1/observations?near=23.6,58.54,500", "/v1/observations?near=58.54,23.6,500"),
        (f"{SERIES_URL}&start=2026-11-24T06:30", f"{SERIES_URL}&start=2026-11-24T06:30:00%2B04:00"),
        (
            f"{SERIES_URL}&start=2026-11-24&end=2026-11-23",
            f"{SERIES_URL}&start=2026-11-23&end=2026-11-24",
        ),
    ],
)
def test_what_others_call_it_and_days_of_the_city(api: Any, url: str, hint: str) -> None:
    answer = api.get(url)
    assert assert_problem(answer, *refusal(answer.json()["errors"][0]["code"]))["hint_url"] == hint
    assert api.get(hint).status_code == 200


def test_where_no_other_name_is_certain(api: Any) -> None:
    for url in ("/v1/latest?near=23.6,58.5", "/v1/latest?format=docx", f"{SERIES_URL}&end=9999-12-32"):
        assert "hint_url" not in assert_problem(api.get(url), 422, "invalid_parameter"), url
