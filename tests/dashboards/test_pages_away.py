"""The pages while nobody answers, or the API is frozen, or its database is away."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboards import client
from stack.ports import free_port
from tests.dashboards.contract_server import serving
from tests.dashboards.test_pages import LIMITS, PAGES, SECONDS_MAX, city, opened, well

__all__ = ["city", "opened"]
pytestmark = pytest.mark.usefixtures("wire")

FROZEN_SECONDS = 50
#: Every page in one of the languages, what it says while no data come.
AWAY = [
    (page, *said)
    for page, said in zip(
        PAGES, cycle([("en", "No connection to the data"), ("ar", "تعذّر الاتصال بالبيانات")]), strict=False
    )
]


@pytest.mark.parametrize(("page", "language", "title"), AWAY)
def test_nobody_there_is_a_banner_not_a_traceback(opened, monkeypatch, page, language, title):
    monkeypatch.setenv("FALAJ_API_URL", f"http://127.0.0.1:{free_port()}")
    app = well(opened(page, lang=language))
    assert len(app.error) == 1
    assert title in app.error[0].value


@pytest.mark.parametrize("page", PAGES)
def test_a_hub_without_its_database_is_a_banner_with_its_reason(opened, city, page):
    city.down = True
    app = well(opened(page))
    assert "the database is away" in app.error[0].value


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An API whose process is frozen: the kernel takes connections for it, and nobody answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(64)
        monkeypatch.setenv("FALAJ_API_URL", f"http://127.0.0.1:{server.getsockname()[1]}")
        # Whoever waits for the data themselves waits so long.
        monkeypatch.setenv("FALAJ_API_TIMEOUT_SECONDS", str(FROZEN_SECONDS))
        # Nobody answers however long one waits.
        soon = LIMITS.model_copy(update={"presence_wait_seconds_max": 0.3})
        monkeypatch.setattr(client, "LIMITS", soon)
        yield


@pytest.mark.parametrize(("page", "language", "title"), AWAY)
def test_with_a_frozen_api_a_page_says_soon_that_no_data_comes(opened, frozen, page, language, title):
    began = time.monotonic()
    app = well(opened(page, lang=language))
    assert title in app.error[0].value
    assert time.monotonic() - began < FROZEN_SECONDS


def test_ten_readers_of_a_frozen_api_wait_for_one_answer(frozen):
    st.cache_data.clear()
    with ThreadPoolExecutor(10) as readers:
        began = time.monotonic()
        answers = [readers.submit(client.things) for _ in range(10)]
        assert all(isinstance(one.exception(), client.ApiUnavailable) for one in answers)
        assert time.monotonic() - began < FROZEN_SECONDS
    assert LIMITS.presence_wait_seconds_max < 5


def test_while_one_asks_an_api_that_was_away_others_are_told_at_once(monkeypatch):
    presence = client.Presence(f"http://127.0.0.1:{free_port()}")
    with pytest.raises(client.ApiUnavailable):
        presence.check()
    asks, may_end = threading.Event(), threading.Event()

    def ask_long() -> None:
        asks.set()
        assert may_end.wait(SECONDS_MAX)

    monkeypatch.setattr(presence, "_asked_at", float("-inf"))
    monkeypatch.setattr(presence, "_ask", ask_long)
    with ThreadPoolExecutor(1) as others:
        asking = others.submit(presence.check)
        assert asks.wait(SECONDS_MAX)
        with pytest.raises(client.ApiUnavailable):
            presence.check()  # the one that asks has no answer yet
        may_end.set()
        assert asking.exception(SECONDS_MAX) is None, "it is back"
    presence.check()


def test_the_api_is_asked_for_anew_once_it_is_back(city, monkeypatch):
    port = free_port()
    presence = client.Presence(f"http://127.0.0.1:{port}")
    with pytest.raises(client.ApiUnavailable):
        presence.check()
    with serving(city, port):
        with pytest.raises(client.ApiUnavailable):
            presence.check()  # remembered
        monkeypatch.setattr(presence, "_asked_at", float("-inf"))
        presence.check()
        city.down = True
        monkeypatch.setattr(presence, "_asked_at", float("-inf"))
        presence.check()  # that something is wrong is an answer, and its reason is shown


def test_an_open_page_says_since_when_nothing_came(frozen, monkeypatch):
    def page() -> None:
        from datetime import UTC, datetime

        from dashboards.page import watch_connection

        watch_connection(datetime(2026, 11, 27, tzinfo=UTC))

    app = AppTest.from_function(page, default_timeout=SECONDS_MAX)
    app.query_params["lang"] = "en"
    app.run()
    assert "No connection to the data" in well(app).warning[0].value
    assert "There has been no answer since" in app.warning[0].value
    monkeypatch.setattr(client, "answers", lambda: True)
    assert not well(app.run()).warning
