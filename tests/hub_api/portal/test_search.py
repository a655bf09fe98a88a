"""What everybody finds in the story of the demo, and that nobody finds what is public no more."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from casework.access.model import Actor
from casework.people.leaving.service import ask_for_erasure, erase_due
from casework.people.roles.service import find_actor
from casework.people.settings import PeopleSettings
from casework.search.service import take_in
from casework.search.settings import FindSettings
from casework.workflow.clockwork import run_due
from citycore.language import LANGUAGES
from hackathon.contest.hackathons import service as hackathons
from hackathon.market.offerings import service as offerings
from hackathon.outreach.ambassadors import service as ambassadors
from hackathon.outreach.ambassadors.model import Profile
from hub_api.programme.casework.search.finding import Found, Wanted, find
from programme.registry import BINDINGS, NOUNS
from stack.fiction.sign_in import VISITORS
from tests.hackathon.heat import describe
from tests.hub_api.portal.conftest import Portal
from tests.hub_api.portal.story import portal_of_story

QUESTIONS = tomllib.loads(Path(__file__).with_name("questions.toml").read_text("utf-8"))
#: Of the fifty questions, and of those by which nothing was chosen.
FIRST_MIN, APART_MIN = 45, 17


@pytest.fixture(scope="module")
def portal(postgres: Any, story: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with portal_of_story(postgres, story, tmp_path_factory.mktemp("portal")) as portal:
        assert take_in(portal.office.programme) > 100
        yield portal


def ask(portal: Portal, question: str, **wanted: Any) -> Found:
    found = find(portal.app.state.hub.database, question, Wanted(20, **wanted), FindSettings())
    answer: Found = portal.run(found)
    return answer


def titles(found: Found) -> list[tuple[str, str]]:
    return [
        (hit.findable.kind, hit.thing.titles.en or hit.thing.titles.ar or hit.title("en"))
        for hit in found.hits
    ]


def somebody(portal: Portal, email: str) -> Actor:
    row = portal.store.execute("SELECT person_id FROM innovation.people WHERE email = %s", [email]).fetchone()
    assert row is not None
    return find_actor(portal.store, row[0], portal.watch())


def indexed(portal: Portal, kind: str, key: UUID) -> bool:
    query = "SELECT FROM open_innovation.search WHERE kind = %s AND key = %s"
    return portal.store.execute(query, [kind, str(key)]).fetchone() is not None


def test_what_people_ask_finds_the_right_thing_first(portal: Portal) -> None:
    wrong = {
        part: [
            one["asks"]
            for one in questions
            if titles(ask(portal, one["asks"]))[:1] != [(one["kind"], one["title"])]
        ]
        for part, questions in QUESTIONS.items()
    }
    number = sum(map(len, QUESTIONS.values()))
    assert (number, len(QUESTIONS["apart"])) == (50, 20)
    assert number - sum(map(len, wrong.values())) >= FIRST_MIN, wrong
    assert len(QUESTIONS["apart"]) - len(wrong["apart"]) >= APART_MIN, wrong["apart"]


def test_what_leaves_the_public_leaves_the_search_in_that_moment(portal: Portal) -> None:
    vendor, programme = somebody(portal, VISITORS["vendor"]), portal.office.programme
    [hit] = [one for one in ask(portal, "street air station").hits if one.title("en") == "Street air station"]
    offering_id = UUID(str(hit.thing.key))
    query = "SELECT version FROM innovation.offerings WHERE offering_id = %s"
    (version,) = portal.store.execute(query, [offering_id]).fetchone() or (0,)
    programme.call(vendor, offerings.move, offering_id, "pause", version)
    # Nobody has looked through the index since.
    assert indexed(portal, "offering", offering_id)
    assert ("offering", "Street air station") not in titles(ask(portal, "street air station"))
    assert "Street air station" not in portal.browser().get("/search?q=street+air+station").text
    assert take_in(programme) == 1
    assert not indexed(portal, "offering", offering_id)
    programme.call(vendor, offerings.move, offering_id, "resume", version + 1)
    assert take_in(programme) == 1
    assert titles(ask(portal, "street air station"))[0] == ("offering", "Street air station")


def test_what_is_not_public_yet_is_not_found(portal: Portal) -> None:
    organiser, programme = somebody(portal, VISITORS["organiser"]), portal.office.programme
    hackathon_id = programme.call(organiser, hackathons.create, describe())
    take_in(programme)
    assert not indexed(portal, "hackathon", hackathon_id)


def test_who_wants_to_be_seen_no_more_or_is_erased_is_not_found(portal: Portal) -> None:
    actor, programme = somebody(portal, VISITORS["ambassador"]), portal.office.programme
    assert actor.person_id is not None
    own = programme.call(actor, ambassadors.find_own)
    assert own is not None
    name = own.names.en or ""
    assert titles(ask(portal, name))[0] == ("ambassador", name)
    programme.call(actor, ambassadors.present, own.ambassador_id, Profile(False), own.version)
    assert ("ambassador", name) not in titles(ask(portal, name))
    programme.call(actor, ambassadors.present, own.ambassador_id, Profile(True), own.version + 1)
    assert ("ambassador", name) in titles(ask(portal, name))
    # An erasure is no step of the ambassador's: the index follows the account.
    programme.call(actor, ask_for_erasure, actor.person_id, 1)
    portal.watch.pass_by(days=programme.of(PeopleSettings).erasure_grace_days)
    take_in(programme)  # compares everything, so that only what is noted from here on is looked at again
    run_due(programme, BINDINGS)
    assert erase_due(programme) == 1
    assert ("ambassador", name) not in titles(ask(portal, name))
    take_in(programme)
    assert not indexed(portal, "ambassador", own.ambassador_id)


def test_a_kind_that_cannot_be_read_stops_no_other(portal: Portal) -> None:
    programme = portal.office.programme
    with portal.city.database.connect() as owner:
        owner.execute("DELETE FROM open_innovation.search")
        owner.execute("ALTER VIEW open_innovation.vendors RENAME TO vendors_away")
        try:
            portal.watch.pass_by(seconds=programme.of(FindSettings).compare_seconds)
            take_in(programme)
        finally:
            owner.execute("ALTER VIEW open_innovation.vendors_away RENAME TO vendors")
    kinds = portal.store.execute("SELECT array_agg(DISTINCT kind) FROM open_innovation.search").fetchone()
    assert kinds is not None
    # The simulated city alone has no places of the hub.
    assert set(NOUNS.findables) - set(kinds[0]) == {"vendor", "place"}
    portal.watch.pass_by(hours=1)
    take_in(programme)
    assert titles(ask(portal, "Example Mobility"))[0][0] == "vendor"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_has_kinds_with_counts_and_words_in_bold(portal: Portal, language: str) -> None:
    browser = portal.browser(language)
    asks, marked = (
        ("المواقف", "<strong>المواقف</strong>") if language == "ar" else ("parks", "<strong>parking</strong>")
    )
    page = browser.get(f"/search?q={asks}").text
    assert marked in page
    assert NOUNS.findables["hackathon"].many.text(language) in page  # type: ignore[arg-type]
    one = browser.get(f"/search?q={asks}&kind=need").text
    assert "/portal/needs/" in one
    assert 'href="/portal/hackathons/' not in one.partition('<ol class="hits">')[2]
    assert browser.get("/search?kind=nothing").status_code == 422
    assert browser.get("/search?q=zzzzzz+qqqqqq").status_code == 200


def test_a_governorate_shows_what_is_there_and_what_can_be_done(portal: Portal) -> None:
    muscat = portal.browser().get("/governorates/OM-MA").text
    for title in ("Parking at the old market (demo)", "Grey water for street trees", "Buses at night (demo)"):
        assert title in muscat
    assert "/portal/search?governorate=OM-MA&amp;kind=need" in muscat
    musandam = portal.browser().get("/governorates/OM-MU").text
    assert "Parking at the old market" not in musandam
    assert "No agency has published a need here yet" in musandam
    assert portal.browser().get("/governorates/OM-XX").status_code == 404
    overview = portal.browser("ar").get("/governorates").text
    assert overview.count('href="/portal/governorates/OM-') == 22


def test_programs_get_the_same_page_by_page_and_in_every_format(portal: Portal) -> None:
    browser = portal.browser()
    whole = portal.run(browser.client.get("/v1/search?q=حافلات&limit=100")).json()["data"]
    assert {one["kind"] for one in whole} >= {"call", "survey", "session"}
    paged, query = [], "/v1/search?q=حافلات&limit=3"
    while query:
        answer = portal.run(browser.client.get(query)).json()
        paged += answer["data"]
        query = answer["next"] and f"/v1/search?q=حافلات&limit=3&cursor={answer['next']}"
    assert [one["id"] for one in paged] == [one["id"] for one in whole]
    text = portal.run(browser.client.get("/v1/search.csv?q=حافلات")).text
    assert [row["id"] for row in csv.DictReader(StringIO(text))] == [one["id"] for one in whole]
    newest = portal.run(browser.client.get("/v1/search?governorate=OM-MU")).json()["data"]
    assert {code for one in newest for code in one["governorates"]} == {"OM-MU"}
