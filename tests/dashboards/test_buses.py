"""Are the buses on time? Sums against hand reckoning, every sentence in both languages, and the page itself."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from citycore.clock import CITY_ZONE, day_start
from dashboards.answers import sentence
from dashboards.buses.announced import holding, told
from dashboards.buses.body import lateness_text, to_know
from dashboards.buses.hours import hours_chart, known_hours
from dashboards.buses.model import buses_of, claims_of, days_of, hours_window, line_name, unseen
from dashboards.language import Words
from dashboards.model import Name
from dashboards.palette import LIGHT
from falaj_client import (
    ActivePeriod,
    AlertText,
    InformedEntity,
    TransportPerformance,
    TransportRoute,
    TransportServiceAlert,
)
from tests.dashboards.contract_server import z
from tests.dashboards.test_pages import city, html, opened, well

__all__ = ["city", "opened"]
NOW = datetime(2026, 12, 7, 9, tzinfo=UTC)
TODAY = date(2026, 12, 7)


def row(
    back: int,
    route: str = "1",
    *,
    hour: int = 0,
    seen: int = 100,
    scheduled: int = 100,
    on_time: float = 0.8,
    **other: Any,
) -> dict[str, Any]:
    """As the API has it; ``back`` days before today."""
    start = day_start(TODAY - timedelta(days=back), CITY_ZONE) + timedelta(hours=hour)
    shares = {
        "on_time_share": on_time,
        "early_share": 0.05,
        "late_share": 0.95 - on_time,
        "mean_lateness_seconds": 120.0,
    }
    return {
        "source": "city-buses",
        "simulated": True,
        "service_date": (TODAY - timedelta(days=back)).isoformat(),
        "start": start.astimezone(UTC).isoformat(),
        "end": (start + timedelta(hours=1)).astimezone(UTC).isoformat(),
        "route": route,
        "short_name": route,
        "name": {"en": "Ruwi – Seeb", "ar": "روي – السيب"},
        "direction": None,
        "stop": None,
        "stop_name": None,
        "location": None,
        "scheduled_count": scheduled,
        "observed_count": seen,
        "cancelled_count": 0,
        "missed_count": scheduled - seen,
        "trip_count": 10,
        "missed_trip_count": 1,
        "observed_share": seen / scheduled,
        **(shares if seen else dict.fromkeys(shares)),
        "headway_count": 0,
        "scheduled_headway_seconds": None,
        "headway_adherence": None,
        "mean_wait_seconds": None,
        "excess_wait_seconds": None,
        "bunched_share": None,
        "early_seconds_max": 60.0,
        "late_seconds_max": 300.0,
        **other,
    }


def route(code: str = "1", until: str = "2027-12-31") -> dict[str, Any]:
    return {
        "source": "city-buses",
        "route": code,
        "short_name": code,
        "name": {"en": "Ruwi – Seeb", "ar": "روي – السيب"},
        "route_type": 3,
        "agency": "Mwasalat",
        "simulated": True,
        "valid_from": "2026-01-01",
        "valid_until": until,
        "loaded_at": "2026-01-01T00:00:00Z",
        "trip_count": 10,
        "stop_count": 5,
    }


def performance(one: dict[str, Any]) -> TransportPerformance:
    read = {key: datetime.fromisoformat(one[key]) for key in ("start", "end")}
    return TransportPerformance(
        **{
            **one,
            **read,
            "service_date": date.fromisoformat(one["service_date"]),
            "name": Name(**one["name"]),
        }
    )


def buses(
    rows: list[dict[str, Any]], routes: list[dict[str, Any]], hours: list[dict[str, Any]] | None = None
) -> Any:
    known = [
        TransportRoute(
            **{
                **one,
                "name": Name(**one["name"]),
                "loaded_at": NOW,
                **{key: date.fromisoformat(one[key]) for key in ("valid_from", "valid_until")},
            }
        )
        for one in routes
    ]
    return buses_of(known, [performance(one) for one in rows], [performance(one) for one in hours or []], NOW)


WHOLE = [
    row(0, on_time=0.9),
    row(3, on_time=0.8),
    row(4, "2", seen=300, scheduled=400, on_time=0.6),
    row(10, on_time=0.7),
]
SENTENCES = [
    (
        [],
        [],
        "No schedule of buses is loaded, so nobody can say whether they are on time.",
        "لم يُحمَّل جدول مواعيد للحافلات، فلا سبيل إلى معرفة التزامها بالمواعيد.",
    ),
    (
        [],
        [route()],
        "By the schedule no bus was due in these days.",
        "لا رحلات للحافلات في الجدول في هذه الأيام.",
    ),
    (
        [row(0, seen=0), row(2, seen=0)],
        [route()],
        "Nobody can say: there is a schedule, and no bus was seen",
        "لا يُعرف ذلك: فالجدول موجود",
    ),
    (
        WHOLE,
        [route()],
        (
            "90% of stops so far today were on time; in the seven days before, 65% were on time; 5 percentage points fewer than the week before (70%);"
            " the worst line in these days was 2 Ruwi – Seeb, with 60%."
        ),
        (
            "التزمت الحافلات بمواعيدها اليوم حتى الآن في 90% من المواقف؛ وبلغت نسبة الالتزام بالمواعيد في الأيام السبعة السابقة 65%؛ أي بنقص 5 نقاط مئوية عن الأسبوع الذي قبلها (70%)؛"
            " وأقل الخطوط التزامًا في تلك الأيام الخط 2 روي – السيب بنسبة 60%."
        ),
    ),
    (
        [row(0, seen=0), row(1), row(9, on_time=0.79)],
        [route()],
        "No bus has been seen on its trip today, so today is not known; in the seven days before, 80% were on time; 1 percentage point more than the week before (79%).",
        "أي بزيادة نقطة مئوية واحدة على الأسبوع الذي قبلها (79%).",
    ),
    (
        [row(1), row(9)],
        [route()],
        "No stop is over yet today; in the seven days before, 80% were on time; as many as in the week before.",
        "كما في الأسبوع الذي قبلها.",
    ),
    (
        [row(0), row(0, "2", on_time=0.5), row(0, "3", seen=3, on_time=0.1)],
        [route()],
        "nothing is known of the seven days before; the worst line today is 2 Ruwi – Seeb, with 50%.",
        "ولا يُعرف شيء عن الأيام السبعة السابقة؛ وأقل الخطوط التزامًا اليوم الخط 2 روي – السيب بنسبة 50%.",
    ),
    ([row(1)], [route()], "nothing is known of the week before that.", "ولا يُعرف شيء عن الأسبوع الذي قبلها."),
]


@pytest.mark.parametrize(("rows", "routes", "en", "ar"), SENTENCES)
def test_the_sentence_says_what_is_known_and_what_is_not(rows, routes, en, ar):
    data = buses(rows, routes)
    for language, wanted in (("en", en), ("ar", ar)):
        said = plain(sentence(claims_of(data), Words(language)))
        assert wanted in said


def plain(text: str) -> str:
    return re.sub("[\u2066-\u2069]", "", text).replace("\u00a0", " ")


def test_sums_weigh_by_what_was_seen_and_the_worst_line_stands_first():
    data = buses(WHOLE, [route(), route("7")])
    assert data.every.week.on_time_share == pytest.approx((80 + 180) / 400)
    assert data.every.week.observed_share == pytest.approx(400 / 500)
    assert (data.every.week.trips_seen, data.every.week.trips) == (18, 20)
    assert [code for _, code in data.lines] == ["2", "1", "7"], "of 7 nothing is known"
    assert unseen(buses([row(2, seen=0)], [route()])) == [("city-buses", "1")]


def test_the_hours_are_those_of_the_week_or_of_today_while_there_is_none():
    days = days_of(NOW)
    assert hours_window([performance(row(3))], NOW) == (days.week, days.today)
    assert hours_window([performance(row(0))], NOW) == (days.today, days.end)
    data = buses(
        WHOLE, [route()], [row(2, hour=7, on_time=0.5), row(3, hour=7, on_time=0.7), row(3, hour=8, seen=5)]
    )
    assert data.hours[7].on_time_share == pytest.approx(0.6)
    assert list(known_hours(data.hours)) == [7], "five stops say too little"
    assert hours_chart(known_hours(data.hours), Words("ar"), LIGHT).to_dict()["layer"]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_what_is_not_known_is_said(language):
    words = Words(language)
    told = plain(
        " ".join(to_know(buses([row(1, seen=60, cancelled_count=7)], [route(until="2026-12-01")]), words))
    )
    for wanted in ("60%", "7", "2026-12-01"):
        assert wanted in told
    assert ("No bus" in plain(" ".join(to_know(buses([], []), words)))) is False
    assert len(to_know(buses([], []), words)) == 1, (
        "there is no schedule, and no figure whose bounds could be told"
    )


def test_on_time_is_what_the_hub_states_for_the_days_shown():
    unstated = {"early_seconds_max": None, "late_seconds_max": None}
    since = {"early_seconds_max": 30.0, "late_seconds_max": 240.0}
    words = Words("en")

    def said(*rows):
        return plain(" ".join(to_know(buses(list(rows), [route()]), words)))

    assert "at most 1 minute before and 5 minutes after its scheduled time" in said(row(1), row(9))
    changed = said(row(1, **since), row(9), row(10, **unstated))
    assert changed.index("30 seconds before and 4 minutes") < changed.index(
        "do not compare: at most 1 minute"
    )
    assert "does not say which limits held" in changed
    assert "the hub does not say for these days" in said(row(1, **unstated))


def announcement(name: str, *routes: str, **other: Any) -> TransportServiceAlert:
    given: dict[str, Any] = {
        "source": "city-buses",
        "simulated": True,
        "service_alert": name,
        "cause": "construction",
        "effect": "detour",
        "severity": "warning",
        "active_periods": (),
        "informed": tuple(
            InformedEntity(agency=None, route=one, route_type=None, direction=None, stop=None, trip=None)
            for one in routes
        ),
        "informed_left_out": 0,
        "header": (AlertText(language="ar-OM", text="تحويلة"), AlertText(language="en", text="Detour")),
        "description": (),
        "url": (),
        "first_stated_at": NOW,
        "stated_at": NOW,
        "gone_at": None,
    }
    return TransportServiceAlert(**given | other)


def test_what_operators_announce_is_told_by_line_and_in_the_language_of_the_page():
    over = (ActivePeriod(start=None, end=NOW),)
    alerts = [
        announcement("a", "1", "9"),
        announcement("b", "1", active_periods=over),
        announcement("c", header=(), severity="severe"),
    ]
    held = holding(alerts, NOW)
    assert [one.service_alert for one in held] == ["c", "a"], "the gravest first, and none that is over"
    names = {("city-buses", "1"): Name("1 Ruwi", "1 روي")}
    assert [plain(one) for one in told(held, names, Words("en"))] == [
        "announced without a text",
        "1 Ruwi and 9: Detour",
    ]
    assert plain(told(held, names, Words("ar"))[1]).endswith(": تحويلة")
    many = [announcement(f"a{number}", "1") for number in range(23)]
    assert "3 more" in plain(told(many, names, Words("en"))[-1])


def test_a_line_has_its_number_once_and_a_delay_is_in_minutes():
    assert line_name("r4", "4", Name("Ruwi", "روي")) == Name("4 Ruwi", "4 روي")
    assert line_name("r4", "4", Name("Line 4", "الخط 4")) == Name("Line 4", "الخط 4")
    assert line_name("r4", None, None) == Name("r4", "r4")
    words = Words("en")
    assert [plain(lateness_text(one, words)) for one in (150.0, -90.0, 0.0)] == [
        "2.5 min",
        "1.5 min early",
        "0 min",
    ]


@pytest.mark.usefixtures("wire")
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_page_answers_and_has_lines_and_hours(opened, city, language):
    now = city.now.astimezone(CITY_ZONE).date()
    back = (TODAY - now).days
    city.more["/v1/transport/routes"] = lambda _: [route(), route("2")]
    city.more["/v1/transport/performance"] = lambda query: (
        [row(back + 2, hour=7), row(back + 2, hour=8, on_time=0.4)]
        if query["bucket"] == "PT1H"
        else [row(back + 1), row(back + 2, "2", on_time=0.4), row(back + 9)]
    )
    announced = {**asdict(announcement("a", "2")), "first_stated_at": z(NOW), "stated_at": z(NOW)}
    city.more["/v1/transport/service-alerts"] = lambda _: [announced]
    app = well(opened("app_pages/buses.py", lang=language))
    page = html(app)
    wanted = (
        "the worst line in these days was 2",
        "Least on time from 08:00",
        "2 Ruwi – Seeb",
        "Simulated data",
        "2 Ruwi – Seeb: Detour",
    )
    wanted_ar = (
        "وأقل الخطوط التزامًا في تلك الأيام الخط 2",
        "08:00",
        "2 روي – السيب",
        "بيانات محاكاة",
        "2 روي – السيب: تحويلة",
    )
    assert [text for text in (wanted if language == "en" else wanted_ar) if text not in page] == []
    assert len(app.get("vega_lite_chart")) == 1
    assert any("/v1/transport/performance" in one.value for one in app.code)
