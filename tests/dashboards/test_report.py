"""A place and a period on one page: what it says, in both languages, and that it is one page, however much there is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pypdfium2
import pytest
import streamlit as st
from typer.testing import CliRunner

from dashboards import account
from dashboards.account import Account
from dashboards.language import Words
from dashboards.model import Hour
from dashboards.period import Period
from dashboards.report import by_mail
from dashboards.report.command import pdf_of, report_pdf
from dashboards.report.errors import ReportRefused
from dashboards.report.model import gather, state_of, together, view_of
from dashboards.report.paper import draw, write_html
from hub_api.programme.casework.report_mails.own import ReportMailSent
from stack.cli import app as command_line
from tests.dashboards.contract_server import City, serving
from tests.dashboards.test_pages import city, html, opened, well

__all__ = ["city", "opened"]
HOUR = timedelta(hours=1)


@pytest.fixture
def served(city: City, monkeypatch: pytest.MonkeyPatch, wire: None) -> Iterator[City]:
    city.alerts = 9
    st.cache_data.clear()
    with serving(city) as address:
        monkeypatch.setenv("FALAJ_API_URL", address)
        yield city
    st.cache_data.clear()


def plain(text: str) -> str:
    return "".join(letter for letter in text if not "\u2066" <= letter <= "\u2069")


SAID = {
    "en": (
        "<h1>All of Muscat: report</h1>",
        "Air is moderate everywhere; above the guideline or limit: Fine particles (PM2.5); 9 alerts are open; 3 sensors are silent; all else is normal.",
        "the most urgent is “Dust” at Air station Seeb 1, for 2 hours.",
        "57 of 60 sensors are healthy; silent: 3 sensors",
        "Simulated data",
        "Lines: European Air Quality Index (European Environment Agency), for the 1-hour mean",
        "In the period: 9 alerts",
        "Car park Bawshar 1: ",
        "Simulated Muscat",
    ),
    "ar": (
        "<h1>تقرير: مسقط كلها</h1>",
        "الهواء متوسط",
        "57 من أصل 60 مستشعرًا في حالة سليمة",
        "بيانات محاكاة",
        "مسقط المحاكاة",
    ),
}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_page_says_answers_tiles_limits_alerts_silence_and_sources(served, language):
    view = view_of(state_of(language, "", "pm10", 7), datetime.now(UTC))
    report = gather(view)
    pictures = draw(report, view)
    page = plain(write_html(report, view, pictures, 9))
    assert [text for text in SAID[language] if text not in page] == []
    assert page.count("<td>") == 8
    assert page.count("data:image/png;base64,") == 2
    assert "http" not in page, "nothing is fetched"
    document = pypdfium2.PdfDocument(pdf_of(view))
    assert len(document) == 1
    assert document.get_page_size(0) == pytest.approx((595.3, 841.9), abs=0.5)


def test_an_empty_place_is_a_page_too(served):
    served.__init__(served.now, things_each=0)
    assert len(pypdfium2.PdfDocument(report_pdf("ar", "seeb", "", 1))) == 1


@pytest.mark.parametrize(("place", "days", "said"), [("atlantis", 7, "place=atlantis"), ("", 8, "days=8")])
def test_what_nobody_knows_is_refused_by_name(served, place, days, said):
    with pytest.raises(ReportRefused, match=said):
        report_pdf("en", place, "", days)


def test_the_command_writes_the_file(served, tmp_path):
    out = tmp_path / "seeb.pdf"
    done = CliRunner().invoke(
        command_line, ["report", "--place", "seeb", "--days", "3", "--language", "en", str(out)]
    )
    assert done.exit_code == 0, done.output
    assert out.read_bytes().startswith(b"%PDF-")
    text = pypdfium2.PdfDocument(out)[0].get_textpage().get_text_range()
    assert "Seeb: report" in text


@pytest.mark.usefixtures("wire")
def test_the_overview_offers_it_and_a_wall_does_not(opened):
    labels = [one.proto.label for one in well(opened(lang="ar")).get("download_button")]
    assert Words("ar")("report.button") in labels
    on_wall = well(opened(lang="ar", wall="1"))
    assert Words("ar")("report.button") not in [one.proto.label for one in on_wall.get("download_button")]
    assert html(on_wall)


def test_of_each_hour_the_median_is_drawn():
    start = datetime(2026, 11, 28, tzinfo=UTC)
    series = [
        [Hour(start, 1.0), Hour(start + HOUR, None)],
        [Hour(start, 3.0), Hour(start + HOUR, 7.0)],
        [Hour(start, 50.0), Hour(start - HOUR, 9.0)],
    ]
    assert together(series, Period(start, start + 24 * HOUR)) == [Hour(start, 3.0), Hour(start + HOUR, 7.0)]


def public_page(app, label):
    """The address behind a button that is a link."""
    (found,) = [one.proto.url for one in app.get("link_button") if one.proto.label == label]
    return urlsplit(found)


@pytest.mark.usefixtures("wire")
@pytest.mark.parametrize("language", ["en", "ar"])
def test_who_is_unknown_is_led_to_the_portal_with_what_the_page_shows(opened, monkeypatch, language):
    monkeypatch.setattr(
        by_mail, "LIMITS", by_mail.LIMITS.model_copy(update={"public_url": "https://hub.example/"})
    )
    page = public_page(
        well(opened(lang=language, place="seeb", property="pm10", days="14")),
        Words(language)("report.by_mail"),
    )
    assert (page.netloc, page.path) == ("hub.example", "/portal/account/reports")
    asked = {"place": "seeb", "property": "pm10", "days": "14", "language": language, "lang": language}
    assert dict(parse_qsl(page.query)) == asked


@pytest.mark.usefixtures("wire")
@pytest.mark.parametrize("language", ["en", "ar"])
def test_who_is_signed_in_chooses_the_times_here(opened, monkeypatch, language):
    words, sent = Words(language), []

    def ask(whose, method, path, body=None, version=None):
        sent.append((whose.name, method, path, body, version))
        if len(sent) > 1:
            raise ReportRefused(what="twice")

    monkeypatch.setattr(account, "signed_in", lambda: Account("Salma", frozenset(), "token"))
    monkeypatch.setattr(account, "ask", ask)
    app = well(opened(lang=language, place="seeb", property="pm10"))
    assert words("report.by_mail") not in [one.proto.label for one in app.get("link_button")]

    def key(name):
        return f"report-mail-{name}-{language}"

    app.multiselect(key=key("weekdays")).set_value([]).run()
    assert app.button(key=key("send")).disabled, "of a weekly one a day has to be chosen"
    app.selectbox(key=key("rhythm")).set_value("monthly").run()
    app.number_input(key=key("month_day")).set_value(31).run()
    app.selectbox(key=key("hour")).set_value(18).run()
    well(app.button(key=key("send")).click().run())
    body = {
        "place": "seeb", "observed_property": "pm10", "days": 7, "language": language, "rhythm": "monthly",
        "weekdays": [], "month_day": 31, "hour": 18,
    }  # fmt: skip
    assert sent == [("Salma", "POST", "/v1/innovation/me/reports", body, None)]
    assert words("report.by_mail_done") in [one.value for one in app.success]
    well(app.button(key=key("send")).click().run())
    assert any("twice" in one.value for one in app.warning), "what the hub says against it"
    # The hub takes what is sent here.
    assert ReportMailSent.model_validate_json(json.dumps(body)).hour == 18
