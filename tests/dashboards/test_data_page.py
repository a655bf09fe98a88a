"""What data there are, and the query that people build: its address, and code that asks the same."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.data.query import BUCKETS, FORMATS, Query, codes
from tests.dashboards.contract_server import serving
from tests.dashboards.test_pages import APP, SECONDS_MAX, city, html, opened, well

__all__ = ["city", "opened"]
pytestmark = pytest.mark.usefixtures("wire")
START, END = datetime(2026, 11, 27, 20, tzinfo=UTC), datetime(2026, 11, 28, 4, tzinfo=UTC)


def asked(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


@pytest.mark.parametrize("bucket", BUCKETS)
@pytest.mark.parametrize("form", FORMATS)
def test_the_address_asks_for_what_was_chosen(bucket, form):
    query = Query("pm10", "seeb", "", START, END, bucket, form)
    wanted = {
        "observed_property": "pm10", "place": "seeb", "start": "2026-11-27T20:00:00Z", "end": "2026-11-28T04:00:00Z",
        "bucket": BUCKETS[bucket],
    }  # fmt: skip
    assert asked(query.url()) == wanted | ({} if form == "json" else {"f": form})
    made = codes(query)
    assert query.url() in made["curl"]
    for name in ("pandas", "R"):
        assert asked(made[name].split('"')[1]) == wanted | {"f": "csv"}, "both read CSV"


def test_a_thing_is_asked_for_wherever_it_stands():
    assert "place" not in asked(Query("pm10", "seeb", "t1", START, END, "raw", "csv").url())


def test_the_python_code_runs_and_asks_the_same(city, monkeypatch):
    with serving(city) as address:
        monkeypatch.setenv("FALAJ_API_URL", address)
        query = Query("pm10", "seeb", "", START, END, "hour", "csv")
        names = SimpleNamespace()
        exec(codes(query)["Python"], names.__dict__)  # what the page tells people to run
        assert {row.thing for row in names.rows} == {"air-quality-seeb-1", "air-quality-seeb-2"}
        told = asked(next(path for path in city.asked if "/v1/observations" in path))
        assert {key: told[key] for key in asked(query.url("json"))} == asked(query.url("json"))


def test_a_link_keeps_what_the_page_alone_knows(opened):
    assert opened is not None, "the API answers"
    app = AppTest.from_file(str(APP), default_timeout=SECONDS_MAX).switch_page("app_pages/data.py")
    asked_for = {"lang": "ar", "bucket": "month", "format": "arrow"}
    for name, code in asked_for.items():
        app.query_params[name] = code
    app = well(app.run())
    assert dict(app.query_params) == asked_for
    assert "bucket=P1M&f=arrow" in app.code[0].value


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_page_has_catalogue_builder_and_first_rows(opened, city, language):
    app = opened("app_pages/data.py", lang=language, place="seeb", property="pm10")
    app.query_params["bucket"] = "day"
    app.query_params["format"] = "parquet"
    app = well(app.run())
    page = html(app)
    assert "bucket=P1D&f=parquet" in app.code[0].value
    assert len(app.code) >= 5, "the address, and four ways to ask"
    assert 'href="https://hub.example/v1/bulk/muscat/' in page
    said = "together 11 properties by 61 sensors" if language == "en" else "وفيها 11 خاصية يرصدها 61 مستشعرًا"
    assert said in page
    assert not any("limit=10" in path for path in city.asked), "nobody has tried it"
    app.button[0].click()
    app = well(app.run())
    assert app.query_params["try"] == "1"
    assert any("bucket=P1D" in path and "limit=10" in path for path in city.asked)
    assert ("The first rows: 10" if language == "en" else "أول الصفوف، وعددها 10") in html(app)
