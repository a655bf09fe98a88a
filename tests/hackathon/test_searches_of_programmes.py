"""Kept searches of calls and of needs: what is new to everybody, in both languages, and nothing before its time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from casework.access.model import ANONYMOUS, Actor
from casework.following import errors, service
from casework.following.model import Wanted
from casework.following.news import mail_due
from casework.following.rules import is_known, path_of
from casework.following.settings import SearchSettings
from casework.outbox.repository import take_mail
from casework.outbox.rules import compose
from citycore.language import Language
from citycore.store.connections import Connection
from programme.registry import NOUNS
from tests.conftest import Database
from tests.hackathon.calling import programme_for
from tests.hackathon.funding import DATES, NOW, TICK, Funding
from tests.hackathon.need_stage import ABOUT, NeedStage
from tests.hackathon.terms import store_person

SETTINGS = SearchSettings(settle_seconds=0)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def owner(programme: Database) -> Iterator[Connection]:
    with programme.connect() as connection:
        yield connection


@pytest.fixture
def funding(portal: Connection) -> Funding:
    return Funding(portal)


@pytest.fixture
def stage(portal: Connection, owner: Connection) -> NeedStage:
    return NeedStage(portal, owner)


def new_of(
    portal: Connection, kind: str, since: datetime, until: datetime, words: str, **codes: str
) -> list[str]:
    """The paths of what is told of a search."""
    with programme_for(portal, lambda: until, SETTINGS).session(ANONYMOUS) as session:
        found = NOUNS.kinds[kind].find_new(session, Wanted(words, codes), since, until, 1_000)
    return [one.path for one in found]


def test_a_call_is_news_once_when_everybody_hears_of_it(funding: Funding):
    call_id = funding.complete(texts={"title_en": "Brackish wells"})
    path, begin = f"/calls/{call_id}", NOW - HOUR

    def told(since: datetime, until: datetime, **codes: str) -> bool:
        return path in new_of(funding.portal, "calls", since, until, "brackish", **codes)

    funding.step(call_id, "approve")
    assert not told(begin, NOW), "the programme's own"
    funding.now = NOW + HOUR
    funding.step(call_id, "forecast")
    assert told(begin, funding.now)
    assert told(funding.now - TICK, funding.now)
    assert not told(begin, funding.now - TICK)
    assert not told(funding.now, funding.now + HOUR), "told already"
    assert told(begin, funding.now, stage="forecasted")
    assert not told(begin, funding.now, stage="open")
    assert path not in new_of(funding.portal, "calls", begin, funding.now, "camels")
    forecast, funding.now = funding.now, DATES["opens"]
    funding.step(call_id, "open")
    assert not told(forecast, funding.now), "everybody knew of it"
    assert told(forecast, funding.now, stage="open")
    assert told(funding.now - TICK, funding.now, stage="open")
    assert not told(begin, funding.now, stage="forecasted"), "it is further"


def test_that_decisions_are_ready_or_a_second_round_open_is_no_news(funding: Funding, owner: Connection):
    call_id = funding.opened(texts={"title_en": "Quiet dunes"}, rounds=2)
    opened = funding.now
    funding.now = DATES["closes"]
    funding.step(call_id, "close")
    closed = funding.now
    assert new_of(funding.portal, "calls", opened, closed, "quiet dunes", stage="reviewing") == [
        f"/calls/{call_id}"
    ]
    for state, stage in (("second_open", "open"), ("second_closed", "reviewing"), ("decided", "reviewing")):
        owner.execute(
            "UPDATE innovation.calls SET state = %s, state_changed_at = %s WHERE call_id = %s",
            [state, closed + HOUR, call_id],
        )
        assert new_of(funding.portal, "calls", closed, closed + 2 * HOUR, "quiet dunes", stage=stage) == [], (
            state
        )


def test_a_draft_that_is_given_up_is_no_news(funding: Funding):
    hidden, known = (funding.complete(texts={"title_en": "Lost falaj"}) for _ in range(2))
    funding.step(known, "approve")
    funding.step(known, "forecast")
    funding.now += HOUR
    for call_id in (hidden, known):
        funding.step(call_id, "cancel", "no_budget")
    found = new_of(funding.portal, "calls", NOW - HOUR, funding.now, "lost falaj", stage="cancelled")
    assert found == [f"/calls/{known}"]
    assert new_of(funding.portal, "calls", NOW - HOUR, funding.now, "lost falaj") == [f"/calls/{known}"]


def test_a_need_is_news_once_it_is_published(stage: NeedStage):
    about = replace(ABOUT, title_en="Sleeping meters", is_sealed=False)
    need_id = stage.draft(about)
    path, begin = f"/needs/{need_id}", stage.watch() - HOUR

    def told(since: datetime, until: datetime, words: str = "sleeping", **codes: str) -> bool:
        return path in new_of(stage.portal, "needs", since, until, words, **codes)

    stage.move(need_id, "submit", stage.officer)
    assert not told(begin, stage.watch()), "under review"
    stage.watch.at += HOUR
    stage.move(need_id, "publish", stage.programme)
    at = stage.watch()
    assert told(begin, at)
    assert told(at - TICK, at, sector="water", governorate="OM-MU"), "it is for the whole country"
    assert not told(begin, at - TICK)
    assert not told(at, at + HOUR)
    assert not told(begin, at, sector="fisheries")
    assert not told(begin, at, words="awake")
    stage.watch.at += HOUR
    stage.move(need_id, "cancel", stage.officer, "budget")
    assert not told(at, stage.watch()), "published before"
    assert told(at, stage.watch(), state="cancelled")
    assert not told(begin, stage.watch(), state="published")


def test_only_what_a_page_offers_to_everybody_can_be_kept(funding: Funding, owner: Connection):
    reader = Actor(store_person(owner))
    for kind, filters in (
        ("calls", {"stage": "unpublished"}), ("calls", {"stage": "boats"}), ("calls", {"state": "open"}),
        ("needs", {"state": "under_review"}), ("needs", {"state": "suspended"}), ("needs", {"sector": "boats"}),
        ("needs", {"governorate": "XX"}), ("needs", {"stage": "open"}),
    ):  # fmt: skip
        assert not is_known(NOUNS.kinds[kind], Wanted("", filters)), (kind, filters)
        with pytest.raises(errors.UnknownSearch):
            programme_for(funding.portal).call(reader, service.keep, kind, "", filters, "n")
    assert (
        path_of(NOUNS.kinds["calls"], Wanted("ماء", {"stage": "open"}))
        == "/calls?q=%D9%85%D8%A7%D8%A1&stage=open"
    )
    assert path_of(NOUNS.kinds["needs"], Wanted("", {"sector": "water"})) == "/needs?sector=water"


@pytest.mark.parametrize(
    ("language", "titles"),
    [("en", ("Salty aquifers", "Blind valves")), ("ar", ("خزانات مالحة", "صمامات عمياء"))],
)
def test_news_of_calls_and_needs_come_in_one_mail_in_the_readers_language(
    funding: Funding, stage: NeedStage, owner: Connection, language: Language, titles: tuple[str, str]
):
    owner.execute("DELETE FROM innovation.kept_searches")
    owner.execute("DELETE FROM innovation.outbox")
    reader = Actor(store_person(owner, language=language))
    stage.watch.at = funding.now
    for kind, words in (("calls", "خزانات"), ("needs", "valves")):
        programme_for(funding.portal, lambda: funding.now, SETTINGS).call(
            reader, service.keep, kind, words, {}, f"<{kind}>"
        )
    funding.now += HOUR
    stage.watch.at = funding.now
    call_id = funding.complete(texts={"title_en": "Salty aquifers", "title_ar": "خزانات مالحة"})
    funding.step(call_id, "approve")
    funding.step(call_id, "forecast")
    need_id = stage.draft(replace(ABOUT, title_en="Blind valves", title_ar="صمامات عمياء", is_sealed=False))
    stage.move(need_id, "submit", stage.officer)
    stage.move(need_id, "publish", stage.programme)
    owner.execute("DELETE FROM innovation.outbox")
    at = funding.now + timedelta(days=1)
    assert mail_due(programme_for(funding.portal, lambda: at, SETTINGS)) == 1
    funding.portal.commit()
    with funding.portal.transaction():
        mail = take_mail(funding.portal, at, at + HOUR, NOUNS.packages)
    assert mail is not None
    body = compose(mail, "hub@falaj.example").get_body(("plain",))
    assert body is not None
    text = str(body.get_content())
    for title in titles:
        assert title in text
    assert f"/calls/{call_id}" in text
    assert f"/needs/{need_id}" in text
    assert mail_due(programme_for(funding.portal, lambda: at + timedelta(days=2), SETTINGS)) == 0
    funding.portal.commit()
