"""Kept searches: one mail a day about what is new and public, and a way out of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from casework.access.model import ANONYMOUS, Actor
from casework.following import errors, service
from casework.following.model import Found, Kind, News, Search, Wanted
from casework.following.news import mail_due
from casework.following.noun import HOLDER
from casework.following.rules import news_text, path_of
from casework.following.settings import SearchSettings
from casework.noun import Noun, Nouns
from casework.outbox.repository import take_mail
from casework.outbox.rules import compose
from casework.people.model import Names
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotAllowed, WrongField
from citycore.failures.repository import find_failures
from citycore.store.connections import Connection
from programme.registry import NOUNS
from tests.conftest import Database
from tests.hackathon.calling import programme_for
from tests.hackathon.machines import NOON
from tests.hackathon.market import Market
from tests.hackathon.offering_specimens import LIGHTING
from tests.hackathon.terms import store_person
from tests.poisoned_rows import poisoned

SETTINGS = SearchSettings()
OFFERINGS = NOUNS.kinds["offerings"]
SETTLE = timedelta(seconds=SETTINGS.settle_seconds)
TICK = timedelta(microseconds=1)


@pytest.fixture(scope="module")
def owner(programme: Database) -> Iterator[Connection]:
    with programme.connect() as connection:
        yield connection


@pytest.fixture
def market(portal: Connection, owner: Connection, tmp_path: Path) -> Market:
    owner.execute("DELETE FROM innovation.kept_searches")
    owner.execute("DELETE FROM innovation.search_readers")
    owner.execute("UPDATE innovation.offerings SET state = 'retired', state_reason = 'mistake'")
    made = Market(portal, owner, tmp_path)
    made.mails()
    return made


@pytest.fixture
def reader(market: Market) -> Actor:
    return Actor(store_person(market.owner))


def keep(market: Market, actor: Actor, words: str = "", name: str = "Lamps", **filters: str) -> UUID:
    return market.call(actor, service.keep, "offerings", words, filters, name)


def with_kinds(*kinds: Kind) -> Nouns:
    """A programme in which these lists are followed."""
    return Nouns(
        [*(replace(noun, kinds=()) for noun in NOUNS), Noun("lists", "tests.hackathon", kinds=kinds)]
    )


def told(market: Market, nouns: Nouns | None = None) -> int:
    """How many mails are written now."""
    sent = mail_due(market.innovation if nouns is None else programme_for(market.portal, market.clock, nouns))
    market.portal.commit()
    return sent


def text_of_mail(market: Market) -> str:
    with market.portal.transaction():
        mail = take_mail(market.portal, market.now, market.now + timedelta(minutes=5), NOUNS.packages)
    assert mail is not None
    body = compose(mail, "hub@falaj.example").get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_what_is_new_is_mailed_once_a_day(market: Market, reader: Actor):
    vendor_id, speaker = market.verified()
    market.published(vendor_id, speaker)
    market.now += timedelta(minutes=1)
    keep(market, reader, "lamps")
    market.mails()
    market.now += timedelta(days=2)
    assert told(market) == 0, "what was there before is no news"
    market.now += timedelta(hours=2)
    market.published(vendor_id, speaker, replace(LIGHTING, title_en="New lamps"))
    market.mails()
    assert told(market) == 0, "its transaction may not have ended"
    market.now += timedelta(minutes=SETTINGS.look_minutes)
    assert told(market) == 1
    text = text_of_mail(market)
    assert "New lamps" in text
    assert "In your search" in text
    assert "/offerings/" in text
    assert told(market) == 0
    market.published(vendor_id, speaker, replace(LIGHTING, title_en="Newer lamps"))
    market.mails()
    market.now += timedelta(hours=SETTINGS.mail_hours) - TICK
    assert told(market) == 0, "one mail a day"
    market.now += TICK
    assert told(market) == 1
    assert "Newer lamps" in text_of_mail(market)


def test_all_searches_of_a_person_come_in_one_mail(market: Market, reader: Actor):
    keep(market, reader, "lamps", "First")
    keep(market, reader, name="Second", sector="energy")
    keep(market, reader, name="Third", sector="fisheries")
    vendor_id, speaker = market.verified()
    market.now += timedelta(minutes=5)
    market.published(vendor_id, speaker)
    market.mails()
    market.now += timedelta(days=1)
    assert told(market) == 1
    text = text_of_mail(market)
    assert "First" in text
    assert "Second" in text
    assert "Third" not in text


def test_only_what_everybody_sees_is_told(market: Market, reader: Actor):
    keep(market, reader, "lamps")
    vendor_id, speaker = market.verified()
    market.now += timedelta(minutes=5)
    market.draft(vendor_id, speaker)
    paused = market.published(vendor_id, speaker)
    market.move(paused, "pause", speaker)
    market.mails()
    market.now += timedelta(days=1)
    assert told(market) == 0


def test_whoever_stopped_hears_nothing_and_needs_no_account_for_it(market: Market, reader: Actor):
    keep(market, reader, "lamps")
    _, found = market.call(reader, service.list_own)
    assert found is not None
    assert found.stopped_at is None
    for wrong in ("", "x" * 43, found.stop_token[:-1], found.stop_token + "x", "é" * 43):
        with pytest.raises(errors.StopLinkUnknown):
            market.call(ANONYMOUS, service.stop, wrong)
    market.call(ANONYMOUS, service.stop, found.stop_token)
    market.call(ANONYMOUS, service.stop, found.stop_token)
    vendor_id, speaker = market.verified()
    market.now += timedelta(minutes=5)
    market.published(vendor_id, speaker)
    market.mails()
    market.now += timedelta(days=1)
    assert told(market) == 0
    market.call(reader, service.set_mail, is_wanted=True)
    assert told(market) == 1
    assert found.stop_token in text_of_mail(market)


def test_nobody_is_written_to_who_cannot_be(market: Market, reader: Actor):
    keep(market, reader, "lamps")
    market.owner.execute(
        "UPDATE innovation.people SET state = 'suspended' WHERE person_id = %s", [reader.person_id]
    )
    vendor_id, speaker = market.verified()
    market.now += timedelta(minutes=5)
    market.published(vendor_id, speaker)
    market.mails()
    market.now += timedelta(days=1)
    assert told(market) == 0
    # Nothing is lost for whoever comes back.
    market.owner.execute(
        "UPDATE innovation.people SET state = 'active' WHERE person_id = %s", [reader.person_id]
    )
    market.now += timedelta(days=1)
    assert told(market) == 1


def test_what_is_kept_is_bounded_and_something(market: Market, reader: Actor):
    with pytest.raises(NotAllowed):
        keep(market, ANONYMOUS, "lamps")
    with pytest.raises(errors.SearchWithoutWords):
        keep(market, reader, "  ")
    with pytest.raises(errors.UnknownSearch):
        keep(market, reader, sector="boats")
    with pytest.raises(errors.UnknownSearch):
        keep(market, reader, colour="red")
    with pytest.raises(errors.UnknownSearch):
        market.call(reader, service.keep, "boats", "x", {}, "n")
    for name, words in (("", "x"), ("x" * 81, "x"), ("a\u202eb", "x"), ("n", "x" * 201)):
        with pytest.raises(WrongField):
            keep(market, reader, words, name)
    keep(market, reader, "lamps")
    with pytest.raises(errors.SearchAlreadyKept):
        keep(market, reader, " lamps ", "Again")
    few = SearchSettings(searches_max=1)
    with pytest.raises(errors.TooManySearches):
        programme_for(market.portal, market.clock, few).call(
            reader, service.keep, "offerings", "other", {}, "n"
        )


def test_nobody_removes_what_somebody_else_keeps(market: Market, reader: Actor):
    search_id = keep(market, reader, "lamps")
    other = Actor(store_person(market.owner))
    with pytest.raises(NoSuchObject):
        market.call(other, service.remove, search_id)
    market.call(reader, service.remove, search_id)
    assert market.call(reader, service.list_own)[0] == []


def test_a_list_that_no_longer_knows_a_search_keeps_the_others_going(market: Market, reader: Actor):
    keep(market, reader, "lamps")
    market.owner.execute(
        "INSERT INTO innovation.kept_searches (search_id, person_id, kind, name, words, filters, created_at, seen_until)"
        " VALUES (gen_random_uuid(), %(person)s, 'gone', 'n', 'w', '{}', %(at)s, %(at)s),"
        " (gen_random_uuid(), %(person)s, 'offerings', 'n', 'w', '{\"sector\": \"gone\"}', %(at)s, %(at)s)",
        {"person": reader.person_id, "at": NOON},
    )
    vendor_id, speaker = market.verified()
    market.now += timedelta(minutes=5)
    market.published(vendor_id, speaker)
    market.mails()
    market.now += timedelta(days=1)
    assert told(market) == 1


def test_a_long_list_is_cut_and_says_so(market: Market, reader: Actor):
    many = [Found(Names(None, f"Number {number}"), f"/x/{number}") for number in range(40)]
    asked: list[tuple[datetime, datetime, int]] = []

    def find_new(
        _session: Session, _wanted: Wanted, since: datetime, until: datetime, rows: int
    ) -> Sequence[Found]:
        asked.append((since, until, rows))
        return many[:rows]

    keep(market, reader, "lamps")
    market.now += timedelta(days=1)
    assert told(market, with_kinds(replace(OFFERINGS, find_new=find_new))) == 1
    assert asked == [(NOON, market.now - SETTLE, SETTINGS.mail_matches_max + 1)]
    text = text_of_mail(market)
    assert "Number 9\n" in text
    assert "Number 10" not in text
    assert "and more" in text


def test_a_title_never_passes_for_a_link():
    search = Search(UUID(int=1), UUID(int=2), "offerings", "نور", Wanted("x"), NOON, NOON)
    found = Found(Names("https://evil.example", None), "/offerings/1")
    for language in ("ar", "en"):
        lines = news_text([News(search, (found,), False)], language, "https://hub.example/portal").split("\n")
        assert [line for line in lines if line.startswith("http")] == [
            "https://hub.example/portal/offerings/1"
        ]
        assert lines[-1] == ""


def test_a_search_leads_back_to_its_page():
    wanted = Wanted("إنارة & more", {"sector": "energy"})
    assert path_of(OFFERINGS, wanted) == (
        "/offerings?q=%D8%A5%D9%86%D8%A7%D8%B1%D8%A9+%26+more&sector=energy"
    )


def test_searches_go_with_their_person(market: Market, reader: Actor):
    keep(market, reader, "lamps")
    assert reader.person_id is not None
    with market.portal.transaction():
        rows = [row for _, row in HOLDER.export(market.portal, reader.person_id)]
        erased = {one.table: one.rows for one in HOLDER.erase(market.portal, reader.person_id)}
    assert [(row["name"], row["words"]) for row in rows] == [("Lamps", "lamps")]
    assert erased == {"kept_searches": 1, "search_readers": 1}


def test_whom_nothing_can_be_told_keeps_nobody_else_from_the_news(
    programme: Database, market: Market, reader: Actor
):
    other = Actor(store_person(market.owner))
    for who in (reader, other):
        keep(market, who, "lamps")
    vendor_id, speaker = market.verified()
    market.now += timedelta(minutes=5)
    market.published(vendor_id, speaker)
    market.mails()
    market.now += timedelta(days=1)
    with poisoned(programme, "innovation.outbox", "person_id", reader.person_id):
        assert (told(market), told(market)) == (1, 0)
    [failure] = find_failures(market.portal, "search_news", 10)
    assert failure.subject == f"reader {reader.person_id}"
    market.now = failure.due_at
    assert told(market) == 1
    assert find_failures(market.portal, "search_news", 10) == []


def test_a_search_that_cannot_be_looked_through_hides_no_other_and_misses_nothing(
    market: Market, reader: Actor
):
    broken = replace(OFFERINGS, name="broken", find_new=_fail)
    poisoned_id, _ = (
        keep(market, reader, "lamps", "Poisoned"),
        keep(market, reader, name="Sound", sector="energy"),
    )
    market.owner.execute(
        "UPDATE innovation.kept_searches SET kind = 'broken' WHERE search_id = %s", [poisoned_id]
    )
    vendor_id, speaker = market.verified()
    market.now += timedelta(minutes=5)
    market.published(vendor_id, speaker)
    market.mails()
    market.now += timedelta(days=1)
    assert told(market, with_kinds(OFFERINGS, broken)) == 1
    assert "Sound" in text_of_mail(market)
    [failure] = find_failures(market.portal, "search_news", 10)
    assert failure.subject == f"search {poisoned_id}"
    market.mails()
    market.now += timedelta(days=1)
    assert told(market, with_kinds(OFFERINGS, replace(OFFERINGS, name="broken"))) == 1
    assert "Poisoned" in text_of_mail(market), "its news were not lost"


def _fail(*_: object) -> list[object]:
    raise ZeroDivisionError
