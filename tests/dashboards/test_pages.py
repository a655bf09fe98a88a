"""The pages run whole, against a server of the contract: full, empty, single, and with nobody there."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboards import client
from dashboards.settings import dashboard_settings
from stack.ports import free_port
from tests.dashboards.contract_server import City, serving

pytestmark = pytest.mark.usefixtures("wire")

APP = Path(__file__).resolve().parents[2] / "dashboards" / "app.py"
PAGES = tuple(f"app_pages/{room}.py" for room in ("overview", "forecast"))
SECONDS_MAX = 60
FROZEN_SECONDS = 50
LIMITS = dashboard_settings()

Open = Callable[..., AppTest]


@pytest.fixture
def city() -> City:
    return City(datetime.now(UTC))


@pytest.fixture
def opened(city: City, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Open a page with parameters in its address."""
    st.cache_data.clear()
    with serving(city) as address:
        monkeypatch.setenv("FALAJ_API_URL", address)

        def open_page(page: str = PAGES[0], **parameters: str) -> AppTest:
            app = AppTest.from_file(str(APP), default_timeout=SECONDS_MAX)
            for key, value in parameters.items():
                app.query_params[key] = value
            app.run()
            return app if page == PAGES[0] else app.switch_page(page).run()

        yield open_page
    st.cache_data.clear()


def html(app: AppTest) -> str:
    """All of the page's own HTML, isolates taken out."""
    return re.sub("[\u2066-\u2069]", "", "\n".join(element.proto.body for element in app.get("html")))


def well(app: AppTest) -> AppTest:
    assert [error.message for error in app.exception] == []
    return app


def test_the_overview_shows_tiles_map_table_and_the_call(opened, city):
    app = well(opened())
    page = html(app)
    assert page.count('<li class="falaj-tile') == 9, "one of them is the air-quality index"
    assert "Simulated data" in page
    assert "of 60 sensors silent" in page
    assert page.count("<img") == 8
    assert len(app.get("vega_lite_chart")) == 2
    assert "/v1/latest?observed_property=pm2_5" in app.code[0].value
    assert sum("/v1/observations" in path for path in city.asked) == 8 * 3


def test_the_overview_in_arabic(opened):
    app = well(opened(lang="ar"))
    page = html(app)
    assert '<header class="falaj-header" dir="rtl" lang="ar"><h1>هل المدينة بخير؟</h1>' in page
    assert "بيانات محاكاة" in page
    assert "الجسيمات العالقة (PM10)" in page
    assert ".stApp { direction: rtl; }" in page


JUDGED = {
    "en": (
        "Moderate</span>",
        "US index (AQI), decided by Fine particles (PM2.5) (24-hour mean)",
        "by WHO air quality guidelines 2021",
        "level of the newest value by European Air Quality Index (European Environment Agency)",
        "WHO air quality guidelines 2021: six-month mean; no single value is judged by it",
        "Lines: WHO air quality guidelines 2021 (World Health Organization), for the 24-hour mean",
        "Limits of this hub that the page cannot read and leaves out: 1",
    ),
    "ar": (
        "متوسط</span>",
        "المؤشر الأمريكي (AQI)، والملوّث الحاسم",
        "وفق إرشادات منظمة الصحة العالمية لجودة الهواء 2021",
        "مستوى أحدث قيمة وفق المؤشر الأوروبي لجودة الهواء",
        "فلا يُحكم بها على قيمة مفردة",
        "وهي خاصة بـ«متوسط 24 ساعة»",
        "حدود في هذه المنصة تعذّر على الصفحة فهمها فلم تُحتسب: 1",
    ),
}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_levels_are_said_in_words_with_whose_they_are(opened, city, language):
    city.limits.append(city.limits[0] | {"averaging": "PT3H"})
    page = html(well(opened(lang=language)))
    assert [text for text in JUDGED[language] if text not in page] == []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("/v1/limits", "The limits could not be read, so values stand here without levels."),
        ("/v1/air-quality", "The air-quality index could not be read."),
    ],
)
@pytest.mark.parametrize("fault", ["broken", "hanging"])
def test_a_page_stands_without_limits_and_air_quality(opened, city, monkeypatch, path, line, fault):
    setattr(city, fault, frozenset({path}))
    monkeypatch.setattr(client, "LIMITS", LIMITS.model_copy(update={"limit_wait_seconds_max": 0.5}))
    app = well(opened())
    assert line in html(app)
    assert not app.error
    assert html(app).count('<li class="falaj-tile') == 8


def test_real_sensors_are_not_called_simulated(opened, city):
    city.__init__(city.now, simulated=False)
    assert "imulated" not in html(well(opened()))


