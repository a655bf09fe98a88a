"""The pages run whole, against a server of the contract: full, empty, single, and with nobody there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboards import client
from dashboards import page as page_module
from dashboards.language import ROOMS, Words
from dashboards.settings import dashboard_settings
from dashboards.state import State
from tests.dashboards.contract_server import City, serving

pytestmark = pytest.mark.usefixtures("wire")

APP = Path(__file__).resolve().parents[2] / "dashboards" / "app.py"
PAGES = tuple(f"app_pages/{room}.py" for room in ROOMS)
OVERVIEW, FORECAST = PAGES[0], "app_pages/forecast.py"
SECONDS_MAX = 60
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
    assert page.count('<li class="falaj-tile') == 10, "two of them are the air-quality index and its advice"
    assert "Simulated data" in page
    assert "of 60 sensors silent" in page
    assert page.count("<img") == 8
    assert len(app.get("vega_lite_chart")) == 2
    assert "/v1/latest?observed_property=pm2_5" in app.code[0].value
    assert sum("/v1/observations?datastream" in path for path in city.asked) == 8 * 3
    speeds = [path for path in city.asked if "/v1/observations?observed_property=vehicle_speed" in path]
    assert len(speeds) == 1 + LIMITS.usual_weeks
    assert (
        "Air is moderate everywhere; above the guideline or limit: Fine particles (PM2.5); 3 sensors are silent; all else is normal."
        in page
    )
    silent = 'href="sensors?lang=en&amp;health=silent"'
    assert silent in page


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
        "European index, decided by Fine particles (PM2.5) (24-hour mean)",
        "by WHO air quality guidelines 2021",
        "level of the newest value by European Air Quality Index (European Environment Agency)",
        "WHO air quality guidelines 2021: six-month mean; no single value is judged by it",
        "Lines: WHO air quality guidelines 2021 (World Health Organization), for the 24-hour mean",
        "Limits of this hub that the page cannot read and leaves out: 1",
    ),
    "ar": (
        "متوسط</span>",
        "المؤشر الأوروبي، والملوّث السائد",
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


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_answers_its_question_first_and_offers_what_it_shows(opened, city, page, language):
    city.alerts = 2
    app = well(opened(page, lang=language))
    shown = html(app)
    room = page.removeprefix("app_pages/").removesuffix(".py")
    question = f"<h1>{Words(language)(f'{room}.question')}</h1>"
    answer = re.search(r'<p class="falaj-answer"[^>]*>[^<]{5,}[.]</p>', shown)
    assert answer is not None
    assert shown.index(question) < answer.start()
    assert not app.error
    charts, names = len(app.get("vega_lite_chart")), [one.proto.label for one in app.get("download_button")]
    assert names.count("PNG") == names.count("SVG") == charts
    assert names.count("CSV") >= charts
    if room not in {
        "buses",
        "innovation",
        "views",
    }:  # no schedule is there, and nobody has arranged anything yet
        assert names, "something to take away"
        calls = [one.value.startswith(("curl 'http://127.0.0.1:", "<iframe src=")) for one in app.code]
        assert all(calls) or (room == "data" and any(calls)), "only the builder has other code beside"


def test_a_place_and_a_thing_that_nobody_knows_leave_the_address_and_are_said(opened):
    app = well(opened(place="atlantis", property="phlogiston", lang="xx", utm="1"))
    assert dict(app.query_params) == {"lang": "en"}
    assert "Not known here and left out: utm=1" not in html(app), "all in one line"
    for asked in ("lang=xx", "utm=1", "place=atlantis", "property=phlogiston"):
        assert asked in re.search(r'falaj-refused"[^>]*>([^<]*)', html(app)).group(1)
    app.selectbox[0].set_value("seeb").run()
    assert 'class="falaj-refused"' not in html(well(app))


def test_own_dates_are_asked_for_as_half_open_instants(opened, city):
    app = well(opened("app_pages/explore.py", **{"from": "2026-11-01", "to": "2026-11-02"}))
    assert dict(app.query_params) == {"lang": "en", "from": "2026-11-01", "to": "2026-11-02"}
    assert "start=2026-10-31T20:00:00Z&end=2026-11-02T20:00:00Z" in app.code[0].value.replace("%3A", ":")
    assert len(app.date_input) == 1


def test_what_is_compared_is_said_and_asked_for(opened):
    app = well(opened("app_pages/explore.py", compare="week", days="1"))
    assert "a week earlier it was" in html(app)
    assert app.code[0].value.count("curl") == 2


def test_the_line_of_facts_leads_to_the_sensors_it_counts(opened):
    app = well(opened("app_pages/sensors.py", health="silent"))
    assert html(app).count("<td>silent</td>") == 3
    assert "57 of 60 sensors are healthy; silent: 3 sensors" in html(app)


def test_a_wall_has_no_controls(opened):
    app = well(opened(wall="1"))
    assert len(app.selectbox) == 0
    assert not app.get("download_button")
    assert not app.expander
    assert "font-size: 135%" in html(app)


@pytest.mark.parametrize(
    ("code", "following"),
    [("overview", "map"), ("sensors", "./"), ("data", "./")],  # data is none of them
)
def test_a_wall_turns_to_the_next_of_its_pages_after_its_time(code, following):
    state = State(language="ar", place="seeb", wall=True)
    script = page_module.turning(code, state)
    said = (
        f'data-address="{following}?lang=ar&amp;place=seeb&amp;wall=1" data-seconds="{LIMITS.wall_seconds}"'
    )
    assert said in script
    assert page_module.turning("map", state, ("map",)) == page_module.turning("map", state, ()) == ""
    assert set(LIMITS.wall_rooms) <= set(ROOMS)


def test_one_figure_alone_says_that_it_is_simulated(opened):
    app = opened(only="latest-pm2_5")
    assert app.query_params["only"] == "latest-pm2_5"
    assert ".st-key-figure-latest-pm2_5" in html(well(app))
    assert "Simulated data · " in html(app)


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


def test_the_forecast_says_model_skill_and_coverage(opened):
    app = well(opened(FORECAST))
    page = html(app)
    assert "Prophet was 12% better than “the same hour last week” in 6 tests." in page
    assert "The 80% band held 78% of the tested hours: it kept what it promises." in page
    assert "The median is highest at " in page
    assert "The 95% band runs from " in page
    assert len(app.get("vega_lite_chart")) == 2, "now, and a week ago"


@pytest.mark.parametrize("observed_property", ["", "vehicle_flow", "pm2_5"])
def test_the_forecast_opens_on_the_city_and_recordings_are_a_choice(opened, city, observed_property):
    for stream in city.streams:
        stream["has_forecast"] = stream["source"] == "i94-minneapolis"
        if observed_property == "pm2_5" and stream["source"] == "i94-minneapolis":
            stream["observed_property"] = "pm2_5"
    asked = {"property": observed_property} if observed_property else {}
    app = well(opened(FORECAST, **asked))
    assert "Recorded data" not in html(app), "also while only the recording has a forecast"
    assert "its forecast has not been issued yet" in app.info[0].value
    recording = next(one["thing"] for one in city.streams if one["source"] == "i94-minneapolis")
    chosen = html(well(opened(FORECAST, thing=recording, **asked)))
    assert "Recorded data" in chosen
    assert "Licence: CC BY 4.0." in chosen


def test_a_hub_of_recordings_alone_shows_one(opened, city):
    city.streams[:] = [one for one in city.streams if one["source"] == "i94-minneapolis"]
    for number, stream in enumerate(city.streams, 1):
        stream["datastream"] = number
    assert "Recorded data" in html(well(opened(FORECAST)))


def test_a_simulated_forecast_is_called_simulated_in_both_languages(opened, city):
    place = {"property": "pm2_5", "thing": "air-quality-seeb-1"}
    english = html(well(opened(FORECAST, **place)))
    assert "Simulated data" in english
    assert "with a probability" not in english, "where there is no limit"
    city.odds = [0.1, 0.35, 0.4, 0.1]
    st.cache_data.clear()
    arabic = html(well(opened(FORECAST, **place, lang="ar")))
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
    page = html(well(opened(FORECAST)))
    assert "The same hour last week is shown; no other model could be compared with it." in page.replace(
        "the same", "The same"
    )
    assert "took too long to fit" in page


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_an_empty_hub_is_a_page_too(opened, city, page, language):
    city.__init__(city.now, things_each=0, places=False)
    app = well(opened(page, lang=language))
    assert len(app.info) == (page in {OVERVIEW, FORECAST})
    assert not app.error
    assert "falaj-answer" in html(app)


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
    charts = {"overview": 2, "map": 1, "explore": 1, "forecast": 2}
    room = page.removeprefix("app_pages/").removesuffix(".py")
    assert len(app.get("vega_lite_chart")) == charts.get(room, 0)


def test_a_page_that_waits_says_so_within_five_seconds_and_then_no_more(opened):
    assert 'class="falaj-waiting"' not in html(well(opened())), "once the data are there"
    line = page_module.waiting_html(Words("ar"))
    assert f"animation-delay:{LIMITS.slow_seconds}s" in line
    assert LIMITS.slow_seconds < 5
    assert LIMITS.presence_look_seconds + LIMITS.presence_wait_seconds_max < 5


def test_a_property_that_a_page_does_not_show_is_named(opened):
    app = well(opened(FORECAST, property="no2"))
    assert "Nitrogen dioxide is not shown on this page; Vehicles per hour stands here instead." in html(app)
    assert app.query_params["property"] == "no2", "it is known, and other pages show it"
