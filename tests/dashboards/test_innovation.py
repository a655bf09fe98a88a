"""What is going on: figures against counts of their own, dates that lie ahead, and the page with its links."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from dashboards import page as page_module
from dashboards.answers import Counted
from dashboards.innovation.body import bars_chart
from dashboards.innovation.client import Programme
from dashboards.innovation.model import GOVERNORATES, NATIONWIDE, claims_of, innovation_of, ranked
from dashboards.language import Words
from dashboards.model import Name
from dashboards.palette import LIGHT
from tests.dashboards.test_pages import city, html, opened, well

__all__ = ["city", "opened"]
NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
DAY = timedelta(days=1)
NAME = Name("Shade", "ظل")
LISTS = (
    "hackathons", "calls", "needs", "awards", "vendors", "ambassadors", "sessions", "surveys", "ideas", "voices",
    "decisions",
)  # fmt: skip


def programme(**lists: list[Any]) -> Programme:
    return Programme(**{name: lists.get(name, []) for name in LISTS})


def deadline(days: float, name: Name = NAME) -> SimpleNamespace:
    return SimpleNamespace(name=name, instant=NOW + days * DAY)


def announced(kind: str, code: str, *deadlines: SimpleNamespace, state: str = "open", **other: Any) -> Any:
    return SimpleNamespace(
        **{kind: code}, name=NAME, state=state, state_name=NAME, deadlines=deadlines, **{"governorates": (), "governorate": None, **other}
    )  # fmt: skip


def test_figures_of_200_random_programmes_agree_with_counts_of_their_own():
    dice = random.Random(20261128)
    codes = [code.upper() for code in GOVERNORATES]
    for _ in range(200):
        needs = [dice.choice([None, *codes]) for _ in range(dice.randrange(6))]
        people = [(dice.choice(codes), dice.random() < 0.3) for _ in range(dice.randrange(6))]
        voices = [
            (dice.choice([*codes, "unknown"]), dice.choice([None, 3, 40])) for _ in range(dice.randrange(6))
        ]
        calls = [tuple(dice.sample(codes, dice.randrange(3))) for _ in range(dice.randrange(4))]
        data = innovation_of(
            programme(
                needs=[announced("need", "n", governorate=code) for code in needs],
                ambassadors=[SimpleNamespace(governorate=code, emeritus=gone) for code, gone in people],
                voices=[SimpleNamespace(governorate=code, received=count) for code, count in voices],
                calls=[announced("call", "c", governorates=each) for each in calls],
            ),
            NOW,
        )
        for code in GOVERNORATES:
            told = data.figures.get(code, {})
            upper = code.upper()
            assert told.get("needs", 0) == needs.count(upper)
            assert told.get("ambassadors", 0) == people.count((upper, False))
            assert told.get("voices", 0) == sum(count or 0 for at, count in voices if at == upper)
            assert told.get("calls", 0) == sum(upper in each for each in calls)
        nowhere = data.figures.get(NATIONWIDE, {})
        assert nowhere.get("needs", 0) == needs.count(None)
        assert nowhere.get("calls", 0) == calls.count(())
        assert data.hidden == sum(count is None for _, count in voices)
        claims = {one.key: one.fields for one in claims_of(data)}
        said = {
            key: cast("Counted", fields["count"]).number
            for key, fields in claims.items()
            if "count" in fields
        }
        wanted = {"innovation.needs": len(needs), "innovation.calls": len(calls)}
        assert said == {key: count for key, count in wanted.items() if count}
        assert ("innovation.none" in claims) == (not needs and not calls)


def test_what_is_open_has_its_next_date_and_the_soonest_stands_first():
    data = innovation_of(
        programme(
            hackathons=[announced("hackathon", "h", deadline(-1), deadline(9), deadline(4))],
            calls=[announced("call", "past", deadline(-2)), announced("call", "gone", deadline(1), state="cancelled")],
            needs=[announced("need", "n", deadline(2))],
            sessions=[SimpleNamespace(session="s", name=NAME, state="announced", state_name=NAME, begins_at=NOW + 3 * DAY, governorate="OM-MA")],
            surveys=[
                SimpleNamespace(survey="v", name=NAME, state="open", state_name=NAME, opens_at=NOW - DAY, closes_at=NOW + DAY),
                SimpleNamespace(survey="w", name=NAME, state="scheduled", state_name=NAME, opens_at=NOW + DAY, closes_at=NOW + 5 * DAY),
            ],
        ),
        NOW,
    )  # fmt: skip
    assert [(one.path, (one.at - NOW) / DAY) for one in data.open] == [
        ("surveys/v", 1), ("needs/n", 2), ("dialogue/s", 3), ("hackathons/h", 4),
    ]  # fmt: skip
    assert claims_of(data)[-1].key == "innovation.next_survey"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_bars_have_every_governorate_with_its_number_the_most_first(language):
    data = innovation_of(programme(decisions=[announced("decision", "d", governorate="OM-ZU")]), NOW)
    bars = ranked(data, "decisions")
    assert bars[0] == ("om-zu", 1)
    assert len(bars) == 11, "the country has none of its own"
    words = Words(language)
    chart = bars_chart(bars, words, LIGHT).to_dict()
    assert words("innovation.governorate.om-zu") in chart["layer"][0]["encoding"]["y"]["sort"][0]
    assert chart["layer"][1]["encoding"]["text"]["field"] == "count"


@pytest.mark.usefixtures("wire")
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_page_leads_to_what_is_open(opened, city, monkeypatch, language):
    monkeypatch.setattr(
        page_module, "LIMITS", page_module.LIMITS.model_copy(update={"public_url": "https://hub.example"})
    )
    person = {"ambassador": "a", "name": {"en": "A", "ar": "أ"}, "governorate": "OM-ZU", "governorate_name": {"en": "", "ar": ""}, "biography": None, "emeritus": False}  # fmt: skip
    city.more["/v1/innovation/ambassadors"] = lambda _: [person]
    survey = {
        "survey": "v", "name": {"en": "Shade", "ar": "ظل"}, "purpose": {"en": "", "ar": ""}, "service_name": None, "state": "open",
        "state_name": {"en": "Open", "ar": "مفتوح"}, "organisation": "o", "organisation_name": {"en": "", "ar": ""}, "decider": "d",
        "decider_name": {"en": "", "ar": ""}, "promised_on": "2026-12-31", "sampling": "self_selected", "channels": [],
        "form_sha256": "", "opens_at": "2026-01-01T00:00:00Z", "closes_at": "2090-01-01T00:00:00Z", "follows": None,
        "release": None, "decision": None, "alike": None, "changed_at": "2026-01-01T00:00:00Z",
    }  # fmt: skip
    city.more["/v1/participation/surveys"] = lambda _: [survey]
    app = opened("app_pages/innovation.py", lang=language)
    app.query_params["figure"] = "ambassadors"
    page = html(well(app.run()))
    assert f'href="https://hub.example/portal/surveys/v?lang={language}"' in page
    assert ("when the survey “Shade” closes." if language == "en" else "وهو إغلاق الاستطلاع «ظل».") in page
    assert ("Ambassadors by governorate" if language == "en" else "السفراء بحسب المحافظة") in page
    assert len(app.get("vega_lite_chart")) == 1
    assert app.query_params["figure"] == "ambassadors"