def test_choosing_a_place_writes_it_to_the_address_and_narrows_the_page(opened):
    app = well(opened())
    app.selectbox[0].set_value("seeb").run()
    assert app.query_params["place"] == "seeb"
    assert "of 8 sensors silent" in html(well(app)) or "all 8 sensors reporting" in html(app)


def test_the_switch_changes_the_language_and_keeps_the_place(opened):
    app = well(opened(place="mutrah"))
    app.get("button_group")[0].set_value("ar").run()
    assert app.query_params["lang"] == "ar"
    assert app.query_params["place"] == "mutrah"
    assert "هل المدينة بخير؟" in html(well(app))


def test_a_link_with_unknown_codes_opens_the_whole_city(opened):
    assert "of 60 sensors silent" in html(well(opened(place="atlantis", property="phlogiston", lang="xx")))


def test_the_forecast_says_model_skill_and_coverage(opened):
    app = well(opened(PAGES[1]))
    page = html(app)
    assert "Prophet was 12% better than “the same hour last week” in 6 tests." in page
    assert "The 80% band held 78% of the tested hours: it kept what it promises." in page
    assert "The median is highest at " in page
    assert "The 95% band runs from " in page
    assert len(app.get("vega_lite_chart")) == 1


@pytest.mark.parametrize("observed_property", ["", "vehicle_flow", "pm2_5"])
def test_the_forecast_opens_on_the_city_and_recordings_are_a_choice(opened, city, observed_property):
    for stream in city.streams:
        stream["has_forecast"] = stream["source"] == "i94-minneapolis"
        if observed_property == "pm2_5" and stream["source"] == "i94-minneapolis":
            stream["observed_property"] = "pm2_5"
    asked = {"property": observed_property} if observed_property else {}
    app = well(opened(PAGES[1], **asked))
    assert "Recorded data" not in html(app), "also while only the recording has a forecast"
    assert "its forecast has not been issued yet" in app.info[0].value
    recording = next(one["thing"] for one in city.streams if one["source"] == "i94-minneapolis")
    chosen = html(well(opened(PAGES[1], thing=recording, **asked)))
    assert "Recorded data" in chosen
    assert "Licence: CC BY 4.0." in chosen


def test_a_hub_of_recordings_alone_shows_one(opened, city):
    city.streams[:] = [one for one in city.streams if one["source"] == "i94-minneapolis"]
    for number, stream in enumerate(city.streams, 1):
        stream["datastream"] = number
    assert "Recorded data" in html(well(opened(PAGES[1])))


def test_a_simulated_forecast_is_called_simulated_in_both_languages(opened, city):
    place = {"property": "pm2_5", "thing": "air-quality-seeb-1"}
    english = html(well(opened(PAGES[1], **place)))
    assert "Simulated data" in english
    assert "with a probability" not in english, "where there is no limit"
    city.odds = [0.1, 0.35, 0.4, 0.1]
    st.cache_data.clear()
    arabic = html(well(opened(PAGES[1], **place, lang="ar")))
    assert "يصل احتمال أن يتجاوز متوسط الساعة 20 ميكروغرام/م³ إلى 40%." in arabic
    assert "بيانات محاكاة" in arabic
    assert "كان «Prophet» أدق من «الساعة نفسها من الأسبوع الماضي» بنسبة 12% في 6 اختبارات." in arabic


def test_the_fallback_is_said_in_words(opened, city):
    city.forecast = {
        "model": "seasonal_naive_168",
        "fallback_reason": "fit_timeout",
        "skill": 0.0,
        "candidates": [],
    }
    page = html(well(opened(PAGES[1])))
    assert "The same hour last week is shown; no other model could be compared with it." in page.replace(
        "the same", "The same"
    )
    assert "took too long to fit" in page


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_an_empty_hub_is_a_page_too(opened, city, page, language):
    city.__init__(city.now, things_each=0, places=False)
    app = well(opened(page, lang=language))
    assert len(app.info) == 1
    assert not app.error


@pytest.mark.parametrize("page", PAGES)
def test_one_thing_is_enough(opened, city, page):
    keep = city.things[2]
    city.things[:] = [keep]
    city.streams[:] = [one for one in city.streams if one["thing"] == keep["thing"]]
    for number, stream in enumerate(city.streams, 1):
        stream["datastream"] = number
        stream["has_forecast"] = True
    app = well(opened(page))
    assert not app.error
    assert len(app.get("vega_lite_chart")) == (2 if page == PAGES[0] else 1)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("language", "title"), [("en", "No connection to the data"), ("ar", "تعذّر الاتصال بالبيانات")]
)
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


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("language", "title"), [("en", "No connection to the data"), ("ar", "تعذّر الاتصال بالبيانات")]
)
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
