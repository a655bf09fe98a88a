"""What is in trouble, and since when: claims against a reckoning of their own, false alarms, bounds, and the page."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

import falaj_client as api
from dashboards import page as page_module
from dashboards.alerts.days import days_chart, days_of
from dashboards.alerts.model import SEVERITIES, age, by_rule, claims_of, urgent_first
from dashboards.answers import Counted
from dashboards.language import Words
from dashboards.model import Name
from dashboards.palette import LIGHT
from dashboards.period import Period
from tests.dashboards.test_pages import city, html, opened, well

__all__ = ["city", "opened"]
NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def alert(number: int, severity: str = "severe", hours: float = 2, **other: object) -> api.Alert:
    name = Name(f"Dust {number}", f"غبار {number}")
    made = api.Alert(
        alert=f"{number:03}", rule="dust", kind="threshold", name=name, text=name, severity=severity, category="Env",
        thing=f"t{number}", thing_name=name, source="muscat", simulated=True, place=None, place_name=None, location=None,
        datastream=1, observed_property="pm10", index=None, value=212.0, unit="ug/m3", raised_at=NOW - hours * HOUR,
        noted_at=NOW, expected_at=None, cleared_at=None, acknowledged_at=None, false_alarm=None,
    )  # fmt: skip
    return replace(made, **other)


def test_claims_of_200_random_lists_agree_with_a_reckoning_of_their_own():
    dice = random.Random(20261128)
    for _ in range(200):
        alerts = [
            alert(
                number,
                dice.choice(SEVERITIES),
                dice.choice([0.5, 2, 30, 100]),
                acknowledged_at=dice.choice([None, NOW]),
            )
            for number in range(dice.choice([0, 1, 2, 8]))
        ]
        claims = {one.key: one.fields for one in claims_of(urgent_first(alerts), NOW)}
        if not alerts:
            assert set(claims) == {"alerts.none"}
            continue
        assert claims["alerts.open"]["alerts"] == Counted("open_alerts", len(alerts))
        waiting = sum(1 for one in alerts if one.acknowledged_at is None)
        told = claims.get("alerts.waiting", {}).get("alerts", Counted("alerts.unacknowledged", 0))
        assert told == Counted("alerts.unacknowledged", waiting if len(alerts) > 1 else 0)
        assert ("alerts.waiting_alone" in claims) == (len(alerts) == 1 == waiting)
        worst = claims["alerts.only" if len(alerts) == 1 else "alerts.worst"]
        gravest = next(code for code in SEVERITIES if any(one.severity == code for one in alerts))
        of_it = [one for one in alerts if one.severity == gravest]
        first = [one for one in of_it if one.acknowledged_at is None] or of_it
        oldest = min(one.raised_at for one in first)
        assert worst["name"] in [one.name for one in first if one.raised_at == oldest]
        assert worst["span"] == age(NOW - oldest)


@pytest.mark.parametrize(
    ("hours", "said"), [(0, "1 minute"), (0.5, "30 minutes"), (1, "1 hour"), (47, "47 hours"), (50, "2 days")]
)
def test_an_age_is_said_in_the_largest_unit(hours, said):
    counted = age(hours * HOUR)
    assert (
        Words("en").counted(counted.key, counted.number).strip("\u2066\u2069").replace("\u2069", "") == said
    )


def test_rules_have_their_share_of_false_alarms_of_those_that_were_assessed():
    over = NOW - HOUR
    rows = [
        alert(1, false_alarm=True, cleared_at=over),
        alert(2, false_alarm=False, cleared_at=over, hours=4),
        alert(3, hours=9),
        alert(4, rule="heat", severity="minor"),
    ]
    dust, heat = by_rule(rows)
    assert (dust.count, dust.assessed, dust.false, dust.false_share) == (3, 2, 1, 0.5)
    assert dust.typical == 2 * HOUR
    assert (heat.count, heat.false_share, heat.typical) == (1, None, None)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_days_are_those_of_muscat_and_severities_are_words(language):
    words = Words(language)
    days = days_of([alert(1, hours=13.1), alert(2, hours=12.9), alert(3, "odd", hours=12.9)])
    assert days == {("2026-11-27", "severe"): 1, ("2026-11-28", "severe"): 1, ("2026-11-28", "odd"): 1}
    chart = days_chart(days, Period(NOW - 72 * HOUR, NOW), words, LIGHT).to_dict()
    domain = chart["layer"][0]["encoding"]["color"]["scale"]["domain"]
    assert words("severity.severe") in domain[0], "the gravest first"
    assert len(domain) == 2


@pytest.mark.usefixtures("wire")
@pytest.mark.parametrize(
    ("language", "texts"),
    [
        (
            "en",
            (
                "nobody has acknowledged 2 of them; the most urgent is “Dust” at Air station Seeb 1, for 2 hours.",
                "<td>212 µg/m³</td><td>above 150 µg/m³</td>",
                "nobody has assessed any of them",
            ),
        ),
        ("ar", ("وأشدّها إلحاحًا «غبار» عند محطة هواء السيب 1، منذ ساعتين.", "فوق 150 ميكروغرام/م³")),
    ],
)
def test_the_page_says_the_most_urgent_its_bound_and_leads_on(opened, city, monkeypatch, language, texts):
    monkeypatch.setattr(
        page_module, "LIMITS", page_module.LIMITS.model_copy(update={"public_url": "https://hub.example/"})
    )
    city.alerts = 2
    app = well(opened("app_pages/alerts.py", lang=language, days="3"))
    shown = html(app)
    assert [text for text in texts if text not in shown] == []
    assert f'href="https://hub.example/portal/desk/alerts/7?lang={language}"' in shown
    assert f'href="explore?lang={language}&amp;thing=air-quality-seeb-1&amp;property=pm10"' in shown
    assert len(app.get("vega_lite_chart")) == 1
    assert any("/v1/alerts?start=" in path for path in city.asked)


@pytest.mark.usefixtures("wire")
def test_without_the_portals_address_nothing_leads_there(opened, city):
    city.alerts = 1
    shown = html(well(opened("app_pages/alerts.py")))
    assert "nobody yet" in shown
    assert "/portal/desk" not in shown
