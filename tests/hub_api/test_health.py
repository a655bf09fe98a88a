from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs


def test_ready_with_a_database(api: Any) -> None:
    assert api.get("/livez").json() == {"alive": True}
    answer = api.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)


def test_a_database_without_its_schema_is_not_ready(api: Any, database: Any) -> None:
    with database.superuser() as connection:
        connection.execute("ALTER TABLE latest RENAME TO elsewhere")
    answer = api.get("/readyz")
    assert answer.status_code == 503
    assert "migrations" in answer.json()["components"]["database"]["reason"]
    assert api.get("/v1/latest").json()["code"] == "store_unavailable"


def test_metrics_count_by_template_not_by_path(api: Any) -> None:
    for name in ("air-01", "air-02", "air-03"):
        api.get(f"/v1/things/{name}")
    api.get("/nobody/knows/this")
    api.request("BREW", "/v1/things")
    text = api.get("/metrics").text
    assert 'falaj_api_requests_total{method="GET",route="/v1/things/{thing}",status="200"} 1.0' in text
    assert 'falaj_api_requests_total{method="GET",route="/v1/things/{thing}",status="404"} 2.0' in text
    assert 'method="other"' in text
    assert "air-02" not in text
    assert "nobody" not in text
    assert "falaj_api_pool_short_connections 1.0" in text
    assert 'falaj_api_request_seconds_bucket{le="0.1",route="/v1/things/{thing}"}' in text


@pytest.mark.parametrize(
    ("networks", "status"),
    [("", 404), ("10.0.0.0/8", 404), ("10.0.0.0/8, 127.0.0.0/8", 200), (None, 200)],
)
def test_metrics_are_for_the_operator(
    make_api: Any, monkeypatch: pytest.MonkeyPatch, networks: str | None, status: int
) -> None:
    if networks is not None:
        monkeypatch.setenv("FALAJ_API_METRICS_NETWORKS", networks)
    answer = make_api().get("/metrics")
    assert answer.status_code == status
    assert ("falaj_api_pool" in answer.text) == (status == 200)


def test_each_request_is_one_event(api: Any) -> None:
    with capture_logs() as events:
        api.get("/v1/things/air-01")
    (event,) = [event for event in events if event["event"] == "request_served"]
    assert event["log_level"] == "debug"
    assert (event["route"], event["status"]) == ("/v1/things/{thing}", 200)
    assert event["duration_ms"] > 0


@pytest.mark.parametrize("url", ["/v1/latest", "/v1/things?limit=0", "/v1/things/none", "/nothing", "/docs"])
def test_any_web_page_may_read_every_answer(api: Any, url: str) -> None:
    answer = api.get(url, headers={"origin": "https://example.org"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "Link" in answer.headers["access-control-expose-headers"]
    preflight = api.request(
        "OPTIONS", url, headers={"origin": "https://example.org", "access-control-request-method": "GET"}
    )
    assert preflight.status_code == 200
    assert "GET" in preflight.headers["access-control-allow-methods"]
