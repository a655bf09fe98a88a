"""What is taken away is what is shown, in both languages, made without a browser."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from dashboards import downloads
from dashboards.charts import Drawn, forecast_chart
from dashboards.downloads import Figure, Table, frame, picture
from dashboards.language import Words
from dashboards.model import Hour
from dashboards.palette import LIGHT
from dashboards.state import State
from dashboards.tables import HOURS_COLUMNS, HOURS_SHOWN, hours_cells, hours_rows

START = datetime(2026, 11, 27, tzinfo=UTC)
HOURS = [Hour(START + timedelta(hours=number), 20.0 + number) for number in range(6)]


def figure(words: Words) -> Figure:
    return Figure(
        code="hours-air-1",
        title="محطة هواء" if words.language == "ar" else "Air station",
        alt="",
        draw=lambda palette: forecast_chart(Drawn(HOURS, None, "ug/m3"), words, palette),
        table=Table(
            columns=HOURS_COLUMNS,
            rows=lambda: hours_rows(HOURS, "ug/m3", simulated=True),
            shown=HOURS_SHOWN,
            cells=hours_cells(HOURS, "ug/m3", words),
        ),
        calls=[],
        simulated=True,
    )


@pytest.mark.parametrize("language", ["en", "ar"])
def test_pictures_have_the_title_and_say_what_is_simulated(language):
    words = Words(language)
    drawing = picture(figure(words), words, "svg").decode()
    assert drawing.startswith("<svg")
    assert figure(words).title in drawing
    assert words("simulated") in drawing
    assert picture(figure(words), words, "png").startswith(b"\x89PNG")


def test_rows_are_for_machines_and_cells_for_people():
    table = figure(Words("ar")).table
    assert next(iter(table.rows())) == ("2026-11-27T00:00:00Z", 20.0, "ug/m3", "true")
    assert len(table.said()) == len(HOURS)
    assert "ميكروغرام" in table.said()[0][1]


def test_the_table_behind_a_chart_is_sent_once_it_is_opened():
    def page() -> None:
        from dashboards.downloads import show_figure
        from dashboards.language import Words
        from tests.dashboards.test_downloads import figure

        show_figure(figure(Words("en")), Words("en"))

    def sent(app: AppTest) -> str:
        return "".join(str(one.proto.body) for one in app.get("html"))

    app = AppTest.from_function(page).run()
    assert not app.exception
    assert app.expander[0].label == Words("en")("show_data")
    assert "<table>" not in sent(app)
    app.session_state[f"data-{figure(Words('en')).code}-en"] = True
    assert sent(app.run()).count("<tr>") == 1 + len(HOURS)


def test_a_click_does_what_the_figure_says_with_the_code_it_found(monkeypatch):
    shown: dict[str, object] = {}
    monkeypatch.setattr(downloads.st, "vega_lite_chart", lambda _, **given: shown.update(given))
    monkeypatch.setattr(downloads, "current_palette", lambda: LIGHT)
    monkeypatch.setattr(downloads.st, "session_state", {})
    picked: list[str] = []
    clicked = replace(figure(Words("en")), picks={"district": picked.append, "sensor": picked.append})
    downloads._show_chart(clicked)
    assert shown["selection_mode"] == ["district", "sensor"]
    # A click reaches both selections; the one it did not lie on has no code.
    for selection in (
        {"district": [{"district": "seeb"}], "sensor": [{"sensor": None}]},
        {"district": [], "sensor": [{"sensor": "air-1"}]},
        {},
    ):
        downloads.st.session_state["chart-hours-air-1"] = {"selection": selection}
        shown["on_select"]()
    assert picked == ["seeb", "air-1"]


def test_a_frame_asks_for_one_figure_of_what_is_shown_without_the_head():
    state = State(language="ar", place="seeb", wall=True)
    code = frame("latest-pm10", "https://hub.example/map?lang=en", state)
    assert code.startswith(
        '<iframe src="https://hub.example/map?lang=ar&amp;place=seeb&amp;only=latest-pm10&amp;embed=true"'
    )
