"""The client against a server of the contract: pages of a list, and every way to fail in one line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import streamlit as st

from dashboards import client
from dashboards.client import ApiRefused, ApiUnavailable
from stack.ports import free_port
from tests.dashboards.contract_server import City, serving

pytestmark = pytest.mark.usefixtures("wire")

NOW = datetime(2026, 11, 24, 17, 40, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    st.cache_data.clear()
    yield
    st.cache_data.clear()


@pytest.fixture
def city(monkeypatch: pytest.MonkeyPatch) -> Iterator[City]:
    made = City(NOW)
    with serving(made) as address:
        monkeypatch.setenv("FALAJ_API_URL", address)
        yield made


def test_a_list_is_read_to_its_end(city):
    rows = client.latest()
    assert len(rows) == len(city.latest()) > 100
    assert sum("/v1/latest" in path for path in city.asked) == 2


def test_what_was_asked_is_not_asked_again_at_once(city):
    client.things()
    asked = len(city.asked)
    client.things()
    assert len(city.asked) == asked


def test_every_list_of_the_contract_is_understood(city):
    assert {place.code for place in client.places()} >= {"seeb", "mutrah"}
    assert any(source.licence for source in client.sources())
    assert len(client.datastreams()) == len(city.streams)
    assert {one.unit for one in client.observed_properties()} >= {"Cel", "ug/m3"}
    flow = next(one.number for one in client.datastreams() if one.has_forecast)
    found = client.forecast(flow)
    assert found is not None
    assert len(found.steps) == found.horizon_hours
    hours = client.hours(flow, NOW - timedelta(days=1), NOW)
    assert len(hours) == 24


def test_a_datastream_without_a_forecast_has_none(city):
    other = next(one.number for one in client.datastreams() if not one.has_forecast)
    assert client.forecast(other) is None


def test_nobody_there_is_one_line_in_both_languages(monkeypatch):
    monkeypatch.setenv("FALAJ_API_URL", f"http://127.0.0.1:{free_port()}")
    with pytest.raises(ApiUnavailable) as caught:
        client.things()
    assert "127.0.0.1" in caught.value.text("en")
    assert "لا تستجيب" in caught.value.text("ar")


def test_a_failure_is_not_remembered(city):
    city.down = True
    with pytest.raises(ApiUnavailable, match="the database is away"):
        client.sources()
    city.down = False
    assert client.sources()


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, object]]:
    """A server that says whatever the test wants."""
    says: dict[str, object] = {"status": 200, "body": b""}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(int(str(says["status"])))
            self.end_headers()
            self.wfile.write(bytes(says["body"]))  # type: ignore[call-overload]  # bytes, as set below

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("FALAJ_API_URL", f"http://127.0.0.1:{server.server_address[1]}")
    yield says
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"data": [{"thing": 1}], "next": null}', b"\xff\xfe"])
def test_what_is_not_our_api_is_said_to_be_none(answering, body):
    answering["body"] = body
    with pytest.raises(ApiUnavailable, match="not"):
        client.things()


def test_a_refusal_gives_the_apis_own_reason(answering):
    answering |= {"status": 422, "body": b'{"title": "Invalid", "detail": "limit is too large"}'}
    with pytest.raises(ApiRefused, match="limit is too large"):
        client.things()


def test_a_list_without_an_end_ends(answering):
    meta = b'"meta": {"as_of": "2026-11-24T17:40:00Z", "newest_phenomenon_time": null, "age_seconds": null}'
    answering["body"] = b'{"data": [], "next": "again", ' + meta + b"}"
    with pytest.raises(ApiUnavailable, match="pages"):
        client.things()


def test_an_address_that_is_none_is_one_line(monkeypatch):
    monkeypatch.setenv("FALAJ_API_URL", "hub.test")
    with pytest.raises(ApiUnavailable, match=r"hub\.test"):
        client.things()


def test_the_address_shown_is_one_a_person_can_open(monkeypatch):
    monkeypatch.setenv("FALAJ_API_URL", "http://127.0.0.1:8000/")
    assert client.latest_url("no2", None) == "http://127.0.0.1:8000/v1/latest?observed_property=no2"
    assert client.latest_url("no2", "as-seeb").endswith("?observed_property=no2&place=as-seeb")
    assert client.forecast_url(7) == "http://127.0.0.1:8000/v1/forecasts?datastream=7"
    assert client.hours_url(7, NOW, NOW + timedelta(hours=1)).endswith(
        "?datastream=7&bucket=PT1H&start=2026-11-24T17%3A40%3A00Z&end=2026-11-24T18%3A40%3A00Z"
    )
