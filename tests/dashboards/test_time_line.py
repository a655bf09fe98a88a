"""Annotations on the dashboards: laid over Explore and Forecast, in the report, and written by officers who are signed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from citycore.errors import FalajError, Kind
from dashboards import account, time_line
from dashboards.account import Account
from dashboards.explore.writing import PATH, When
from dashboards.language import Words
from dashboards.report.model import gather, state_of, view_of
from dashboards.report.paper import write_html
from tests.dashboards.contract_server import City, z
from tests.dashboards.test_explore_page import linked
from tests.dashboards.test_pages import FORECAST, Open, city, html, opened, well

__all__ = ["city", "linked", "opened"]
HOUR = timedelta(hours=1)
Linked = Callable[..., AppTest]
HOSTILE = "<img src=x onerror=alert(1)> ${datum.x} {datum.y} **bold** \u200fوسم"


def annotation(city: City, title: str = "Road works", **change: Any) -> dict[str, Any]:
    names = {"en": title, "ar": f"{title} ع"}
    return {
        "annotation": title, "kind": "works", "kind_name": {"en": "works", "ar": "أعمال"}, "name": names,
        "text": {"en": "One lane is closed.", "ar": "أُغلق أحد المسارين."}, "start": z(city.now - 30 * HOUR),
        "end": z(city.now - 20 * HOUR), "whole_days": False, "place": "seeb", "place_name": None, "thing": None,
        "thing_name": None, "observed_property": None, "observed_property_name": None, "author_role": "duty_officer",
        "author_role_name": {"en": "Duty officer", "ar": "ضابط مناوب"},
        "organisation_name": {"en": "City", "ar": "المدينة"}, "written_at": z(city.now), "changed_at": z(city.now),
    } | change  # fmt: skip


def noting(city: City, *rows: dict[str, Any]) -> None:
    city.more["/v1/annotations"] = lambda _: list(rows)


@pytest.mark.usefixtures("wire")
def test_annotations_are_laid_over_and_said_in_a_table_whatever_they_say(linked: Linked, city: City) -> None:
    noting(
        city, annotation(city), annotation(city, HOSTILE, end=None, text=None, start=z(city.now - 5 * HOUR))
    )
    app = well(linked(place="seeb", of="place", marks="annotations"))
    shown = html(app)
    assert "Annotations of officers" in shown
    assert "One lane is closed. · Duty officer, City" in shown
    assert "&lt;img src=x onerror=alert(1)&gt; ${datum.x} {datum.y} **bold**" in shown
    assert "<img src=x" not in shown
    (asked,) = {path for path in city.asked if path.startswith("/v1/annotations")}
    assert "place=seeb" in asked
    assert "observed_property=pm2_5" in asked
    assert "general=true" in asked
    # Nothing about a form for whoever is unknown, and no portal here to lead to.
    assert "annotations/new" not in shown
    assert not app.text_input


@pytest.mark.usefixtures("wire")
def test_of_ten_thousand_the_newest_are_drawn_and_the_others_counted(
    linked: Linked, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    several = [annotation(city, f"n{number}", start=z(city.now - 5 * HOUR)) for number in range(10_000)]
    noting(city, *several)
    shown = html(well(linked(place="seeb", of="place", marks="annotations")))
    assert "9960 rows more would fit" in shown
    assert shown.count("Annotations of officers") == time_line.LIMITS.annotations_max
    monkeypatch.setattr(
        time_line, "LIMITS", time_line.LIMITS.model_copy(update={"annotations_asked_max": 99})
    )
    time_line.forget()
    assert "at least 60 rows more" in html(well(linked(place="seeb", of="place", marks="annotations")))


@pytest.mark.usefixtures("wire")
def test_where_they_cannot_be_read_a_line_says_so_and_the_page_stands(
    linked: Linked, opened: Open, city: City
) -> None:
    city.broken = frozenset({"/v1/annotations"})
    assert "Annotations could not be read." in html(well(linked(of="place", marks="annotations")))
    assert "Annotations could not be read." in html(well(opened(FORECAST, property="pm2_5")))


@pytest.mark.usefixtures("wire")
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_forecast_has_them_on_its_axis_and_in_words(opened: Open, city: City, language: str) -> None:
    noting(city, annotation(city), annotation(city, HOSTILE))
    app = well(opened(FORECAST, lang=language, property="pm2_5"))
    said = {"en": "Road works · ", "ar": "Road works ع · "}
    assert said[language] in html(app)
    assert "Road works" in str(app.get("vega_lite_chart")[0].proto)


@pytest.mark.usefixtures("wire", "opened")
def test_the_report_names_what_was_noted_among_its_sources(city: City) -> None:
    noting(city, *(annotation(city, f"Works {number}") for number in range(5)))
    view = view_of(state_of("en", "seeb", "pm2_5", 3), datetime.now(UTC))
    written = write_html(gather(view), view, [], 9.0)
    assert "Noted: Works 0 · " in written
    assert "Noted: annotations besides: 2" in written


@pytest.mark.parametrize(
    ("when", "start", "end", "is_days"),
    [
        (When(date(2026, 11, 24)), "2026-11-23T20:00:00+00:00", "2026-11-24T20:00:00+00:00", True),
        (
            When(date(2026, 11, 24), last=date(2026, 11, 25)),
            "2026-11-23T20:00:00+00:00",
            "2026-11-25T20:00:00+00:00",
            True,
        ),
        (When(date(2026, 11, 24), time(12)), "2026-11-24T12:00:00+04:00", None, False),
        (
            When(date(2026, 11, 24), time(12), ends=time(13)),
            "2026-11-24T12:00:00+04:00",
            "2026-11-24T13:00:00+04:00",
            False,
        ),
        (
            When(date(2026, 11, 24), time(12), last=date(2026, 11, 25)),
            "2026-11-24T12:00:00+04:00",
            "2026-11-25T20:00:00+00:00",
            False,
        ),
    ],
)
def test_days_and_times_become_half_open_instants(
    when: When, start: str, end: str | None, is_days: bool
) -> None:
    assert when.sent() == {"start": start, "end": end, "whole_days": is_days}


class Refused(FalajError):
    """What the hub would say."""

    slug, kind = "api_refused", Kind.INVALID

    def text(self, language: str) -> str:
        return {"en": "It has to end after it begins.", "ar": "يجب أن تكون النهاية بعد البداية."}[language]


def sign_in(monkeypatch: pytest.MonkeyPatch, *roles: str) -> None:
    known = Account("salma", frozenset(roles), "secret")
    monkeypatch.setattr(account, "signed_in", lambda: known)


def fill(app: AppTest, language: str = "en") -> AppTest:
    boxes = {one.label: one for one in app.text_input}
    boxes[Words(language)(f"explore.write.title_{language}")].set_value("Street closed")
    button = next(one for one in app.button if one.label == Words(language)("explore.write.send"))
    return button.click().run()


@pytest.mark.usefixtures("wire")
@pytest.mark.parametrize("language", ["en", "ar"])
def test_an_officer_writes_one_and_sees_it_at_once(
    linked: Linked, city: City, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    sent: list[tuple[str, str, dict[str, Any]]] = []

    def ask(_who: Account, method: str, path: str, body: dict[str, Any]) -> object:
        sent.append((method, path, body))
        noting(city, annotation(city, body[f"title_{language}"]))
        return {"data": {}}

    sign_in(monkeypatch, "duty_officer")
    monkeypatch.setattr(account, "ask", ask)
    noting(city)
    app = well(
        linked(lang=language, place="seeb", marks="annotations", **{"from": "2026-11-20", "to": "2026-11-21"})
    )
    assert "Street closed" not in html(app)
    app = well(fill(app, language))
    ((method, path, body),) = sent
    assert (method, path) == ("POST", PATH)
    assert {name: body[name] for name in ("kind", "place", "observed_property", "start", "end", "whole_days")} == {
        "kind": "works", "place": "seeb", "observed_property": "pm2_5", "start": "2026-11-19T20:00:00+00:00",
        "end": "2026-11-21T20:00:00+00:00", "whole_days": True,
    }  # fmt: skip
    assert body["thing"].endswith("seeb-1"), "of the sensor whose line is drawn"
    assert [one.value for one in app.success] == [Words(language)("explore.write.done")]
    assert app.query_params["marks"] in ("annotations", ["annotations"])


@pytest.mark.usefixtures("wire")
def test_what_the_hub_refuses_is_said_and_what_was_typed_stays(
    linked: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(*_: object) -> object:
        raise Refused

    sign_in(monkeypatch, "administrator", "planner")
    monkeypatch.setattr(account, "ask", ask)
    app = well(fill(linked(place="seeb")))
    assert [one.value for one in app.error] == ["**It was not published** — It has to end after it begins."]
    assert "Street closed" in {one.value for one in app.text_input}


@pytest.mark.usefixtures("wire")
@pytest.mark.parametrize("roles", [(), ("planner", "officer", "vendor")])
def test_nobody_else_is_shown_the_form(
    linked: Linked, monkeypatch: pytest.MonkeyPatch, roles: tuple[str, ...]
) -> None:
    sign_in(monkeypatch, *roles)
    assert not well(linked(place="seeb")).text_input


@pytest.mark.usefixtures("wire")
def test_whoever_is_not_signed_in_is_led_to_the_desk_with_what_the_chart_shows(
    linked: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dashboards.explore import writing

    monkeypatch.setattr(
        writing, "LIMITS", writing.LIMITS.model_copy(update={"public_url": "https://hub.example/"})
    )
    app = well(linked(place="seeb", of="place", **{"from": "2026-11-20", "to": "2026-11-21"}))
    assert (
        'href="https://hub.example/portal/desk/annotations/new?place=seeb&amp;observed_property=pm2_5&amp;lang=en'
        '&amp;starts_on=2026-11-20&amp;ends_on=2026-11-21"' in html(app)
    )
    assert not app.text_input
    bare = well(linked(place="seeb", wall="1"))
    assert "annotations/new" not in html(bare)
