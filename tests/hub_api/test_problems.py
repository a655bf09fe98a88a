"""Every wrong request is a problem that names what is wrong; none is a 500, none a silent default."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx
import pytest
from fastapi import APIRouter
from structlog.testing import capture_logs

from hub_api.serving.errors import CONTRADICTIONS
from stack.ports import free_port

SERIES = "/v1/observations?datastream={pm2_5}"
LONG = "x" * 60_000  # the longest the client sends; test_process.py sends a million

FAULTS = [
    ("/v1/things?limit=0", "limit", "below_minimum"),
    ("/v1/things?limit=-5", "limit", "below_minimum"),
    ("/v1/things?limit=10001", "limit", "above_maximum"),
    ("/v1/things?limit=many", "limit", "not_an_integer"),
    ("/v1/things?limit=", "limit", "not_an_integer"),
    ("/v1/things?limit=" + "9" * 60_000, "limit", "not_an_integer"),
    ("/v1/things?limt=5", "limt", "misspelt_parameter"),
    ("/v1/things?apikey=5", "apikey", "unknown_parameter"),
    ("/v1/things?offset=5", "offset", "unknown_parameter"),
    ("/v1/things?limit=1&limit=2", "limit", "repeated"),
    ("/v1/things?cursor=forged", "cursor", "bad_cursor"),
    ("/v1/things?cursor=%C3%A9", "cursor", "bad_cursor"),
    ("/v1/things?cursor=" + LONG, "cursor", "too_long"),
    ("/v1/things?kind=" + LONG, "kind", "too_long"),
    ("/v1/things?kind=", "kind", "empty"),
    ("/v1/things?kind=a%00b", "kind", "bad_characters"),
    ("/v1/things/a%00b", "thing", "bad_characters"),
    ("/v1/things?bbox=1,2,3", "bbox", "bbox_shape"),
    ("/v1/things?bbox=59,23,58,24", "bbox", "bbox_order"),
    ("/v1/latest?bbox=23.5,58.4,23.7,190", "bbox", "bbox_range"),
    ("/v1/latest?bbox=" + LONG, "bbox", "too_long"),
    ("/v1/latest?near=58,23,59,24", "near", "near_shape"),
    ("/v1/latest?near=190,23,10", "near", "near_range"),
    ("/v1/latest?near=58,23,0", "near", "near_metres"),
    ("/v1/latest?near=58,23,nan", "near", "near_metres"),
    ("/v1/latest?near=" + LONG, "near", "too_long"),
    ("/v1/things?near=23.6,58.54,900", "near", "area_swapped"),
    ("/v1/things?thing=" + ",".join(map(str, range(101))), "thing", "too_many_values"),
    ("/v1/things?thing=" + ",".join(["air-01"] * 101), "thing", "too_many_values"),
    ("/v1/things?thing=a,", "thing", "empty"),
    ("/v1/datastreams?datastream=1,x", "datastream", "not_an_integer"),
    ("/v1/things?fields=thing,nam", "fields", "misspelt_field"),
    ("/v1/latest?f=csv&fields=zzzzzzzz", "fields", "unknown_field"),
    (f"{SERIES}&fields=resul", "fields", "misspelt_field"),
    (f"{SERIES}&f=parquet&fields=longitude", "fields", "unknown_field"),
    ("/v1/latest?lang=fr", "lang", "not_one_of"),
    ("/v1/places?kind=planet", "kind", "not_one_of"),
    ("/v1/datastreams/0", "datastream", "below_minimum"),
    ("/v1/datastreams/99999999999", "datastream", "above_maximum"),
    ("/v1/datastreams/first", "datastream", "not_an_integer"),
    ("/v1/observations", "datastream", "no_selection"),
    (f"{SERIES}&thing=air-01", "thing", "not_with"),
    (f"{SERIES}&start=2026-11-24T00:00:00", "start", "naive_time"),
    (f"{SERIES}&end=2026-02-30T00:00:00Z", "end", "not_a_time"),
    (f"{SERIES}&start=" + LONG, "start", "too_long"),
    (f"{SERIES}&start=2026-11-24T01:00:00Z&end=2026-11-24T01:00:00Z", "start", "start_not_before_end"),
    (f"{SERIES}&bucket=PT7H", "bucket", "not_one_of"),
    (f"{SERIES}&order=random", "order", "not_one_of"),
    (f"{SERIES}&f=docx", "f", "not_one_of"),
    (f"{SERIES}&bom=perhaps", "bom", "not_a_boolean"),
    (f"{SERIES}&bom=true", "bom", "csv_only"),
    (f"{SERIES}&f=csv&cursor=x", "cursor", "json_only"),
    (f"{SERIES}&place=matrah", "place", "not_with"),
    (f"{SERIES}&quality=good,great", "quality", "unknown_quality"),
    (f"{SERIES}&quality=", "quality", "unknown_quality"),
    (f"{SERIES}&quality=" + LONG, "quality", "unknown_quality"),
    (f"{SERIES}&quality=bad&bucket=PT1H", "quality", "raw_only"),
    (f"{SERIES}&header=metadata&f=ndjson", "header", "csv_only"),
    (f"{SERIES}&trailer=true&f=parquet", "trailer", "lines_only"),
    (f"{SERIES}&count=exact&f=csv", "count", "counted_in_json"),
    (f"{SERIES}&count=maybe", "count", "not_one_of"),
    ("/v1/observations.csv?datastream={pm2_5}&f=json", "f", "not_with_extension"),
    ("/v1/observations?bbox=1,2,3", "bbox", "bbox_shape"),
    ("/v1/observations?datastream={weather}&bucket=PT1H", "bucket", "no_hours"),
    ("/v1/forecasts?thing=air-01", "observed_property", "needed_with"),
    ("/livez?x=1", "x", "unknown_parameter"),
]


def fill(url: str, city: Any) -> str:
    for name, number in city.datastreams.items():
        url = url.replace("{" + name.split(".")[1] + "}", str(number))
    return url


def refusal(fault: str) -> tuple[int, str]:
    """The status and the code under which a single fault is told."""
    return (409, "contradictory_parameters") if fault in CONTRADICTIONS else (422, "invalid_parameter")


def assert_problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["status"] == status
    assert body["type"] == f"/problems/{code.replace('_', '-')}"
    assert body["title"]
    assert body["detail"]
    assert len(answer.content) < 5_000, "what was sent is not sent back"
    return body


def test_each_wrong_parameter_is_named(standing_api: Any, standing_city: Any) -> None:
    for url, parameter, code in FAULTS:
        body = assert_problem(standing_api.get(fill(url, standing_city)), *refusal(code))
        found = [(fault["parameter"], fault["code"]) for fault in body["errors"]]
        assert (parameter, code) in found, url[:100]
        assert all(fault["detail"] for fault in body["errors"])


def test_all_wrong_parameters_are_named_at_once(standing_api: Any) -> None:
    body = assert_problem(standing_api.get("/v1/latest?limit=x&bbox=1&colour=red"), 422, "invalid_parameter")
    assert {fault["parameter"] for fault in body["errors"]} == {"limit", "bbox", "colour"}


@pytest.mark.parametrize(
    ("url", "suggestion"),
    [
        ("/v1/things/air-1", "air-01"),
        ("/v1/things/AIR-01", "air-01"),
        ("/v1/things?place=matra", "matrah"),
        ("/v1/things?kind=buss", "bus"),
        ("/v1/latest?observed_property=pm25", "pm2_5"),
        ("/v1/latest?source=simulater", "simulator"),
        ("/v1/datastreams?thing=weather01", "weather-01"),
        ("/v1/observations?thing=air01&observed_property=pm2_5", "air-01"),
        ("/v1/observations?thing=air-01&observed_property=pm2.5", "pm2_5"),
        ("/v1/forecasts?thing=air-01&observed_property=pm1", "pm10"),
        ("/v1/observations?observed_property=pm25", "pm2_5"),
        ("/v1/observations?place=matra&bucket=P1D", "matrah"),
        ("/v1/datastreams/999", None),
        ("/v1/things/zzzzzzzz", None),
        ("/problems/invalid-param", "invalid-parameter"),
    ],
)
def test_an_unknown_name_is_a_404_with_the_nearest_right_one(
    standing_api: Any, url: str, suggestion: str | None
) -> None:
    assert assert_problem(standing_api.get(url), 404, "not_found").get("suggestion") == suggestion


def test_a_filter_that_fits_nothing_is_an_empty_list_not_an_error(standing_api: Any) -> None:
    answer = standing_api.get("/v1/latest?observed_property=snowfall")
    assert (answer.status_code, answer.json()["data"]) == (200, [])
    assert standing_api.get("/v1/things?bbox=0,0,1,1").json()["data"] == []


def test_problems_speak_arabic_when_asked(standing_api: Any) -> None:
    by_field = standing_api.get("/v1/things/air-1", headers={"accept-language": "ar-OM"})
    by_parameter = standing_api.get("/v1/things/air-1?lang=ar")
    assert by_field.json() | {"hint_url": "/v1/things/air-01?lang=ar"} == by_parameter.json()
    assert "هل تقصد «air-01»" in by_field.json()["detail"]
    assert by_field.headers["content-language"] == "ar"
    body = standing_api.get("/v1/things?limit=0&lang=ar").json()
    assert body["errors"][0]["detail"] == "يجب ألا يقل عن 1."


def test_paths_and_methods_that_do_not_exist(standing_api: Any) -> None:
    assert_problem(standing_api.get("/v1/nothing"), 404, "no_such_path")
    answer = standing_api.request("POST", "/v1/things", json={})
    assert_problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "GET"
    shared = standing_api.request(
        "PATCH", "/v1/innovation/me/submissions/00000000-0000-4000-8000-000000000000"
    )
    assert (shared.status_code, shared.headers["allow"]) == (405, "GET, PUT"), "of all routes of the path"


def test_the_database_away_is_a_503_that_says_when_to_come_back(make_api: Any, database: Any) -> None:
    store = database.settings().model_copy(
        update={
            "read_url": type(database.settings().read_url)(
                f"postgresql://x:geheim@127.0.0.1:{free_port()}/y"
            ),
            "pool_wait_seconds_max": 0.3,
        }
    )
    api = make_api(store=store, ready_seconds_max=0.3)
    urls = ("/v1/latest", "/v1/observations?datastream=1&f=csv", "/v1/ledger")
    with capture_logs() as events:
        answers = [api.get(url) for url in urls]
    assert [event["event"] for event in events if event["log_level"] != "debug"] == ["store_away"]
    for answer in answers:
        assert_problem(answer, 503, "store_unavailable")
        assert answer.headers["retry-after"] == "5"
        assert "geheim" not in answer.text
        assert "127.0.0.1" not in answer.text
    ready = api.get("/readyz")
    assert ready.status_code == 503
    assert ready.json()["components"]["database"]["ready"] is False
    assert "geheim" not in ready.text
    assert api.get("/livez").status_code == 200
    assert api.get("/docs").status_code == 200


def test_a_question_that_takes_too_long_says_how_to_narrow_it(
    city: Any, database: Any, make_api: Any
) -> None:
    with database.superuser() as connection:
        connection.execute(
            f"ALTER ROLE falaj_read IN DATABASE {database.name} SET statement_timeout = '200ms'"
        )
        api = make_api()
        with connection.transaction():
            connection.execute("LOCK TABLE things IN ACCESS EXCLUSIVE MODE")
            answer = api.get("/v1/things")
    body = assert_problem(answer, 503, "query_too_long")
    assert "bucket=PT1H" in body["detail"]
    assert answer.headers["retry-after"]
    assert api.get("/v1/things").status_code == 200


def test_connections_that_broke_are_replaced(api: Any, database: Any) -> None:
    assert api.get("/v1/latest").status_code == 200
    with database.superuser() as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'falaj-api' AND datname = current_database()"
        )
    assert api.get("/v1/latest").status_code == 200


def test_an_unexpected_error_is_logged_once_and_quoted_by_reference(api: Any) -> None:
    router = APIRouter()

    @router.get("/broken")
    async def broken() -> None:
        raise ZeroDivisionError("a secret detail")

    api.app.include_router(router)
    with capture_logs() as events:
        answer = api.get("/broken", headers={"origin": "https://example.org"})
    body = assert_problem(answer, 500, "internal")
    assert "secret" not in answer.text
    assert body["reference"] in body["detail"]
    assert answer.headers["access-control-allow-origin"] == "*"
    (event,) = [event for event in events if event["log_level"] == "error"]
    assert event["reference"] == body["reference"]
    assert event["exc_info"]


def test_a_clock_ahead_does_not_break_the_age(make_api: Any, city: Any) -> None:
    early = make_api(clock=lambda: datetime.fromisoformat("2026-11-24T09:00:00Z"))
    assert early.get("/v1/latest").json()["meta"]["age_seconds"] == 0.0


@pytest.mark.parametrize(
    ("path", "suggestion"),
    [
        ("/v1/sensors", "/v1/things"),
        ("/v1/observation?thing=air-01", "/v1/observations"),
        ("/v1/observation.csv", "/v1/observations"),
        ("/v1/Latest", "/v1/latest"),
        ("/v1/measurements/", "/v1/observations"),
        ("/v1/nothing", None),
        ("/v2/things", None),
        ("/v1/" + "x" * 2000, None),
    ],
)
def test_a_path_that_is_not_there_is_told_the_likely_one(
    standing_api: Any, path: str, suggestion: str | None
) -> None:
    body = assert_problem(standing_api.get(path), 404, "no_such_path")
    assert body.get("suggestion") == suggestion
    assert (suggestion or "") in body["detail"]


def test_choices_are_listed_as_the_language_does(standing_api: Any) -> None:
    url = "/v1/datastreams?f=docx"
    english, arabic = (
        standing_api.get(f"{url}&lang={language}").json()["errors"][0]["detail"] for language in ("en", "ar")
    )
    assert "'json', 'csv'" in english
    assert english.endswith("'arrow' or 'xlsx'.")
    assert " or " not in arabic
    assert arabic.endswith("'arrow' أو 'xlsx'.")


BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def test_browsers_are_shown_a_page(standing_api: Any) -> None:
    url = "/v1/things?limit=0&kind=<b>"
    shown = standing_api.get(f"{url}&lang=ar", headers=BROWSER)
    assert (shown.status_code, shown.headers["content-type"]) == (422, "text/html; charset=utf-8")
    assert 'dir="rtl"' in shown.text
    assert "/v1/things?limit=1" in shown.text
    assert "<b>" not in shown.text
    assert "Accept" in shown.headers["vary"]
    assert shown.headers["cache-control"] == "no-store"
    assert "content-security-policy" in shown.headers
    for accept in (
        "*/*",
        "application/json",
        "text/html;q=0.5, application/json",
        "application/problem+json, text/html;q=0.9",
        "",
    ):
        assert (
            standing_api.get(url, headers={"accept": accept}).headers["content-type"]
            == "application/problem+json"
        )
    assert standing_api.get("/v1/sensors", headers=BROWSER).status_code == 404
    assert (
        standing_api.request("POST", "/v1/things", headers=BROWSER, json={}).headers["content-type"]
        == "application/problem+json"
    )
