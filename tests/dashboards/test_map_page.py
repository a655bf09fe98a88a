"""The map's page, run whole against a server of the contract."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.map import figure, model
from dashboards.map.hours import code_of, hours_until
from tests.dashboards.test_pages import APP, city, html, opened, well  # noqa: F401

pytestmark = pytest.mark.usefixtures("wire")

PAGE = "app_pages/map.py"


@pytest.fixture
def linked(opened):  # noqa: F811
    """Open the page by its address alone, as a link does, with parameters that no other page knows."""

    def open_linked(**parameters: str) -> AppTest:
        app = AppTest.from_file(str(APP), default_timeout=60)
        for key, value in parameters.items():
            app.query_params[key] = value
        return app.switch_page(PAGE).run()

    return open_linked


def test_a_basemap_of_the_operator_is_attributed_and_a_broken_one_said(opened, monkeypatch, tmp_path):  # noqa: F811
    file = tmp_path / "base.geojson"
    file.write_text(
        '{"features": [{"properties": {"kind": "road"}, "geometry": {"type": "LineString", '
        '"coordinates": [[58, 23], [58.1, 23.1]]}}], "licence": "ODbL-1.0", "attribution": "© Mappers"}'
    )
    monkeypatch.setattr(figure, "SETTINGS", model.SETTINGS.model_copy(update={"basemap_file": file}))
    assert "Roads and coast: © Mappers (licence: ODbL-1.0)" in html(well(opened(PAGE)))
    file.write_text("{}")
    assert "The basemap that is set could not be read (no collection of features)" in html(well(opened(PAGE)))


def test_an_hour_of_the_address_is_asked_for_in_one_call(linked, city):  # noqa: F811
    hour = code_of(hours_until(city.now, 7)[-30])
    app = well(linked(hour=hour))
    asked_for = [path for path in city.asked if "/v1/observations" in path and "datastream" not in path]
    calls = [path for path in asked_for if "observed_property=pm2_5" in path]
    assert len(calls) == 1
    page = html(app)
    assert "all this in the hour from" in page
    assert app.query_params["hour"] == hour
    assert 'class="falaj-refused"' not in page


def test_an_hour_that_is_gone_is_said(linked):
    app = well(linked(hour="2019-01-01t00z"))
    assert "The hour of this link is not among those that can be shown" in html(app)


def test_an_hour_is_chosen_with_the_slider(opened, city):  # noqa: F811
    app = well(opened(PAGE))
    assert app.select_slider[0].value == "now"
    hour = code_of(hours_until(city.now, 7)[-3])
    app.select_slider[0].set_value(hour).run()
    assert app.query_params["hour"] == hour
    assert "all this in the hour from" in html(well(app))


@pytest.mark.parametrize("language", ["en", "ar"])
def test_districts_stand_beside_the_map_as_links_that_lead_deeper(opened, language):  # noqa: F811
    page = html(well(opened(PAGE, lang=language, property="no2")))
    assert f'href="map?lang={language}&amp;property=no2&amp;place=seeb"' in page
    inside = html(well(opened(PAGE, lang=language, place="seeb", property="no2")))
    assert "thing=air-quality-seeb-1" in inside
    assert "explore?" in inside
    chosen = html(well(opened(PAGE, place="seeb", property="no2", thing="air-quality-seeb-1")))
    assert 'href="explore?lang=en&amp;place=seeb&amp;property=no2&amp;thing=air-quality-seeb-1"' in chosen


def test_the_index_colours_what_measures_air(linked, city):  # noqa: F811
    app = well(linked(by="index"))
    assert "The air is worst in" in html(app)
    assert "Moderate" in html(app)
    assert any("/v1/air-quality" in path for path in city.asked)


def test_a_link_with_parameters_of_the_page_alone_is_understood_at_once(linked):
    app = well(linked(by="index"))
    assert dict(app.query_params)["by"] == "index"
    assert 'class="falaj-refused"' not in html(app)


def test_what_is_not_reviewed_stands_below_the_map_on_request_and_marked(opened):  # noqa: F811
    app = well(opened(PAGE))
    assert "Roof" not in html(app)
    page = html(well(app.toggle(key="unreviewed").set_value(True).run()))
    assert "Roof (not reviewed)" in page
    assert 'falaj-badge" title="The hub' in page
    assert page.count("(not reviewed)") == 1, "of the property of the map alone"
