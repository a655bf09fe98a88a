"""What a challenge's page says of the data that it links."""

from __future__ import annotations

from typing import Any

from casework.access.model import Role
from hub_api.city.status.model import FeedState
from hub_api.programme.contest.challenges.linked import Linked, linked_data
from tests.hub_api.portal.conftest import Portal
from tests.hub_api.portal.town import announce, found, propose, verify


def linked(portal: Portal, datasets: list[str], things: list[str]) -> list[Linked]:
    hub: Any = portal.app.state.hub
    answer: list[Linked] = portal.run(linked_data(hub, portal.app.state.board.settings, datasets, things))
    return answer


def test_a_challenge_shows_its_data_by_name_with_a_request_that_works(portal: Portal) -> None:
    administrator, organiser = portal.appoint(Role.ADMINISTRATOR), portal.appoint(Role.ORGANISER)
    officer = portal.join("officer")
    agency = found(portal, officer, "Hayat")
    verify(portal, administrator, agency)
    challenge = propose(portal, officer, announce(portal, organiser, "linked"), agency)
    (thing,) = linked(portal, [], ["air-01"])
    page = officer.browser.get(f"/challenges/{challenge}").text
    assert f'<a href="/v1/things/air-01?lang=en"><bdi>{thing.name_en}</bdi></a>' in page
    assert thing.name_en != "air-01"
    assert "Authorization: Bearer falaj-key-" in page
    assert "/docs/guide?lang=en" in page
    assert thing.latest_url.replace("&", "&amp;") in page
    for url in (thing.url, thing.latest_url):
        answer = portal.run(officer.browser.client.get(url))
        assert answer.status_code == 200
        assert answer.json()["data"]
    arabic = officer.browser.get(f"/challenges/{challenge}?lang=ar").text
    assert thing.name_ar in arabic
    assert "اطلب البيانات" in arabic


def test_it_says_how_fresh_they_are(portal: Portal) -> None:
    with portal.city.database.connect() as owner:
        newest = owner.execute("SELECT max(phenomenon_time) FROM latest").fetchone()
    assert newest is not None
    before = portal.watch.at
    try:
        portal.watch.at = newest[0]
        (dataset,) = linked(portal, ["simulator"], [])
        assert dataset.newest_at == newest[0]
        assert dataset.name_en != "simulator"
        portal.watch.pass_by(days=300)
        assert [one.state for one in linked(portal, ["simulator"], ["air-01"])] == [FeedState.SILENT] * 2
    finally:
        portal.watch.at = before


def test_what_does_not_exist_any_more_stands_there_by_its_code(portal: Portal) -> None:
    gone, there = linked(portal, [], ["gone-01", "air-01"])
    assert (gone.name("ar"), gone.state, gone.newest_at) == ("gone-01", None, None)
    assert there.code == "air-01"
    assert linked(portal, [], []) == []


def test_the_citys_data_come_first_and_recordings_from_elsewhere_are_marked(portal: Portal) -> None:
    with portal.city.database.connect() as owner:
        owner.execute(
            "INSERT INTO sources (code, kind, name_en, name_ar, zone) VALUES"
            " ('aaa-street', 'recorded', 'A street far away', 'شارع بعيد', 'America/Chicago'),"
            " ('zzz-street', 'recorded', 'A street in the city', 'شارع في المدينة', 'Asia/Muscat')"
        )
    administrator, organiser = portal.appoint(Role.ADMINISTRATOR), portal.appoint(Role.ORGANISER)
    officer = portal.join("officer")
    verify(portal, administrator, found(portal, officer, "Bahr"))
    path = f"/hackathons/{announce(portal, organiser, 'cityfirst')}/challenges/new"
    for language, mark in (("en", "Recorded elsewhere"), ("ar", "مسجَّلة في مدن أخرى")):
        page = officer.browser.get(f"{path}?lang={language}").text
        assert page.index('value="zzz-street"') < page.index(mark) < page.index('value="aaa-street"')
