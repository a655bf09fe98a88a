"""The page of own views, run whole against a server of the contract, with a stand-in for who is signed in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from citycore.arrangements.model import Piece, Width
from citycore.arrangements.rules import document_of
from citycore.errors import FalajError, Kind
from dashboards.account import Account
from dashboards.arranging import coded
from dashboards.views import client, model, saving
from tests.dashboards.test_pages import APP, city, html, opened, well  # noqa: F401

pytestmark = pytest.mark.usefixtures("wire")

PAGE = "app_pages/views.py"
TILE = Piece("overview", "tile-pm2_5", (("place", "seeb"),), Width.HALF)
AIR = Piece("overview", "tile-air-quality", (), Width.HALF)
PIECES = (
    TILE,
    AIR,
    Piece("overview", "latest-pm2_5", (("place", "seeb"), ("property", "pm2_5"))),
    Piece("overview", "latest-pm2_5", (("place", "mutrah"), ("property", "pm2_5")), title="Mutrah's air"),
    Piece("overview", "last-hours-no2", (("property", "no2"),)),
    Piece("map", "map-pm10", (("property", "pm10"),)),
    Piece("explore", "explore-pm10", (("of", "place"), ("place", "seeb"), ("property", "pm10"))),
    Piece(
        "forecast",
        "forecast-traffic-seeb-1-vehicle_flow",
        (("property", "vehicle_flow"), ("thing", "traffic-seeb-1")),
    ),
    Piece("alerts", "alerts-by-day", (("days", "28"),)),
    Piece("sensors", "gaps-traffic-seeb-1", (("thing", "traffic-seeb-1"),)),
)
LINK = "0123456789abcdef" * 2


class Refused(FalajError):
    slug = "api_refused"
    kind = Kind.CONFLICT

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(where="hub", reason=code)


@dataclass
class Keeper:
    """A hub that keeps views, as its operations are documented."""

    views: dict[str, dict[str, Any]] = field(default_factory=dict)

    def ask(
        self,
        account: Account,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        version: int | None = None,
    ) -> Any:
        assert path.startswith(client.OWN)
        view = path.removeprefix(client.OWN).lstrip("/")
        if not view and method == "GET":
            return {
                "data": [{"view": key, "name": one["name"]} for key, one in self.views.items()],
                "next": None,
            }
        if not view:
            view = f"00000000-0000-4000-8000-{len(self.views):012d}"
            self._write(view, body or {}, 1)
        if view not in self.views:
            raise Refused("no_such_object")
        if method in {"PUT", "DELETE"} and version != self.views[view]["version"]:
            raise Refused("version_outdated")
        if method == "DELETE":
            del self.views[view]
            return {"data": [], "next": None}
        if method == "PUT":
            self._write(view, body or {}, (version or 0) + 1)
        return {"data": self.views[view]}

    def _write(self, view: str, body: Mapping[str, Any], version: int) -> None:
        link = LINK if body["shared"] else None
        self.views[view] = {
            **body,
            "view": view,
            "link": link,
            "version": version,
            "changed_at": "2026-11-28T08:00:00Z",
        }


@pytest.fixture
def keeper(monkeypatch):
    """Somebody is signed in, and the hub keeps what they save."""
    known, salma = Keeper(), Account("Salma", frozenset(), "token")
    for module in (model, saving):
        monkeypatch.setattr(module, "signed_in", lambda: salma)
    monkeypatch.setattr(client, "ask", known.ask)
    return known


@pytest.fixture
def linked(opened):  # noqa: F811
    def open_linked(**parameters: str) -> AppTest:
        app = AppTest.from_file(str(APP), default_timeout=60)
        for key, value in parameters.items():
            app.query_params[key] = value
        return app.switch_page(PAGE).run()

    return open_linked


def button(app: AppTest, label: str, number: int = 0) -> Any:
    return [one for one in app.button if one.label == label][number]


def headings(app: AppTest) -> list[str]:
    return re.findall(r'falaj-subheading"[^>]*>([^<]*)', html(app))


def labels(app: AppTest) -> list[str]:
    return [one.label for one in app.button]


def test_figures_of_all_pages_stand_here_each_with_its_files(linked):
    app = well(linked(pieces=coded(PIECES)))
    page = html(app)
    assert (
        "10 pieces stand here; Air quality in all of Muscat is moderate; "
        "Fine particles (PM2.5) in Seeb is above the guideline, within interim target 4" in page
    )
    charts = len(app.get("vega_lite_chart"))
    assert charts == len(PIECES) - 3, "two are tiles, and nothing was raised in these days"
    assert "one piece has nothing to show now" in page
    names = [one.proto.label for one in app.get("download_button")]
    assert names.count("PNG") == names.count("SVG") == names.count("CSV") == charts
    assert page.count('<li class="falaj-tile') == 2
    assert "Mutrah&#x27;s air" in page
    assert 'href="./?lang=en&amp;place=seeb' in page, "each leads to its own page"
    frames = [one.value for one in app.code if one.value.startswith("<iframe")]
    assert any("only=latest-pm2_5" in one and "place=mutrah" in one for one in frames)
    assert not app.error
    assert "Saving under a name needs you to sign in" in page


def test_what_one_cannot_show_keeps_no_other_from_it(linked, city):  # noqa: F811
    city.broken = frozenset({"/v1/ledger"})
    strange = (
        Piece("noise", "tile-tomorrow"),
        replace(TILE, parameters=(("place", "atlantis"),)),
        Piece("overview", "tile-water_quality"),
        PIECES[-1],
        TILE,
    )
    app = well(linked(pieces=coded(strange)))
    page = html(app)
    assert "this version of the dashboards does not know it" in page
    assert "the hub does not know place=atlantis" in page
    assert "There is nothing of it at the moment" in page
    assert "4 pieces have nothing to show now" in page
    assert page.count('class="falaj-refused"') == 4
    assert page.count('<li class="falaj-tile') == 1
    assert headings(app)[-3:] == ["water_quality", "Sensors", "Fine particles (PM2.5)"]
    assert coded(strange) == app.query_params["pieces"], "kept as it was"


def test_a_figure_of_any_page_is_added_and_arranged_without_signing_in(opened):  # noqa: F811
    app = well(opened(place="seeb", property="no2"))
    button(app, "Add to my view", 1).click().run()
    assert "Added. “Own views” now has 1 piece." in html(well(app))
    button(app, "Add to my view", 0).click().run()
    app = well(app.switch_page(PAGE).run())
    assert "2 pieces stand here" in html(app)
    assert headings(app) == ["Latest values on the map", "Air quality"]
    before = app.query_params["pieces"]
    button(app, "Arrange").click().run()
    assert labels(well(app)).count("Up") == 2
    button(app, "Down", 0).click().run()
    assert headings(well(app)) == ["Air quality", "Latest values on the map"]
    assert app.query_params["pieces"] != before
    button(app, "Remove", 0).click().run()
    assert "One piece stands here" in html(well(app))
    app.text_input[0].set_value("Air of Seeb").run()
    assert headings(well(app)) == ["Air of Seeb"]
    again = AppTest.from_file(str(APP), default_timeout=60)
    again.query_params["pieces"] = app.query_params["pieces"]
    assert headings(well(again.switch_page(PAGE).run())) == ["Air of Seeb"], "the address has it"


def test_a_shared_view_opens_by_its_link_and_is_no_longer_there_once_it_is_not_shared(linked, city):  # noqa: F811
    city.views[LINK] = {
        "name": "Morning",
        "pieces": document_of([TILE]),
        "changed_at": "2026-11-28T08:00:00Z",
    }
    app = well(linked(view=LINK, lang="ar"))
    assert "هنا عنصر واحد" in html(app)
    assert headings(app)[0] == "Morning", "as its owner calls it"
    assert app.query_params["view"] == LINK
    city.views.clear()
    st.cache_data.clear()
    assert "ليس لهذا الرابط لوحة" in html(well(app.run()))


def test_ones_own_needs_to_sign_in_and_a_wrong_address_is_said(linked):
    page = html(well(linked(view="00000000-0000-4000-8000-000000000000")))
    assert "This needs you to sign in" in page
    app = well(linked(pieces="nonsense"))
    assert "Not known here and left out: pieces=nonsense" in html(app)
    assert "pieces" not in app.query_params


def test_a_view_is_saved_shared_renamed_and_deleted_after_a_question(linked, keeper):
    app = well(linked(pieces=coded((TILE,))))
    app.text_input[0].set_value("My morning")
    button(app, "Save").click().run()
    (kept,) = keeper.views.values()
    assert (kept["name"], kept["pieces"], kept["version"]) == ("My morning", document_of([TILE]), 1)
    assert dict(well(app).query_params) == {"lang": "en", "view": kept["view"]}
    assert "Saved as it stands here." in html(app)
    button(app, "Share by a link").click().run()
    assert any(f"view={LINK}" in one.value for one in well(app).code)
    button(app, "Arrange").click().run()
    button(app, "Full width").click().run()
    assert "Changed since it was saved." in html(well(app))
    app.text_input[0].set_value("Evening")
    button(app, "Save").click().run()
    (kept,) = keeper.views.values()
    assert (kept["name"], kept["version"], kept["link"]) == ("Evening", 3, LINK)
    assert kept["pieces"][0]["width"] == "full"
    button(app, "Share no more").click().run()
    assert next(iter(keeper.views.values()))["link"] is None
    button(app, "Delete").click().run()
    assert "for good" in html(well(app))
    button(app, "Keep it").click().run()
    assert keeper.views
    button(well(app), "Delete").click().run()
    button(app, "Delete", 0).click().run()
    assert keeper.views == {}
    assert "Deleted." in html(well(app))
    assert dict(app.query_params)["lang"] == "en"
    assert "view" not in app.query_params


@pytest.mark.parametrize(
    ("choice", "kept"), [("Keep what stands here", "Mine"), ("Take what is saved", "Of the other window")]
)
def test_two_windows_are_told_in_one_sentence_with_both_choices(linked, keeper, choice, kept):
    app = well(linked(pieces=coded((TILE,))))
    app.text_input[0].set_value("First")
    button(app, "Save").click().run()
    (view,) = keeper.views
    other = {"name": "Of the other window", "pieces": document_of([AIR]), "shared": False}
    keeper.ask(Account("", frozenset(), ""), "PUT", f"{client.OWN}/{view}", other, 1)
    app.text_input[0].set_value("Mine")
    button(app, "Save").click().run()
    assert "Another window of yours has saved this view" in html(well(app))
    assert keeper.views[view]["name"] == "Of the other window", "nothing was overwritten"
    button(app, choice).click().run()
    assert "Another window" not in html(well(app))
    assert keeper.views[view]["name"] == kept
    assert app.text_input[0].value == kept


def test_leaving_what_is_not_saved_is_asked_first(linked, keeper):
    keeper.ask(
        Account("", frozenset(), ""), "POST", client.OWN, {"name": "Other", "pieces": [], "shared": False}
    )
    (view,) = keeper.views
    app = well(linked(pieces=coded((TILE,))))
    box = next(one for one in app.selectbox if one.label == "My views")
    box.set_value(view).run()
    assert "What you changed here is not saved" in html(well(app))
    button(app, "Stay here").click().run()
    assert "One piece stands here" in html(well(app))
    next(one for one in app.selectbox if one.label == "My views").set_value(view).run()
    button(app, "Open it").click().run()
    assert app.query_params["view"] == view
    assert app.text_input[0].value == "Other"
    assert "Nothing is arranged here yet" in html(well(app))


def test_a_refusal_of_the_hub_is_said_and_loses_nothing(linked, keeper, monkeypatch):
    app = well(linked(pieces=coded((TILE,))))

    def refuse(*_: object) -> Any:
        raise Refused("too_many_views")

    monkeypatch.setattr(client, "kept", lambda *_, **__: refuse())
    app.text_input[0].set_value("One too many")
    button(app, "Save").click().run()
    assert "too_many_views" in html(well(app))
    assert "One piece stands here" in html(app)


def test_a_proposal_to_begin_with(linked):
    app = well(linked())
    assert "Nothing is arranged here yet" in html(app)
    button(app, "Begin with a proposal").click().run()
    assert "5 pieces stand here" in html(well(app))
    assert "pieces" in app.query_params


def test_on_a_wall_the_pieces_stand_alone(linked):
    app = well(linked(pieces=coded((TILE, PIECES[2])), wall="1", arrange="1"))
    assert not app.button
    assert not app.selectbox
    assert html(app).count('<li class="falaj-tile') == 1
