"""Matches, introductions and pilots as pages, in both languages, and what became of things."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from casework.access.model import HUB, Role
from hackathon.market.introductions.outcomes import ask_due
from tests.hackathon.calling import programme_for
from tests.hub_api.portal import introduction_scene as scene
from tests.hub_api.portal.conftest import PASSWORD, Portal, Somebody
from tests.hub_api.portal.market_scene import found_company, published_offering, verified_vendor
from tests.hub_api.portal.town import found, verify

LANGUAGES = pytest.mark.parametrize("language", ["ar", "en"])


@dataclass
class Market:
    officer: Somebody
    vendor: Somebody
    programme: Somebody
    stranger: Somebody
    need_id: str
    offering_id: str
    introduction_id: str
    pilot_id: str


@pytest.fixture(scope="module")
def market(portal: Portal) -> Market:
    administrator = portal.appoint(Role.ADMINISTRATOR, HUB, "administrator")
    programme = portal.appoint(Role.PROGRAMME_OFFICER, HUB, "programme_officer")
    officer, vendor, stranger = portal.join("officer"), portal.join("vendor"), portal.join("stranger")
    agency = found(portal, officer, "Baladiya")
    verify(portal, administrator, agency)
    vendor_id = verified_vendor(portal, vendor, programme, found_company(vendor, administrator, "Hulul"))
    offering_id = published_offering(portal, vendor, programme, vendor_id)
    with portal.city.database.connect() as owner:
        need_id = scene.open_need(owner, portal, agency)
    before = officer.browser.get(f"/needs/{need_id}/matches").text
    assert 'value="agency"' in before
    assert "of 100" in before
    introduction_id = scene.introduce(portal, officer, vendor, need_id, offering_id)
    pilot_id = scene.agree(portal, officer, vendor, introduction_id)
    assert vendor.browser.send(f"/pilots/{pilot_id}/things", dict(scene.THING)).status_code == 303
    fields = {"thing": "pilot-lamps-one", "property": "pm2_5", "result_type": "measurement", "interval": "60"}
    assert vendor.browser.send(f"/pilots/{pilot_id}/datastreams", fields).status_code == 303
    return Market(officer, vendor, programme, stranger, need_id, offering_id, introduction_id, pilot_id)


def read(who: Somebody, path: str, language: str) -> str:
    answer = who.browser.get(path, params={"lang": language})
    assert answer.status_code == 200, answer.text
    text: str = answer.text
    return text


@LANGUAGES
def test_matches_say_why_to_both_sides(market: Market, language: str):
    sides = ((market.officer, f"/needs/{market.need_id}/matches"), (market.vendor, "/account/vendor/matches"))
    score = {"ar": "من 100", "en": "of 100"}[language]
    capability = {"ar": "القدرات", "en": "Capabilities"}[language]
    for who, path in sides:
        text = read(who, path, language)
        assert score in text
        assert capability in text
        assert f"/introductions/{market.introduction_id}" in text
        assert "<roads>" not in text


@pytest.mark.parametrize("start", ["-1", "x", "2147483648"])
def test_what_is_no_place_of_a_list_is_refused(market: Market, start: str):
    assert market.vendor.browser.get("/account/vendor/matches?start=4000").status_code == 200
    assert market.vendor.browser.get(f"/account/vendor/matches?start={start}").status_code == 422


@LANGUAGES
def test_contacts_stand_on_the_page_of_the_two_alone(market: Market, language: str):
    path = f"/introductions/{market.introduction_id}"
    for who in (market.officer, market.vendor):
        text = read(who, path, language)
        assert market.officer.email in text
        assert market.vendor.email in text
    seen = read(market.programme, path, language)
    assert market.officer.email not in seen
    assert market.vendor.email not in seen
    assert market.stranger.browser.get(path).status_code == 404


@LANGUAGES
def test_lists_and_figures(market: Market, language: str):
    for who, path in ((market.officer, "/account/introductions"), (market.programme, "/desk/introductions")):
        assert market.introduction_id in read(who, path, language)
    assert market.introduction_id not in read(market.stranger, "/account/introductions", language)


def test_what_came_of_it_is_asked_on_the_page_and_answered(portal: Portal, market: Market):
    portal.watch.pass_by(days=31)
    ask_due(programme_for(portal.store, portal.watch))
    portal.store.commit()
    path = f"/introductions/{market.introduction_id}"
    sign_in(market.officer)
    assert 'name="days" value="30"' in read(market.officer, path, "en")
    fields = {"days": "30", "met": "1", "pilot": "1", "value": "25k_100k", "note": "One street & more."}
    assert market.officer.browser.send(f"{path}/outcome", fields).status_code == 303
    assert "One street &amp; more." in read(market.officer, path, "en")
    again = market.officer.browser.send(f"{path}/outcome", fields)
    assert again.status_code == 409


def sign_in(who: Somebody) -> None:
    """Again, since a session has not lived as long as the play."""
    who.browser.client.cookies.clear()
    who.browser._tokens.clear()
    answer = who.browser.send("/account/sign-in", {"email": who.email, "password": PASSWORD})
    assert answer.status_code == 303, answer.text


@LANGUAGES
def test_a_pilot_shows_its_values_to_everybody_and_where_to_publish_to_its_sides(
    portal: Portal, market: Market, language: str
):
    now = portal.watch()
    with portal.city.database.connect() as owner:
        owner.execute(
            "INSERT INTO public.latest (datastream_id, quality, phenomenon_time, result, batch_id)"
            " SELECT datastream_id, 2, %s, 12.5, 1 FROM public.datastreams JOIN public.things USING (thing_id)"
            " WHERE code = 'pilot-lamps-one' ON CONFLICT (datastream_id) DO UPDATE SET phenomenon_time = EXCLUDED.phenomenon_time",
            [now],
        )
    public = portal.browser(language).get(f"/pilots/{market.pilot_id}")
    assert public.status_code == 200
    assert "12.5" in public.text
    assert "/v1/things?source=pilot-lamps" in public.text
    assert "falaj/v1/pilot-lamps" not in public.text
    sign_in(market.vendor)
    own = read(market.vendor, f"/pilots/{market.pilot_id}", language)
    assert "falaj/v1/pilot-lamps/pilot-lamps-one" in own
    assert "&#34;pm2_5&#34;: 12.5" in own
    assert market.pilot_id in read(market.vendor, "/account/pilots", language)
    assert market.pilot_id in portal.browser(language).get("/pilots").text


def test_what_is_refused_is_said_and_nothing_typed_is_lost(portal: Portal, market: Market):
    sign_in(market.vendor)
    path = f"/pilots/{market.pilot_id}"
    wrong = market.vendor.browser.send(f"{path}/things", {**scene.THING, "name": "../x"})
    assert wrong.status_code == 422
    assert 'value="../x"' in wrong.text
    assert market.vendor.browser.send(f"{path}/things", dict(scene.THING)).status_code == 409
    fields = {**scene.PILOT, "origin": "introduction", "from": market.introduction_id}
    assert market.vendor.browser.send("/pilots/new", fields).status_code == 409


@LANGUAGES
def test_each_page_shows_what_became_of_it_as_far_as_its_reader_may_see(
    portal: Portal, market: Market, language: str
):
    title = {"ar": "مسار المشاركة", "en": "What became of it"}[language]
    introduction, pilot = f"/introductions/{market.introduction_id}", f"/pilots/{market.pilot_id}"
    for path in (f"/needs/{market.need_id}", f"/offerings/{market.offering_id}", pilot):
        sign_in(market.officer)
        own = read(market.officer, path, language)
        assert title in own
        assert introduction in own
        public = portal.browser(language).get(path)
        assert public.status_code == 200
        assert title in public.text
        assert introduction not in public.text, "an introduction is there for its two sides"
    seen = portal.browser(language).get(f"/needs/{market.need_id}").text
    assert f'href="/portal{pilot}"' in seen
