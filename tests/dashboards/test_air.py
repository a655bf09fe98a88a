"""What people are told about the air: by group, from the table that judges and nothing else, and where it stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from citycore.limits.service import shipped_tables
from dashboards.air import GROUPS, Air, advice_html, advice_of, source_of, worst
from dashboards.language import Words
from dashboards.limits import Known
from dashboards.overview.air import advice_tile_html
from dashboards.report.model import gather, state_of, view_of
from dashboards.report.paper import write_html
from falaj_client import Advice, AirQuality, Name
from tests.dashboards.test_pages import city, html, opened, well
from tests.dashboards.test_report import plain, served

__all__ = ["city", "opened", "served"]
NOW = datetime(2026, 11, 24, 17, 40, tzinfo=UTC)
TABLES = shipped_tables()
LEVELS = [(code, level) for code in ("us_aqi_2024", "eu_aqi_2024") for level in TABLES[code].levels]


def hour(level, advice) -> AirQuality:
    end = NOW - timedelta(hours=1)
    return AirQuality(
        start=end - timedelta(hours=1), end=end, place=None, place_name=None, thing="a", thing_name=Name("A", "أ"),
        source="city", simulated=False, location=None, thing_count=1, index="us", value=50, beyond=False,
        level=level, level_name=None, colour=None, observed_property="pm10", averaging="PT24H", method="mean",
        coverage=1.0, parts=(),
        advice=tuple(Advice(group=group, text=Name(**words)) for group, words in advice.items()),
    )  # fmt: skip


def air_of(code: str, level) -> Air:
    found = worst([hour(level.code, level.advice)], frozenset("a"), Known(TABLES[code].limits), NOW)
    assert found is not None
    return found


@pytest.mark.parametrize(("code", "level"), LEVELS, ids=[f"{code}-{one.code}" for code, one in LEVELS])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_level_of_an_index_tells_each_group_the_words_of_its_own_table(code, level, language):
    words, air = Words(language), air_of(code, level)
    said = advice_of(air, words)
    told = [level.advice[group][language] for group in GROUPS]
    assert [text for _, text in said] == (told if len(set(told)) > 1 else told[:1])
    assert len({whom for whom, _ in said}) == len(said)
    page = advice_html(said)
    assert page.count("<dt>") == len(said)
    assert all(text in page for _, text in said)


def test_the_source_is_that_of_the_table():
    level = TABLES["eu_aqi_2024"].levels[1]
    air = replace(air_of("eu_aqi_2024", level), level=level)
    said = "Advice for the level “Fair” after European Environment Agency, worded by this hub"
    assert source_of(air, Words("en")) == said
    assert "الوكالة الأوروبية للبيئة" in source_of(air, Words("ar"))
    assert source_of(replace(air, origin=None), Words("en")) == "Advice for the level “Fair”"


@pytest.mark.parametrize("advice", [{}, {"outdoor_workers": {"en": "Rest.", "ar": "استرح."}}])
def test_without_an_index_or_words_of_its_table_nothing_is_said(advice):
    assert advice_of(None, Words("en")) == []
    air = worst([hour("good", advice)], frozenset("a"), Known(), NOW)
    assert air is not None
    assert advice_of(air, Words("en")) == []
    assert advice_tile_html(air, Words("en")) == ""
    assert worst([hour(None, {})], frozenset("a"), Known(), NOW) is None


def test_who_has_no_advice_by_level_and_none_is_invented():
    assert [level.advice for level in TABLES["who_2021"].levels if level.advice] == []


TOLD = {
    "en": (
        "What to do in this air",
        "With asthma, heart or lung disease, or in old age",
        "Watch for coughing.",
    ),
    "ar": ("ماذا تفعل في هذا الهواء؟", "مرضى الربو والقلب والرئة وكبار السن", "انتبه إلى السعال."),
}


@pytest.mark.usefixtures("wire")
@pytest.mark.parametrize("language", ["en", "ar"])
def test_it_stands_beside_the_index_on_the_overview_and_by_a_chosen_district_on_the_map(
    opened, city, language
):
    overview = html(well(opened(lang=language)))
    assert [text for text in TOLD[language] if text not in overview] == []
    tiles = overview[overview.index('<ul class="falaj-tiles"') :]
    assert tiles.index("<dl class=") < tiles.index("PM10"), "right after the index"
    page = html(well(opened("app_pages/map.py", lang=language, place="seeb")))
    assert [text for text in TOLD[language][1:] if text not in page] == []
    assert TOLD[language][2] not in html(well(opened("app_pages/map.py", lang=language)))


@pytest.mark.usefixtures("wire")
def test_the_map_stands_without_the_index_and_says_so(opened, city):
    city.broken = frozenset({"/v1/air-quality"})
    page = html(well(opened("app_pages/map.py", place="seeb")))
    assert "The air-quality index could not be read." in page
    assert "<dl class=" not in page


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_report_has_it(served, language):
    view = view_of(state_of(language, "", "pm10", 7), datetime.now(UTC))
    page = plain(write_html(gather(view), view, [], 9))
    assert [text for text in TOLD[language] if text not in page] == []
